package io.vdotools.engine.repair;

import io.vdotools.bytes.Bytes;
import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockMapComponent;
import io.vdotools.format.BlockSize;
import io.vdotools.format.ComponentHeader;
import io.vdotools.format.ComponentId;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.LayoutComponent;
import io.vdotools.format.Partition;
import io.vdotools.format.RecoveryJournalComponent;
import io.vdotools.format.SlabDepotComponent;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VdoComponent;
import io.vdotools.format.VdoConfig;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabConfig;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.Optional;

/**
 * Makes a super block again from the geometry block, if there is one, and from what lies on the
 * volume: the journal's blocks tell where it lies and how long it is, and so where the volume ends;
 * pages and slab journals tell how large slabs are.
 *
 * <p>What was in it that stands nowhere else is chosen so that nothing is lost: the volume is to be
 * rebuilt, and its logical size is the least that holds all mappings.
 */
final class LostSuperBlock {
  private final Volume volume;
  private final long nonce;
  private final RepairLog log;
  private final PbnOverlay blocks;

  LostSuperBlock(OverlayDevice overlay, Volume volume, long nonce, RepairLog log) {
    this.volume = volume;
    this.nonce = nonce;
    this.log = log;
    this.blocks = new PbnOverlay(overlay, volume.blockOffset());
  }

  /**
   * Opens a volume that has neither geometry nor super block by the roots of its block map.
   *
   * @return the volume, with a geometry block made in the overlay
   */
  static Optional<Volume> openByRoots(OverlayDevice overlay, RepairLog log) {
    if (!log.isWanted(ProblemCode.GEOMETRY_MAGIC)
        || !log.isWanted(ProblemCode.SUPER_BLOCK_MISSING)) {
      return Optional.empty();
    }
    var roots = RootSearch.find(overlay);
    if (roots.isEmpty()) {
      return Optional.empty();
    }
    var geometry = GeometryMend.provisional(roots.get().superBlockPbn(), roots.get().nonce());
    var before = blockOf(overlay);
    var block = MemorySegment.ofArray(new byte[BlockSize.BLOCK]);
    geometry.encode(block);
    GeometryBlock.sealChecksum(block);
    overlay.write(GeometryBlock.LOCATION, block);
    try {
      var opened = Volume.open(overlay);
      log.add(
          ProblemCode.GEOMETRY_MAGIC,
          Structure.GEOMETRY,
          GeometryBlock.LOCATION,
          "geometry block made again: data region at PBN "
              + roots.get().superBlockPbn()
              + ", nonce "
              + Long.toUnsignedString(roots.get().nonce())
              + ", a new UUID",
          roots.get().pages()
              + " root pages of a block map lie behind that PBN, and carry that nonce",
          Confidence.LIKELY);
      return Optional.of(opened);
    } catch (NotAVolumeException _) {
      overlay.write(GeometryBlock.LOCATION, before);
      return Optional.empty();
    }
  }

  private static MemorySegment blockOf(OverlayDevice overlay) {
    return new PbnOverlay(overlay, 0).block(GeometryBlock.LOCATION);
  }

  void rebuild() {
    var survey = LayoutSurvey.of(blocks, volume.superBlockPbn(), nonce);
    var shape = survey.shape();
    if (shape.isEmpty()) {
      return;
    }
    var code =
        volume.isSuperBlockReadable()
            ? ProblemCode.SUPER_BLOCK_MISSING
            : ProblemCode.SUPER_BLOCK_UNREADABLE;
    boolean isUsed = survey.isUsed();
    var provisional = shape.get().applied(template(survey, 1));
    long least = LogicalExtent.withJournal(blocks.device(), volume.superBlockPbn(), provisional);
    long logical = isUsed ? least : survey.dataBlocks();
    var superBlock = shape.get().applied(template(survey, logical));
    HeadBlocks.writeSuperBlock(blocks, volume.superBlockPbn(), superBlock);
    log.add(
        code,
        Structure.SUPER_BLOCK,
        volume.superBlockPbn(),
        "super block made again: physical size "
            + shape.get().physicalBlocks()
            + " blocks, slabs of "
            + shape.get().slabBlocks()
            + ", recovery journal of "
            + shape.get().journalBlocks()
            + " from PBN "
            + shape.get().journalStart()
            + " on, nonce "
            + Long.toUnsignedString(nonce),
        survey.evidence(),
        survey.confidence());
    log.add(
        code,
        Structure.SUPER_BLOCK,
        volume.superBlockPbn(),
        "logical size set to " + logical + " blocks",
        isUsed
            ? "it stood nowhere else; that many hold all that is mapped, and the volume can be"
                + " started with a larger size, which it then keeps"
            : "it stood nowhere else; nothing was ever mapped",
        Confidence.ASSUMED);
  }

  /** A super block of which all but the layout is as it has to be. */
  private SuperBlock template(LayoutSurvey survey, long logical) {
    long roots = volume.superBlockPbn() + 1;
    var none = new Partition(0, 0, 0, 0);
    return new SuperBlock(
        ComponentHeader.of(ComponentId.SUPER_BLOCK),
        volume.geometryFormat().isSupported() ? volume.geometry().releaseVersion() : 0,
        SuperBlock.VOLUME_VERSION,
        new VdoComponent(
            VdoComponent.VERSION,
            survey.isUsed() ? VolumeState.FORCE_REBUILD.code() : VolumeState.NEW.code(),
            survey.recoveryCount(),
            0,
            new VdoConfig(logical, 0, 0, 0, 0),
            nonce),
        new LayoutComponent(
            ComponentHeader.of(ComponentId.LAYOUT),
            0,
            0,
            LayoutComponent.PARTITION_COUNT,
            Collections.nCopies(LayoutComponent.PARTITION_COUNT, none)),
        new RecoveryJournalComponent(
            ComponentHeader.of(ComponentId.RECOVERY_JOURNAL), survey.journalHead(), 0, 0),
        new SlabDepotComponent(
            ComponentHeader.of(ComponentId.SLAB_DEPOT),
            new SlabConfig(0, 0, 0, 0, 0, 0, 0),
            0,
            0,
            survey.isUsed() ? 1 : 0),
        new BlockMapComponent(
            ComponentHeader.of(ComponentId.BLOCK_MAP),
            BlockMapComponent.FLAT_PAGE_ORIGIN,
            0,
            roots,
            Forest.DEFAULT_ROOT_COUNT),
        0,
        Bytes.zeros(BlockSize.BLOCK - SuperBlock.STRUCT.sizeBytes()));
  }
}
