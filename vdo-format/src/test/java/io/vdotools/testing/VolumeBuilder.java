package io.vdotools.testing;

import io.vdotools.bytes.Bytes;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.damage.StructFields;
import io.vdotools.format.BlockMapComponent;
import io.vdotools.format.ComponentHeader;
import io.vdotools.format.ComponentId;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.GeometryFormat;
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
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.compress.CompressedBlock;
import io.vdotools.format.depot.SlabConfig;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalEntry.Operation;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.format.journal.RecoveryJournalBlock;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jpountz.lz4.LZ4Factory;
import org.jspecify.annotations.Nullable;

/**
 * Makes small volumes in memory that are sound in every field (format-spec, section 14).
 *
 * <p>There is no index: its region is empty, as on the test volumes of the driver. LBNs are mapped
 * in the order of the calls; blocks are taken one after the other from slab 0 on. What is mapped
 * after {@link #crashAfterHere} has reached the recovery journal only.
 */
public final class VolumeBuilder {
  private static final long DATA_START = 1;
  private static final long FIRST_SLAB = DATA_START + 1 + Forest.DEFAULT_ROOT_COUNT;
  private static final long NONCE = 0x0123_4567_89ab_cdefL;
  // Block map and slab journals reflect the journal blocks before this one.
  private static final long JOURNAL_START = 10;

  private final SlabGeometry slabs;
  private final SlabConfig slabConfig;
  private final long logicalBlocks;
  private final Forest forest;
  private final List<SlabImage> slabImages = new ArrayList<>();
  private final Map<Long, BlockMapPage> pages = new HashMap<>();
  private final Map<Long, Map<Integer, Long>> changedSlots = new HashMap<>();
  private final Map<Long, byte[]> content = new HashMap<>();
  private long journalBlocks = 16;
  private int zones = 1;
  private boolean copiesDiffer;
  private VolumeState state = VolumeState.CLEAN;
  private final Map<Integer, Long> nextInSlab = new HashMap<>();
  private long nextBlock = FIRST_SLAB;
  private long usedLogicalBlocks;
  private long pageCount;
  private long usedLogicalBlocksOnDisk;
  private long pageCountOnDisk;
  private @Nullable JournalImage journal;
  private JournalFormat journalFormat = JournalFormat.CURRENT;

  private VolumeBuilder(int slabCount, long slabBlocks, long journalBlocks, long logicalBlocks) {
    this.slabConfig = SlabConfig.of(slabBlocks, journalBlocks);
    this.slabs =
        SlabGeometry.of(FIRST_SLAB, FIRST_SLAB + slabCount * slabBlocks, slabConfig).orElseThrow();
    this.logicalBlocks = logicalBlocks;
    this.forest = new Forest(Forest.DEFAULT_ROOT_COUNT, logicalBlocks);
    for (int i = 0; i < slabCount; i++) {
      slabImages.add(new SlabImage());
    }
  }

  /** {@return a builder of a volume with three slabs of the smallest size and 200,000 LBNs} */
  public static VolumeBuilder small() {
    return ofSlabs(3, 200_000);
  }

  /** {@return a builder of a volume with slabs of the smallest size that formatters make} */
  public static VolumeBuilder ofSlabs(int slabCount, long logicalBlocks) {
    return new VolumeBuilder(slabCount, Limits.MINIMUM_SLAB_BLOCKS, 224, logicalBlocks);
  }

  /**
   * {@return a builder of a volume with slabs of any size}
   *
   * @param slabCount 1 to 8192
   * @param slabBlocks blocks in a slab, a power of two
   * @param slabJournalBlocks blocks in its journal, less than a slab has
   * @param logicalBlocks the logical size
   */
  public static VolumeBuilder ofSlabs(
      int slabCount, long slabBlocks, long slabJournalBlocks, long logicalBlocks) {
    return new VolumeBuilder(slabCount, slabBlocks, slabJournalBlocks, logicalBlocks);
  }

  /** Stops the volume in a state; a crashed one is DIRTY by itself. */
  public VolumeBuilder state(VolumeState newState) {
    state = newState;
    return this;
  }

  /** Makes the recovery journal as long as that, a power of two of at least 16. */
  public VolumeBuilder journalBlocks(long blocks) {
    journalBlocks = blocks;
    return this;
  }

