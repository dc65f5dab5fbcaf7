package io.vdotools.tool.pack;

import io.vdotools.VdoException;
import io.vdotools.bytes.Bytes;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.device.BlockDevice;
import io.vdotools.engine.ForestWalk;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.Limits;
import io.vdotools.format.PartitionId;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.pack.FrameKind;
import io.vdotools.pack.JournalContext;
import io.vdotools.pack.PackDevice;
import io.vdotools.pack.PackHeader;
import io.vdotools.pack.PackOutput;
import io.vdotools.pack.PackWriter;
import io.vdotools.tool.pack.FrameMaker.Filter;
import io.vdotools.tool.pack.PackOptions.Scan;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Packs a volume: finds its metadata by its geometry, by the block map, by the recovery journal,
 * and, where something is damaged, by the signature of pages.
 *
 * <p>A volume is not judged here. Whatever lies where metadata has to be is packed as it is.
 */
final class Packer {
  // The first blocks tell what a device holds that is no volume; of a volume, these are enough.
  private static final long FIRST_BLOCKS = 3;
  private static final long FOREIGN_BLOCKS = 18;

  private final PackOptions options;
  private final BlockDevice device;
  private final Volume volume;
  private final @Nullable PackDevice base;
  private final ProgressDisplay progress;
  private final PackHeader header;

  Packer(
      PackOptions options,
      BlockDevice device,
      Volume volume,
      @Nullable PackDevice base,
      ProgressDisplay progress) {
    this.options = options;
    this.device = device;
    this.volume = volume;
    this.base = base;
    this.progress = progress;
    var slabs = volume.slabs();
    this.header =
        new PackHeader(
            options.holdsIndex(),
            options.holdsData(),
            device.sizeBytes(),
            volume.blockOffset(),
            volume.nonce(),
            slabs.map(SlabGeometry::firstBlock).orElse(0L),
            slabs.map(SlabGeometry::slabShift).orElse(0),
            volume.geometry().uuid(),
            base == null ? PackHeader.noBase() : Bytes.copyOf(base.file().digest()));
  }

  /**
   * Does it.
   *
   * @param output takes the pack
   * @return what went into it
   * @throws VdoException if the output fails
   */
  PackResult run(PackOutput output) throws VdoException {
    var writer = new PackWriter(header, output);
    boolean isScanned;
    PackTally tally;
    try (var queue = new FrameQueue(device, base, header, options, writer, progress::advance);
        var parallel = new Parallel(options.threads(), options.threads(), System::nanoTime)) {
      packJournal(queue);
      packStart(queue);
      var slabs = volume.slabs();
      var forest = volume.forest();
      if (slabs.isPresent() && forest.isPresent()) {
        isScanned = packVolume(queue, parallel, slabs.get(), forest.get());
      } else {
        packSummary(queue);
        packIndex(queue);
        new LostMetadata(device, volume, queue).packAnywhere();
        isScanned = true;
      }
      queue.finish();
      tally = queue.tally();
    }
    byte[] digest = writer.finish();
    return new PackResult(
        options, volume, tally, isScanned, writer.bytes(), HexFormat.of().formatHex(digest));
  }

  private boolean packVolume(FrameQueue queue, Parallel parallel, SlabGeometry slabs, Forest forest)
      throws VdoException {
    var walk =
        new ForestWalk(
            volume.device(),
            forest,
            slabs,
            volume.superBlock().blockMap().rootOrigin(),
            volume.nonce(),
            ForestWalk.DEFAULT_WINDOW_PAGES,
            parallel,
            _ -> {});
    var pages = new TreePages(volume, walk, slabs, queue);
    progress.begin(
        "block map", Math.max(1, volume.superBlock().recoveryJournal().blockMapDataBlocks()));
    pages.pack();
    progress.begin(
        "slabs", (long) slabs.slabCount() * (slabs.referenceBlocks() + slabs.journalBlocks()));
    packSlabs(queue, slabs);
    packSummary(queue);
    packIndex(queue);
    queue.finish();
    boolean isScanned =
        options.scan() == Scan.ALWAYS || (options.scan() == Scan.AUTO && isDamaged(pages, queue));
    var found = new BlockSet(0);
    if (isScanned) {
      progress.begin("search", slabs.totalBlocks());
      found = new LostMetadata(device, volume, queue).packFrom(pages, slabs);
    }
    if (options.holdsData()) {
      progress.begin(
          "data", Math.max(1, volume.superBlock().recoveryJournal().logicalBlocksUsed()));
      new ReferencedData(volume, walk, slabs, parallel, queue).pack(found);
    }
    return isScanned;
  }

  private boolean isDamaged(TreePages pages, FrameQueue queue) {
    var state = volume.superBlock().vdo().state();
    boolean isStartDamaged =
        volume.overwrittenBy().isPresent()
            || !volume.isGeometryReadable()
            || !volume.geometryFormat().isSupported()
            || volume.geometry().checksum() != GeometryBlock.computeChecksum(volume.geometryBlock())
            || !volume.hasSuperBlock();
    return isStartDamaged
        || state.awaitsRebuild()
        || pages.hasFaults()
        || queue.faultyPages() > 0
        || (!state.needsRecovery()
            && pages.count() != volume.superBlock().recoveryJournal().blockMapDataBlocks());
  }

