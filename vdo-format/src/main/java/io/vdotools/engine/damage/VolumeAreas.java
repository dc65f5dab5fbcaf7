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
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabSummary;
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
 * Where the structures of a sound volume lie, so that they can be damaged one after the other.
 *
 * <p>Taken before the first damage: a damaged volume cannot be relied on to tell.
 */
public final class VolumeAreas {
  private final Volume volume;
  private final SlabGeometry slabs;
  private final Forest forest;
  private final JournalArea journal;
  private final Map<Area, List<Long>> blocks = new EnumMap<>(Area.class);
  private final Map<TreePlace, Long> pages = new TreeMap<>(PAGE_ORDER);

  private static final Comparator<TreePlace> PAGE_ORDER =
      Comparator.comparingInt(TreePlace::tree)
          .thenComparingInt(TreePlace::height)
          .thenComparingLong(TreePlace::pageIndex);

  private VolumeAreas(Volume volume) {
    this.volume = volume;
    this.slabs = volume.slabs().orElseThrow();
    this.forest = volume.forest().orElseThrow();
    this.journal = volume.journalArea().orElseThrow();
  }

  /**
   * {@return the places of a volume's structures}
   *
   * @param device a sound volume
   * @throws NotAVolumeException if it is none
   */
  public static VolumeAreas of(BlockDevice device) throws NotAVolumeException {
    var areas = new VolumeAreas(Volume.open(device).checkStrictly());
    areas.add(Area.GEOMETRY, 0);
    areas.add(Area.SUPER_BLOCK, areas.volume.superBlockPbn());
    for (int i = 0; i < SlabSummary.BLOCKS; i++) {
      areas.add(Area.SUMMARY, areas.summaryStart() + i);
    }
    areas.findPages();
    areas.findSlabs();
    for (long position = 0; position < areas.journal.blocks(); position++) {
      long pbn = areas.journal.firstPbn() + position;
      if (new RecoveryJournalBlock(areas.read(pbn)).nonce() == areas.nonce()) {
        areas.add(Area.RECOVERY_JOURNAL, pbn);
      }
    }
    areas.blocks.values().forEach(list -> list.sort(null));
    return areas;
  }

  private void add(Area area, long pbn) {
    blocks.computeIfAbsent(area, _ -> new ArrayList<>()).add(pbn);
  }

  private MemorySegment read(long pbn) {
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    if (!volume.device().read(pbn, block).isEmpty()) {
      throw new IllegalStateException("PBN " + pbn + " of a sound volume cannot be read");
    }
    return block;
  }

  private void findPages() {
    var compressed = new TreeSet<Long>();
    for (int tree = 0; tree < forest.rootCount(); tree++) {
      long root = volume.superBlock().blockMap().rootOrigin() + tree;
      if (new BlockMapPage(read(root)).validity(nonce(), root) == BlockMapPage.Validity.VALID) {
        add(Area.ROOT, root);
        findBelow(tree, Forest.ROOT_HEIGHT, 0, root, compressed);
      }
    }
    compressed.forEach(pbn -> add(Area.COMPRESSED_BLOCK, pbn));
  }

  private void findBelow(int tree, int height, long index, long pbn, Set<Long> compressed) {
    pages.put(new TreePlace(tree, height, index, 0), pbn);
    var page = new BlockMapPage(read(pbn));
    if (page.validity(nonce(), pbn) != BlockMapPage.Validity.VALID) {
      return;
    }
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      long packed = page.entry(slot);
      if (packed == 0) {
        continue;
      }
      long below = BlockMapEntry.pbn(packed);
      if (height > 0) {
        add(height > 1 ? Area.INTERIOR : Area.LEAF, below);
        findBelow(tree, height - 1, index * BlockMapPage.ENTRIES + slot, below, compressed);
      } else if (MappingState.isCompressed(BlockMapEntry.state(packed))) {
        compressed.add(below);
      }
    }
  }

  private void findSlabs() {
    var summary = summary();
    int zones = volume.superBlock().slabDepot().zoneCount();
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      var entry = summary.entry(SlabSummary.authoritativeCopy(slab, zones), slab);
      for (int i = 0; i < slabs.usedReferenceBlocks() && entry.loadRefCounts(); i++) {
        add(Area.REFERENCE_BLOCK, slabs.referenceStart(slab) + i);
      }
      for (int i = 0; i < slabs.journalBlocks(); i++) {
        long pbn = slabs.journalStart(slab) + i;
        if (new SlabJournalBlock(read(pbn)).belongsTo(nonce())) {
          add(Area.SLAB_JOURNAL, pbn);
        }
      }
    }
  }

  private SlabSummary summary() {
    var bytes = MemorySegment.ofArray(new byte[SlabSummary.BLOCKS * BlockDevice.BLOCK_SIZE]);
    if (!volume.device().read(summaryStart(), bytes).isEmpty()) {
      throw new IllegalStateException("the summary of a sound volume cannot be read");
    }
    return new SlabSummary(bytes);
  }

  /** {@return the PBNs of the instances of a structure, ascending} */
  public List<Long> blocks(Area area) {
    return List.copyOf(blocks.getOrDefault(area, List.of()));
  }

  /** {@return the PBN of one instance of a structure} */
  public long block(Area area, Position position) {
    return position.of(blocks(area));
  }

  /**
   * {@return the PBN of the page on the way to an LBN}
   *
   * @param lbn a logical block below an allocated page
   * @param height 0 for its leaf to 4 for its root
   */
  public long page(long lbn, int height) {
    var place = forest.place(lbn);
    long index = place.pageIndex();
    for (int h = 0; h < height; h++) {
      index /= BlockMapPage.ENTRIES;
    }
    var pbn = pages.get(new TreePlace(place.tree(), height, index, 0));
    if (pbn == null) {
      throw new IllegalArgumentException("LBN " + lbn + " has no page of height " + height);
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
    return volume.summaryStart().orElseThrow();
  }
}
