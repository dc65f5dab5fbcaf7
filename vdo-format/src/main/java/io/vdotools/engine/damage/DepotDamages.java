package io.vdotools.engine.damage;

import static io.vdotools.engine.damage.DamageCatalogue.field;
import static io.vdotools.engine.damage.NamedDamage.Condition.CLEAN;
import static io.vdotools.engine.damage.NamedDamage.Condition.DIRTY_SLAB;
import static io.vdotools.problem.ProblemCode.*;

import io.vdotools.engine.damage.NamedDamage.Condition;
import io.vdotools.format.BlockSize;
import io.vdotools.format.JournalPoint;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabJournalEntry;
import io.vdotools.format.depot.SlabJournalEntry.Operation;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.format.depot.SlabSummaryEntry;
import io.vdotools.problem.ProblemCode;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Damages to reference counts, the slab summary and slab journals. */
final class DepotDamages {
  private static final Damage.Spot FREE_BLOCK = BlockMapDamages::freeBlock;

  private DepotDamages() {}

  static List<NamedDamage> all() {
    var all = new ArrayList<NamedDamage>();
    all.addAll(counts());
    all.addAll(summary());
    all.addAll(slabJournals());
    return all;
  }

  private static List<NamedDamage> counts() {
    return List.of(
        of(
            "count.too-low",
            "a data block is in use and counts as free",
            place -> Damage.count(areas -> dataBlock(areas, place), ReferenceBlock.EMPTY),
            COUNT_TOO_LOW),
        of(
            "count.too-high",
            "a free block counts as used",
            _ -> Damage.count(FREE_BLOCK, 1),
            COUNT_TOO_HIGH),
        of(
            "count.provisional",
            "a free block counts as being written",
            _ -> Damage.count(FREE_BLOCK, ReferenceBlock.PROVISIONAL),
            PROVISIONAL_COUNTS),
        of(
            "count.page-legacy",
            "a block map page has a count of 1",
            place -> Damage.count(areas -> areas.block(Area.LEAF, place), 1),
            PAGE_COUNT_LEGACY),
        of(
            "count.page-wrong",
            "a block map page has a count of 7",
            place -> Damage.count(areas -> areas.block(Area.LEAF, place), 7),
            PAGE_COUNT_WRONG),
        of(
            "count.padding",
            "there is a count behind those of the slab's data blocks",
            place ->
                Damage.count(
                    areas ->
                        areas.slabs().slabStart(slabOf(areas, Area.REFERENCE_BLOCK, place))
                            + areas.slabs().dataBlocks(),
                    1),
            PADDING_COUNTS),
        of(
            "commit-point.ahead",
            "a reference block knows entries that its slab's journal does not hold",
            place -> commitPoints(place, JournalPoint.pack(1L << 40, 0)),
            COMMIT_POINT_AHEAD),
        of(
            "reference-block.old-sector",
            "one sector is older than the others",
            place ->
                onReferenceBlock(place, block -> block.setCommitPoint(7, JournalPoint.pack(1, 0))),
            REFERENCE_BLOCK_TORN));
  }

  /** A block that a leaf maps an LBN to. */
  private static long dataBlock(VolumeAreas areas, Place place) throws DamageException {
    long first = place instanceof Place.AtLbn(long lbn) ? lbn : areas.firstLbn(place);
    for (long lbn = first; lbn < areas.forest().logicalBlocks(); lbn++) {
      long pbn = BlockMapEntry.pbn(areas.mapping(lbn));
      if (areas.slabs().isDataBlock(pbn)) {
        return pbn;
      }
    }
    throw new DamageException("no LBN from " + first + " on is mapped to a block");
  }

  private static Damage commitPoints(Place place, long point) {
    return onReferenceBlock(
        place,
        block -> {
          for (int sector = 0; sector < BlockSize.SECTORS_PER_BLOCK; sector++) {
            block.setCommitPoint(sector, point);
          }
        });
  }

