package io.vdotools.check;

import static io.vdotools.engine.damage.Damage.edit;
import static io.vdotools.engine.damage.Damage.superBlockField;
import static io.vdotools.problem.ProblemCode.*;
import static io.vdotools.testing.VolumeImages.PLAIN;

import io.vdotools.engine.damage.Damage;
import io.vdotools.engine.damage.StructFields;
import io.vdotools.engine.damage.VolumeAreas;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.journal.JournalEntry;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.format.journal.RecoveryJournalBlock;
import io.vdotools.problem.ProblemCode;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Damages to the recovery journal. */
final class JournalCases {
  private static final VolumeImage CLEAN = VolumeImages.clean();
  private static final VolumeImage NEW = VolumeImages.fresh();

  /** Its journal has two full blocks, 10 and 11, and a third one. */
  private static final VolumeImage CRASHED =
      VolumeImages.everyKind()
          .crashAfterHere()
          .plainRange(100, 500)
          .plain(PLAIN)
          .discard(1)
          .zero(2)
          .plain(5 * 812)
          .build();

  /** Its journal has more full blocks than can be in flight at a crash. */
  private static final VolumeImage CRASHED_LATE =
      VolumeImages.everyKind()
          .journalBlocks(64)
          .crashAfterHere()
          .plainRange(3 * 812, 16 * 217)
          .build();

  private JournalCases() {}

  static List<DamageCase> all() {
    var all = new ArrayList<DamageCase>();
    all.addAll(stopped());
    all.addAll(blocks());
    all.addAll(entries());
    return all;
  }

  private static List<DamageCase> stopped() {
    return List.of(
        DamageCase.of(
            "a block in another's place",
            CLEAN,
            Damage.copy(areas -> areas.journal().pbn(3), areas -> areas.journal().pbn(12)),
            JOURNAL_BLOCK_MISPLACED),
        DamageCase.of(
            "a wrong check byte",
            CLEAN,
            onBlock(3, block -> set(block, "check_byte", 0x99)),
            JOURNAL_CHECK_BYTE),
        DamageCase.of(
            "the journal starts before its last block",
            CLEAN,
            superBlockField("recovery_journal.journal_start", 9),
            JOURNAL_AHEAD_OF_START),
        DamageCase.of(
            "new: a journal block",
            NEW,
            onBlock(
                3,
                block -> block.format(header(NEW.areas(), 3, 0), NEW.areas().journal().blocks())),
            NEW_WITH_JOURNAL),
        DamageCase.unreadable(
            "an old block is unreadable",
            CLEAN,
            areas -> areas.journal().pbn(3),
            JOURNAL_UNREADABLE));
  }

  private static List<DamageCase> blocks() {
    return List.of(
        crashed(
            "the last sector of the last block is not written",
            onBlock(12, block -> block.bytes().asSlice(3L * BlockSize.SECTOR).fill((byte) 0)),
            JOURNAL_TORN_TAIL),
        DamageCase.of(
            "a block far from the end is torn",
            CRASHED_LATE,
            onBlock(11, block -> block.bytes().asSlice(3L * BlockSize.SECTOR).fill((byte) 0)),
            RECOVERY_PENDING,
            JOURNAL_BLOCK_TORN),
        DamageCase.of(
            "a block far from the end is missing",
            CRASHED_LATE,
            onBlock(11, block -> block.bytes().fill((byte) 0)),
            RECOVERY_PENDING,
            JOURNAL_BLOCK_TORN),
        late(22, "block_map_head", 9, JOURNAL_HEADS),
        late(22, "slab_journal_head", 9, JOURNAL_HEADS),
        // Block 11 may have been written last before block 10 was.
        late(11, "block_map_head", 9),
        late(20, "slab_journal_head", 9),
        field(11, "nonce", 5, JOURNAL_HOLE),
        field(11, "entry_count", 200, JOURNAL_HOLE),
        field(11, "metadata_type", 1, JOURNAL_MIXED_FORMATS),
        field(12, "block_map_head", 50, JOURNAL_HEAD_BEHIND_TAIL),
        field(11, "logical_blocks_used", 7, JOURNAL_USAGE_CHAIN),
        field(11, "block_map_data_blocks", 7, JOURNAL_USAGE_CHAIN),
        crashed(
            "a block of the next recovery",
            onBlock(
                13,
                block ->
                    block.format(
                        header(CRASHED.areas(), 13, 1), CRASHED.areas().journal().blocks())),
            SUPER_BLOCK_OLDER),
        crashed(
            "the super block has counted more recoveries than the journal",
            superBlockField("vdo.complete_recoveries", 7),
            JOURNAL_OTHER_RECOVERY),
        field(11, "recovery_count", 7, JOURNAL_OTHER_RECOVERY, JOURNAL_HOLE),
        // A driver does not even see that there is such a block.
        field(12, "recovery_count", 7, JOURNAL_OTHER_RECOVERY),
        DamageCase.unreadable(
            "a live block is unreadable",
            CRASHED,
            areas -> areas.journal().pbn(11),
            RECOVERY_PENDING,
            JOURNAL_UNREADABLE,
            JOURNAL_HOLE),
        DamageCase.made(
            "the old format",
            () -> VolumeImages.crashed(JournalFormat.V1),
            RECOVERY_PENDING,
            JOURNAL_OLD_FORMAT));
  }

