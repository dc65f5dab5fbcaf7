package io.vdotools.engine;

import io.vdotools.device.BlockBuffers;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.model.UnreadableCause;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The pages above the leaves, where LBNs are gone through in order: of each height those of all
 * trees that have the same index. So memory is for 60 pages of each of four heights, and each page
 * is read once. Every page is known with what is wrong with it.
 *
 * <p>For one thread.
 */
final class TreeLevels {
  private static final int FANOUT = BlockMapPage.ENTRIES;
  private static final int GAP_FACTOR = 4;

  /** What is known of a page before it is read. */
  enum Status {
    /** Not allocated, or below one that is not there or lost. */
    ABSENT,
    /** Allocated. */
    PRESENT,
    /** The entry that names it, or the page itself, is of no use. */
    LOST
  }

  /**
   * A page.
   *
   * @param status what is known of it
   * @param pbn where it lies, or what the entry above says instead
   * @param cause what is wrong with it, if it is lost
   */
  record Known(Status status, long pbn, @Nullable UnreadableCause cause) {
    static final Known ABSENT = new Known(Status.ABSENT, 0, null);

    static Known lost(long pbn, UnreadableCause cause) {
      return new Known(Status.LOST, pbn, cause);
    }
  }

  private final LogicalVolume volume;
  private final SurveyFaults faults;
  private final int trees;
  private final Level[] levels = new Level[Forest.ROOT_HEIGHT + 1];
  private final MemorySegment buffer;

  private static final class Level {
    private long index = -1;
    private final Known[] known;
    private final boolean[] hasEntries;
    private final MemorySegment pages;

    Level(int trees, Arena arena) {
      this.known = new Known[trees];
      this.hasEntries = new boolean[trees];
      this.pages = BlockBuffers.allocate(arena, trees);
    }

    long entry(int tree, int slot) {
      return BlockMapPage.entry(pages, (long) tree * BlockSize.BLOCK, slot);
    }
  }

  /**
   * Prepares; nothing is read yet.
   *
   * @param volume the volume
   * @param faults what a survey found that cannot be seen from one page alone
   * @param arena owns the memory
   */
  TreeLevels(LogicalVolume volume, SurveyFaults faults, Arena arena) {
    this.volume = volume;
    this.faults = faults;
    this.trees = volume.forest().rootCount();
    this.buffer = BlockBuffers.allocate(arena, GAP_FACTOR * trees);
    for (int height = 1; height < levels.length; height++) {
      levels[height] = new Level(trees, arena);
    }
  }

  /**
   * {@return what is known of a page above the leaves, which is read if need be}
   *
   * @param height 1 to 4
   * @param tree the tree
   * @param index its index, below the forest's number of such pages
   */
  Known page(int height, int tree, long index) {
    return level(height, index).known[tree];
  }

  /** {@return whether no page with an index is there in any tree, not even a lost one} */
  boolean isEmpty(int height, long index) {
    for (var known : level(height, index).known) {
      if (known.status() != Status.ABSENT) {
        return false;
      }
    }
    return true;
  }

  /** {@return what is known of a page by the entry above it; of heights 0 to 3} */
  Known named(int height, int tree, long index) {
    var parent = level(height + 1, index / FANOUT);
    if (!parent.hasEntries[tree]) {
      return Known.ABSENT;
    }
    long packed = parent.entry(tree, (int) (index % FANOUT));
    if (packed == 0) {
      return Known.ABSENT;
    }
    long pbn = BlockMapEntry.pbn(packed);
    var fault =
        ForestWalk.childFault(volume.slabs(), packed, index, volume.forest().pages(tree, height));
    if (fault != null) {
      return Known.lost(pbn, causeOf(fault));
    }
    return faults.isNamedElsewhere(pbn, height, index * trees + tree)
        ? Known.lost(pbn, UnreadableCause.NAMED_TWICE)
        : new Known(Status.PRESENT, pbn, null);
  }

  private static UnreadableCause causeOf(ForestObserver.ChildFault fault) {
    return switch (fault) {
      case INVALID_ENTRY, WRONG_STATE -> UnreadableCause.INVALID_ENTRY;
      case NOT_A_DATA_BLOCK -> UnreadableCause.NOT_A_DATA_BLOCK;
      case BEYOND_FOREST -> UnreadableCause.BEYOND_LOGICAL_SIZE;
    };
  }

  private Level level(int height, long index) {
    var level = levels[height];
    if (level.index != index) {
      load(level, height, index);
      level.index = index;
    }
    return level;
  }

  private void load(Level level, int height, long index) {
    var wanted = new PageList(trees);
    for (int tree = 0; tree < trees; tree++) {
      level.hasEntries[tree] = false;
      level.known[tree] = place(height, tree, index);
      if (level.known[tree].status() == Status.PRESENT) {
        wanted.add(level.known[tree].pbn(), tree);
      }
    }
    // A page that several trees name is read once, and copied below.
    wanted.sortAndUnite((_, _, _) -> {});
    var reads = ScatteredRead.of(volume.device(), wanted, 0, wanted.size(), buffer);
    for (int tree = 0; tree < trees; tree++) {
      if (level.known[tree].status() != Status.PRESENT) {
        continue;
      }
      long pbn = level.known[tree].pbn();
      int at = wanted.indexOf(pbn);
      var page = reads.page(at);
      var cause = faults.causeOf(volume, pbn, height, reads.isUnreadable(at), page);
      if (cause != null) {
        level.known[tree] = Known.lost(pbn, cause);
      } else if (page.validity(volume.nonce(), pbn) == BlockMapPage.Validity.VALID) {
        level.hasEntries[tree] = true;
        level.pages.asSlice((long) tree * BlockSize.BLOCK, BlockSize.BLOCK).copyFrom(page.bytes());
      }
    }
  }

  private Known place(int height, int tree, long index) {
    if (index >= volume.forest().pages(tree, height)) {
      return Known.ABSENT;
    }
    return height == Forest.ROOT_HEIGHT
        ? new Known(Status.PRESENT, volume.rootOrigin() + tree, null)
        : named(height, tree, index);
  }
}