  private static Damage onReferenceBlock(Place place, Consumer<ReferenceBlock> change) {
    return Damage.edit(
        areas -> areas.block(Area.REFERENCE_BLOCK, place),
        bytes -> change.accept(new ReferenceBlock(bytes)));
  }

  private static List<NamedDamage> summary() {
    return List.of(
        onSlab(
            "slab.unused",
            "a slab in use is marked as never used",
            areas -> _ -> areas.slabs().unusedEntry(),
            REFERENCES_INTO_UNUSED_SLAB),
        onSlab(
            "slab.tail-outside",
            "the summary's tail is no block of the slab's journal",
            areas -> entry -> withOffset(entry, Math.min(255, areas.slabs().journalBlocks() + 4)),
            TAIL_OFFSET),
        onSlab(
            "slab.fullness-hint",
            "the summary's hint at a slab's free space is wrong",
            _ ->
                entry ->
                    new SlabSummaryEntry(
                        entry.tailBlockOffset(),
                        entry.fullnessHint() ^ 1,
                        entry.loadRefCounts(),
                        entry.isDirty()),
            FULLNESS_HINT),
        of(
            "slab.tail-elsewhere",
            "the summary's tail is not that of the slab's journal",
            place ->
                (device, areas) ->
                    Damage.summaryEntry(
                            slabOf(areas, Area.SLAB_JOURNAL, place),
                            entry -> withOffset(entry, entry.tailBlockOffset() + 7))
                        .inflict(device, areas),
            SLAB_JOURNAL_TAIL),
        of(
            "slab.dirty-only",
            "a slab that was never used is marked dirty",
            _ ->
                (device, areas) -> {
                  for (int slab = areas.slabs().slabCount() - 1; slab >= 0; slab--) {
                    if (areas.summaryEntry(slab).isUnused()) {
                      Damage.summaryEntry(
                              slab,
                              entry ->
                                  new SlabSummaryEntry(
                                      entry.tailBlockOffset(), entry.fullnessHint(), false, true))
                          .inflict(device, areas);
                      return;
                    }
                  }
                  throw new DamageException("the volume has no slab that was never used");
                },
            DIRTY_WITHOUT_JOURNAL),
        of(
            "slab.future",
            "the summary has an entry for a slab that does not exist",
            _ ->
                Damage.summaryEntry(
                    SlabSummary.COPIES - 1,
                    SlabSummary.BLOCKS_PER_COPY * SlabSummary.ENTRIES_PER_BLOCK - 1,
                    entry ->
                        new SlabSummaryEntry(
                            entry.tailBlockOffset(), entry.fullnessHint(), true, false)),
            FUTURE_SLAB_ENTRY));
  }

  /** Changes the summary entry of a slab in use, that of a leaf. */
  private static NamedDamage onSlab(
      String name,
      String title,
      Function<VolumeAreas, UnaryOperator<SlabSummaryEntry>> change,
      ProblemCode code) {
    return of(
        name,
        title,
        place ->
            (device, areas) ->
                Damage.summaryEntry(slabOf(areas, Area.LEAF, place), change.apply(areas))
                    .inflict(device, areas),
        code);
  }

  private static int slabOf(VolumeAreas areas, Area area, Place place) throws DamageException {
    return areas.slabs().slabOf(areas.block(area, place));
  }

  private static SlabSummaryEntry withOffset(SlabSummaryEntry entry, int offset) {
    return new SlabSummaryEntry(
        offset, entry.fullnessHint(), entry.loadRefCounts(), entry.isDirty());
  }

