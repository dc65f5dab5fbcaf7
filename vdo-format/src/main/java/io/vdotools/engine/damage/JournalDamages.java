package io.vdotools.engine.damage;

import static io.vdotools.engine.damage.DamageCatalogue.field;
import static io.vdotools.engine.damage.NamedDamage.Condition.CLEAN;
import static io.vdotools.engine.damage.NamedDamage.Condition.CRASHED;
import static io.vdotools.engine.damage.NamedDamage.Condition.NEW;
import static io.vdotools.problem.ProblemCode.*;

import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.journal.JournalEntry;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.format.journal.RecoveryJournalBlock;
import io.vdotools.problem.ProblemCode;
import java.util.List;
import java.util.function.Consumer;

/** Damages to the recovery journal. */
final class JournalDamages {
  private JournalDamages() {}

  static List<NamedDamage> all() {
    return List.of(
        new NamedDamage(
            "recovery-journal.misplaced",
            "it lies in the place of another one",
            CLEAN,
            List.of(JOURNAL_BLOCK_MISPLACED),
            (place, _) ->
                Damage.copy(
                    areas -> areas.block(Area.RECOVERY_JOURNAL, place),
                    areas -> areas.journal().firstPbn() + areas.journal().blocks() - 1)),
        field(CLEAN, "recovery-journal.check_byte=0x99", JOURNAL_CHECK_BYTE),
        new NamedDamage(
            "recovery-journal.formatted",
            "there is a block before the first start",
            NEW,
            List.of(NEW_WITH_JOURNAL),
            (_, _) ->
                (device, areas) ->
                    onBlock(
                            found -> found.journal().pbn(3),
                            block ->
                                block.format(
                                    new RecoveryJournalBlock.Header(
                                        3,
                                        3,
                                        3,
                                        areas.nonce(),
                                        JournalFormat.CURRENT,
                                        0,
                                        0,
                                        areas.volume().superBlock().vdo().recoveryCountByte()),
                                    areas.journal().blocks()))
                        .inflict(device, areas)),
        of(
            "recovery-journal.torn-sectors",
            "its last sectors were not written",
            block -> block.bytes().asSlice(3L * BlockSize.SECTOR).fill((byte) 0),
            JOURNAL_TORN_TAIL),
        field(CRASHED, "recovery-journal.nonce=5", JOURNAL_HOLE),
        field(CRASHED, "recovery-journal.recovery_count=7", JOURNAL_OTHER_RECOVERY, JOURNAL_HOLE),
        field(CRASHED, "recovery-journal.entry_count=200", JOURNAL_HOLE),
        field(CRASHED, "recovery-journal.metadata_type=1", JOURNAL_MIXED_FORMATS),
        field(CRASHED, "recovery-journal.block_map_head+=40", JOURNAL_HEAD_BEHIND_TAIL),
        field(CRASHED, "recovery-journal.logical_blocks_used=7", JOURNAL_USAGE_CHAIN),
        field(CRASHED, "recovery-journal.block_map_data_blocks=7", JOURNAL_USAGE_CHAIN),
        appended("slot", "an entry is for slot 900", 0, 900, JOURNAL_ENTRY_INVALID),
        appended("operation", "an entry has an unknown operation", 2, 5, JOURNAL_ENTRY_INVALID),
        new NamedDamage(
            "recovery-journal.entry-page",
            "an entry is for a block that is no page",
            CRASHED,
            List.of(JOURNAL_ENTRY_PAGE),
            (place, _) ->
                (device, areas) ->
                    append(place, 0, BlockMapDamages.freeBlock(areas), 5).inflict(device, areas)));
  }

  private static Damage onBlock(Damage.Spot pbn, Consumer<RecoveryJournalBlock> change) {
    return Damage.edit(pbn, bytes -> change.accept(new RecoveryJournalBlock(bytes)));
  }

  private static NamedDamage of(
      String name, String title, Consumer<RecoveryJournalBlock> change, ProblemCode code) {
    return new NamedDamage(
        name,
        title,
        CRASHED,
        List.of(code),
        (place, _) -> onBlock(areas -> areas.block(Area.RECOVERY_JOURNAL, place), change));
  }

  private static NamedDamage appended(
      String what, String title, int operation, int slot, ProblemCode code) {
    return new NamedDamage(
        "recovery-journal.entry-" + what,
        title,
        CRASHED,
        List.of(code),
        (place, _) ->
            (device, areas) ->
                append(place, operation, areas.block(Area.LEAF, Position.FIRST), slot)
                    .inflict(device, areas));
  }

  private static Damage append(Place place, int operation, long pagePbn, int slot) {
    var entry =
        new JournalEntry(
            JournalFormat.CURRENT,
            operation,
            pagePbn,
            slot,
            BlockMapEntry.UNMAPPED,
            BlockMapEntry.UNMAPPED);
    return (device, areas) -> {
      long pbn = areas.block(Area.RECOVERY_JOURNAL, place);
      var block = new RecoveryJournalBlock(areas.read(pbn));
      if (!block.append(entry)) {
        throw new DamageException(
            "the recovery journal block at PBN " + pbn + " is full; choose the last one");
      }
      device.write(pbn, block.bytes());
    };
  }
}
