package io.vdotools.engine.repair;

import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockError;
import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.JournalArea;
import io.vdotools.engine.JournalScan;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.Volume;
import io.vdotools.format.VdoComponent;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.format.journal.RecoveryJournalBlock;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Brings the super block's count of recoveries and that of the recovery journal together: the byte
 * by which a driver tells the blocks of a crash from those of an earlier one.
 *
 * <p>A block repeats the byte in every sector that it uses. Where the sectors have the super
 * block's, the header is damaged. Where no block from the journal's start on has the super block's,
 * the super block is: no driver starts with a journal of another count. What remains beside blocks
 * that count was never the journal's, and is emptied.
 */
public final class RecoveryCountMend {
  private final Volume volume;
  private final PbnOverlay blocks;
  private final JournalArea area;
  private final RepairLog log;
  private final List<Other> others = new ArrayList<>();
  private int counting;

  /**
   * A block of another recovery.
   *
   * @param pbn where it lies
   * @param count the count in its header
   * @param inSectors the count in all its sectors, if they agree and there are any
   */
  private record Other(long pbn, int count, OptionalInt inSectors) {
    boolean isWhole() {
      return inSectors.isPresent() && inSectors.getAsInt() == count;
    }
  }

  private RecoveryCountMend(Volume volume, PbnOverlay blocks, JournalArea area, RepairLog log) {
    this.volume = volume;
    this.blocks = blocks;
    this.area = area;
    this.log = log;
  }

  /**
   * Brings them together.
   *
   * @param overlay the volume with the changes so far
   * @param log takes the steps
   * @return whether anything was changed
   * @throws NotAVolumeException if too little of the super block is known
   */
  public static boolean run(OverlayDevice overlay, RepairLog log) throws NotAVolumeException {
    var volume = Volume.open(overlay);
    var area = volume.journalArea();
    if (area.isEmpty()) {
      return false;
    }
    var blocks = new PbnOverlay(overlay, volume.blockOffset());
    return new RecoveryCountMend(volume, blocks, area.get(), log).run();
  }

  private boolean run() {
    JournalScan.of(blocks.device(), area, new Visitor());
    var headers = others.stream().filter(o -> o.inSectors().equals(own())).map(Other::pbn).toList();
    if (!headers.isEmpty()) {
      headers.forEach(this::mendHeader);
      return true;
    }
    var whole = others.stream().filter(Other::isWhole).mapToInt(Other::count).distinct().toArray();
    if (counting == 0 && whole.length == 1) {
      mendSuperBlock(whole[0]);
      return true;
    }
    if (counting > 0) {
      others.forEach(other -> empty(other.pbn()));
    }
    return counting > 0 && !others.isEmpty();
  }

  private OptionalInt own() {
    return OptionalInt.of(area.recoveryCountByte());
  }

  private final class Visitor implements JournalScan.Visitor {
    @Override
    public void block(long position, RecoveryJournalBlock block) {
      long sequence = block.sequenceNumber();
      if (block.nonce() != area.nonce() || area.position(sequence) != position) {
        return;
      }
      if (block.isOfOtherRecovery(area.journalStart(), area.blocks(), area.recoveryCountByte())) {
        others.add(
            new Other(area.firstPbn() + position, block.recoveryCount(), countInSectors(block)));
      } else if (sequence >= area.journalStart()
          && block.isValid(area.nonce(), area.recoveryCountByte())) {
        counting++;
      }
    }

    @Override
    public void unreadable(long position, BlockError error) {}
  }

  private static OptionalInt countInSectors(RecoveryJournalBlock block) {
    var format = block.format().orElseThrow();
    int sectors = Math.ceilDiv(block.entryCount(), format.entriesPerSector());
    int count = block.sectorRecoveryCount(1);
    for (int sector = 2; sector <= Math.min(sectors, JournalFormat.ENTRY_SECTORS); sector++) {
      if (block.sectorRecoveryCount(sector) != count) {
        return OptionalInt.empty();
      }
    }
    return sectors == 0 ? OptionalInt.empty() : OptionalInt.of(count);
  }

  private void mendHeader(long pbn) {
    blocks.edit(
        pbn, bytes -> new RecoveryJournalBlock(bytes).setRecoveryCount(area.recoveryCountByte()));
    add(
        Structure.RECOVERY_JOURNAL,
        pbn,
        "recovery count in the header made " + area.recoveryCountByte(),
        "its sectors and the super block have that",
        Confidence.CERTAIN);
  }

  private void mendSuperBlock(int count) {
    var old = volume.superBlock();
    var vdo = old.vdo();
    long recoveries = nearest(vdo.completeRecoveries(), count, vdo.readOnlyRecoveries());
    HeadBlocks.writeSuperBlock(
        blocks,
        volume.superBlockPbn(),
        HeadBlocks.with(
            old,
            new VdoComponent(
                vdo.version(),
                vdo.stateCode(),
                recoveries,
                vdo.readOnlyRecoveries(),
                vdo.config(),
                vdo.nonce()),
            old.recoveryJournal()));
    add(
        Structure.SUPER_BLOCK,
        volume.superBlockPbn(),
        "complete_recoveries set from "
            + Long.toUnsignedString(vdo.completeRecoveries())
            + " to "
            + Long.toUnsignedString(recoveries),
        others.size()
            + " blocks from the journal's start on have recovery count "
            + count
            + ", and none has the super block's",
        Confidence.LIKELY);
  }

  /** {@return the number next to another one that ends in a byte and is no less than a third} */
  private static long nearest(long old, int lowByte, long least) {
    long best = (old & ~0xffL) | lowByte;
    for (long candidate : new long[] {best - 0x100, best + 0x100}) {
      boolean isPossible = candidate >= 0 && Long.compareUnsigned(candidate, least) >= 0;
      boolean isBetter =
          Long.compareUnsigned(best, least) < 0 || Math.abs(candidate - old) < Math.abs(best - old);
      if (isPossible && isBetter) {
        best = candidate;
      }
    }
    return best;
  }

  private void empty(long pbn) {
    blocks.write(pbn, MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]));
    add(
        Structure.RECOVERY_JOURNAL,
        pbn,
        "block emptied",
        "it is of another recovery than the blocks that count; no driver applies it",
        Confidence.LIKELY);
  }

  private void add(
      Structure structure, long pbn, String change, String evidence, Confidence confidence) {
    log.add(ProblemCode.JOURNAL_OTHER_RECOVERY, structure, pbn, change, evidence, confidence);
  }
}
