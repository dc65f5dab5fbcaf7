package io.vdotools.check;

import io.vdotools.engine.SlabObserver;
import io.vdotools.engine.SlabReplay;
import io.vdotools.engine.SlabTail;
import io.vdotools.format.BlockSize;
import io.vdotools.format.JournalPoint;
import io.vdotools.format.Limits;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabJournalEntry.Operation;
import io.vdotools.format.depot.SlabSummaryEntry;
import io.vdotools.problem.Problem.SlabProblem;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;

/**
 * What is checked in a slab while its counts are computed: its journal and its reference blocks.
 *
 * <p>Checks V-103 to V-106, V-108, V-123 and V-140 to V-149.
 */
final class SlabChecks implements SlabObserver {
  /** Recovery points of entries that old drivers made up during a recovery go up to this index. */
  private static final int LARGEST_ENTRY_INDEX = 311 + Limits.USER_REQUESTS - 1;

  private static final int LARGEST_CURRENT_INDEX = 2 * 216 + 1;

  private final CheckContext context;
  private final CheckContext.Journal journal;
  private final SlabGeometry slabs;

  // The slab that is being loaded, and the last live journal block seen of it.
  private SlabSummaryEntry entry;
  private SlabTail tail;
  private long lastHead;
  private long lastRecoveryPoint;

  SlabChecks(CheckContext context, CheckContext.Journal journal) {
    this.context = context;
    this.journal = journal;
    this.slabs = context.slabs();
    this.entry = slabs.unusedEntry();
    this.tail = new SlabTail(SlabTail.Origin.UNUSED, 1, 1, JournalPoint.NONE, JournalPoint.NONE);
  }

  private void add(ProblemCode code, Structure structure, long pbn, int slab, String detail) {
    context.findings().add(new SlabProblem(code, structure, pbn, slab, detail));
  }

  private void addJournal(ProblemCode code, long pbn, int slab, String detail) {
    add(code, Structure.SLAB_JOURNAL, pbn, slab, detail);
  }

  @Override
  public void tail(int slab, SlabSummaryEntry summaryEntry, SlabTail slabTail) {
    entry = summaryEntry;
    tail = slabTail;
    lastHead = 0;
    lastRecoveryPoint = JournalPoint.NONE;
    long pbn = SlabTail.lastBlockPbn(slabs, slab, entry);
    switch (tail.origin()) {
      case UNUSED -> {}
      case UNREADABLE ->
          addJournal(
              ProblemCode.SLAB_JOURNAL_UNREADABLE,
              pbn,
              slab,
              "its last journal block is unreadable");
      case BLANK -> {
        if (entry.tailBlockOffset() != 0) {
          addJournal(
              ProblemCode.SLAB_JOURNAL_TAIL,
              pbn,
              slab,
              "the summary's tail offset is "
                  + entry.tailBlockOffset()
                  + ", but the block before it is none of this volume's slab journals");
        }
      }
      case BLOCK -> checkTailBlock(slab, pbn);
    }
  }

  private void checkTailBlock(int slab, long pbn) {
    long sequence = tail.tail() - 1;
    if (sequence < 1 || sequence >= Limits.SEQUENCE_NUMBERS) {
      addJournal(
          ProblemCode.SLAB_JOURNAL_SEQUENCE,
          pbn,
          slab,
          "sequence number is " + Long.toUnsignedString(sequence) + ", expected 1 to 2^48 - 1");
      return;
    }
    if (slabs.journalPosition(tail.tail()) != entry.tailBlockOffset()) {
      addJournal(
          ProblemCode.SLAB_JOURNAL_TAIL,
          pbn,
          slab,
          "the summary's tail offset is "
              + entry.tailBlockOffset()
              + ", but the block before it has sequence number "
              + sequence
              + ", which belongs before offset "
              + slabs.journalPosition(tail.tail()));
    }
    if (!entry.loadRefCounts() && entry.isDirty() && tail.head() != 1) {
      add(
          ProblemCode.COUNTS_NOT_LOADED,
          Structure.SLAB_JOURNAL,
          pbn,
          slab,
          "the journal's head is " + tail.head() + ", so the counts were written once");
    }
    long recoverySequence = JournalPoint.sequenceNumber(tail.recoveryPoint());
    if (recoverySequence >= journal.recoveryPointLimit()) {
      addJournal(
          ProblemCode.RECOVERY_POINT_AHEAD,
          pbn,
          slab,
          "recovery point is "
              + JournalPoint.toString(tail.recoveryPoint())
              + ", expected a block below "
              + journal.recoveryPointLimit());
    }
    int index = JournalPoint.entryIndex(tail.recoveryPoint());
    boolean isCurrent = recoverySequence >= journal.currentFormatFrom();
    if (index > (isCurrent ? LARGEST_CURRENT_INDEX : LARGEST_ENTRY_INDEX)) {
      addJournal(
          ProblemCode.RECOVERY_POINT_SHAPE,
          pbn,
          slab,
          "recovery point is " + JournalPoint.toString(tail.recoveryPoint()));
    }
  }

