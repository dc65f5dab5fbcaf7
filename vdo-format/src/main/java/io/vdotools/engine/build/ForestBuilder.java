package io.vdotools.engine.build;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.model.ModelException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Writes the pages of a block map as its mappings come.
 *
 * <p>Of each tree one page of each height is open at a time, and one leaf of all: where what comes
 * is in the order of LBNs, each is written once or twice; in another order the result is the same.
 * What the device held before is never looked at.
 *
 * <p>A page without a place goes to {@link UnplacedPages}. Until it gets one, its entry in the page
 * above it holds its number there, with a state that no interior page has on a volume.
 */
final class ForestBuilder {
  /** In an interior page, marks the number of an unplaced page. */
  private static final int UNPLACED = MappingState.COMPRESSED_BASE;

  private static final int FANOUT = BlockMapPage.ENTRIES;

  private final WritableBlockDevice device;
  private final Forest forest;
  private final long rootOrigin;
  private final long nonce;
  private final UnplacedPages unplaced;
  private final Arena arena;
  private final @Nullable OpenPage[][] open;
  private final OpenPage leaf;
  private long pages;
  private long visited;

  /** One page in memory. */
  private final class OpenPage {
    final BlockMapPage page = new BlockMapPage(BlockBuffers.allocate(arena, 1));
    long index = -1;
    long entry;
    boolean isDirty;
    boolean isUsed;

    void write() throws DeviceException {
      if (isDirty) {
        store(entry, page.bytes());
        isDirty = false;
      }
    }
  }

  /** Takes a page that is there, wherever it is kept. */
  interface PageVisitor {
    /**
     * A page.
     *
     * @param pbn its place, -1 if it has none yet
     * @param height 0 to 3
     * @param page its content, valid during the call
     */
    void page(long pbn, int height, BlockMapPage page) throws ModelException;
  }

  ForestBuilder(
      WritableBlockDevice device, TargetLayout layout, UnplacedPages unplaced, Arena arena) {
    this.device = device;
    this.forest = layout.forest();
    this.rootOrigin = layout.rootOrigin();
    this.nonce = layout.nonce();
    this.unplaced = unplaced;
    this.arena = arena;
    this.open = new OpenPage[forest.rootCount()][Forest.ROOT_HEIGHT + 1];
    this.leaf = new OpenPage();
  }

  /** {@return how many pages there are outside of the roots} */
  long pages() {
    return pages;
  }

  /**
   * Adds an empty page.
   *
   * @param tree the tree
   * @param height 0 to 3
   * @param index which of the pages of its height in its tree, within the logical size
   * @param pbn its place, a data block
   * @throws ModelException if there is such a page already
   */
  void addPage(int tree, int height, long index, long pbn) throws ModelException, DeviceException {
    var above = openOrAdd(tree, height + 1, index / FANOUT);
    int slot = (int) (index % FANOUT);
    if (above.page.entry(slot) != 0) {
      throw new ModelException(
          "page %d of height %d in tree %d is there twice".formatted(index, height, tree));
    }
    link(above, slot, BlockMapEntry.pack(pbn, MappingState.UNCOMPRESSED));
    format(
        height == 0 ? leaf : openPage(tree, height),
        above.page.entry(slot),
        height == 0 ? forest.leafPageNumber(tree, index) : index);
  }

  /** Adds an empty page whose place is to be chosen later. Adding it twice does no harm. */
  void addUnplacedPage(int tree, int height, long index) throws DeviceException {
    if (height == 0) {
      openLeaf(forest.leafPageNumber(tree, index));
    } else {
      var page = openOrAdd(tree, height, index);
      assert page.index == index;
    }
  }

  private long link(OpenPage above, int slot, long entry) {
    above.page.setEntry(slot, entry);
    above.isDirty = true;
    above.isUsed = true;
    pages++;
    return entry;
  }

  /** Makes an empty page of a page in memory, which is written when another takes its place. */
  private void format(OpenPage page, long entry, long index) throws DeviceException {
    page.write();
    page.page.format(nonce, isUnplaced(entry) ? 0 : BlockMapEntry.pbn(entry));
    page.entry = entry;
    page.index = index;
    page.isDirty = true;
  }

  /**
   * Maps consecutive LBNs of one leaf page.
   *
   * @param lbn the first of them
   * @param count how many; all lie in the same leaf page, within the logical size
   * @param first the entry of the first one
   * @param pbnStep by how much the PBN grows from each to the next
   * @param stateStep by how much the state grows
   */
  void map(long lbn, int count, BlockMapEntry first, int pbnStep, int stateStep)
      throws DeviceException {
    openLeaf(lbn / FANOUT);
    leaf.page.setEntries((int) (lbn % FANOUT), count, first, pbnStep, stateStep);
    leaf.isDirty = true;
  }

  /**
   * Maps consecutive LBNs of one leaf page to consecutive blocks of data.
   *
   * @param lbn the first of them
   * @param count how many; all lie in the same leaf page, within the logical size
   * @param pbn the block of the first one
   */
  void mapData(long lbn, int count, long pbn) throws DeviceException {
    if (count == 1) {
      openLeaf(lbn / FANOUT);
      long entry = BlockMapEntry.pack(pbn, MappingState.UNCOMPRESSED);
      leaf.page.setEntry((int) (lbn % FANOUT), entry);
      leaf.isDirty = true;
    } else {
      map(lbn, count, new BlockMapEntry(pbn, MappingState.UNCOMPRESSED), 1, 0);
    }
  }

  private void openLeaf(long number) throws DeviceException {
    if (leaf.index == number) {
      return;
    }
    int tree = (int) (number % forest.rootCount());
    long index = number / forest.rootCount();
    loadOrAdd(leaf, openOrAdd(tree, 1, index / FANOUT), (int) (index % FANOUT), number);
  }

