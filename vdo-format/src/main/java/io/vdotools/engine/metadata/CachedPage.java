package io.vdotools.engine.metadata;

import io.vdotools.engine.EngineException;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapPage;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A block map page in memory. Belongs to the logical zone of its tree. */
public final class CachedPage {
  /** For a page that has no change the disk lacks. */
  static final long CLEAN = 0;

  /** What goes on when a page is there. */
  @FunctionalInterface
  interface Waiter {
    /**
     * The page is loaded, or cannot be.
     *
     * @param page the page
     * @param error why it cannot be loaded, null if it is
     */
    void loaded(CachedPage page, @Nullable EngineException error);
  }

  private final long pbn;
  private final boolean isLeaf;
  private final byte[] bytes = new byte[BlockSize.BLOCK];
  private final BlockMapPage view = new BlockMapPage(MemorySegment.ofArray(bytes));
  private final List<Waiter> waiters = new ArrayList<>();
  private boolean isLoaded;
  private boolean isOnDisk;
  private int pins;
  private long dirtySince = CLEAN;
  private boolean isQueued;

  CachedPage(long pbn, boolean isLeaf) {
    this.pbn = pbn;
    this.isLeaf = isLeaf;
  }

  /** {@return where the page lies} */
  public long pbn() {
    return pbn;
  }

  boolean isLeaf() {
    return isLeaf;
  }

  byte[] bytes() {
    return bytes;
  }

  BlockMapPage view() {
    return view;
  }

  /** {@return the packed entry in a slot} */
  public long entry(int slot) {
    return BlockMapPage.entry(bytes, slot);
  }

  List<Waiter> waiters() {
    return waiters;
  }

  boolean isLoaded() {
    return isLoaded;
  }

  /** The page holds what it should. */
  void setLoaded(boolean isValidOnDisk) {
    isLoaded = true;
    isOnDisk = isValidOnDisk;
  }

  /** {@return whether what the disk holds at the page's place is a page of this volume} */
  boolean isOnDisk() {
    return isOnDisk;
  }

  void setOnDisk() {
    isOnDisk = true;
  }

  /** Keeps the page in memory. */
  void pin() {
    pins++;
  }

  /** Takes back one {@link #pin}. */
  public void unpin() {
    pins--;
  }

  /** {@return the oldest recovery journal block with a change that the disk lacks} */
  long dirtySince() {
    return dirtySince;
  }

  void setDirtySince(long sequence) {
    dirtySince = sequence;
  }

  /** {@return whether the page waits to be written, or is being written} */
  boolean isQueued() {
    return isQueued;
  }

  void setQueued(boolean queued) {
    isQueued = queued;
  }

  /** {@return whether the page can be forgotten and read again when it is needed} */
  boolean isDispensable() {
    return isLeaf && isLoaded && pins == 0 && dirtySince == CLEAN && !isQueued;
  }
}
