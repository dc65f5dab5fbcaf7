package io.vdotools.engine.format;

import static java.util.Objects.requireNonNull;

import io.vdotools.bytes.Bytes;
import io.vdotools.engine.format.LayoutException.Kind;
import io.vdotools.format.BlockMapComponent;
import io.vdotools.format.BlockSize;
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
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabConfig;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.format.index.IndexGeometry;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Where everything lies on a new volume (format-spec, section 4). Exists only for sizes that fit.
 *
 * @param options what was asked for
 * @param index the size of the index region, which begins at PBN 1
 * @param slabConfig how each slab is divided
 * @param slabs where the slabs lie
 * @param logicalBlocks the logical size that was asked for, or the default
 */
public record VolumeLayout(
    FormatOptions options,
    IndexGeometry index,
    SlabConfig slabConfig,
    SlabGeometry slabs,
    long logicalBlocks) {
  /** Blocks in the recovery journal that formatters make. */
  public static final int JOURNAL_BLOCKS = 32768;

  /** Blocks in each slab journal that formatters make. */
  public static final int SLAB_JOURNAL_BLOCKS = 224;

  /** The smallest slabs that formatters make, as a base-2 logarithm of blocks. */
  public static final int LEAST_SLAB_BITS = 13;

  /** The largest slabs, as a base-2 logarithm of blocks. */
  public static final int MOST_SLAB_BITS = 23;

  /** Where the index region begins: behind the geometry block. */
  public static final long INDEX_START = GeometryBlock.LOCATION + 1;

  private static final long FIRST_SEQUENCE_NUMBER = 1;
  private static final int ROOTS = Forest.DEFAULT_ROOT_COUNT;
  private static final int UUID_BYTES = 16;

  // Between leaves and roots.
  private static final int INTERIOR_LEVELS = Forest.ROOT_HEIGHT - 1;

  /**
   * {@return the layout of a new volume}
   *
   * @throws LayoutException if no volume can be so
   */
  public static VolumeLayout of(FormatOptions options) throws LayoutException {
    int bits = options.slabBits();
    if (bits < LEAST_SLAB_BITS || bits > MOST_SLAB_BITS) {
      throw new LayoutException(
          Kind.SLAB_BITS_OUT_OF_RANGE,
          "slab bits are 13 (slabs of 32 MiB) to 23 (32 GiB), not " + bits);
    }
    if (options.physicalBlocks() > Limits.PHYSICAL_BLOCKS) {
      throw new LayoutException(
          Kind.PHYSICAL_TOO_LARGE,
          options.physicalBlocks()
              + " blocks are too many: a volume has at most "
              + sized(Limits.PHYSICAL_BLOCKS)
              + "; use a part of the device");
    }
    if (options.logicalBlocks() < 0 || options.logicalBlocks() > Limits.LOGICAL_BLOCKS) {
      throw new LayoutException(
          Kind.LOGICAL_OUT_OF_RANGE,
          "a logical size is at most "
              + sized(Limits.LOGICAL_BLOCKS)
              + ", not "
              + options.logicalBlocks()
              + " blocks; choose a smaller one");
    }
    var index =
        IndexGeometry.of(options.indexMemory().code(), options.isIndexSparse()).orElseThrow();
    long slabBlocks = 1L << bits;
    if (options.physicalBlocks() < minimumBlocks(index, slabBlocks)) {
      throw tooSmall(options, index);
    }
    long firstSlab = INDEX_START + index.blocks() + 1 + ROOTS;
    long slabCount =
        (options.physicalBlocks() - SlabSummary.BLOCKS - JOURNAL_BLOCKS - firstSlab) >> bits;
    if (slabCount > Limits.SLABS) {
      throw tooManySlabs(bits, slabCount);
    }
    var config = SlabConfig.of(slabBlocks, SLAB_JOURNAL_BLOCKS);
    var slabs =
        SlabGeometry.of(firstSlab, firstSlab + slabCount * slabBlocks, config).orElseThrow();
    return new VolumeLayout(
        options,
        index,
        config,
        slabs,
        options.logicalBlocks() == FormatOptions.DEFAULT_LOGICAL
            ? defaultLogicalBlocks(slabCount * config.dataBlocks())
            : options.logicalBlocks());
  }

  /**
   * {@return the size of the smallest volume with an index and slabs of a size, in blocks}
   *
   * @param index the index
   * @param slabBlocks blocks in a slab
   */
  public static long minimumBlocks(IndexGeometry index, long slabBlocks) {
    return INDEX_START
        + index.blocks()
        + 1
        + ROOTS
        + slabBlocks
        + JOURNAL_BLOCKS
        + SlabSummary.BLOCKS;
  }

  private static LayoutException tooSmall(FormatOptions options, IndexGeometry index) {
    long needed = minimumBlocks(index, 1L << options.slabBits());
    long least = minimumBlocks(index, Limits.MINIMUM_SLAB_BLOCKS);
    String message =
        sized(options.physicalBlocks())
            + " are too few for a volume: at least "
            + sized(needed)
            + " are needed with "
            + options.slabBits()
            + " slab bits";
    return new LayoutException(
        Kind.TOO_SMALL,
        options.slabBits() > LEAST_SLAB_BITS
            ? message + ", " + sized(least) + " with " + LEAST_SLAB_BITS
            : message + (options.isIndexSparse() ? " and a sparse index" : ""));
  }

  private static LayoutException tooManySlabs(int bits, long slabCount) {
    int more = bits;
    while (slabCount >> (more - bits) > Limits.SLABS) {
      more++;
    }
    return new LayoutException(
        Kind.TOO_MANY_SLABS,
        "it would have "
            + slabCount
            + " slabs with "
            + bits
            + " slab bits, and a volume has at most "
            + Limits.SLABS
            + "; use "
            + more
            + " slab bits or more");
  }

  /** Rounded up, so that who takes it at its word has enough. */
  private static String sized(long blocks) {
    return blocks + " blocks (" + Math.ceilDiv(blocks, (1L << 20) / BlockSize.BLOCK) + " MiB)";
  }

  /**
   * {@return as many logical blocks as can be mapped to data blocks of their own, beside the pages
   * that map them}
   *
   * <p>The estimate is the formatter's: it takes all trees to be as large as the largest, and
   * leaves out what lies above the leaves before it counts these.
   *
   * @param dataBlocks the data blocks of all slabs
   */
  static long defaultLogicalBlocks(long dataBlocks) {
    long pages = Math.max(Math.ceilDiv(dataBlocks, BlockMapPage.ENTRIES), 1);
    long level = Math.ceilDiv(pages, ROOTS);
    long above = 0;
    for (int i = 0; i < INTERIOR_LEVELS; i++) {
      level = Math.ceilDiv(level, BlockMapPage.ENTRIES);
      above += level * ROOTS;
    }
    long rest = dataBlocks - above;
    return rest - Math.ceilDiv(rest, BlockMapPage.ENTRIES);
  }

  /** {@return the PBN of the super block} */
  public long superBlockPbn() {
    return INDEX_START + index.blocks();
  }

  /** {@return the partitions, in the order in which formatters store their records} */
  public List<Partition> partitions() {
    long roots = superBlockPbn() + 1;
    long summary = options.physicalBlocks() - SlabSummary.BLOCKS;
    long journal = summary - JOURNAL_BLOCKS;
    return List.of(
        new Partition(
            PartitionId.SLAB_DEPOT.id(), slabs.firstBlock(), 0, journal - slabs.firstBlock()),
        new Partition(PartitionId.RECOVERY_JOURNAL.id(), journal, 0, JOURNAL_BLOCKS),
        new Partition(PartitionId.SLAB_SUMMARY.id(), summary, 0, SlabSummary.BLOCKS),
        new Partition(PartitionId.BLOCK_MAP.id(), roots, 0, ROOTS));
  }

  /** {@return one of the partitions} */
  public Partition partition(PartitionId id) {
    return partitions().stream().filter(p -> p.id() == id.id()).findFirst().orElseThrow();
  }

  /** {@return the data blocks of all slabs, which block map pages share with data} */
  public long dataBlocks() {
    return (long) slabs.slabCount() * slabs.dataBlocks();
  }

  /** {@return as many logical blocks as can hold different data that does not compress} */
  public long logicalBlocksWithoutSaving() {
    return defaultLogicalBlocks(dataBlocks());
  }

  /** {@return blocks behind the last slab that are too few for another one} */
  public long unusedBlocks() {
    return partition(PartitionId.SLAB_DEPOT).end() - slabs.endBlock();
  }

  /** {@return the geometry block, its checksum not yet computed} */
  public GeometryBlock geometryBlock() {
    var uuid = ByteBuffer.allocate(UUID_BYTES);
    uuid.putLong(options.uuid().getMostSignificantBits());
    uuid.putLong(options.uuid().getLeastSignificantBits());
    return new GeometryBlock(
        GeometryBlock.MAGIC,
        ComponentHeader.of(ComponentId.GEOMETRY_BLOCK),
        0,
        options.nonce(),
        Bytes.copyOf(uuid.array()),
        0,
        new Region(Region.INDEX, INDEX_START),
        new Region(Region.DATA, superBlockPbn()),
        new IndexConfig(options.indexMemory().code(), 0, options.isIndexSparse() ? 1 : 0),
        0,
        Bytes.zeros(BlockSize.BLOCK - GeometryBlock.STRUCT_5.sizeBytes()));
  }

  /** {@return the super block, in state NEW, its checksum not yet computed} */
  public SuperBlock superBlock() {
    long journal = partition(PartitionId.RECOVERY_JOURNAL).offset();
    var config =
        new VdoConfig(
            logicalBlocks,
            options.physicalBlocks(),
            slabConfig.slabBlocks(),
            JOURNAL_BLOCKS,
            SLAB_JOURNAL_BLOCKS);
    return new SuperBlock(
        ComponentHeader.of(ComponentId.SUPER_BLOCK),
        0,
        SuperBlock.VOLUME_VERSION,
        new VdoComponent(
            VdoComponent.VERSION, VolumeState.NEW.code(), 0, 0, config, options.nonce()),
        new LayoutComponent(
            ComponentHeader.of(ComponentId.LAYOUT),
            journal,
            journal,
            LayoutComponent.PARTITION_COUNT,
            partitions()),
        new RecoveryJournalComponent(
            ComponentHeader.of(ComponentId.RECOVERY_JOURNAL), FIRST_SEQUENCE_NUMBER, 0, 0),
        new SlabDepotComponent(
            ComponentHeader.of(ComponentId.SLAB_DEPOT),
            slabConfig,
            slabs.firstBlock(),
            slabs.endBlock(),
            0),
        new BlockMapComponent(
            ComponentHeader.of(ComponentId.BLOCK_MAP),
            BlockMapComponent.FLAT_PAGE_ORIGIN,
            0,
            partition(PartitionId.BLOCK_MAP).offset(),
            ROOTS),
        0,
        Bytes.zeros(BlockSize.BLOCK - SuperBlock.STRUCT.sizeBytes()));
  }

  /** Stores the geometry block in a block of 4096 bytes. */
  void encodeGeometry(MemorySegment block) {
    geometryBlock().encode(block);
    GeometryBlock.sealChecksum(block);
  }

  /** Stores the super block in a block of 4096 bytes. */
  void encodeSuperBlock(MemorySegment block) {
    superBlock().encode(block);
    SuperBlock.sealChecksum(block);
  }

  /** Checks that nothing is missing. */
  public VolumeLayout {
    requireNonNull(options);
    requireNonNull(index);
    requireNonNull(slabConfig);
    requireNonNull(slabs);
  }
}
