package io.vdotools.engine.build;

import io.vdotools.format.depot.ReferenceBlock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The counts of one slab after another: what the block map implies, unless something else is told.
 */
final class SlabCounts implements SlabWriter.Counts {
  private static final byte UNTOLD = (byte) 0xff;

  private final int dataBlocks;
  private @Nullable MemorySegment implied;
  // Made when something is told for the first time: as a rule nothing ever is.
  private byte @Nullable [] told;
  private boolean isAnyTold;
  private boolean areComplete;
  private int nextFree;

  SlabCounts(int dataBlocks) {
    this.dataBlocks = dataBlocks;
  }

  /** Whether what is not told is 0, whatever the block map implies. */
  void areComplete(boolean newAreComplete) {
    areComplete = newAreComplete;
  }

  /**
   * Begins with another slab.
   *
   * @param newImplied what the block map implies, null if nothing refers to the slab
   */
  void begin(@Nullable MemorySegment newImplied) {
    implied = newImplied;
    isAnyTold = false;
    nextFree = 0;
  }

  /** Tells the count of a block. */
  void tell(int offset, int count) {
    var counts = told;
    if (counts == null) {
      counts = new byte[dataBlocks];
      told = counts;
    }
    if (!isAnyTold) {
      Arrays.fill(counts, UNTOLD);
      isAnyTold = true;
    }
    counts[offset] = (byte) count;
  }

  private int implied(int offset) {
    return implied == null ? 0 : implied.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
  }

  @Override
  public void copy(int first, byte[] into, int length) {
    if (areComplete || isAnyTold) {
      for (int i = 0; i < length; i++) {
        into[i] = (byte) at(first + i);
      }
    } else if (implied == null) {
      Arrays.fill(into, 0, length, (byte) 0);
    } else {
      MemorySegment.copy(implied, ValueLayout.JAVA_BYTE, first, into, 0, length);
      for (int i = 0; i < length; i++) {
        // A page of the block map counts as often as a block can.
        into[i] = into[i] == (byte) 0xff ? (byte) ReferenceBlock.MAXIMUM : into[i];
      }
    }
  }

  private int at(int offset) {
    if (isAnyTold && told != null && told[offset] != UNTOLD) {
      return told[offset] & 0xff;
    }
    return areComplete ? 0 : Math.min(implied(offset), ReferenceBlock.MAXIMUM);
  }

  /** {@return whether any count is not 0} */
  boolean isAnyStored() {
    if (implied == null && !isAnyTold && nextFree == 0) {
      return false;
    }
    for (int i = 0; i < dataBlocks; i++) {
      if (at(i) != ReferenceBlock.EMPTY) {
        return true;
      }
    }
    return false;
  }

  /**
   * Makes a page of the block map of the first block that nothing refers to.
   *
   * @return its place in the slab, -1 if there is none
   */
  int takeFree() {
    for (int i = nextFree; i < dataBlocks; i++) {
      if (implied(i) == 0 && at(i) == 0) {
        tell(i, ReferenceBlock.MAXIMUM);
        nextFree = i + 1;
        return i;
      }
    }
    nextFree = dataBlocks;
    return -1;
  }
}