  /** Lets the volume have run with that many physical zones. */
  public VolumeBuilder zones(int count) {
    zones = count;
    return this;
  }

  /** Leaves summary entries stale where the zone count does not select them. */
  public VolumeBuilder withStaleSummaryCopies() {
    copiesDiffer = true;
    return this;
  }

  /** Stores the state of a slab in a form. */
  public VolumeBuilder slab(int slab, SlabForm form) {
    slabImages.get(slab).setForm(form);
    return this;
  }

  /** Takes the next blocks from a slab, behind those that were taken from it already. */
  public VolumeBuilder allocateFromSlab(int slab) {
    nextBlock = nextInSlab.getOrDefault(slab, slabs.slabStart(slab));
    return this;
  }

  /** {@return the block that is taken next} */
  public long nextBlock() {
    return nextBlock;
  }

  /** Maps each of the LBNs to a block of its own. */
  public VolumeBuilder plain(long... lbns) {
    for (long lbn : lbns) {
      makePath(lbn);
      long pbn = allocate();
      content.put(pbn, plainContent(pbn));
      store(lbn, new BlockMapEntry(pbn, MappingState.UNCOMPRESSED));
    }
    return this;
  }

  /** Maps consecutive LBNs each to a block of its own. */
  public VolumeBuilder plainRange(long first, long count) {
    for (long lbn = first; lbn < first + count; lbn++) {
      plain(lbn);
    }
    return this;
  }

  /** Maps LBNs to what another one is mapped to. */
  public VolumeBuilder shared(long original, long... lbns) {
    for (long lbn : lbns) {
      makePath(lbn);
      store(lbn, mapping(original));
    }
    return this;
  }

  /** Maps LBNs to the block of zeros. */
  public VolumeBuilder zero(long... lbns) {
    for (long lbn : lbns) {
      makePath(lbn);
      store(lbn, BlockMapEntry.ZERO);
    }
    return this;
  }

  /** Takes the mappings of LBNs away. */
  public VolumeBuilder discard(long... lbns) {
    for (long lbn : lbns) {
      makePath(lbn);
      store(lbn, BlockMapEntry.UNMAPPED);
    }
    return this;
  }

  /** Maps two to fourteen LBNs to the fragments of one compressed block. */
  public VolumeBuilder compressed(long... lbns) {
    for (long lbn : lbns) {
      makePath(lbn);
    }
    long pbn = allocate();
    var fragments = new ArrayList<byte[]>();
    for (int i = 0; i < lbns.length; i++) {
      var block = new byte[BlockDevice.BLOCK_SIZE];
      block[i] = 1;
      fragments.add(LZ4Factory.safeInstance().fastCompressor().compress(block));
      store(lbns[i], new BlockMapEntry(pbn, MappingState.ofFragment(i)));
    }
    var bytes = new byte[BlockDevice.BLOCK_SIZE];
    new CompressedBlock(MemorySegment.ofArray(bytes)).format(fragments);
    content.put(pbn, bytes);
    return this;
  }

  /** Lets everything from here on reach the recovery journal only, in its current format. */
  public VolumeBuilder crashAfterHere() {
    return crashAfterHere(JournalFormat.CURRENT);
  }

  /** Lets everything from here on reach the recovery journal only. */
  public VolumeBuilder crashAfterHere(JournalFormat format) {
    journal = new JournalImage(format);
    journalFormat = format;
    state = VolumeState.DIRTY;
    usedLogicalBlocksOnDisk = usedLogicalBlocks;
    pageCountOnDisk = pageCount;
    return this;
  }

  private static byte[] plainContent(long pbn) {
    var block = new byte[BlockDevice.BLOCK_SIZE];
    new SplittableRandom(pbn).nextBytes(block);
    return block;
  }

  private long allocate() {
    if (!slabs.isDataBlock(nextBlock)) {
      allocateFromSlab(slabs.slabOf(nextBlock) + 1);
    }
    nextInSlab.put(slabs.slabOf(nextBlock), nextBlock + 1);
    return nextBlock++;
  }

  private BlockMapEntry mapping(long lbn) {
    var place = forest.place(lbn);
    return BlockMapEntry.unpack(current(makePath(lbn), place.slot()));
  }

  private long current(long pagePbn, int slot) {
    var changed = changedSlots.getOrDefault(pagePbn, Map.of()).get(slot);
    if (changed != null) {
      return changed;
    }
    var page = pages.get(pagePbn);
    return page == null ? 0 : page.entry(slot);
  }