  private static List<NamedDamage> slabJournals() {
    long typeBits = SlabJournalBlock.STRUCT.sizeBytes() + 3L * SlabJournalBlock.FULL_ENTRIES;
    return List.of(
        field(DIRTY_SLAB, "slab-journal.sequence_number=200", SLAB_JOURNAL_HOLE),
        field(DIRTY_SLAB, "slab-journal.metadata_type=1", SLAB_JOURNAL_HOLE),
        field(DIRTY_SLAB, "slab-journal.nonce=1", SLAB_JOURNAL_HOLE),
        field(DIRTY_SLAB, "slab-journal.entry_count=0", SLAB_JOURNAL_ENTRY_COUNT),
        field(DIRTY_SLAB, "slab-journal.entry_count=1354", SLAB_JOURNAL_ENTRY_COUNT),
        field(DIRTY_SLAB, "slab-journal.has_block_map_increments=2", SLAB_JOURNAL_ENTRY_COUNT),
        field(DIRTY_SLAB, "slab-journal.head=3", SLAB_JOURNAL_HEAD),
        field(DIRTY_SLAB, "slab-journal.recovery_point=0x10002", RECOVERY_POINT_ORDER),
        onTail(
            "frees-free",
            "an entry frees a free block",
            block -> append(block, 7000, Operation.DECREMENT, 1),
            COUNT_REPLAY_IMPOSSIBLE),
        onTail(
            "entry-outside",
            "an entry is for a block behind the slab's data blocks",
            block -> append(block, 8000, Operation.DATA_INCREMENT, 2),
            SLAB_JOURNAL_ENTRY_OFFSET),
        onTail(
            "no-sequence",
            "its sequence number is 0",
            block -> set(block, "sequence_number", 0),
            SLAB_JOURNAL_SEQUENCE),
        onTail(
            "recovery-point-ahead",
            "its recovery point is ahead of the recovery journal",
            block -> set(block, "recovery_point", JournalPoint.pack(1L << 40, 2)),
            RECOVERY_POINT_AHEAD),
        onTail(
            "recovery-point-shape",
            "its recovery point names no entry of a block",
            block ->
                set(
                    block,
                    "recovery_point",
                    JournalPoint.pack(JournalPoint.sequenceNumber(block.recoveryPoint()), 434)),
            RECOVERY_POINT_SHAPE),
        new NamedDamage(
            "slab-journal.type-bit",
            "a bit behind the last entry says that it is for a block map page",
            DIRTY_SLAB,
            List.of(SLAB_JOURNAL_TYPE_BITS),
            (place, _) ->
                Damage.edit(
                    areas -> areas.block(Area.SLAB_JOURNAL, place),
                    bytes -> bytes.set(ValueLayout.JAVA_BYTE, typeBits + 100, (byte) 1))));
  }

  private static NamedDamage onTail(
      String what, String title, Predicate<SlabJournalBlock> change, ProblemCode code) {
    return new NamedDamage(
        "slab-journal." + what,
        title,
        DIRTY_SLAB,
        List.of(code),
        (place, _) ->
            (device, areas) -> {
              long pbn = areas.block(Area.SLAB_JOURNAL, place);
              var block = new SlabJournalBlock(areas.read(pbn));
              if (!change.test(block)) {
                throw new DamageException(
                    "the slab journal block at PBN " + pbn + " is full; choose the last one");
              }
              device.write(pbn, block.bytes());
            });
  }

  private static boolean append(SlabJournalBlock block, int offset, Operation operation, int more) {
    return block.append(new SlabJournalEntry(offset, operation), block.recoveryPoint() + more);
  }

  private static boolean set(SlabJournalBlock block, String field, long value) {
    StructFields.set(SlabJournalBlock.STRUCT, block.bytes(), field, value);
    return true;
  }

  private interface AtPlace {
    Damage at(Place place);
  }

  private static NamedDamage of(
      String name, String title, AtPlace damage, ProblemCode... expected) {
    return of(CLEAN, name, title, damage, expected);
  }

  private static NamedDamage of(
      Condition condition, String name, String title, AtPlace damage, ProblemCode... expected) {
    return new NamedDamage(
        name, title, condition, List.of(expected), (place, _) -> damage.at(place));
  }
}
