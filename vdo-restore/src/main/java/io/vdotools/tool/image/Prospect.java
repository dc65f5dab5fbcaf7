package io.vdotools.tool.image;

import io.vdotools.engine.Volume;

/**
 * What a volume will be like when a step begins, so that a script can be found wrong before its
 * first step is done.
 */
final class Prospect {
  private final String name;
  private long logicalBlocks;
  private long physicalBlocks;

  private Prospect(String name, long logicalBlocks, long physicalBlocks) {
    this.name = name;
    this.logicalBlocks = logicalBlocks;
    this.physicalBlocks = physicalBlocks;
  }

  static Prospect of(Volume volume) {
    var config = volume.superBlock().vdo().config();
    return new Prospect(volume.device().name(), config.logicalBlocks(), config.physicalBlocks());
  }

  long logicalBlocks() {
    return logicalBlocks;
  }

  long physicalBlocks() {
    return physicalBlocks;
  }

  void grown(long newLogicalBlocks, long newPhysicalBlocks) {
    logicalBlocks = newLogicalBlocks;
    physicalBlocks = newPhysicalBlocks;
  }

  /** Insists on blocks of the logical device. */
  void checkLbns(long first, long count) throws StepException {
    if (first < 0 || count < 0 || first > logicalBlocks || count > logicalBlocks - first) {
      throw new StepException(
          "%s: %d logical blocks from LBN %d on reach beyond the logical size of %d blocks; grow it"
                  .formatted(name, count, first, logicalBlocks)
              + " first, or write less");
    }
  }
}
