package io.vdotools.engine;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.ShiftedDevice;
import io.vdotools.format.ComponentHeader;
import io.vdotools.format.ComponentId;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.GeometryFormat;
import io.vdotools.format.Limits;
import io.vdotools.format.PartitionId;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.index.IndexGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A volume as far as it could be opened: what its first two blocks say, believed as little as
 * possible.
 *
 * <p>Opening is tolerant. A damaged geometry block does not hide a super block that can be found,
 * and a damaged super block does not hide what it still says; {@link #checkStrictly} is for those
 * who cannot work with less than a whole one.
 *
 * @param device the volume's blocks, addressed by PBN
 * @param blockOffset how many blocks the PBNs are ahead of the backing device's own numbers
 * @param geometryBlock the 4096 bytes at PBN 0
 * @param isGeometryReadable whether they could be read
 * @param geometry what they say
 * @param geometryFormat which generation they are of
 * @param superBlockPbn where the super block is or should be
 * @param superBlockBytes the 4096 bytes there, zero if they could not be read
 * @param isSuperBlockReadable whether they could be read
 * @param superBlock what they say
 * @param overwrittenBy what the geometry block was overwritten with, in words; empty if it was not
 */
public record Volume(
    BlockDevice device,
    long blockOffset,
    MemorySegment geometryBlock,
    boolean isGeometryReadable,
    GeometryBlock geometry,
    GeometryFormat geometryFormat,
    long superBlockPbn,
    MemorySegment superBlockBytes,
    boolean isSuperBlockReadable,
    SuperBlock superBlock,
    Optional<String> overwrittenBy) {

  /**
   * Opens a volume as far as possible.
   *
   * @param device the backing device, which the caller closes
   * @return the volume
   * @throws NotAVolumeException if there is neither a geometry block nor a super block
   */
  public static Volume open(BlockDevice device) throws NotAVolumeException {
    if (device.sizeBytes() == 0) {
      throw new NotAVolumeException(device.name() + ": is empty; no VDO volume");
    }
    int startBytes =
        (int) Math.min(ForeignContent.BYTES_NEEDED, device.blockCount() * BlockDevice.BLOCK_SIZE);
    if (startBytes == 0) {
      throw new NotAVolumeException(
          device.name()
              + ": is "
              + device.sizeBytes()
              + " bytes long, less than one block of 4096 bytes; no VDO volume");
    }
    var start = BlockBuffers.allocate(Arena.ofAuto(), startBytes / BlockDevice.BLOCK_SIZE);
    boolean isReadable = !device.read(0, start).contains(0);
    var block = start.asSlice(0, BlockDevice.BLOCK_SIZE);
    var geometry = GeometryBlock.decode(block);
    var format = GeometryBlock.formatOf(block);
    if (geometry.hasMagic()) {
      long offset = format == GeometryFormat.V5 ? plausibleOffset(geometry) : 0;
      var shifted = ShiftedDevice.of(device, offset);
      long stored = geometry.data().startBlock();
      boolean isPossible = stored > 0 && stored < shifted.blockCount();
      var found =
          isPossible && holdsSuperBlock(shifted, stored)
              ? OptionalLong.of(stored)
              : findSuperBlock(shifted);
      return at(
          device,
          offset,
          block,
          isReadable,
          found.orElse(isPossible ? stored : 1),
          Optional.empty());
    }
    var foreign = ForeignContent.recognise(start);
    var found = findSuperBlock(device);
    if (found.isEmpty()) {
      throw new NotAVolumeException(describe(device, start, isReadable, format, foreign));
    }
    return at(device, 0, block, isReadable, found.getAsLong(), foreign);
  }

  private static Volume at(
      BlockDevice backing,
      long blockOffset,
      MemorySegment geometryBlock,
      boolean isGeometryReadable,
      long superBlockPbn,
      Optional<String> overwrittenBy) {
    var device = ShiftedDevice.of(backing, blockOffset);
    var bytes = BlockBuffers.allocate(Arena.ofAuto(), 1);
    boolean isReadable = device.read(superBlockPbn, bytes).isEmpty();
    return new Volume(
        device,
        blockOffset,
        geometryBlock,
        isGeometryReadable,
        GeometryBlock.decode(geometryBlock),
        GeometryBlock.formatOf(geometryBlock),
        superBlockPbn,
        bytes,
        isReadable,
        SuperBlock.decode(bytes),
        overwrittenBy);
  }

  private static long plausibleOffset(GeometryBlock geometry) {
    long offset = geometry.bioOffset();
    return offset > 0 && offset <= CONVERSION_END ? offset : 0;
  }

  /** The first block to which a conversion to LVM may have moved the geometry block. */
  public static final long CONVERSION_START = 381;

  /** The last block to which a conversion to LVM may have moved the geometry block. */
  public static final long CONVERSION_END = 512;

  /** Looks for a super block at every place where a formatter can have put one. */
  private static OptionalLong findSuperBlock(BlockDevice device) {
    for (long pbn : superBlockPlaces()) {
      if (pbn < device.blockCount() && holdsPlausibleSuperBlock(device, pbn)) {
        return OptionalLong.of(pbn);
      }
    }
    return OptionalLong.empty();
  }

  /** Made when they are first needed, which most volumes never do. */
  private static final class Places {
    static final List<Long> ALL = superBlockPlacesByIndex();
  }

  /** {@return the PBNs at which a formatter can have put a super block, the likeliest first} */
  public static List<Long> superBlockPlaces() {
    return Places.ALL;
  }

  private static List<Long> superBlockPlacesByIndex() {
    var codes = new ArrayList<Integer>(List.of(-256, -512, -768));
    for (int gigabytes = 1; gigabytes <= 1024; gigabytes++) {
      codes.add(gigabytes);
    }
    var places = new LinkedHashSet<Long>();
    for (int code : codes) {
      for (boolean isSparse : new boolean[] {false, true}) {
        IndexGeometry.of(code, isSparse).ifPresent(index -> places.add(1 + index.blocks()));
      }
    }
    places.add(1L);
    return List.copyOf(places);
  }

  private static boolean holdsPlausibleSuperBlock(BlockDevice device, long pbn) {
    var block = BlockBuffers.allocate(Arena.ofAuto(), 1);
    return device.read(pbn, block).isEmpty() && SuperBlock.isPlausible(block);
  }

  /** Whether the header or the checksum says that a super block was meant to be here. */
  private static boolean holdsSuperBlock(BlockDevice device, long pbn) {
    var block = BlockBuffers.allocate(Arena.ofAuto(), 1);
    if (!device.read(pbn, block).isEmpty()) {
      return false;
    }
    var superBlock = SuperBlock.decode(block);
    return superBlock.header().equals(ComponentHeader.of(ComponentId.SUPER_BLOCK))
        || superBlock.checksum() == SuperBlock.computeChecksum(block);
  }

  private static String describe(
      BlockDevice device,
      MemorySegment start,
      boolean isReadable,
      GeometryFormat format,
      Optional<String> foreign) {
    String name = device.name();
    if (!isReadable) {
      return name + ": its first block cannot be read, and no super block was found elsewhere";
    }
    if (format == GeometryFormat.PRE_RELEASE_1 || format == GeometryFormat.PRE_RELEASE_2) {
      return name
          + ": is a VDO volume of a version before the first release (geometry "
          + format.version()
          + "), which no tool here supports";
    }
    if (foreign.isPresent()) {
      return name + ": is no VDO volume; it holds " + foreign.get();
    }
    return ForeignContent.isBlank(start)
        ? name + ": is no VDO volume; it begins with zeros, and no super block was found"
        : name + ": is no VDO volume; nothing known at its start, and no super block was found";
  }

  /**
   * Insists on a geometry block and a super block without a fault.
   *
   * @return this volume
   * @throws NotAVolumeException if either is damaged, in an unsupported version, or they belong to
   *     different volumes
   */
  public Volume checkStrictly() throws NotAVolumeException {
    String name = device.name();
    if (!geometryFormat.isSupported()
        || geometry.checksum() != GeometryBlock.computeChecksum(geometryBlock)) {
      throw new NotAVolumeException(name + ": the geometry block is damaged; see vdo_check");
    }
    if (!isSuperBlockReadable || !SuperBlock.isPlausible(superBlockBytes)) {
      throw new NotAVolumeException(
          name + ": the super block at PBN " + superBlockPbn + " is damaged; see vdo_check");
    }
    if (!superBlock.volumeVersion().equals(SuperBlock.VOLUME_VERSION)) {
      throw new NotAVolumeException(
          name + ": volume version " + superBlock.volumeVersion() + " is not supported");
    }
    if (geometry.nonce() != nonce()) {
      throw new NotAVolumeException(
          name + ": geometry block and super block belong to different volumes; see vdo_check");
    }
    if (slabs().isEmpty()
        || journalArea().isEmpty()
        || forest().isEmpty()
        || superBlock.blockMap().rootCount() != Forest.DEFAULT_ROOT_COUNT) {
      throw new NotAVolumeException(name + ": the layout is damaged; see vdo_check");
    }
    return this;
  }

  /** {@return the nonce by the super block} */
  public long nonce() {
    return superBlock.vdo().nonce();
  }

  /** {@return whether the bytes at the super block's place are one, if perhaps a damaged one} */
  public boolean hasSuperBlock() {
    return isSuperBlockReadable
        && (superBlock.header().equals(ComponentHeader.of(ComponentId.SUPER_BLOCK))
            || superBlock.checksum() == SuperBlock.computeChecksum(superBlockBytes));
  }

  /** {@return where the slabs lie, if the super block's numbers for that make sense} */
  public Optional<SlabGeometry> slabs() {
    var depot = superBlock.slabDepot();
    return SlabGeometry.of(depot.firstBlock(), depot.lastBlock(), depot.slabConfig());
  }

  /**
   * {@return the shape of the block map, if the super block's numbers for that make sense}
   *
   * <p>Another number of trees than 60 is not believed: no writer ever stored one, and with it
   * every LBN would seem to lie elsewhere.
   */
  public Optional<Forest> forest() {
    long logical = superBlock.vdo().config().logicalBlocks();
    long origin = superBlock.blockMap().rootOrigin();
    boolean isSane =
        logical > 0
            && logical <= Limits.LOGICAL_BLOCKS
            && origin > 0
            && origin < Limits.PHYSICAL_BLOCKS;
    return isSane ? Optional.of(new Forest(Forest.DEFAULT_ROOT_COUNT, logical)) : Optional.empty();
  }

  /** {@return where the recovery journal lies, if the super block's numbers for that make sense} */
  public Optional<JournalArea> journalArea() {
    return superBlock
        .layout()
        .partition(PartitionId.RECOVERY_JOURNAL)
        .flatMap(p ->
            JournalArea.of(
                p.offset(),
                superBlock.vdo().config().recoveryJournalBlocks(),
                nonce(),
                superBlock.vdo().recoveryCountByte(),
                superBlock.recoveryJournal().journalStart()));
  }

  /** {@return the first PBN of the slab summary, if the super block names a possible one} */
  public OptionalLong summaryStart() {
    var partition = superBlock.layout().partition(PartitionId.SLAB_SUMMARY);
    return partition.isPresent()
            && partition.get().offset() > 0
            && partition.get().offset() < Limits.PHYSICAL_BLOCKS
        ? OptionalLong.of(partition.get().offset())
        : OptionalLong.empty();
  }
}
