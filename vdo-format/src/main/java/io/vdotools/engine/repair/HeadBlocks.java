package io.vdotools.engine.repair;

import io.vdotools.device.BlockDevice;
import io.vdotools.format.RecoveryJournalComponent;
import io.vdotools.format.SlabDepotComponent;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VdoComponent;
import java.lang.foreign.MemorySegment;

/** Super blocks that differ from one another, and how they get into an overlay. */
final class HeadBlocks {
  private HeadBlocks() {}

  /** {@return a super block with another state and journal} */
  static SuperBlock with(SuperBlock old, VdoComponent vdo, RecoveryJournalComponent journal) {
    return new SuperBlock(
        old.header(),
        old.releaseVersion(),
        old.volumeVersion(),
        vdo,
        old.layout(),
        journal,
        old.slabDepot(),
        old.blockMap(),
        old.checksum(),
        old.trailing());
  }

  /** {@return a super block of a volume that was started: it ran with one zone at least} */
  static SuperBlock zoned(SuperBlock old) {
    var depot = old.slabDepot();
    return depot.zoneCount() > 0
        ? old
        : new SuperBlock(
            old.header(),
            old.releaseVersion(),
            old.volumeVersion(),
            old.vdo(),
            old.layout(),
            old.recoveryJournal(),
            new SlabDepotComponent(
                depot.header(), depot.slabConfig(), depot.firstBlock(), depot.lastBlock(), 1),
            old.blockMap(),
            old.checksum(),
            old.trailing());
  }

  /** Writes a super block with its checksum. */
  static void writeSuperBlock(PbnOverlay blocks, long pbn, SuperBlock superBlock) {
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    superBlock.encode(block);
    SuperBlock.sealChecksum(block);
    blocks.write(pbn, block);
  }
}
