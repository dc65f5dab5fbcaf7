package io.vdotools.engine.repair;

import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockError;
import io.vdotools.engine.JournalArea;
import io.vdotools.engine.JournalScan;
import io.vdotools.format.Limits;
import io.vdotools.format.journal.RecoveryJournalBlock;
import java.util.ArrayList;
import java.util.List;

/**
 * What the blocks of the recovery journal tell together, where some of them may lie.
 *
 * <p>A driver believes the highest number and the highest head of all. One damaged block is then
 * enough to make it ignore the rest; here a number that none of the others can have been written
 * beside is left out.
 *
 * @param top the highest number of the blocks of this generation that belong together, 0 if there
 *     is none
 * @param blockMapHead the highest head of theirs that a block of its number can have
 * @param strays the positions of blocks of this generation whose numbers cannot be right
 * @param unreadable the positions of blocks that cannot be read
 * @param isFound whether a block at or behind the journal's start is among them
 */
record JournalSurvey(
    long top, long blockMapHead, List<Long> strays, List<Long> unreadable, boolean isFound) {
  private record Seen(long position, long sequence, long blockMapHead) {}

  /** {@return what the journal's blocks of a generation tell} */
  static JournalSurvey of(BlockDevice device, JournalArea area) {
    var seen = new ArrayList<Seen>();
    var strays = new ArrayList<Long>();
    var unreadable = new ArrayList<Long>();
    JournalScan.of(
        device,
        area,
        new JournalScan.Visitor() {
          @Override
          public void block(long position, RecoveryJournalBlock block) {
            if (!block.isValid(area.nonce(), area.recoveryCountByte())) {
              return;
            }
            long sequence = block.sequenceNumber();
            if (area.position(sequence) != position) {
              return;
            }
            boolean isNumber = sequence >= 1 && sequence < Limits.SEQUENCE_NUMBERS - 1;
            if (isNumber) {
              seen.add(new Seen(position, sequence, block.blockMapHead()));
            } else {
              strays.add(position);
            }
          }

          @Override
          public void unreadable(long position, BlockError error) {
            unreadable.add(position);
          }
        });
    seen.sort((a, b) -> Long.compare(a.sequence(), b.sequence()));
    // Live blocks lie within one lap of each other.
    while (seen.size() > 1
        && seen.getLast().sequence() - seen.get(seen.size() - 2).sequence() > area.blocks()) {
      strays.add(seen.removeLast().position());
    }
    long head = 0;
    for (var block : seen) {
      long own = block.blockMapHead();
      if (block.sequence() >= area.journalStart()
          && own >= 0
          && own <= block.sequence()
          && block.sequence() - own <= area.blocks()) {
        head = Math.max(head, own);
      }
    }
    long top = seen.isEmpty() ? 0 : seen.getLast().sequence();
    return new JournalSurvey(
        top, head, strays, unreadable, !seen.isEmpty() && top >= area.journalStart());
  }

  /** {@return what a rebuild starts from} */
  JournalScan scan() {
    return new JournalScan(isFound, top, blockMapHead, blockMapHead, unreadable.size());
  }
}
