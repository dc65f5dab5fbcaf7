package io.vdotools.engine.metadata;

import io.vdotools.engine.EngineException;
import io.vdotools.engine.EngineException.Kind;
import io.vdotools.engine.zones.Section;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalEntry.Operation;
import io.vdotools.format.journal.JournalEntry;
import io.vdotools.format.journal.JournalFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The trees of the block map that one logical zone owns (format-spec, section 5).
 *
 * <p>Belongs to its section.
 */
public final class BlockMapZone {
  private static final int SLOT_BITS = 10;
  private static final int BLOCK_MAP_REMAPPING = 1;

  /** What goes on when the leaf page of an LBN is found. */
  @FunctionalInterface
  public interface LeafWaiter {
    /**
     * The search is over.
     *
     * @param leaf the page, pinned, which the waiter unpins; null if there is none
     * @param error why it cannot be had, null if it can, or if it is simply not there
     */
    void found(@Nullable CachedPage leaf, @Nullable EngineException error);
  }

  private final Environment environment;
  private final Section section;
  private final RecoveryJournal journal;
  private final SlabDepot depot;
  private final AllocationSelector allocator;
  private final PageCache cache;
  private final PageWriter writer;
  private final long rootOrigin;
  private Forest forest;
  // Pages that are being allocated, by the slot that will name them, and who waits for each.
  private final Map<Long, List<Search>> growing = new HashMap<>();

  /**
   * @param environment the engine's
   * @param section the zone's
   * @param journal the recovery journal
   * @param depot the slabs, for new pages
   * @param allocator where new pages come from
   * @param shape the trees, and where their roots lie
   * @param cachedPages how many leaf pages to keep in memory, at least 1
   */
  public BlockMapZone(
      Environment environment,
      Section section,
      RecoveryJournal journal,
      SlabDepot depot,
      AllocationSelector allocator,
      BlockMapShape shape,
      int cachedPages) {
    this.environment = environment;
    this.section = section;
    this.journal = journal;
    this.depot = depot;
    this.allocator = allocator;
    this.forest = shape.forest();
    this.rootOrigin = shape.rootOrigin();
    this.writer = new PageWriter(environment, section, journal.locks());
    this.cache = new PageCache(environment, section, writer, cachedPages);
  }

  /** {@return the zone that owns an LBN, of so many} */
  public static int zoneOf(long lbn, int zones) {
    return (int) (lbn / BlockMapPage.ENTRIES % Forest.DEFAULT_ROOT_COUNT % zones);
  }

  /** {@return the slot of an LBN in its leaf page} */
  public static int slotOf(long lbn) {
    return (int) (lbn % BlockMapPage.ENTRIES);
  }

  /** Lets the block map have more LBNs. */
  public void grow(Forest larger) {
    forest = larger;
  }

  /** {@return the logical size, in blocks} */
  public long logicalBlocks() {
    return forest.logicalBlocks();
  }

  /** A way down to the leaf of one LBN. */
  private final class Search {
    private final int tree;
    private final long leafIndex;
    private final boolean mayGrow;
    private final LeafWaiter waiter;
    private int height = Forest.ROOT_HEIGHT;
    private long pbn;

    Search(long lbn, boolean mayGrow, LeafWaiter waiter) {
      var place = forest.place(lbn);
      this.tree = place.tree();
      this.leafIndex = place.pageIndex();
      this.mayGrow = mayGrow;
      this.waiter = waiter;
      this.pbn = rootOrigin + tree;
    }

    /** {@return the slot, in the page reached, of the page below} */
    int slot() {
      long index = leafIndex;
      for (int h = 1; h < height; h++) {
        index /= BlockMapPage.ENTRIES;
      }
      return (int) (index % BlockMapPage.ENTRIES);
    }

    void proceed() {
      cache.get(pbn, height == 0, this::reached);
    }

    private void reached(CachedPage page, @Nullable EngineException error) {
      if (error != null) {
        waiter.found(null, error);
      } else if (height == 0) {
        page.pin();
        waiter.found(page, null);
      } else {
        descend(page);
      }
    }

    private void descend(CachedPage page) {
      long packed = page.entry(slot());
      if (packed == 0) {
        if (mayGrow) {
          growBelow(page, this);
        } else {
          waiter.found(null, null);
        }
        return;
      }
      long child = BlockMapEntry.pbn(packed);
      if (BlockMapEntry.state(packed) != MappingState.UNCOMPRESSED
          || !depot.geometry().isDataBlock(child)) {
        var error =
            new EngineException(
                Kind.CORRUPT_METADATA,
                "block map page at PBN "
                    + page.pbn()
                    + " names as the page below slot "
                    + slot()
                    + ": "
                    + BlockMapEntry.unpack(packed)
                    + "; see vdo_check");
        environment.readOnly().enter(error);
        waiter.found(null, error);
        return;
      }
      pbn = child;
      height--;
      proceed();
    }
  }

