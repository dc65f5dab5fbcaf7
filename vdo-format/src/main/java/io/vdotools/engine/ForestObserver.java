package io.vdotools.engine;

import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.TreePlace;
import java.lang.foreign.MemorySegment;

/**
 * Is told what a {@link ForestWalk} finds wrong with the shape of the block map. Calls come from
 * several threads, in any order.
 */
public interface ForestObserver {
  /** Why a page cannot be used. */
  enum PageFault {
    /** It cannot be read. */
    UNREADABLE,
    /** It is not a page of this volume, or was never completely written. */
    INVALID,
    /** It is a page of this volume that belongs elsewhere. */
    MISPLACED
  }

  /** Why an entry of an interior page is not followed. */
  enum ChildFault {
    /** State and PBN do not go together. */
    INVALID_ENTRY,
    /** The state is not the one of a page. */
    WRONG_STATE,
    /** There can be no page at the PBN. */
    NOT_A_DATA_BLOCK,
    /** The page would lie behind the logical size. */
    BEYOND_FOREST
  }

  /**
   * A page that cannot be used: everything below it is lost to the walk.
   *
   * @param pbn where it lies
   * @param place which page it is; the slot is 0
   * @param fault why
   * @param page its bytes, zeros if unreadable; valid during the call
   */
  void unusable(long pbn, TreePlace place, PageFault fault, BlockMapPage page);

  /**
   * A page of the block map that is used, of any height above the leaves.
   *
   * @param pbn where it lies
   * @param place which page it is; the slot is 0
   * @param page its bytes, valid during the call
   */
  void interior(long pbn, TreePlace place, BlockMapPage page);

  /**
   * An entry of an interior page that is not followed.
   *
   * @param pbn the page
   * @param place the slot
   * @param packed the entry
   * @param fault why
   */
  void refused(long pbn, TreePlace place, long packed, ChildFault fault);

  /**
   * A page that is named a second time; it is visited once, as the first.
   *
   * @param pbn the page
   * @param kept the page as which it is visited
   * @param other the page as which it is not
   */
  void duplicate(long pbn, TreePlace kept, TreePlace other);

  /**
   * What to do with one usable leaf page.
   *
   * @param <S> the state that a thread computes with
   */
  interface LeafTask<S> {
    /**
     * A block that the block map uses for a leaf page, whatever the block holds.
     *
     * @param state the state of this thread
     * @param pbn the block
     */
    void allocated(S state, long pbn);

    /**
     * Takes a leaf page.
     *
     * @param state the state of this thread
     * @param pbn where the page lies
     * @param pageNumber its number by LBN: its first LBN divided by 812
     * @param buffer holds the page, valid during the call
     * @param offset where the page begins in the buffer, in bytes
     */
    void leaf(S state, long pbn, long pageNumber, MemorySegment buffer, long offset);
  }
}