  private OpenPage openOrAdd(int tree, int height, long index) throws DeviceException {
    var page = openPage(tree, height);
    if (page.index == index) {
      return page;
    }
    if (height == Forest.ROOT_HEIGHT) {
      page.page.format(nonce, rootOrigin + tree);
      page.entry = BlockMapEntry.pack(rootOrigin + tree, MappingState.UNCOMPRESSED);
      page.index = index;
      return page;
    }
    loadOrAdd(page, openOrAdd(tree, height + 1, index / FANOUT), (int) (index % FANOUT), index);
    return page;
  }

  private OpenPage openPage(int tree, int height) {
    var page = open[tree][height];
    if (page == null) {
      page = new OpenPage();
      open[tree][height] = page;
    }
    return page;
  }

  /** Brings a page into memory, one without a place if there is none yet. */
  private void loadOrAdd(OpenPage page, OpenPage above, int slot, long index)
      throws DeviceException {
    long entry = above.page.entry(slot);
    if (entry == 0) {
      format(page, link(above, slot, BlockMapEntry.pack(unplaced.add(), UNPLACED)), index);
      return;
    }
    page.write();
    fetch(entry, page.page.bytes());
    page.entry = entry;
    page.index = index;
  }

  private static boolean isUnplaced(long entry) {
    return BlockMapEntry.state(entry) == UNPLACED;
  }

  private void fetch(long entry, MemorySegment into) throws DeviceException {
    if (isUnplaced(entry)) {
      unplaced.read(BlockMapEntry.pbn(entry), into);
    } else {
      device.read(BlockMapEntry.pbn(entry), into).orThrow(device);
    }
  }

  private void store(long entry, MemorySegment page) throws DeviceException {
    if (isUnplaced(entry)) {
      unplaced.write(BlockMapEntry.pbn(entry), page);
    } else {
      device.write(BlockMapEntry.pbn(entry), page);
    }
  }

  /** Writes all that is open. Trees without a page get an empty root. */
  void flush() throws DeviceException {
    leaf.write();
    for (int height = 1; height < Forest.ROOT_HEIGHT; height++) {
      for (var tree : open) {
        var page = tree[height];
        if (page != null) {
          page.write();
        }
      }
    }
    var blank = BlockBuffers.allocate(arena, 1);
    for (int tree = 0; tree < forest.rootCount(); tree++) {
      var root = open[tree][Forest.ROOT_HEIGHT];
      device.write(rootOrigin + tree, root != null && root.isUsed ? root.page.bytes() : blank);
    }
  }

  /** Shows all pages outside of the roots, each before those below it, after a flush. */
  void forEachPage(PageVisitor visitor) throws ModelException, DeviceException {
    visited = 0;
    var buffers = buffers();
    for (var tree : open) {
      var root = tree[Forest.ROOT_HEIGHT];
      if (root != null) {
        visitBelow(root.page, Forest.ROOT_HEIGHT, buffers, visitor);
      }
    }
  }

  private BlockMapPage[] buffers() {
    var buffers = new BlockMapPage[Forest.ROOT_HEIGHT];
    for (int height = 0; height < buffers.length; height++) {
      buffers[height] = new BlockMapPage(BlockBuffers.allocate(arena, 1));
    }
    return buffers;
  }

  private void visitBelow(
      BlockMapPage above, int height, BlockMapPage[] buffers, PageVisitor visitor)
      throws ModelException, DeviceException {
    var page = buffers[height - 1];
    for (int slot = 0; slot < FANOUT; slot++) {
      long entry = above.entry(slot);
      if (entry == 0) {
        continue;
      }
      // Where a place was given to two pages, a page can seem to lie below itself, again and again.
      if (++visited > pages) {
        throw new ModelException("two pages of the block map have the same place");
      }
      fetch(entry, page.bytes());
      visitor.page(isUnplaced(entry) ? -1 : BlockMapEntry.pbn(entry), height - 1, page);
      if (height > 1) {
        visitBelow(page, height - 1, buffers, visitor);
      }
    }
  }

  /** Writes all pages that had no place to the places that they have got. */
  void placeAll() throws DeviceException {
    if (unplaced.count() == 0) {
      return;
    }
    var buffers = buffers();
    for (var tree : open) {
      var root = tree[Forest.ROOT_HEIGHT];
      if (root != null && placeBelow(root.page, Forest.ROOT_HEIGHT, buffers)) {
        device.write(BlockMapEntry.pbn(root.entry), root.page.bytes());
      }
    }
  }

  /** {@return whether an entry of the page itself has changed} */
  private boolean placeBelow(BlockMapPage above, int height, BlockMapPage[] buffers)
      throws DeviceException {
    boolean hasChanged = false;
    var page = buffers[height - 1];
    for (int slot = 0; slot < FANOUT; slot++) {
      long entry = above.entry(slot);
      if (entry == 0 || (height == 1 && !isUnplaced(entry))) {
        continue;
      }
      fetch(entry, page.bytes());
      boolean isChanged = height > 1 && placeBelow(page, height - 1, buffers);
      long pbn = BlockMapEntry.pbn(entry);
      if (isUnplaced(entry)) {
        pbn = unplaced.pbn(pbn);
        page.setPbn(pbn);
        above.setEntry(slot, BlockMapEntry.pack(pbn, MappingState.UNCOMPRESSED));
        hasChanged = true;
        isChanged = true;
      }
      if (isChanged) {
        device.write(pbn, page.bytes());
      }
    }
    return hasChanged;
  }
}