  /**
   * Finds the leaf page of an LBN.
   *
   * @param lbn below the logical size
   * @param mayGrow whether to make pages that are missing on the way
   * @param waiter takes the page
   */
  public void findLeaf(long lbn, boolean mayGrow, LeafWaiter waiter) {
    new Search(lbn, mayGrow, waiter).proceed();
  }

  /** Makes the page that a search misses; other searches for the same page wait for it. */
  private void growBelow(CachedPage parent, Search search) {
    long key = (parent.pbn() << SLOT_BITS) | search.slot();
    var others = growing.get(key);
    if (others != null) {
      others.add(search);
      return;
    }
    growing.put(key, new ArrayList<>(List.of(search)));
    parent.pin();
    var growth = new Growth(parent, search.slot(), search.height - 1, key);
    allocator.allocate(section, growth::allocated);
  }

  /** A new page on its way into the tree. */
  private final class Growth implements RecoveryJournal.Request {
    private final CachedPage parent;
    private final int slot;
    private final int height;
    private final long key;
    private @Nullable PbnLock lock;

    Growth(CachedPage parent, int slot, int height, long key) {
      this.parent = parent;
      this.slot = slot;
      this.height = height;
      this.key = key;
    }

    private PbnLock lock() {
      if (lock == null) {
        throw new IllegalStateException("no block for a page");
      }
      return lock;
    }

    void allocated(@Nullable PbnLock allocation) {
      if (allocation == null) {
        end(new EngineException(Kind.NO_SPACE, "no free block for a block map page"));
        return;
      }
      lock = allocation;
      environment.execution().enter(environment.sections().journal(), () -> journal.add(this));
    }

    @Override
    public JournalEntry entry() {
      return new JournalEntry(
          JournalFormat.CURRENT,
          BLOCK_MAP_REMAPPING,
          parent.pbn(),
          slot,
          new BlockMapEntry(lock().pbn(), MappingState.UNCOMPRESSED),
          BlockMapEntry.UNMAPPED);
    }

    @Override
    public void committed(long sequence, int index) {
      long pbn = lock().pbn();
      var zone = depot.zoneOf(pbn);
      var update =
          ReferenceUpdate.increment(
              pbn, Operation.BLOCK_MAP_INCREMENT, sequence, index, () -> counted(zone, sequence));
      environment.execution().deliver(zone.section(), () -> zone.update(update));
    }

    private void counted(PhysicalZone zone, long sequence) {
      zone.release(lock());
      environment.execution().enter(section, () -> hangIn(sequence));
    }

    private void hangIn(long sequence) {
      if (environment.readOnly().isEntered()) {
        end(environment.readOnly().error());
        return;
      }
      long pbn = lock().pbn();
      cache.addNew(pbn, height == 0);
      store(parent, slot, BlockMapEntry.pack(pbn, MappingState.UNCOMPRESSED), sequence);
      end(null);
    }

    @Override
    public void refused() {
      environment.execution().enter(section, () -> end(environment.readOnly().error()));
    }

    private void end(@Nullable EngineException error) {
      parent.unpin();
      var waiting = growing.remove(key);
      if (waiting == null) {
        throw new IllegalStateException("nobody waits for a page");
      }
      for (var search : waiting) {
        if (error == null) {
          search.proceed();
        } else {
          search.waiter.found(null, error);
        }
      }
    }
  }

  /**
   * Stores an entry whose references are counted, and gives the journal block back that asked for
   * it.
   *
   * @param page a page that is pinned
   * @param slot the slot
   * @param packed the entry
   * @param sequence the recovery journal block of the entry
   */
  public void store(CachedPage page, int slot, long packed, long sequence) {
    page.view().setEntry(slot, packed);
    writer.markDirty(page, sequence);
    journal.locks().releaseForEntry(sequence);
  }

  /** {@return whether a packed entry of a leaf is one that somebody may have written} */
  public boolean isValidMapping(long packed) {
    long pbn = BlockMapEntry.pbn(packed);
    SlabGeometry slabs = depot.geometry();
    return BlockMapEntry.isValid(packed) && (pbn == 0 || slabs.isDataBlock(pbn));
  }

  /** Writes the pages whose oldest change is in a recovery journal block or before it. */
  public void expire(long sequence) {
    writer.expire(sequence);
  }

  /** Lets go of all that waits, since the volume has become read-only. */
  public void giveUp() {
    writer.giveUp();
  }

  /**
   * Writes all pages that the disk lacks.
   *
   * @param then runs when the disk lacks nothing, or when the volume has become read-only
   */
  public void drain(Runnable then) {
    writer.drain(then);
  }
}
