package io.vdotools.model;

import io.vdotools.VdoException;
import io.vdotools.format.GeometryFormat;
import io.vdotools.format.Limits;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabGeometry;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules of {@link VolumeVisitor}: passes on what keeps to them, and throws a {@link
 * ModelException} at the first call that does not.
 *
 * <p>Checked are the order of the calls, the order and the bounds of all numbers, that nothing
 * comes twice or overlaps, and in a whole dump that nothing hangs in the air: a page below one that
 * was not told, a mapping outside the last leaf page. Memory does not depend on the volume.
 */
public final class VisitorRules implements VolumeVisitor {
  private enum Section {
    START,
    BEGUN,
    GEOMETRY,
    SUPER_BLOCK,
    BLOCK_MAP,
    BLOCK_MAP_END,
    SLABS,
    SLABS_END,
    RECOVERY_JOURNAL,
    RECOVERY_JOURNAL_END,
    SLAB_JOURNALS,
    SLAB_JOURNALS_END,
    SUMMARY,
    SUMMARY_END,
    END
  }

  private final VolumeVisitor next;
  private final BlockMapRules blockMap = new BlockMapRules();
  private final SlabRules slabRules = new SlabRules();
  private final Set<Section> told = EnumSet.noneOf(Section.class);

  private Section section = Section.START;
  private DumpScope scope = DumpScope.WHOLE;
  private boolean hasJournalBlock;
  private int lastSummarySlab = -1;

  /**
   * Puts the rules in front of a visitor.
   *
   * @param next is called for everything that keeps to them
   */
  public VisitorRules(VolumeVisitor next) {
    this.next = next;
  }

  @Override
  public void begin(DumpScope dumpScope) throws VdoException {
    enter(Section.BEGUN, "the beginning");
    scope = dumpScope;
    blockMap.isWhole(dumpScope.isWhole());
    next.begin(dumpScope);
  }

  @Override
  public void geometry(GeometryFields geometry) throws VdoException {
    enter(Section.GEOMETRY, "the geometry");
    if (!geometry.format().isSupported()) {
      throw new ModelException("geometry format " + geometry.format() + " is not supported");
    }
    if (geometry.format() == GeometryFormat.V4 && geometry.bioOffset() != 0) {
      throw new ModelException("a geometry of version 4.0 has no block offset");
    }
    next.geometry(geometry);
  }

  @Override
  public void superBlock(SuperBlockFields superBlock) throws VdoException {
    enter(Section.SUPER_BLOCK, "the super block");
    @Nullable SlabGeometry slabs = superBlock.slabs().orElse(null);
    @Nullable Forest forest = superBlock.forest().orElse(null);
    if (scope.isWhole() && slabs == null) {
      throw new ModelException("the numbers of the slab depot do not fit together");
    }
    if (scope.isWhole() && forest == null) {
      throw new ModelException(
          "a logical size of "
              + Long.toUnsignedString(superBlock.config().logicalBlocks())
              + " blocks is not possible");
    }
    blockMap.shape(forest, slabs);
    slabRules.shape(slabs);
    next.superBlock(superBlock);
  }

  @Override
  public void doubt(String sentence) throws VdoException {
    if (section == Section.START || section.compareTo(Section.SUPER_BLOCK) > 0) {
      throw new ModelException("a doubt comes where none belongs");
    }
    if (!scope.isBestReading()) {
      throw new ModelException("a doubt on a volume that is told to be sound");
    }
    next.doubt(sentence);
  }

  @Override
  public void beginBlockMap() throws VdoException {
    enter(Section.BLOCK_MAP, "the block map");
    next.beginBlockMap();
  }

  @Override
  public void page(PagePlace page) throws VdoException {
    within(Section.BLOCK_MAP, "a page");
    blockMap.page(page);
    next.page(page);
  }

  @Override
  public void mapping(MappingRun run) throws VdoException {
    within(Section.BLOCK_MAP, "a mapping");
    blockMap.mapping(run);
    next.mapping(run);
  }

  @Override
  public void mappings(MappingBatch runs) throws VdoException {
    within(Section.BLOCK_MAP, "a mapping");
    int allowed = 0;
    try {
      while (allowed < runs.size()) {
        blockMap.mapping(runs, allowed);
        allowed++;
      }
    } catch (ModelException e) {
      // What comes before it is told before it, and may be at fault itself.
      runs.cut(allowed);
      next.mappings(runs);
      runs.telling(allowed);
      throw e;
    }
    next.mappings(runs);
  }

  @Override
  public void unreadablePage(UnreadablePage page) throws VdoException {
    within(Section.BLOCK_MAP, "an unreadable page");
    bestReadingOnly();
    blockMap.unreadablePage(page.place());
    next.unreadablePage(page);
  }

  @Override
  public void unreadableMapping(UnreadableMapping mapping) throws VdoException {
    within(Section.BLOCK_MAP, "an unreadable mapping");
    bestReadingOnly();
    blockMap.unreadableMapping(mapping.lbn());
    next.unreadableMapping(mapping);
  }

  @Override
  public void endBlockMap() throws VdoException {
    leave(Section.BLOCK_MAP, Section.BLOCK_MAP_END, "the end of the block map");
    next.endBlockMap();
  }

  @Override
  public void beginSlabs(boolean areCountsComplete) throws VdoException {
    enter(Section.SLABS, "the slabs");
    next.beginSlabs(areCountsComplete);
  }

  @Override
  public void slab(SlabState slab) throws VdoException {
    within(Section.SLABS, "a slab");
    slabRules.slab(slab.number());
    next.slab(slab);
  }

