package io.vdotools.check;

import io.vdotools.engine.JournalEntryRules;
import io.vdotools.engine.JournalReplay;
import io.vdotools.engine.LiveJournal;
import io.vdotools.engine.MappingTable;
import io.vdotools.engine.PageKinds;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.journal.JournalEntry;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.format.journal.RecoveryJournalBlock;
import io.vdotools.problem.Problem.JournalProblem;
import io.vdotools.problem.ProblemCode;
import java.util.List;

/**
 * The blocks and entries that a recovery would replay.
 *
 * <p>Needs the live part of the journal. Checks V-163, V-167 and V-168.
 */
final class LiveJournalPass {
  private final CheckContext context;
  private final LiveJournal live;
  // The heads of the last blocks, by sequence number, and the highest of the blocks before those.
  private final long[] blockMapHeads = new long[LiveJournal.BLOCKS_IN_FLIGHT];
  private final long[] slabJournalHeads = new long[LiveJournal.BLOCKS_IN_FLIGHT];
  private long leastBlockMapHead;
  private long leastSlabJournalHead;
  private long expectedLogicalBlocks = -1;
  private long expectedPages = -1;
  private long logicalBlocks;
  private long pages;

  private LiveJournalPass(CheckContext context, LiveJournal live) {
    this.context = context;
    this.live = live;
  }

  /** {@return the pages that the entries name} */
  static PageKinds run(CheckContext context, LiveJournal live) {
    var kinds = new PageKinds(live.totalEntries());
    if (!live.hasEntries()) {
      return kinds;
    }
    var pass = new LiveJournalPass(context, live);
    live.forEachBlock(context.volume().device(), live.head(), pass::block);
    if (live.format() == JournalFormat.CURRENT) {
      pass.checkSlotChain();
    }
    var rules =
        new JournalEntryRules(
            context.volume().superBlock().vdo().config().physicalBlocks(), context.slabs());
    live.forEachEntry(
        context.volume().device(),
        live.head(),
        (sequence, index, entry) -> {
          // What an invalid entry names is reported with the entry.
          if (rules.fault(entry).isEmpty()) {
            kinds.name(entry.pagePbn(), entry.isBlockMapEntry(), sequence, index);
          }
        });
    return kinds;
  }

  private void block(long sequence, RecoveryJournalBlock block) {
    checkHeads(sequence, block);
    if (expectedLogicalBlocks >= 0
        && (block.logicalBlocksUsed() != expectedLogicalBlocks
            || block.blockMapDataBlocks() != expectedPages)) {
      add(
          ProblemCode.JOURNAL_USAGE_CHAIN,
          sequence,
          -1,
          "begins with "
              + block.logicalBlocksUsed()
              + " logical blocks and "
              + block.blockMapDataBlocks()
              + " pages in use, expected "
              + expectedLogicalBlocks
              + " and "
              + expectedPages);
    }
    logicalBlocks = block.logicalBlocksUsed();
    pages = block.blockMapDataBlocks();
    live.forEachEntryOf(
        sequence,
        block,
        (_, _, entry) -> {
          logicalBlocks += JournalReplay.logicalBlocks(entry);
          pages += entry.isBlockMapEntry() ? 1 : 0;
        });
    expectedLogicalBlocks = logicalBlocks;
    expectedPages = pages;
  }

  /**
   * Heads only move on, but each write of a block takes those of its moment, and a block that got
   * more entries may be written again after the next one. A block is begun only when the one so
   * many before it is written for the last time: not to fall is asked between those two.
   */
  private void checkHeads(long sequence, RecoveryJournalBlock block) {
    long blockMapHead = block.blockMapHead();
    long slabJournalHead = block.slabJournalHead();
    long oldest = Math.min(blockMapHead, slabJournalHead);
    int slot = (int) (sequence % LiveJournal.BLOCKS_IN_FLIGHT);
    leastBlockMapHead = Math.max(leastBlockMapHead, blockMapHeads[slot]);
    leastSlabJournalHead = Math.max(leastSlabJournalHead, slabJournalHeads[slot]);
    boolean isPossible =
        blockMapHead <= sequence
            && slabJournalHead <= sequence
            && oldest >= 0
            && sequence - oldest <= live.area().blocks()
            && blockMapHead >= leastBlockMapHead
            && slabJournalHead >= leastSlabJournalHead;
    if (!isPossible) {
      add(
          ProblemCode.JOURNAL_HEADS,
          sequence,
          -1,
          "heads are "
              + blockMapHead
              + " (block map) and "
              + slabJournalHead
              + " (slab journals), expected at least those of blocks long written, "
              + leastBlockMapHead
              + " and "
              + leastSlabJournalHead
              + ", and at most its own number");
    }
    blockMapHeads[slot] = blockMapHead;
    slabJournalHeads[slot] = slabJournalHead;
  }

  /** Each entry must replace what the entry before it for the same slot has stored. */
  private void checkSlotChain() {
    var held = new MappingTable(live.totalEntries());
    live.forEachEntry(
        context.volume().device(),
        live.head(),
        (sequence, index, entry) -> {
          var before = held.get(entry.pagePbn(), entry.slot());
          if (before.isPresent() && !before.get().equals(entry.unmapping())) {
            add(ProblemCode.JOURNAL_SLOT_CHAIN, sequence, index, describe(entry, before.get()));
          }
          held.put(entry.pagePbn(), entry.slot(), entry.mapping());
        });
  }

  private static String describe(JournalEntry entry, BlockMapEntry before) {
    return "replaces "
        + entry.unmapping()
        + " in slot "
        + entry.slot()
        + " of the page at PBN "
        + entry.pagePbn()
        + ", which held "
        + before;
  }

  private void add(ProblemCode code, long sequence, int entry, String detail) {
    context
        .findings()
        .add(
            new JournalProblem(
                code, live.area().pbn(sequence), sequence, entry, detail, List.of()));
  }
}
