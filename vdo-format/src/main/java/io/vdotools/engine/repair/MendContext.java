package io.vdotools.engine.repair;

import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.CounterMemory;
import io.vdotools.engine.ForestWalk;
import io.vdotools.engine.MetadataAreas;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.SlabStates;
import io.vdotools.engine.Volume;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.problem.Structure;

/**
 * What those who mend share: a volume whose parts can be found, in an overlay.
 *
 * @param volume the volume, as the overlay holds it
 * @param blocks its blocks, and where changes go
 * @param slabs where the slabs lie
 * @param forest the shape of the block map
 * @param areas where metadata lie
 * @param log takes the steps
 * @param resources threads and memory
 */
public record MendContext(
    Volume volume,
    PbnOverlay blocks,
    SlabGeometry slabs,
    Forest forest,
    MetadataAreas areas,
    RepairLog log,
    Resources resources) {
  /**
   * With what to work.
   *
   * @param parallel the threads
   * @param counterMemory where counters lie
   * @param memoryBytes what counters may take at most, in bytes
   * @param windowPages leaf pages that are sorted at once
   */
  public record Resources(
      Parallel parallel, CounterMemory counterMemory, long memoryBytes, int windowPages) {}

  /**
   * {@return the context of a volume}
   *
   * @param overlay the volume with the changes so far
   * @param log takes the steps
   * @param resources with what to work
   * @throws NotAVolumeException if too little of the layout is known
   */
  public static MendContext of(OverlayDevice overlay, RepairLog log, Resources resources)
      throws NotAVolumeException {
    var volume = Volume.open(overlay);
    if (volume.slabs().isEmpty()
        || volume.forest().isEmpty()
        || volume.journalArea().isEmpty()
        || volume.summaryStart().isEmpty()) {
      throw new NotAVolumeException(
          overlay.name() + ": too little is left of the super block to find the volume's parts");
    }
    var slabs = volume.slabs().get();
    return new MendContext(
        volume,
        new PbnOverlay(overlay, volume.blockOffset()),
        slabs,
        volume.forest().get(),
        new MetadataAreas(volume, slabs),
        log,
        resources);
  }

  long nonce() {
    return volume.nonce();
  }

  long rootOrigin() {
    return volume.superBlock().blockMap().rootOrigin();
  }

  /** {@return a walk over the block map as it is now} */
  ForestWalk walk() {
    return new ForestWalk(
        blocks.device(),
        forest,
        slabs,
        rootOrigin(),
        nonce(),
        resources.windowPages(),
        resources.parallel(),
        _ -> {});
  }

  /** {@return the slab summary as it is now} */
  SlabStates states() {
    return SlabStates.read(
        blocks.device(),
        volume.summaryStart().orElseThrow(),
        slabs,
        volume.superBlock().slabDepot().zoneCount());
  }

  /** {@return whether a block holds a page of this volume that belongs there} */
  boolean holdsPage(long pbn) {
    return slabs.isDataBlock(pbn)
        && new BlockMapPage(blocks.block(pbn)).validity(nonce(), pbn)
            == BlockMapPage.Validity.VALID;
  }

  static Structure structureAt(int height) {
    return switch (height) {
      case 0 -> Structure.BLOCK_MAP_LEAF;
      case Forest.ROOT_HEIGHT -> Structure.BLOCK_MAP_ROOT;
      default -> Structure.BLOCK_MAP_INTERIOR;
    };
  }
}
