package io.vdotools.engine;

import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.TreePlace;

/** Takes no notice of anything: for a walk after the first. */
public enum SilentForestObserver implements ForestObserver {
  /** The only one. */
  INSTANCE;

  @Override
  public void unusable(long pbn, TreePlace place, PageFault fault, BlockMapPage page) {}

  @Override
  public void interior(long pbn, TreePlace place, BlockMapPage page) {}

  @Override
  public void refused(long pbn, TreePlace place, long packed, ChildFault fault) {}

  @Override
  public void duplicate(long pbn, TreePlace kept, TreePlace other) {}
}
