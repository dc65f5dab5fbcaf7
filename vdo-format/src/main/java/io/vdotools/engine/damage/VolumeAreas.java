package io.vdotools.engine.damage;

import io.vdotools.device.BlockDevice;
import io.vdotools.engine.JournalArea;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.Volume;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.blockmap.TreePlace;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.format.depot.SlabSummaryEntry;
import io.vdotools.format.journal.RecoveryJournalBlock;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where the structures of a volume lie, so that they can be damaged one after the other.
 *
 * <p>The device that it looks at must not change: a damaged volume cannot be relied on to tell.
 */
public final class VolumeAreas {
  private static final Comparator<TreePlace> PAGE_ORDER =
      Comparator.comparingInt(TreePlace::tree)
          .thenComparingInt(TreePlace::height)
          .thenComparingLong(TreePlace::pageIndex);

  private final Volume volume;
  private final SlabGeometry slabs;
  private final Forest forest;
  private final JournalArea journal;
  private final long summaryStart;
  private final Map<Area, List<Long>> blocks = new EnumMap<>(Area.class);
  private final Map<TreePlace, Long> pages = new TreeMap<>(PAGE_ORDER);
  private final Map<Long, TreePlace> places = new TreeMap<>();

  private VolumeAreas(Volume volume) throws NotAVolumeException {
    var damaged =
        new NotAVolumeException(
            volume.device().name()
                + ": the super block does not say where the structures lie; see vdo_check");
    this.volume = volume;
    this.slabs = volume.slabs().orElseThrow(() -> damaged);
    this.forest = volume.forest().orElseThrow(() -> damaged);
    this.journal = volume.journalArea().orElseThrow(() -> damaged);
    this.summaryStart = volume.summaryStart().orElseThrow(() -> damaged);
  }

  /**
   * {@return the places of a volume's structures}
   *
   * @param device a volume whose super block says where they are
   * @throws NotAVolumeException if it does not
   */
  public static VolumeAreas of(BlockDevice device) throws NotAVolumeException {
    var volume = Volume.open(device);
    if (!volume.hasSuperBlock()) {
      throw new NotAVolumeException(
          device.name() + ": the super block is lost; damage it last; see vdo_check");
    }
    return new VolumeAreas(volume);
  }

  private void add(Area area, long pbn) {
    listOf(area).add(pbn);
  }

  private List<Long> listOf(Area area) {
    return blocks.computeIfAbsent(area, _ -> new ArrayList<>());
  }

  /** {@return a copy of a block; zeros if it cannot be read} */
  MemorySegment read(long pbn) {
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    var errors = volume.device().read(pbn, block);
    return errors.isEmpty() ? block : block.fill((byte) 0);
  }

  private boolean isPage(MemorySegment block, long pbn) {
    return new BlockMapPage(block).validity(nonce(), pbn) == BlockMapPage.Validity.VALID;
  }

  private void findPages() {
    for (var area : List.of(Area.ROOT, Area.INTERIOR, Area.LEAF)) {
      blocks.put(area, new ArrayList<>());
    }
    var compressed = new TreeSet<Long>();
    for (int tree = 0; tree < forest.rootCount(); tree++) {
      long root = rootPbn(tree);
      if (isPage(read(root), root)) {
        add(Area.ROOT, root);
        findBelow(tree, Forest.ROOT_HEIGHT, 0, root, compressed);
      }
    }
    blocks.put(Area.COMPRESSED_BLOCK, new ArrayList<>(compressed));
    // All of them, since none is looked for again: the order may not depend on who asked first.
    for (var area : List.of(Area.ROOT, Area.INTERIOR, Area.LEAF)) {
      listOf(area).sort(null);
    }
  }

