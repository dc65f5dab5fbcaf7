package io.vdotools.testing;

import io.vdotools.VdoException;
import io.vdotools.model.CountRun;
import io.vdotools.model.DumpScope;
import io.vdotools.model.GeometryFields;
import io.vdotools.model.JournalBlockFields;
import io.vdotools.model.JournalEntryFields;
import io.vdotools.model.MappingRun;
import io.vdotools.model.PagePlace;
import io.vdotools.model.SlabJournalBlockFields;
import io.vdotools.model.SlabJournalEntryFields;
import io.vdotools.model.SlabState;
import io.vdotools.model.SummaryFields;
import io.vdotools.model.SuperBlockFields;
import io.vdotools.model.UnreadableCounts;
import io.vdotools.model.UnreadableMapping;
import io.vdotools.model.UnreadablePage;
import io.vdotools.model.VolumeVisitor;
import java.util.ArrayList;
import java.util.List;

/** Keeps all that it is told, to be compared or told again. */
public final class RecordedVisit implements VolumeVisitor {
  /** The calls without an argument of their own. */
  public enum Mark {
    /** As the method of that name. */
    BEGIN_BLOCK_MAP,
    /** As the method of that name. */
    END_BLOCK_MAP,
    /** As the method of that name, for counts that are complete. */
    BEGIN_SLABS_COMPLETE,
    /** As the method of that name, for counts that differ. */
    BEGIN_SLABS,
    /** As the method of that name. */
    END_SLABS,
    /** As the method of that name. */
    BEGIN_RECOVERY_JOURNAL,
    /** As the method of that name. */
    END_RECOVERY_JOURNAL,
    /** As the method of that name. */
    BEGIN_SLAB_JOURNALS,
    /** As the method of that name. */
    END_SLAB_JOURNALS,
    /** As the method of that name. */
    BEGIN_SUMMARY,
    /** As the method of that name. */
    END_SUMMARY,
    /** As the method of that name. */
    END
  }

  private final List<Object> calls = new ArrayList<>();

  /** {@return the calls: the argument of each, or a {@link Mark}; a {@link String} is a doubt} */
  public List<Object> calls() {
    return calls;
  }

  /** {@return the arguments of one type} */
  public <T> List<T> all(Class<T> type) {
    return calls.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** {@return a visit of these calls} */
  public static RecordedVisit of(List<?> calls) {
    var visit = new RecordedVisit();
    visit.calls.addAll(calls);
    return visit;
  }

  /** Tells all again. */
  public void replay(VolumeVisitor visitor) throws VdoException {
    for (Object call : calls) {
      switch (call) {
        case DumpScope scope -> visitor.begin(scope);
        case GeometryFields geometry -> visitor.geometry(geometry);
        case SuperBlockFields superBlock -> visitor.superBlock(superBlock);
        case String sentence -> visitor.doubt(sentence);
        case PagePlace page -> visitor.page(page);
        case MappingRun run -> visitor.mapping(run);
        case UnreadablePage page -> visitor.unreadablePage(page);
        case UnreadableMapping mapping -> visitor.unreadableMapping(mapping);
        case SlabState slab -> visitor.slab(slab);
        case CountRun run -> visitor.counts(run);
        case UnreadableCounts counts -> visitor.unreadableCounts(counts);
        case JournalBlockFields block -> visitor.journalBlock(block);
        case JournalEntryFields entry -> visitor.journalEntry(entry);
        case SlabJournalBlockFields block -> visitor.slabJournalBlock(block);
        case SlabJournalEntryFields entry -> visitor.slabJournalEntry(entry);
        case SummaryFields entry -> visitor.summaryEntry(entry);
        case Mark mark -> replay(mark, visitor);
        default -> throw new IllegalStateException("no call: " + call);
      }
    }
  }

  private static void replay(Mark mark, VolumeVisitor visitor) throws VdoException {
    switch (mark) {
      case BEGIN_BLOCK_MAP -> visitor.beginBlockMap();
      case END_BLOCK_MAP -> visitor.endBlockMap();
      case BEGIN_SLABS_COMPLETE -> visitor.beginSlabs(true);
      case BEGIN_SLABS -> visitor.beginSlabs(false);
      case END_SLABS -> visitor.endSlabs();
      case BEGIN_RECOVERY_JOURNAL -> visitor.beginRecoveryJournal();
      case END_RECOVERY_JOURNAL -> visitor.endRecoveryJournal();
      case BEGIN_SLAB_JOURNALS -> visitor.beginSlabJournals();
      case END_SLAB_JOURNALS -> visitor.endSlabJournals();
      case BEGIN_SUMMARY -> visitor.beginSummary();
      case END_SUMMARY -> visitor.endSummary();
      case END -> visitor.end();
    }
  }

  @Override
  public void begin(DumpScope scope) {
    calls.add(scope);
  }

  @Override
  public void geometry(GeometryFields geometry) {
    calls.add(geometry);
  }

  @Override
  public void superBlock(SuperBlockFields superBlock) {
    calls.add(superBlock);
  }

  @Override
  public void doubt(String sentence) {
    calls.add(sentence);
  }

  @Override
  public void page(PagePlace page) {
    calls.add(page);
  }

  @Override
  public void mapping(MappingRun run) {
    calls.add(run);
  }

  @Override
  public void unreadablePage(UnreadablePage page) {
    calls.add(page);
  }

  @Override
  public void unreadableMapping(UnreadableMapping mapping) {
    calls.add(mapping);
  }

  @Override
  public void slab(SlabState slab) {
    calls.add(slab);
  }

  @Override
  public void counts(CountRun run) {
    calls.add(run);
  }

  @Override
  public void unreadableCounts(UnreadableCounts counts) {
    calls.add(counts);
  }

  @Override
  public void journalBlock(JournalBlockFields block) {
    calls.add(block);
  }

  @Override
  public void journalEntry(JournalEntryFields entry) {
    calls.add(entry);
  }

  @Override
  public void slabJournalBlock(SlabJournalBlockFields block) {
    calls.add(block);
  }

  @Override
  public void slabJournalEntry(SlabJournalEntryFields entry) {
    calls.add(entry);
  }

  @Override
  public void summaryEntry(SummaryFields entry) {
    calls.add(entry);
  }

  @Override
  public void beginSlabs(boolean areCountsComplete) {
    calls.add(areCountsComplete ? Mark.BEGIN_SLABS_COMPLETE : Mark.BEGIN_SLABS);
  }

  @Override
  public void beginBlockMap() {
    calls.add(Mark.BEGIN_BLOCK_MAP);
  }

  @Override
  public void endBlockMap() {
    calls.add(Mark.END_BLOCK_MAP);
  }

  @Override
  public void endSlabs() {
    calls.add(Mark.END_SLABS);
  }

  @Override
  public void beginRecoveryJournal() {
    calls.add(Mark.BEGIN_RECOVERY_JOURNAL);
  }

  @Override
  public void endRecoveryJournal() {
    calls.add(Mark.END_RECOVERY_JOURNAL);
  }

  @Override
  public void beginSlabJournals() {
    calls.add(Mark.BEGIN_SLAB_JOURNALS);
  }

  @Override
  public void endSlabJournals() {
    calls.add(Mark.END_SLAB_JOURNALS);
  }

  @Override
  public void beginSummary() {
    calls.add(Mark.BEGIN_SUMMARY);
  }

  @Override
  public void endSummary() {
    calls.add(Mark.END_SUMMARY);
  }

  @Override
  public void end() {
    calls.add(Mark.END);
  }
}
