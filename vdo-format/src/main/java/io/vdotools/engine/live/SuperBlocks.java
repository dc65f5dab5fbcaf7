package io.vdotools.engine.live;

import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.engine.Usage;
import io.vdotools.format.RecoveryJournalComponent;
import io.vdotools.format.SlabDepotComponent;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VdoComponent;
import io.vdotools.format.VolumeState;
import java.lang.foreign.MemorySegment;

/** Super blocks that differ from one another, and how they get onto the disk. */
final class SuperBlocks {
  private SuperBlocks() {}

  /** {@return a super block in a state, whose journal begins at a place} */
  static SuperBlock at(SuperBlock old, VolumeState state, long journalStart, Usage usage) {
    var journal =
        new RecoveryJournalComponent(
            old.recoveryJournal().header(),
            journalStart,
            usage.logicalBlocks(),
            usage.blockMapPages());
    return with(old, old.vdo().withState(state), journal, old.slabDepot());
  }

  /** {@return a super block after one more recovery} */
  static SuperBlock recovered(SuperBlock old) {
    var vdo = old.vdo();
    var counted =
        new VdoComponent(
            vdo.version(),
            vdo.stateCode(),
            vdo.completeRecoveries() + 1,
            vdo.readOnlyRecoveries(),
            vdo.config(),
            vdo.nonce());
    return with(old, counted, old.recoveryJournal(), old.slabDepot());
  }

  /** {@return a super block of a volume that runs with so many physical zones} */
  static SuperBlock zoned(SuperBlock old, int zones) {
    var depot = old.slabDepot();
    return with(
        old,
        old.vdo(),
        old.recoveryJournal(),
        new SlabDepotComponent(
            depot.header(), depot.slabConfig(), depot.firstBlock(), depot.lastBlock(), zones));
  }

  private static SuperBlock with(
      SuperBlock old,
      VdoComponent vdo,
      RecoveryJournalComponent journal,
      SlabDepotComponent depot) {
    return new SuperBlock(
        old.header(),
        old.releaseVersion(),
        old.volumeVersion(),
        vdo,
        old.layout(),
        journal,
        depot,
        old.blockMap(),
        old.checksum(),
        old.trailing());
  }

  /** {@return the block to write, with its checksum} */
  static byte[] encode(SuperBlock superBlock) {
    var bytes = new byte[BlockDevice.BLOCK_SIZE];
    var block = MemorySegment.ofArray(bytes);
    superBlock.encode(block);
    SuperBlock.sealChecksum(block);
    return bytes;
  }

  /** Writes a super block: all that it relies on comes before it, and it lasts on return. */
  static void write(WritableBlockDevice device, long pbn, SuperBlock superBlock)
      throws DeviceException {
    device.flush();
    device.write(pbn, MemorySegment.ofArray(encode(superBlock)));
    device.flush();
  }
}