  private static List<DamageCase> entries() {
    var areas = CRASHED.areas();
    long leaf = CRASHED.page(PLAIN, 0);
    long free = areas.slabs().slabStart(2) + 9;
    return List.of(
        appended("an entry for slot 900", 0, leaf, 900, JOURNAL_ENTRY_INVALID),
        appended("an unknown operation", 2, leaf, 5, JOURNAL_ENTRY_INVALID),
        appended("an entry for a page outside the volume", 0, 1L << 30, 5, JOURNAL_ENTRY_INVALID),
        appended("an entry for a block that is no page", 0, free, 5, JOURNAL_ENTRY_PAGE),
        appended(
            "a mapping in an interior page", 0, CRASHED.page(PLAIN, 1), 700, JOURNAL_ENTRY_PAGE),
        crashed(
            "an entry that frees a free block",
            append(0, leaf, 700, BlockMapEntry.UNMAPPED, new BlockMapEntry(free, 1)),
            COUNT_REPLAY_IMPOSSIBLE,
            LOGICAL_BLOCKS_USED),
        crashed(
            "an entry that replaces what was not there",
            append(0, leaf, 2, BlockMapEntry.ZERO, BlockMapEntry.UNMAPPED),
            JOURNAL_SLOT_CHAIN,
            LOGICAL_BLOCKS_USED));
  }

  private static RecoveryJournalBlock.Header header(
      VolumeAreas areas, long sequence, int recoveryCount) {
    return new RecoveryJournalBlock.Header(
        sequence, sequence, sequence, areas.nonce(), JournalFormat.CURRENT, 0, 0, recoveryCount);
  }

  private static Damage onBlock(long sequence, Consumer<RecoveryJournalBlock> change) {
    return edit(
        areas -> areas.journal().pbn(sequence),
        bytes -> change.accept(new RecoveryJournalBlock(bytes)));
  }

  private static void set(RecoveryJournalBlock block, String field, long value) {
    StructFields.set(RecoveryJournalBlock.STRUCT, block.bytes(), field, value);
  }

  private static DamageCase crashed(String name, Damage damage, ProblemCode... expected) {
    var all = new ArrayList<>(List.of(expected));
    all.add(RECOVERY_PENDING);
    return new DamageCase(name, () -> CRASHED.with(damage).device(), all, CRASHED::device);
  }

  private static DamageCase field(
      long sequence, String field, long value, ProblemCode... expected) {
    return crashed(
        "journal block " + sequence + " " + field + " = " + value,
        onBlock(sequence, block -> set(block, field, value)),
        expected);
  }

  private static DamageCase late(long sequence, String field, long value, ProblemCode... expected) {
    var all = new ArrayList<>(List.of(expected));
    all.add(RECOVERY_PENDING);
    return new DamageCase(
        "journal block " + sequence + " of many, " + field + " = " + value,
        () -> CRASHED_LATE.with(onBlock(sequence, block -> set(block, field, value))).device(),
        all,
        CRASHED_LATE::device);
  }

  private static DamageCase appended(
      String name, int operation, long pagePbn, int slot, ProblemCode... expected) {
    return crashed(
        name,
        append(operation, pagePbn, slot, BlockMapEntry.UNMAPPED, BlockMapEntry.UNMAPPED),
        expected);
  }

  private static Damage append(
      int operation, long pagePbn, int slot, BlockMapEntry mapping, BlockMapEntry unmapping) {
    var entry =
        new JournalEntry(JournalFormat.CURRENT, operation, pagePbn, slot, mapping, unmapping);
    return onBlock(
        12,
        block -> {
          if (!block.append(entry)) {
            throw new IllegalStateException("the block is full");
          }
        });
  }
}
