package io.vdotools.check;

import static io.vdotools.engine.damage.Damage.count;
import static io.vdotools.engine.damage.Damage.edit;
import static io.vdotools.engine.damage.Damage.summaryEntry;
import static io.vdotools.engine.damage.Damage.superBlockField;
import static io.vdotools.problem.ProblemCode.*;
import static io.vdotools.testing.VolumeImages.FULL_LEAF;
import static io.vdotools.testing.VolumeImages.SHARED;

import io.vdotools.engine.damage.Damage;
import io.vdotools.engine.damage.DamageException;
import io.vdotools.engine.damage.StructFields;
import io.vdotools.engine.damage.VolumeAreas;
import io.vdotools.format.BlockSize;
import io.vdotools.format.JournalPoint;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabJournalEntry;
import io.vdotools.format.depot.SlabJournalEntry.Operation;
import io.vdotools.format.depot.SlabSummaryEntry;
import io.vdotools.problem.ProblemCode;
import io.vdotools.testing.SlabForm;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Consumer;

/** Damages to reference counts, the slab summary and slab journals. */
final class DepotCases {
  private static final VolumeImage CLEAN = VolumeImages.clean();

  /** Slab 1 is dirty, and its journal of three blocks changes nothing. */
  private static final VolumeImage DIRTY_SLAB = VolumeImages.cleanWithDirtySlab();

  /** Slab 2 was used once, and has a journal; now it is empty again. */
  private static final VolumeImage EMPTIED_SLAB =
      VolumeImages.everyKind()
          .slab(2, SlabForm.RESTED)
          .allocateFromSlab(2)
          .plain(70)
          .discard(70)
          .build();

  private static final int JOURNALED = 1;

  private DepotCases() {}

  private static long freeBlock(VolumeAreas areas) {
    return areas.slabs().slabStart(0) + 5000;
  }

  private static long dataOf(VolumeAreas areas, long lbn) throws DamageException {
    // The builder takes the block behind a new leaf for the leaf's first mapping.
    return areas.page(lbn, 0) + 1;
  }

  static List<DamageCase> counts() {
    int dataBlocks = CLEAN.areas().slabs().dataBlocks();
    return List.of(
        DamageCase.of(
            "a used slab counts as never used",
            CLEAN,
            summaryEntry(JOURNALED, _ -> CLEAN.areas().slabs().unusedEntry()),
            REFERENCES_INTO_UNUSED_SLAB),
        DamageCase.of(
            "a count of 1 for a block with four references",
            CLEAN,
            count(areas -> dataOf(areas, SHARED), 1),
            COUNT_TOO_LOW),
        DamageCase.of(
            "a count of 1 for a free block",
            CLEAN,
            count(DepotCases::freeBlock, 1),
            COUNT_TOO_HIGH),
        DamageCase.of(
            "a page with a count of 1",
            CLEAN,
            count(areas -> areas.page(FULL_LEAF, 0), 1),
            PAGE_COUNT_LEGACY),
        DamageCase.of(
            "a page with a count of 7",
            CLEAN,
            count(areas -> areas.page(FULL_LEAF, 0), 7),
            PAGE_COUNT_WRONG),
        DamageCase.of(
            "a count behind the data blocks",
            CLEAN,
            count(areas -> areas.slabs().slabStart(0) + dataBlocks, 1),
            PADDING_COUNTS),
        DamageCase.of(
            "a provisional count", CLEAN, count(DepotCases::freeBlock, 255), PROVISIONAL_COUNTS),
        DamageCase.of(
            "a commit point ahead of the journal",
            CLEAN,
            commitPoints(0, JournalPoint.pack(100, 0)),
            COMMIT_POINT_AHEAD),
        DamageCase.of(
            "a commit point beside a blank journal",
            CLEAN,
            onReferenceBlock(0, 0, block -> setCommitPoints(block, JournalPoint.pack(1, 0))),
            COMMIT_POINT_AHEAD),
        DamageCase.of(
            "a sector older than the others",
            CLEAN,
            onReferenceBlock(
                JOURNALED, 1, block -> block.setCommitPoint(7, JournalPoint.pack(1, 0))),
            REFERENCE_BLOCK_TORN),
        DamageCase.of(
            "a sector older than the others in a dirty slab",
            DIRTY_SLAB,
            onReferenceBlock(
                JOURNALED, 1, block -> block.setCommitPoint(7, JournalPoint.pack(1, 0))),
            REFERENCE_BLOCK_TORN_REPLAYED),
        DamageCase.of(
            "all commit points before the end of the journal",
            CLEAN,
            commitPoints(0, JournalPoint.pack(1, 0)).and(commitPoints(1, JournalPoint.pack(1, 0))),
            COMMIT_POINT_BEHIND),
        DamageCase.of(
            "a journal entry that frees a free block",
            DIRTY_SLAB,
            onJournalBlock(3, block -> append(block, 7000, Operation.DECREMENT, 1)),
            COUNT_REPLAY_IMPOSSIBLE),
        DamageCase.of(
            "a journal entry that makes a page of a used block",
            DIRTY_SLAB,
            onJournalBlock(3, block -> append(block, 100, Operation.BLOCK_MAP_INCREMENT, 2)),
            COUNT_REPLAY_IMPOSSIBLE),
        DamageCase.unreadable(
            "a reference block without references is unreadable",
            CLEAN,
            areas -> areas.slabs().referenceStart(JOURNALED) + 1,
            REFERENCE_BLOCK_UNREADABLE));
  }