  @Override
  public void counts(CountRun run) throws VdoException {
    within(Section.SLABS, "a reference count");
    slabRules.counts(run);
    next.counts(run);
  }

  @Override
  public void unreadableCounts(UnreadableCounts counts) throws VdoException {
    within(Section.SLABS, "unreadable reference counts");
    bestReadingOnly();
    slabRules.range(counts.firstPbn(), counts.count());
    next.unreadableCounts(counts);
  }

  @Override
  public void endSlabs() throws VdoException {
    leave(Section.SLABS, Section.SLABS_END, "the end of the slabs");
    next.endSlabs();
  }

  @Override
  public void beginRecoveryJournal() throws VdoException {
    enter(Section.RECOVERY_JOURNAL, "the recovery journal");
    hasJournalBlock = false;
    next.beginRecoveryJournal();
  }

  @Override
  public void journalBlock(JournalBlockFields block) throws VdoException {
    within(Section.RECOVERY_JOURNAL, "a block of the recovery journal");
    hasJournalBlock = true;
    next.journalBlock(block);
  }

  @Override
  public void journalEntry(JournalEntryFields entry) throws VdoException {
    within(Section.RECOVERY_JOURNAL, "an entry of the recovery journal");
    entryHasBlock();
    next.journalEntry(entry);
  }

  @Override
  public void endRecoveryJournal() throws VdoException {
    leave(
        Section.RECOVERY_JOURNAL, Section.RECOVERY_JOURNAL_END, "the end of the recovery journal");
    next.endRecoveryJournal();
  }

  @Override
  public void beginSlabJournals() throws VdoException {
    enter(Section.SLAB_JOURNALS, "the slab journals");
    hasJournalBlock = false;
    next.beginSlabJournals();
  }

  @Override
  public void slabJournalBlock(SlabJournalBlockFields block) throws VdoException {
    within(Section.SLAB_JOURNALS, "a block of a slab journal");
    slabRules.isPossible(block.slab());
    hasJournalBlock = true;
    next.slabJournalBlock(block);
  }

  @Override
  public void slabJournalEntry(SlabJournalEntryFields entry) throws VdoException {
    within(Section.SLAB_JOURNALS, "an entry of a slab journal");
    entryHasBlock();
    next.slabJournalEntry(entry);
  }

  @Override
  public void endSlabJournals() throws VdoException {
    leave(Section.SLAB_JOURNALS, Section.SLAB_JOURNALS_END, "the end of the slab journals");
    next.endSlabJournals();
  }

  @Override
  public void beginSummary() throws VdoException {
    enter(Section.SUMMARY, "the slab summary");
    next.beginSummary();
  }

  @Override
  public void summaryEntry(SummaryFields entry) throws VdoException {
    within(Section.SUMMARY, "an entry of the slab summary");
    slabRules.isPossible(entry.slab());
    if (entry.slab() <= lastSummarySlab) {
      throw new ModelException(
          "the summary entry of slab " + entry.slab() + " comes after that of a later slab");
    }
    lastSummarySlab = entry.slab();
    next.summaryEntry(entry);
  }

  @Override
  public void endSummary() throws VdoException {
    leave(Section.SUMMARY, Section.SUMMARY_END, "the end of the slab summary");
    next.endSummary();
  }

  @Override
  public void end() throws VdoException {
    enter(Section.END, "the end");
    next.end();
  }

  /** Who builds a volume cannot do with a part what depends on an earlier one. */
  private void requireAllBefore(Section entered) throws ModelException {
    require(Section.GEOMETRY, entered, "the geometry");
    require(Section.SUPER_BLOCK, entered, "the super block");
    require(Section.BLOCK_MAP, entered, "the block map");
    require(Section.SLABS, entered, "the slabs");
  }

  private void require(Section wanted, Section entered, String what) throws ModelException {
    if (wanted.compareTo(entered) < 0 && !told.contains(wanted)) {
      throw new ModelException("of a whole volume, " + what + " is missing");
    }
  }

  private void enter(Section entered, String what) throws ModelException {
    boolean isOpen =
        switch (section) {
          case BLOCK_MAP, SLABS, RECOVERY_JOURNAL, SLAB_JOURNALS, SUMMARY -> true;
          default -> false;
        };
    boolean isFirst = entered == Section.BEGUN;
    if (isOpen || entered.compareTo(section) <= 0 || isFirst != (section == Section.START)) {
      throw new ModelException(
          what + (told.contains(entered) ? " comes twice" : " comes out of order"));
    }
    if (!isFirst && scope.isWhole()) {
      requireAllBefore(entered);
    }
    told.add(entered);
    section = entered;
  }

  private void leave(Section open, Section left, String what) throws ModelException {
    within(open, what);
    section = left;
  }

  private void within(Section open, String what) throws ModelException {
    if (section != open) {
      throw new ModelException(what + " comes where none belongs");
    }
  }

  private void bestReadingOnly() throws ModelException {
    if (!scope.isBestReading()) {
      throw new ModelException("something unreadable in a volume that is told to be sound");
    }
  }

  private void entryHasBlock() throws ModelException {
    if (!hasJournalBlock) {
      throw new ModelException("an entry of a journal comes before its block");
    }
  }

  /** {@return whether the number is one of a possible block} */
  static boolean isPossiblePbn(long pbn, @Nullable SlabGeometry slabs) {
    return pbn > Limits.ZERO_BLOCK
        && pbn < Limits.PHYSICAL_BLOCKS
        && (slabs == null || slabs.isDataBlock(pbn));
  }
}