  /** Makes the pages down to the leaf of an LBN; {@return the leaf's PBN}. */
  private long makePath(long lbn) {
    if (lbn >= logicalBlocks) {
      throw new IllegalArgumentException("LBN " + lbn + " is behind the logical size");
    }
    var place = forest.place(lbn);
    long pbn = DATA_START + 1 + place.tree();
    if (!pages.containsKey(pbn) && journal == null) {
      pages.put(pbn, newPage(pbn));
    }
    for (int height = Forest.ROOT_HEIGHT; height > 0; height--) {
      long index = place.pageIndex();
      for (int h = 1; h < height; h++) {
        index /= BlockMapPage.ENTRIES;
      }
      int slot = (int) (index % BlockMapPage.ENTRIES);
      long packed = current(pbn, slot);
      if (packed == 0) {
        long child = allocate();
        packed = BlockMapEntry.pack(child, MappingState.UNCOMPRESSED);
        change(pbn, slot, true, BlockMapEntry.unpack(packed), BlockMapEntry.UNMAPPED);
        pageCount++;
        if (journal == null) {
          pages.put(child, newPage(child));
          count(child, Operation.BLOCK_MAP_INCREMENT);
        }
      }
      pbn = BlockMapEntry.pbn(packed);
    }
    return pbn;
  }

  private static BlockMapPage newPage(long pbn) {
    var page = new BlockMapPage(Segments.zeroBlock());
    page.format(NONCE, pbn);
    return page;
  }

  private void store(long lbn, BlockMapEntry entry) {
    long leaf = makePath(lbn);
    int slot = forest.place(lbn).slot();
    var old = BlockMapEntry.unpack(current(leaf, slot));
    change(leaf, slot, false, entry, old);
    usedLogicalBlocks += (entry.isMapped() ? 1 : 0) - (old.isMapped() ? 1 : 0);
    if (journal == null) {
      count(entry.pbn(), Operation.DATA_INCREMENT);
      count(old.pbn(), Operation.DECREMENT);
    }
  }

  private void change(
      long pagePbn, int slot, boolean isNewPage, BlockMapEntry entry, BlockMapEntry old) {
    if (journal == null) {
      var page = pages.get(pagePbn);
      if (page == null) {
        throw new IllegalStateException("no page at PBN " + pagePbn);
      }
      page.setEntry(slot, entry.pack());
    } else {
      changedSlots.computeIfAbsent(pagePbn, _ -> new HashMap<>()).put(slot, entry.pack());
      journal.add(pagePbn, slot, isNewPage, entry, old);
    }
  }

  private void count(long pbn, Operation operation) {
    if (pbn != Limits.ZERO_BLOCK) {
      slabImages.get(slabs.slabOf(pbn)).add(slabs.offsetInSlab(pbn), operation);
    }
  }

  /** {@return the volume} */
  public VolumeImage build() {
    if (journal == null) {
      usedLogicalBlocksOnDisk = usedLogicalBlocks;
      pageCountOnDisk = pageCount;
    }
    var device = MemoryDevice.ofBlocks(physicalBlocks());
    device.write(GeometryBlock.LOCATION, geometry());
    device.write(DATA_START, superBlock());
    if (state != VolumeState.NEW) {
      content.forEach(device::put);
      pages.forEach((pbn, page) -> device.write(pbn, page.bytes()));
      writeSlabs(device);
      writeJournal(device);
    }
    return VolumeImage.of(device);
  }

  private long journalOffset() {
    return slabs.endBlock();
  }

  private long physicalBlocks() {
    return journalOffset() + journalBlocks + SlabSummary.BLOCKS;
  }

  private static MemorySegment geometry() {
    var block = Segments.zeroBlock();
    new GeometryBlock(
            GeometryBlock.MAGIC,
            new ComponentHeader(
                ComponentId.GEOMETRY_BLOCK.id(),
                GeometryFormat.V5.version(),
                GeometryFormat.V5.sizeBytes()),
            0,
            NONCE,
            Bytes.ofAscii("a volume to test"),
            0,
            new Region(Region.INDEX, DATA_START),
            new Region(Region.DATA, DATA_START),
            new IndexConfig(0, 0, 0),
            0,
            Bytes.copyOf(block.asSlice(GeometryBlock.STRUCT_5.sizeBytes())))
        .encode(block);
    StructFields.set(
        GeometryBlock.STRUCT_5, block, "checksum", GeometryBlock.computeChecksum(block));
    return block;
  }