  private static Damage commitPoints(int index, long point) {
    return onReferenceBlock(JOURNALED, index, block -> setCommitPoints(block, point));
  }

  private static void setCommitPoints(ReferenceBlock block, long point) {
    for (int sector = 0; sector < BlockSize.SECTORS_PER_BLOCK; sector++) {
      block.setCommitPoint(sector, point);
    }
  }

  private static Damage onReferenceBlock(int slab, int index, Consumer<ReferenceBlock> change) {
    return edit(
        areas -> areas.slabs().referenceStart(slab) + index,
        bytes -> change.accept(new ReferenceBlock(bytes)));
  }

  static List<DamageCase> summary() {
    return List.of(
        DamageCase.of(
            "a tail offset of 228",
            CLEAN,
            summaryEntry(JOURNALED, entry -> withOffset(entry, 228)),
            TAIL_OFFSET,
            SLAB_JOURNAL_TAIL),
        DamageCase.of(
            "a slab with a journal but without load",
            EMPTIED_SLAB,
            summaryEntry(2, entry -> withFlags(entry, false, false)),
            USED_SLAB_MARKED_UNUSED),
        DamageCase.of(
            "a slab that is dirty and nothing else",
            CLEAN,
            summaryEntry(2, entry -> withFlags(entry, false, true)),
            DIRTY_WITHOUT_JOURNAL),
        DamageCase.of(
            "a slab without counts whose journal does not begin with 1",
            VolumeImages.recoveringWithoutCounts(),
            onJournalBlock(3, block -> set(block, "head", 2)),
            COUNTS_NOT_LOADED,
            COUNT_TOO_LOW,
            PAGE_COUNT_WRONG),
        DamageCase.of(
            "a fullness hint of 1",
            CLEAN,
            summaryEntry(0, entry -> new SlabSummaryEntry(0, 1, true, false)),
            FULLNESS_HINT),
        DamageCase.of(
            "an unused slab's fullness hint of 1",
            CLEAN,
            summaryEntry(2, entry -> new SlabSummaryEntry(0, 1, false, false)),
            FULLNESS_HINT),
        DamageCase.of(
            "an entry of slab 8191 in the last copy",
            CLEAN,
            summaryEntry(15, 8191, entry -> withFlags(entry, true, false)),
            FUTURE_SLAB_ENTRY),
        DamageCase.made(
            "counts behind the journal of a clean volume",
            () -> VolumeImages.everyKind().slab(JOURNALED, SlabForm.BEHIND).build(),
            DIRTY_SLAB_CHANGES),
        DamageCase.of(
            "a zone count that selects entries without sense",
            VolumeImages.everyKind().zones(2).withStaleSummaryCopies().build(),
            summaryEntry(0, JOURNALED, entry -> withOffset(entry, 4))
                .and(superBlockField("slab_depot.zone_count", 1)),
            ZONE_COUNT_IMPLAUSIBLE,
            USED_SLAB_MARKED_UNUSED,
            REFERENCES_INTO_UNUSED_SLAB),
        DamageCase.unreadable(
            "a summary block is unreadable",
            CLEAN,
            areas -> areas.summaryStart() + 5,
            SUMMARY_UNREADABLE));
  }

  private static SlabSummaryEntry withOffset(SlabSummaryEntry entry, int offset) {
    return new SlabSummaryEntry(
        offset, entry.fullnessHint(), entry.loadRefCounts(), entry.isDirty());
  }

  private static SlabSummaryEntry withFlags(SlabSummaryEntry entry, boolean load, boolean dirty) {
    return new SlabSummaryEntry(entry.tailBlockOffset(), entry.fullnessHint(), load, dirty);
  }

