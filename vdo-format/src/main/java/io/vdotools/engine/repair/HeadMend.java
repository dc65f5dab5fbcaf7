package io.vdotools.engine.repair;

import io.vdotools.device.BlockDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.Volume;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VersionNumber;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Mends geometry block and super block: what they say of the layout follows from each other, from
 * what a super block says twice, and from what lies on the volume.
 *
 * <p>The state and the counters of a super block that is there are left to those who know what the
 * rest of the volume holds, unless they are impossible.
 */
public final class HeadMend {
  /** A development version, in which other fields have other meanings. */
  private static final VersionNumber FEATURE_VERSION = new VersionNumber(67, 1);

  private final OverlayDevice overlay;
  private final Set<ProblemCode> found;
  private final RepairLog log;

  private HeadMend(OverlayDevice overlay, Set<ProblemCode> found, RepairLog log) {
    this.overlay = overlay;
    this.found = Set.copyOf(found);
    this.log = log;
  }

  /**
   * Mends both blocks.
   *
   * @param overlay the volume
   * @param found the codes that a check found; empty if there was not even enough for a check
   * @param log takes the steps
   * @return whether anything was changed
   */
  public static boolean run(OverlayDevice overlay, Set<ProblemCode> found, RepairLog log) {
    int steps = log.size();
    var mend = new HeadMend(overlay, found, log);
    mend.flipBitsBack();
    mend.open().ifPresent(mend::mend);
    return log.size() > steps;
  }

  /** Opens the volume; if nothing is left to open, looks for the roots of its block map. */
  private Optional<Volume> open() {
    try {
      var volume = Volume.open(overlay);
      if (!volume.hasSuperBlock() && volume.blockOffset() > 0) {
        var unshifted = withoutOffset(volume);
        return Optional.of(unshifted.orElse(volume));
      }
      return Optional.of(volume);
    } catch (NotAVolumeException _) {
      return openByRoots();
    }
  }

  /** The roots tell where the super block is: only now it can be seen that it is off by one bit. */
  private Optional<Volume> openByRoots() {
    var found = LostSuperBlock.openByRoots(overlay, log);
    int steps = log.size();
    flipBitsBack();
    if (found.isEmpty() || log.size() == steps) {
      return found;
    }
    try {
      return Optional.of(Volume.open(overlay));
    } catch (NotAVolumeException _) {
      return found;
    }
  }

  /** An offset that is wrong hides the super block. */
  private Optional<Volume> withoutOffset(Volume volume) {
    var trial = OverlayDevice.over(overlay);
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    GeometryMend.withOffset(volume.geometry(), 0).encode(block);
    GeometryBlock.sealChecksum(block);
    trial.write(GeometryBlock.LOCATION, block);
    try {
      var unshifted = Volume.open(trial);
      if (unshifted.hasSuperBlock() && log.isWanted(ProblemCode.BIO_OFFSET)) {
        overlay.write(GeometryBlock.LOCATION, block);
        log.add(
            ProblemCode.BIO_OFFSET,
            Structure.GEOMETRY,
            GeometryBlock.LOCATION,
            "bio_offset set from " + volume.geometry().bioOffset() + " to 0",
            "the super block lies where it is without an offset",
            Confidence.CERTAIN);
        return Optional.of(Volume.open(overlay));
      }
    } catch (NotAVolumeException _) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  /** What is wrong by one bit, by its checksum, is right when that bit is flipped back. */
  private void flipBitsBack() {
    Volume volume;
    try {
      volume = Volume.open(overlay);
    } catch (NotAVolumeException _) {
      return;
    }
    var geometry = volume.geometryBlock();
    if (volume.isGeometryReadable()
        && volume.geometry().checksum() != GeometryBlock.computeChecksum(geometry)
        && log.isWanted(ProblemCode.GEOMETRY_CHECKSUM)) {
      flipBack(
          ProblemCode.GEOMETRY_CHECKSUM,
          Structure.GEOMETRY,
          GeometryBlock.LOCATION,
          0,
          copy(geometry),
          GeometryBlock.STRUCT_5.sizeBytes(),
          HeadMend::isGeometryRight);
    }
    var superBlock = volume.superBlockBytes();
    if (volume.isSuperBlockReadable()
        && volume.superBlock().checksum() != SuperBlock.computeChecksum(superBlock)
        && log.isWanted(ProblemCode.SUPER_BLOCK_CHECKSUM)) {
      flipBack(
          ProblemCode.SUPER_BLOCK_CHECKSUM,
          Structure.SUPER_BLOCK,
          volume.superBlockPbn(),
          volume.blockOffset(),
          copy(superBlock),
          SuperBlock.STRUCT.sizeBytes(),
          SuperBlock::isPlausible);
    }
  }

  private static boolean isGeometryRight(MemorySegment block) {
    var geometry = GeometryBlock.decode(block);
    return geometry.hasMagic()
        && GeometryBlock.formatOf(block).isSupported()
        && geometry.checksum() == GeometryBlock.computeChecksum(block);
  }

  private static MemorySegment copy(MemorySegment block) {
    return MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]).copyFrom(block);
  }

  private void flipBack(
      ProblemCode code,
      Structure structure,
      long pbn,
      long blockOffset,
      MemorySegment block,
      int bytes,
      Predicate<MemorySegment> isRight) {
    var bit = ChecksumBits.find(block, bytes, isRight);
    if (bit.isEmpty()) {
      return;
    }
    ChecksumBits.flip(block, bit.getAsInt());
    overlay.write(pbn - blockOffset, block);
    log.add(
        code,
        structure,
        pbn,
        "bit "
            + bit.getAsInt() % Byte.SIZE
            + " of byte "
            + bit.getAsInt() / Byte.SIZE
            + " flipped back",
        "that one bit makes the checksum right",
        Confidence.CERTAIN);
  }

  private void mend(Volume volume) {
    var nonce = new NonceEvidence(volume).nonce();
    // A checksum can be right over nothing but zeros.
    boolean isLost = !volume.hasSuperBlock() || SuperBlockShape.best(volume).isEmpty();
    if (isLost && isSuperBlockWanted()) {
      new LostSuperBlock(overlay, volume, nonce, log).rebuild();
    } else if (!isLost && !volume.superBlock().volumeVersion().equals(FEATURE_VERSION)) {
      new SuperBlockMend(overlay, volume, nonce, found, log).run();
    }
    try {
      new GeometryMend(overlay, Volume.open(overlay), log).run();
    } catch (NotAVolumeException _) {
      // Without a super block that can be found the geometry has nothing to be made from.
      return;
    }
  }

  private boolean isSuperBlockWanted() {
    return log.isWanted(ProblemCode.SUPER_BLOCK_MISSING)
        || log.isWanted(ProblemCode.SUPER_BLOCK_UNREADABLE);
  }
}