  @Override
  public void referenceBlock(int slab, long pbn, ReferenceBlock block, long lastPoint) {
    long first = block.commitPoint(0);
    long largest = first;
    boolean isTorn = false;
    for (int sector = 1; sector < BlockSize.SECTORS_PER_BLOCK; sector++) {
      long point = block.commitPoint(sector);
      isTorn |= point != first;
      largest = JournalPoint.isBefore(largest, point) ? point : largest;
    }
    if (isTorn) {
      add(
          entry.isDirty() || context.judgement() == Judgement.AFTER_RECOVERY
              ? ProblemCode.REFERENCE_BLOCK_TORN_REPLAYED
              : ProblemCode.REFERENCE_BLOCK_TORN,
          Structure.REFERENCE_BLOCK,
          pbn,
          slab,
          "commit points of its sectors differ");
    }
    // Where the end of the journal cannot be read, nobody knows what lies behind it.
    if (tail.origin() != SlabTail.Origin.UNREADABLE && JournalPoint.isBefore(lastPoint, largest)) {
      add(
          ProblemCode.COMMIT_POINT_AHEAD,
          Structure.REFERENCE_BLOCK,
          pbn,
          slab,
          "commit point is "
              + JournalPoint.toString(largest)
              + ", but the slab journal ends at "
              + JournalPoint.toString(lastPoint));
    }
  }

  @Override
  public void unreadableReferenceBlock(int slab, long pbn) {
    add(
        ProblemCode.REFERENCE_BLOCK_UNREADABLE,
        Structure.REFERENCE_BLOCK,
        pbn,
        slab,
        "its counts are unknown");
  }

  @Override
  public void counts(int slab, int provisional, int firstStray) {
    if (firstStray >= 0) {
      add(
          ProblemCode.PADDING_COUNTS,
          Structure.REFERENCE_BLOCK,
          slabs.referenceStart(slab) + firstStray / ReferenceBlock.COUNTS_PER_BLOCK,
          slab,
          "the count at offset "
              + firstStray
              + " is not 0; the slab has "
              + slabs.dataBlocks()
              + " data blocks");
    }
    if (provisional > 0 && context.judgement() == Judgement.AS_IT_IS) {
      add(
          ProblemCode.PROVISIONAL_COUNTS,
          Structure.REFERENCE_BLOCK,
          slabs.referenceStart(slab),
          slab,
          provisional + " counts are provisional; they count as 0");
    }
  }

  @Override
  public void impossibleHead(int slab, SlabTail slabTail) {
    addJournal(
        ProblemCode.SLAB_JOURNAL_HEAD,
        SlabTail.lastBlockPbn(slabs, slab, entry),
        slab,
        "head is " + slabTail.head() + ", the last block " + (slabTail.tail() - 1));
  }

  @Override
  public void unreadableJournalBlock(int slab, long pbn, long sequenceNumber) {
    addJournal(
        ProblemCode.SLAB_JOURNAL_UNREADABLE,
        pbn,
        slab,
        "block " + sequenceNumber + " of its journal is unreadable");
  }

  @Override
  public boolean journalBlock(int slab, long pbn, long sequenceNumber, SlabJournalBlock block) {
    if (!block.belongsTo(context.nonce()) || block.sequenceNumber() != sequenceNumber) {
      addJournal(
          ProblemCode.SLAB_JOURNAL_HOLE,
          pbn,
          slab,
          "holds no slab journal block with sequence number " + sequenceNumber);
      return false;
    }
    if (block.entryCount() < 1 || block.entryCount() > block.capacity()) {
      addJournal(
          ProblemCode.SLAB_JOURNAL_ENTRY_COUNT,
          pbn,
          slab,
          "entry count is " + block.entryCount() + ", expected 1 to " + block.capacity());
      return false;
    }
    if (block.encodingByte() > 1) {
      addJournal(
          ProblemCode.SLAB_JOURNAL_ENTRY_COUNT,
          pbn,
          slab,
          "the byte that selects the encoding is " + block.encodingByte() + ", expected 0 or 1");
    }
    checkTypeBits(slab, pbn, block);
    if (block.head() < 1
        || block.head() > sequenceNumber
        || sequenceNumber - block.head() >= slabs.journalBlocks()
        || block.head() < lastHead) {
      addJournal(
          ProblemCode.SLAB_JOURNAL_HEAD,
          pbn,
          slab,
          "head of block " + sequenceNumber + " is " + Long.toUnsignedString(block.head()));
    }
    if (!JournalPoint.isBefore(lastRecoveryPoint, block.recoveryPoint())) {
      addJournal(
          ProblemCode.RECOVERY_POINT_ORDER,
          pbn,
          slab,
          "recovery point of block "
              + sequenceNumber
              + " is "
              + JournalPoint.toString(block.recoveryPoint())
              + ", that of the block before it "
              + JournalPoint.toString(lastRecoveryPoint));
    }
    checkParity(slab, pbn, block);
    lastHead = block.head();
    lastRecoveryPoint = block.recoveryPoint();
    return true;
  }