  private MemorySegment superBlock() {
    var block = Segments.zeroBlock();
    boolean isNew = state == VolumeState.NEW;
    new SuperBlock(
            ComponentHeader.of(ComponentId.SUPER_BLOCK),
            0,
            SuperBlock.VOLUME_VERSION,
            new VdoComponent(
                VdoComponent.VERSION,
                state == VolumeState.UNKNOWN ? 77 : state.code(),
                0,
                0,
                new VdoConfig(
                    logicalBlocks,
                    physicalBlocks(),
                    slabs.slabBlocks(),
                    journalBlocks,
                    slabs.journalBlocks()),
                NONCE),
            new LayoutComponent(
                ComponentHeader.of(ComponentId.LAYOUT),
                journalOffset(),
                journalOffset(),
                LayoutComponent.PARTITION_COUNT,
                partitions()),
            new RecoveryJournalComponent(
                ComponentHeader.of(ComponentId.RECOVERY_JOURNAL),
                isNew ? 1 : JOURNAL_START,
                isNew ? 0 : usedLogicalBlocksOnDisk,
                isNew ? 0 : pageCountOnDisk),
            new SlabDepotComponent(
                ComponentHeader.of(ComponentId.SLAB_DEPOT),
                slabConfig,
                FIRST_SLAB,
                slabs.endBlock(),
                isNew ? 0 : zones),
            new BlockMapComponent(
                ComponentHeader.of(ComponentId.BLOCK_MAP),
                BlockMapComponent.FLAT_PAGE_ORIGIN,
                0,
                DATA_START + 1,
                Forest.DEFAULT_ROOT_COUNT),
            0,
            Bytes.copyOf(block.asSlice(SuperBlock.STRUCT.sizeBytes())))
        .encode(block);
    SuperBlock.sealChecksum(block);
    return block;
  }

  private List<Partition> partitions() {
    return List.of(
        new Partition(PartitionId.BLOCK_MAP.id(), DATA_START + 1, 0, Forest.DEFAULT_ROOT_COUNT),
        new Partition(PartitionId.SLAB_DEPOT.id(), FIRST_SLAB, 0, slabs.totalBlocks()),
        new Partition(PartitionId.RECOVERY_JOURNAL.id(), journalOffset(), 0, journalBlocks),
        new Partition(
            PartitionId.SLAB_SUMMARY.id(), journalOffset() + journalBlocks, 0, SlabSummary.BLOCKS));
  }

  private void writeSlabs(MemoryDevice device) {
    var summary = new SlabSummary(Segments.zeros(SlabSummary.BLOCKS * BlockDevice.BLOCK_SIZE));
    for (int slab = 0; slab < Limits.SLABS; slab++) {
      var entry =
          slab < slabImages.size()
              ? slabImages.get(slab).write(device, slabs, slab, NONCE)
              : slabs.unusedEntry();
      for (int copy = 0; copy < SlabSummary.COPIES; copy++) {
        boolean isStale = copiesDiffer && copy != SlabSummary.authoritativeCopy(slab, zones);
        summary.setEntry(copy, slab, isStale ? slabs.unusedEntry() : entry);
      }
    }
    device.write(journalOffset() + journalBlocks, summary.bytes());
  }

  private void writeJournal(MemoryDevice device) {
    for (var slab : slabImages) {
      if (slab.lastRecoveryBlock() >= JOURNAL_START) {
        throw new IllegalStateException("the journal has no room for the changes of a slab");
      }
    }
    for (long sequence = 1; sequence < JOURNAL_START; sequence++) {
      var block = new RecoveryJournalBlock(Segments.zeroBlock());
      block.format(header(sequence), journalBlocks);
      device.write(journalOffset() + sequence, block.bytes());
    }
    if (journal != null) {
      journal.write(device, journalOffset(), journalBlocks, header(JOURNAL_START));
    }
  }

  private RecoveryJournalBlock.Header header(long sequence) {
    return new RecoveryJournalBlock.Header(
        sequence,
        sequence,
        sequence,
        NONCE,
        journalFormat,
        usedLogicalBlocksOnDisk,
        pageCountOnDisk,
        0);
  }
}
