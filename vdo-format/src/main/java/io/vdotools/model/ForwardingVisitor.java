package io.vdotools.model;

import io.vdotools.VdoException;

/** Passes everything on to another visitor, for visitors that change or watch some of it. */
public abstract class ForwardingVisitor implements VolumeVisitor {
  /** Is told what this is told. */
  protected final VolumeVisitor next;

  /**
   * Puts this in front of a visitor.
   *
   * @param next is told what this is told
   */
  protected ForwardingVisitor(VolumeVisitor next) {
    this.next = next;
  }

  @Override
  public void begin(DumpScope scope) throws VdoException {
    next.begin(scope);
  }

  @Override
  public void geometry(GeometryFields geometry) throws VdoException {
    next.geometry(geometry);
  }

  @Override
  public void superBlock(SuperBlockFields superBlock) throws VdoException {
    next.superBlock(superBlock);
  }

  @Override
  public void doubt(String sentence) throws VdoException {
    next.doubt(sentence);
  }

  @Override
  public void page(PagePlace page) throws VdoException {
    next.page(page);
  }

  @Override
  public void mapping(MappingRun run) throws VdoException {
    next.mapping(run);
  }

  @Override
  public void unreadablePage(UnreadablePage page) throws VdoException {
    next.unreadablePage(page);
  }

  @Override
  public void unreadableMapping(UnreadableMapping mapping) throws VdoException {
    next.unreadableMapping(mapping);
  }

  @Override
  public void beginSlabs(boolean areCountsComplete) throws VdoException {
    next.beginSlabs(areCountsComplete);
  }

  @Override
  public void slab(SlabState slab) throws VdoException {
    next.slab(slab);
  }

  @Override
  public void counts(CountRun run) throws VdoException {
    next.counts(run);
  }

  @Override
  public void unreadableCounts(UnreadableCounts counts) throws VdoException {
    next.unreadableCounts(counts);
  }

  @Override
  public void journalBlock(JournalBlockFields block) throws VdoException {
    next.journalBlock(block);
  }

  @Override
  public void journalEntry(JournalEntryFields entry) throws VdoException {
    next.journalEntry(entry);
  }

  @Override
  public void slabJournalBlock(SlabJournalBlockFields block) throws VdoException {
    next.slabJournalBlock(block);
  }

  @Override
  public void slabJournalEntry(SlabJournalEntryFields entry) throws VdoException {
    next.slabJournalEntry(entry);
  }

  @Override
  public void summaryEntry(SummaryFields entry) throws VdoException {
    next.summaryEntry(entry);
  }

  @Override
  public void beginBlockMap() throws VdoException {
    next.beginBlockMap();
  }

  @Override
  public void endBlockMap() throws VdoException {
    next.endBlockMap();
  }

  @Override
  public void endSlabs() throws VdoException {
    next.endSlabs();
  }

  @Override
  public void beginRecoveryJournal() throws VdoException {
    next.beginRecoveryJournal();
  }

  @Override
  public void endRecoveryJournal() throws VdoException {
    next.endRecoveryJournal();
  }

  @Override
  public void beginSlabJournals() throws VdoException {
    next.beginSlabJournals();
  }

  @Override
  public void endSlabJournals() throws VdoException {
    next.endSlabJournals();
  }

  @Override
  public void beginSummary() throws VdoException {
    next.beginSummary();
  }

  @Override
  public void endSummary() throws VdoException {
    next.endSummary();
  }

  @Override
  public void end() throws VdoException {
    next.end();
  }
}