  /** In the current format the point of an increment is even, that of a decrement odd. */
  private void checkParity(int slab, long pbn, SlabJournalBlock block) {
    long sequence = JournalPoint.sequenceNumber(block.recoveryPoint());
    if (sequence < journal.currentFormatFrom()) {
      return;
    }
    boolean isIncrement = block.entry(block.entryCount() - 1).isIncrement();
    int index = JournalPoint.entryIndex(block.recoveryPoint());
    if ((index % 2 == 0) != isIncrement) {
      addJournal(
          ProblemCode.RECOVERY_POINT_SHAPE,
          pbn,
          slab,
          "recovery point is "
              + JournalPoint.toString(block.recoveryPoint())
              + ", but the last entry is "
              + (isIncrement ? "an increment" : "a decrement"));
    }
  }

  private void checkTypeBits(int slab, long pbn, SlabJournalBlock block) {
    if (!block.hasBlockMapIncrements()) {
      return;
    }
    for (int i = 0; i < SlabJournalBlock.FULL_ENTRIES; i++) {
      if (block.typeBit(i)
          && (i >= block.entryCount() || block.entryOperation(i) == Operation.DECREMENT)) {
        addJournal(
            ProblemCode.SLAB_JOURNAL_TYPE_BITS,
            pbn,
            slab,
            "entry "
                + i
                + " is marked as a block map entry but is "
                + (i >= block.entryCount() ? "behind the last one" : "a decrement"));
        return;
      }
    }
  }

  @Override
  public void entryOutsideSlab(int slab, int offset, long point) {
    addJournal(
        ProblemCode.SLAB_JOURNAL_ENTRY_OFFSET,
        journalPbn(slab, point),
        slab,
        "entry "
            + JournalPoint.toString(point)
            + " names offset "
            + offset
            + ", expected less than "
            + slabs.dataBlocks());
  }

  @Override
  public void impossibleChange(int slab, int offset, Operation operation, int count, long point) {
    String change =
        switch (operation) {
          case DATA_INCREMENT -> "increments";
          case DECREMENT -> "decrements";
          case BLOCK_MAP_INCREMENT -> "makes a block map page of";
        };
    addJournal(
        ProblemCode.COUNT_REPLAY_IMPOSSIBLE,
        journalPbn(slab, point),
        slab,
        "entry "
            + JournalPoint.toString(point)
            + " "
            + change
            + " PBN "
            + (slabs.slabStart(slab) + offset)
            + ", whose count is "
            + count);
  }

  private long journalPbn(int slab, long point) {
    return slabs.journalStart(slab) + slabs.journalPosition(JournalPoint.sequenceNumber(point));
  }

  /** Checks what only the finished counts can tell: V-107, V-124 and V-126. */
  void checkCounts(int slab, SlabReplay counts, int freeBlocks) {
    if (counts.isUntouched()) {
      checkHint(slab, slabs.dataBlocks());
      return;
    }
    boolean isAtRest = context.judgement() == Judgement.AS_IT_IS;
    if (isAtRest && entry.isDirty() && !context.state().needsScrubbing()) {
      if (counts.changedByJournal()) {
        addJournal(
            ProblemCode.DIRTY_SLAB_CHANGES,
            SlabTail.lastBlockPbn(slabs, slab, entry),
            slab,
            "its counts on disk lack what its journal holds");
      }
      return;
    }
    if (isAtRest && !entry.isDirty()) {
      if (tail.origin() == SlabTail.Origin.BLOCK
          && entry.loadRefCounts()
          && JournalPoint.isBefore(counts.largestCommitPoint(), tail.lastEntry())) {
        add(
            ProblemCode.COMMIT_POINT_BEHIND,
            Structure.REFERENCE_BLOCK,
            slabs.referenceStart(slab),
            slab,
            "the largest commit point is "
                + JournalPoint.toString(counts.largestCommitPoint())
                + ", the end of the journal "
                + JournalPoint.toString(tail.lastEntry()));
      }
      checkHint(slab, freeBlocks);
    }
  }

  private void checkHint(int slab, int freeBlocks) {
    int expected = slabs.fullnessHint(freeBlocks);
    if (context.judgement() == Judgement.AS_IT_IS && entry.fullnessHint() != expected) {
      add(
          ProblemCode.FULLNESS_HINT,
          Structure.SLAB_SUMMARY,
          context.states().entryPbn(slab, context.zones()),
          slab,
          "fullness hint is "
              + entry.fullnessHint()
              + ", expected "
              + expected
              + " for "
              + freeBlocks
              + " free blocks");
    }
  }
}
