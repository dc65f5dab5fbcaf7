package io.vdotools.model;

import io.vdotools.VdoException;

/** Takes no notice of anything, for visitors that need little. */
public class SilentVisitor implements VolumeVisitor {
  @Override
  public void begin(DumpScope scope) throws VdoException {}

  @Override
  public void geometry(GeometryFields geometry) throws VdoException {}

  @Override
  public void superBlock(SuperBlockFields superBlock) throws VdoException {}

  @Override
  public void doubt(String sentence) throws VdoException {}

  @Override
  public void page(PagePlace page) throws VdoException {}

  @Override
  public void mapping(MappingRun run) throws VdoException {}

  @Override
  public void unreadablePage(UnreadablePage page) throws VdoException {}

  @Override
  public void unreadableMapping(UnreadableMapping mapping) throws VdoException {}

  @Override
  public void beginSlabs(boolean areCountsComplete) throws VdoException {}

  @Override
  public void slab(SlabState slab) throws VdoException {}

  @Override
  public void counts(CountRun run) throws VdoException {}

  @Override
  public void unreadableCounts(UnreadableCounts counts) throws VdoException {}

  @Override
  public void beginBlockMap() throws VdoException {}

  @Override
  public void endBlockMap() throws VdoException {}

  @Override
  public void endSlabs() throws VdoException {}

  @Override
  public void end() throws VdoException {}
}
