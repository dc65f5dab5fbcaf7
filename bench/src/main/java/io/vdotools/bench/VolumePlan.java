package io.vdotools.bench;

import io.vdotools.bytes.Bytes;
import io.vdotools.device.BlockDevice;
import io.vdotools.format.BlockMapComponent;
import io.vdotools.format.ComponentHeader;
import io.vdotools.format.ComponentId;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.IndexConfig;
import io.vdotools.format.LayoutComponent;
import io.vdotools.format.Limits;
import io.vdotools.format.Partition;
import io.vdotools.format.PartitionId;
import io.vdotools.format.RecoveryJournalComponent;
import io.vdotools.format.Region;
import io.vdotools.format.SlabDepotComponent;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VdoComponent;
import io.vdotools.format.VdoConfig;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabConfig;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.format.index.IndexGeometry;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A volume to be made: all its sizes, and from them everything else.
 *
 * @param physicalBlocks the size of the device, in blocks
 * @param logicalBlocks the logical size, in blocks; at least {@code mappings}
 * @param slabBits the base-2 logarithm of the slab size in blocks, 13 to 23
 * @param shape how the mappings look
 * @param mappings the LBNs, from 0 on, that the shape covers; at least 1
 * @param seed makes volumes with the same sizes differ
 */
public record VolumePlan(
    long physicalBlocks, long logicalBlocks, int slabBits, Shape shape, long mappings, long seed) {
  private static final long RECOVERY_JOURNAL_BLOCKS = 32768;
  private static final long SLAB_JOURNAL_BLOCKS = 224;
  private static final int SMALLEST_INDEX = -256;
  private static final long FIRST_INDEX_BLOCK = 1;

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if the format has no such volume, or the mappings need more
   *     blocks than its slabs have
   */
  public VolumePlan {
    if (physicalBlocks < 1 || physicalBlocks > Limits.PHYSICAL_BLOCKS) {
      throw new IllegalArgumentException("physical size of " + physicalBlocks + " blocks");
    }
    if (mappings < 1 || mappings > logicalBlocks || logicalBlocks > Limits.LOGICAL_BLOCKS) {
      throw new IllegalArgumentException(
          "%d mappings in %d logical blocks".formatted(mappings, logicalBlocks));
    }
    if (slabBits < Long.numberOfTrailingZeros(Limits.MINIMUM_SLAB_BLOCKS)
        || slabBits > Long.numberOfTrailingZeros(Limits.MAXIMUM_SLAB_BLOCKS)) {
      throw new IllegalArgumentException("slabs of 2^" + slabBits + " blocks");
    }
    slabs(physicalBlocks, slabBits);
    allocation(physicalBlocks, slabBits, shape, mappings, seed);
  }

  /** {@return where the slabs lie} */
  public SlabGeometry slabs() {
    return slabs(physicalBlocks, slabBits);
  }

  private static SlabGeometry slabs(long physicalBlocks, int slabBits) {
    long slab = 1L << slabBits;
    long first = depotStart();
    long count = (journalStart(physicalBlocks) - first) / slab;
    return SlabGeometry.of(first, first + count * slab, SlabConfig.of(slab, SLAB_JOURNAL_BLOCKS))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "%d blocks hold %d slabs of %d blocks; 1 to %d are possible"
                    .formatted(physicalBlocks, count, slab, Limits.SLABS)));
  }

  /** {@return the PBN of the super block} */
  static long superBlockPbn() {
    return FIRST_INDEX_BLOCK + IndexGeometry.of(SMALLEST_INDEX, false).orElseThrow().blocks();
  }

  private static long rootOrigin() {
    return superBlockPbn() + 1;
  }

  private static long depotStart() {
    return rootOrigin() + Forest.DEFAULT_ROOT_COUNT;
  }

  private static long journalStart(long physicalBlocks) {
    return physicalBlocks - SlabSummary.BLOCKS - RECOVERY_JOURNAL_BLOCKS;
  }

  /** {@return the block map as far as it is used, which may be less than the logical size} */
  Forest usedForest() {
    return new Forest(Forest.DEFAULT_ROOT_COUNT, mappings);
  }

  Content content() {
    return new Content(shape.pattern(), mappings, seed);
  }

  Allocation allocation() {
    return allocation(physicalBlocks, slabBits, shape, mappings, seed);
  }

  private static Allocation allocation(
      long physicalBlocks, int slabBits, Shape shape, long mappings, long seed) {
    return new Allocation(
        slabs(physicalBlocks, slabBits),
        new Forest(Forest.DEFAULT_ROOT_COUNT, mappings),
        new Content(shape.pattern(), mappings, seed).dataBlocks(),
        shape,
        seed);
  }

  /** {@return the number that the volume is known by} */
  long nonce() {
    return Mixer.mix(seed, mappings);
  }

  /** {@return the PBN of a root page} */
  long rootPbn(int tree) {
    return rootOrigin() + tree;
  }

  /** {@return the first PBN of the slab summary} */
  long summaryStart() {
    return physicalBlocks - SlabSummary.BLOCKS;
  }

  /**
   * {@return the geometry block}
   *
   * @param checksum what it says its checksum is
   */
  GeometryBlock geometryBlock(long checksum) {
    byte[] uuid = ByteBuffer.allocate(2 * Long.BYTES).putLong(nonce()).putLong(mappings).array();
    return new GeometryBlock(
        GeometryBlock.MAGIC,
        ComponentHeader.of(ComponentId.GEOMETRY_BLOCK),
        0,
        nonce(),
        Bytes.copyOf(uuid),
        0,
        new Region(Region.INDEX, FIRST_INDEX_BLOCK),
        new Region(Region.DATA, superBlockPbn()),
        new IndexConfig(SMALLEST_INDEX, 0, 0),
        checksum,
        Bytes.zeros(BlockDevice.BLOCK_SIZE - GeometryBlock.STRUCT_5.sizeBytes()));
  }

  /** {@return the super block of the clean volume, without its checksum} */
  SuperBlock superBlock() {
    var slabs = slabs();
    long journal = journalStart(physicalBlocks);
    return new SuperBlock(
        ComponentHeader.of(ComponentId.SUPER_BLOCK),
        0,
        SuperBlock.VOLUME_VERSION,
        new VdoComponent(
            VdoComponent.VERSION,
            VolumeState.CLEAN.code(),
            0,
            0,
            new VdoConfig(
                logicalBlocks,
                physicalBlocks,
                slabs.slabBlocks(),
                RECOVERY_JOURNAL_BLOCKS,
                SLAB_JOURNAL_BLOCKS),
            nonce()),
        new LayoutComponent(
            ComponentHeader.of(ComponentId.LAYOUT),
            journal,
            journal,
            LayoutComponent.PARTITION_COUNT,
            List.of(
                partition(PartitionId.SLAB_DEPOT, depotStart(), journal - depotStart()),
                partition(PartitionId.RECOVERY_JOURNAL, journal, RECOVERY_JOURNAL_BLOCKS),
                partition(PartitionId.SLAB_SUMMARY, summaryStart(), SlabSummary.BLOCKS),
                partition(PartitionId.BLOCK_MAP, rootOrigin(), Forest.DEFAULT_ROOT_COUNT))),
        new RecoveryJournalComponent(
            ComponentHeader.of(ComponentId.RECOVERY_JOURNAL),
            1,
            content().usedLbns(),
            allocation().pages()),
        new SlabDepotComponent(
            ComponentHeader.of(ComponentId.SLAB_DEPOT),
            SlabConfig.of(slabs.slabBlocks(), SLAB_JOURNAL_BLOCKS),
            slabs.firstBlock(),
            slabs.endBlock(),
            1),
        new BlockMapComponent(
            ComponentHeader.of(ComponentId.BLOCK_MAP),
            BlockMapComponent.FLAT_PAGE_ORIGIN,
            0,
            rootOrigin(),
            Forest.DEFAULT_ROOT_COUNT),
        0,
        Bytes.zeros(BlockDevice.BLOCK_SIZE - SuperBlock.STRUCT.sizeBytes()));
  }

  private static Partition partition(PartitionId id, long offset, long count) {
    return new Partition(id.id(), offset, 0, count);
  }

  @Override
  public String toString() {
    return "%s, %d LBNs, %d physical blocks in slabs of 2^%d, seed %d"
        .formatted(shape, mappings, physicalBlocks, slabBits, seed);
  }
}