  private void findBelow(int tree, int height, long index, long pbn, Set<Long> compressed) {
    var place = new TreePlace(tree, height, index, 0);
    // Each page once, so that a map that leads in a circle has an end.
    if (places.putIfAbsent(pbn, place) != null) {
      return;
    }
    pages.put(place, pbn);
    var page = new BlockMapPage(read(pbn));
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      long packed = page.entry(slot);
      long below = BlockMapEntry.pbn(packed);
      if (!slabs.isDataBlock(below)) {
        continue;
      }
      if (height > 0) {
        if (isPage(read(below), below)) {
          add(height > 1 ? Area.INTERIOR : Area.LEAF, below);
          findBelow(tree, height - 1, index * BlockMapPage.ENTRIES + slot, below, compressed);
        }
      } else if (MappingState.isCompressed(BlockMapEntry.state(packed))) {
        compressed.add(below);
      }
    }
  }

  private void findReferenceBlocks() {
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      int count = summaryEntry(slab).loadRefCounts() ? slabs.usedReferenceBlocks() : 0;
      for (int i = 0; i < count; i++) {
        add(Area.REFERENCE_BLOCK, slabs.referenceStart(slab) + i);
      }
    }
  }

  private void findSlabJournals() {
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      for (int i = 0; i < slabs.journalBlocks(); i++) {
        long pbn = slabs.journalStart(slab) + i;
        if (new SlabJournalBlock(read(pbn)).belongsTo(nonce())) {
          add(Area.SLAB_JOURNAL, pbn);
        }
      }
    }
  }

  private void findRecoveryJournal() {
    for (long position = 0; position < journal.blocks(); position++) {
      long pbn = journal.firstPbn() + position;
      if (new RecoveryJournalBlock(read(pbn)).nonce() == nonce()) {
        add(Area.RECOVERY_JOURNAL, pbn);
      }
    }
  }

  private void find(Area area) {
    switch (area) {
      case GEOMETRY -> add(area, 0);
      case SUPER_BLOCK -> add(area, volume.superBlockPbn());
      case ROOT, INTERIOR, LEAF, COMPRESSED_BLOCK -> findPages();
      case REFERENCE_BLOCK -> findReferenceBlocks();
      case SLAB_JOURNAL -> findSlabJournals();
      case SUMMARY -> {
        for (int i = 0; i < SlabSummary.BLOCKS; i++) {
          add(area, summaryStart + i);
        }
      }
      case RECOVERY_JOURNAL -> findRecoveryJournal();
    }
    listOf(area).sort(null);
  }

  /** {@return the PBNs of the instances of a structure, ascending} */
  public List<Long> blocks(Area area) {
    if (!blocks.containsKey(area)) {
      find(area);
    }
    return List.copyOf(listOf(area));
  }

  /**
   * {@return the PBN of one instance of a structure}
   *
   * @throws DamageException if there is none at that place
   */
  public long block(Area area, Place place) throws DamageException {
    var instances = blocks(area);
    if (instances.isEmpty()) {
      throw new DamageException(
          "the volume has no " + area.title() + "; choose another structure, or write to it first");
    }
    return switch (place) {
      case Position position -> position.of(instances);
      case Place.AtPbn(long pbn) -> {
        if (!instances.contains(pbn)) {
          throw new DamageException(
              "there is no %s at PBN %d; there are %d from PBN %d to %d"
                  .formatted(
                      area.title(),
                      pbn,
                      instances.size(),
                      instances.getFirst(),
                      instances.getLast()));
        }
        yield pbn;
      }
      case Place.AtLbn(long lbn) -> blockOfLbn(area, lbn);
    };
  }

  private long blockOfLbn(Area area, long lbn) throws DamageException {
    return switch (area) {
      case LEAF -> page(lbn, 0);
      case INTERIOR -> page(lbn, 1);
      case ROOT -> page(lbn, Forest.ROOT_HEIGHT);
      case COMPRESSED_BLOCK -> {
        long packed = mapping(lbn);
        if (!MappingState.isCompressed(BlockMapEntry.state(packed))) {
          throw new DamageException("LBN " + lbn + " is not mapped to a compressed block");
        }
        yield BlockMapEntry.pbn(packed);
      }
      case REFERENCE_BLOCK -> {
        long pbn = BlockMapEntry.pbn(mapping(lbn));
        if (!slabs.isDataBlock(pbn)) {
          throw new DamageException("LBN " + lbn + " is not mapped to a data block");
        }
        yield countBlock(pbn);
      }
      case GEOMETRY, SUPER_BLOCK, SLAB_JOURNAL, SUMMARY, RECOVERY_JOURNAL ->
          throw new DamageException(
              "no LBN leads to a " + area.title() + "; use a position or a PBN");
    };
  }

  /** {@return the PBN of the reference block that counts a data block} */
  long countBlock(long pbn) {
    return slabs.referenceStart(slabs.slabOf(pbn))
        + slabs.offsetInSlab(pbn) / ReferenceBlock.COUNTS_PER_BLOCK;
  }

  /** {@return the stored reference count of a data block} */
  int storedCount(long pbn) {
    return summaryEntry(slabs.slabOf(pbn)).loadRefCounts()
        ? new ReferenceBlock(read(countBlock(pbn)))
            .count(slabs.offsetInSlab(pbn) % ReferenceBlock.COUNTS_PER_BLOCK)
        : ReferenceBlock.EMPTY;
  }

  /** {@return the summary entry of a slab that a load reads} */
  SlabSummaryEntry summaryEntry(int slab) {
    int copy =
        SlabSummary.authoritativeCopy(
            slab, Math.clamp(volume.superBlock().slabDepot().zoneCount(), 1, SlabSummary.COPIES));
    var block = read(summaryStart + SlabSummary.blockOf(copy, slab));
    int at = slab % SlabSummary.ENTRIES_PER_BLOCK * SlabSummaryEntry.SIZE_BYTES;
    return SlabSummaryEntry.decode(block.asSlice(at, SlabSummaryEntry.SIZE_BYTES));
  }

  /** {@return the packed mapping of an LBN below an allocated leaf} */
  long mapping(long lbn) throws DamageException {
    return new BlockMapPage(read(page(lbn, 0))).entry(slot(lbn, 0));
  }

  /** {@return the first LBN of the leaf at a place} */
  long firstLbn(Place leaf) throws DamageException {
    long pbn = block(Area.LEAF, leaf);
    var place = places.get(pbn);
    if (place == null) {
      throw new IllegalStateException("no place of the leaf at PBN " + pbn);
    }
    return forest.leafPageNumber(place.tree(), place.pageIndex()) * BlockMapPage.ENTRIES;
  }

  /**
   * {@return the PBN of the page on the way to an LBN}
   *
   * @param lbn a logical block below an allocated page
   * @param height 0 for its leaf to 4 for its root
   * @throws DamageException if the page is not allocated
   */
  public long page(long lbn, int height) throws DamageException {
    if (lbn < 0 || lbn >= forest.logicalBlocks()) {
      throw new DamageException(
          "LBN " + lbn + " is beyond the logical size of " + forest.logicalBlocks() + " blocks");
    }
    var unused = blocks(Area.LEAF);
    var place = forest.place(lbn);
    long index = place.pageIndex();
    for (int h = 0; h < height; h++) {
      index /= BlockMapPage.ENTRIES;
    }
    var pbn = pages.get(new TreePlace(place.tree(), height, index, 0));
    if (pbn == null) {
      throw new DamageException(
          "LBN %d has no page of height %d (of %d leaves); write to it first"
              .formatted(lbn, height, unused.size()));
    }
    return pbn;
  }

  /** {@return the slot that leads to an LBN in its page of a height} */
  public int slot(long lbn, int height) {
    var place = forest.place(lbn);
    long slot = place.slot();
    long index = place.pageIndex();
    for (int h = 0; h < height; h++) {
      slot = index % BlockMapPage.ENTRIES;
      index /= BlockMapPage.ENTRIES;
    }
    return (int) slot;
  }

  /** {@return the PBN of the root of a tree} */
  long rootPbn(int tree) {
    return volume.superBlock().blockMap().rootOrigin() + tree;
  }

  /** {@return the volume as it was opened} */
  public Volume volume() {
    return volume;
  }

  /** {@return where the slabs lie} */
  public SlabGeometry slabs() {
    return slabs;
  }

  /** {@return where the recovery journal lies} */
  public JournalArea journal() {
    return journal;
  }

  /** {@return the shape of the block map} */
  public Forest forest() {
    return forest;
  }

  /** {@return the volume's nonce} */
  public long nonce() {
    return volume.nonce();
  }

  /** {@return the first PBN of the slab summary} */
  public long summaryStart() {
    return summaryStart;
  }
}