  /** Adds a range of blocks, given by PBN, as far as the device has them. */
  private void addRange(FrameQueue queue, long firstPbn, long count) throws VdoException {
    long first = Math.max(0, firstPbn - volume.blockOffset());
    long end = Math.min(firstPbn - volume.blockOffset() + count, device.blockCount());
    for (long block = first; block < end; block++) {
      queue.add(block);
    }
  }

  private void packJournal(FrameQueue queue) throws VdoException {
    var partition = volume.superBlock().layout().partition(PartitionId.RECOVERY_JOURNAL);
    if (partition.isEmpty()
        || partition.get().offset() <= 0
        || partition.get().offset() >= Limits.PHYSICAL_BLOCKS) {
      return;
    }
    long blocks = Math.clamp(partition.get().count(), 0, Limits.RECOVERY_JOURNAL_BLOCKS);
    progress.begin("recovery journal", Math.max(1, blocks));
    var young = new YoungJournal();
    queue.begin(FrameKind.RECOVERY_JOURNAL, Filter.NONE, PageFaults.NONE, young::add);
    addRange(queue, partition.get().offset(), blocks);
    queue.finish();
    queue.predictFrom(young.context(header));
  }

  private void packStart(FrameQueue queue) throws VdoException {
    queue.begin(FrameKind.START);
    long first = firstBlocks();
    long superBlock = volume.superBlockPbn() - volume.blockOffset();
    for (long block = 0; block < Math.min(first, device.blockCount()); block++) {
      queue.add(block);
    }
    // Where a conversion may have put another geometry block; other things lie there otherwise.
    queue.begin(
        FrameKind.START,
        (block, content, at) ->
            block == superBlock || FrameMaker.isSecondGeometry(block, content, at),
        PageFaults.NONE,
        null);
    var candidates = new BlockSet(0);
    for (long block = Volume.CONVERSION_START; block <= Volume.CONVERSION_END; block++) {
      candidates.add(block);
    }
    candidates.add(superBlock);
    candidates.sort();
    for (int i = 0; i < candidates.size(); i++) {
      long block = candidates.get(i);
      if (block >= first && block < device.blockCount()) {
        queue.add(block);
      }
    }
  }

  /** {@return how many blocks from the start of the device on are packed} */
  private long firstBlocks() {
    long blocks = volume.geometry().hasMagic() ? FIRST_BLOCKS : FOREIGN_BLOCKS;
    // On tiny volumes without an index, what follows is of another kind.
    return Math.min(blocks, volume.superBlockPbn() - volume.blockOffset() + 1);
  }

  private void packSlabs(FrameQueue queue, SlabGeometry slabs) throws VdoException {
    queue.begin(FrameKind.REFERENCE);
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      addRange(queue, slabs.referenceStart(slab), slabs.referenceBlocks());
    }
    queue.begin(FrameKind.SLAB_JOURNAL);
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      addRange(queue, slabs.journalStart(slab), slabs.journalBlocks());
    }
  }

  private void packSummary(FrameQueue queue) throws VdoException {
    var start = volume.summaryStart();
    if (start.isPresent()) {
      queue.begin(FrameKind.SUMMARY);
      addRange(queue, start.getAsLong(), SlabSummary.BLOCKS);
    }
  }

  private void packIndex(FrameQueue queue) throws VdoException {
    if (!options.holdsIndex()) {
      return;
    }
    long end = Math.min(volume.superBlockPbn() - volume.blockOffset(), device.blockCount());
    long first = volume.geometry().hasMagic() ? volume.geometry().index().startBlock() : 1;
    progress.begin("index", Math.max(1, end - first));
    // Blocks that the start has already are not packed twice.
    long start = firstBlocks();
    queue.begin(FrameKind.INDEX);
    for (long block = Math.max(first - volume.blockOffset(), start); block < end; block++) {
      queue.add(block);
    }
  }

  /** The blocks of a recovery journal as long as they are few. */
  private static final class YoungJournal {
    private byte[] content = new byte[0];
    private boolean isLong;

    void add(byte[] more) {
      int blocks = (content.length + more.length) / BlockSize.BLOCK;
      if (isLong || blocks > JournalContext.MOST_BLOCKS) {
        isLong = true;
        content = new byte[0];
        return;
      }
      var joined = new byte[content.length + more.length];
      System.arraycopy(content, 0, joined, 0, content.length);
      System.arraycopy(more, 0, joined, content.length, more.length);
      content = joined;
    }

    @Nullable JournalContext context(PackHeader header) {
      return content.length == 0
          ? null
          : JournalContext.of(content, content.length / BlockSize.BLOCK, header);
    }
  }
}