  static List<DamageCase> slabJournals() {
    long typeBits = SlabJournalBlock.STRUCT.sizeBytes() + 3L * SlabJournalBlock.FULL_ENTRIES;
    return List.of(
        DamageCase.of(
            "the summary's tail is not the journal's",
            CLEAN,
            summaryEntry(JOURNALED, entry -> withOffset(entry, 10)),
            SLAB_JOURNAL_TAIL,
            COMMIT_POINT_AHEAD),
        onJournal(2, "sequence_number", 200, SLAB_JOURNAL_HOLE),
        onJournal(2, "metadata_type", 1, SLAB_JOURNAL_HOLE),
        onJournal(2, "nonce", 1, SLAB_JOURNAL_HOLE),
        onJournal(2, "entry_count", 0, SLAB_JOURNAL_ENTRY_COUNT),
        onJournal(2, "entry_count", 1354, SLAB_JOURNAL_ENTRY_COUNT),
        onJournal(1, "has_block_map_increments", 2, SLAB_JOURNAL_ENTRY_COUNT),
        DamageCase.of(
            "an entry for a block behind the data blocks",
            DIRTY_SLAB,
            onJournalBlock(3, block -> append(block, 8000, Operation.DATA_INCREMENT, 2)),
            SLAB_JOURNAL_ENTRY_OFFSET),
        DamageCase.of(
            "a type bit behind the last entry",
            DIRTY_SLAB,
            onJournalBlock(
                1, block -> block.bytes().set(ValueLayout.JAVA_BYTE, typeBits + 100, (byte) 1)),
            SLAB_JOURNAL_TYPE_BITS),
        onJournal(3, "head", 0, SLAB_JOURNAL_HEAD),
        onJournal(2, "head", 3, SLAB_JOURNAL_HEAD),
        onJournal(2, "recovery_point", JournalPoint.pack(1, 2), RECOVERY_POINT_ORDER),
        DamageCase.of(
            "a recovery point at the journal's start",
            CLEAN,
            onJournalBlock(3, block -> set(block, "recovery_point", JournalPoint.pack(10, 2))),
            RECOVERY_POINT_AHEAD),
        DamageCase.of(
            "a recovery point behind the last entry of a block",
            CLEAN,
            onJournalBlock(3, block -> set(block, "recovery_point", JournalPoint.pack(9, 434))),
            RECOVERY_POINT_SHAPE),
        onJournal(3, "recovery_point", JournalPoint.pack(9, 3), RECOVERY_POINT_SHAPE),
        DamageCase.of(
            "a sequence number of 0",
            CLEAN,
            onJournalBlock(3, block -> set(block, "sequence_number", 0)),
            SLAB_JOURNAL_SEQUENCE,
            COMMIT_POINT_AHEAD),
        DamageCase.of(
            "a sequence number of 2^48",
            CLEAN,
            onJournalBlock(3, block -> set(block, "sequence_number", 1L << 48)),
            SLAB_JOURNAL_SEQUENCE,
            COMMIT_POINT_AHEAD),
        DamageCase.unreadable(
            "a live slab journal block is unreadable",
            DIRTY_SLAB,
            areas -> journalPbn(areas, 2),
            SLAB_JOURNAL_UNREADABLE),
        DamageCase.unreadable(
            "the last slab journal block is unreadable",
            DIRTY_SLAB,
            areas -> journalPbn(areas, 3),
            SLAB_JOURNAL_UNREADABLE));
  }

  private static long journalPbn(VolumeAreas areas, long sequence) {
    return areas.slabs().journalStart(JOURNALED) + areas.slabs().journalPosition(sequence);
  }

  private static DamageCase onJournal(
      long sequence, String field, long value, ProblemCode... expected) {
    return DamageCase.of(
        "slab journal block " + sequence + " " + field + " = " + value,
        DIRTY_SLAB,
        onJournalBlock(sequence, block -> set(block, field, value)),
        expected);
  }

  private static Damage onJournalBlock(long sequence, Consumer<SlabJournalBlock> change) {
    return edit(
        areas -> journalPbn(areas, sequence),
        (MemorySegment bytes) -> change.accept(new SlabJournalBlock(bytes)));
  }

  private static void set(SlabJournalBlock block, String field, long value) {
    StructFields.set(SlabJournalBlock.STRUCT, block.bytes(), field, value);
  }

  private static void append(SlabJournalBlock block, int offset, Operation operation, int more) {
    if (!block.append(new SlabJournalEntry(offset, operation), block.recoveryPoint() + more)) {
      throw new IllegalStateException("the block is full");
    }
  }
}
