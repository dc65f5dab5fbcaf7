package io.vdotools.engine.build;

import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * The reference counts of some consecutive slabs while references are counted: one byte for each
 * data block of a slab that has any.
 */
final class CountWindow implements AutoCloseable {
  /** Stands for a page of the block map; no data block is ever counted that far. */
  private static final int PAGE = 0xff;

  // Eight counts at a time: 1 for each, and the bit of each that is set from 128 on.
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long UPPER_HALVES = ONES << 7;

  /** What became of a reference. */
  enum Outcome {
    /** It is counted, or belongs to a slab outside of the window. */
    DONE,
    /** There can be neither data nor a page at the PBN. */
    NOT_A_DATA_BLOCK,
    /** The block is a page of the block map. */
    IS_A_PAGE,
    /** The block is referred to already, and can be no page. */
    IS_DATA,
    /** The block has as many references as can be counted. */
    FULL
  }

  private final SlabGeometry slabs;
  private final int firstSlab;
  private final @Nullable MemorySegment[] counts;
  private final Arena arena = Arena.ofConfined();
  private long failedPbn;
  private int fetched;

  /**
   * @param slabs where the slabs lie
   * @param firstSlab the first slab to count for
   * @param slabCount how many
   */
  CountWindow(SlabGeometry slabs, int firstSlab, int slabCount) {
    this.slabs = slabs;
    this.firstSlab = firstSlab;
    this.counts = new MemorySegment[slabCount];
  }

  /** {@return the slab behind the last one of the window} */
  int endSlab() {
    return firstSlab + counts.length;
  }

  /**
   * Counts a reference to each of some consecutive blocks.
   *
   * @param firstPbn the first block
   * @param blocks how many there are, at least 1
   * @return what became of the last one that was tried: all of them, or {@link #failedPbn}
   */
  Outcome addReferences(long firstPbn, long blocks) {
    long done = 0;
    while (done < blocks) {
      long pbn = firstPbn + done;
      failedPbn = pbn;
      if (!slabs.isDataBlock(pbn)) {
        return Outcome.NOT_A_DATA_BLOCK;
      }
      int offset = slabs.offsetInSlab(pbn);
      int length = (int) Math.min(blocks - done, slabs.dataBlocks() - offset);
      int index = slabs.slabOf(pbn) - firstSlab;
      if (index >= 0 && index < counts.length) {
        var slab = counts[index];
        if (slab == null) {
          slab = allocate(index);
        }
        int full = addOne(slab, offset, length);
        if (full < length) {
          failedPbn = pbn + full;
          return outcome(slab.get(ValueLayout.JAVA_BYTE, (long) offset + full) & 0xff);
        }
      }
      done += length;
    }
    return Outcome.DONE;
  }

  /** {@return how many counts were raised before one that cannot be} */
  private static int addOne(MemorySegment slab, int offset, int length) {
    int done = 0;
    while (done <= length - Long.BYTES) {
      long eight = slab.get(ValueLayout.JAVA_LONG_UNALIGNED, (long) offset + done);
      if ((eight & UPPER_HALVES) != 0) {
        break;
      }
      slab.set(ValueLayout.JAVA_LONG_UNALIGNED, (long) offset + done, eight + ONES);
      done += Long.BYTES;
    }
    return addSingly(slab, offset, done, length);
  }

  private static int addSingly(MemorySegment slab, int offset, int from, int length) {
    for (int i = from; i < length; i++) {
      int count = slab.get(ValueLayout.JAVA_BYTE, (long) offset + i) & 0xff;
      if (count >= ReferenceBlock.MAXIMUM) {
        return i;
      }
      slab.set(ValueLayout.JAVA_BYTE, (long) offset + i, (byte) (count + 1));
    }
    return length;
  }

  private static Outcome outcome(int count) {
    return count == PAGE ? Outcome.IS_A_PAGE : Outcome.FULL;
  }

  /** {@return the block that was tried last} */
  long failedPbn() {
    return failedPbn;
  }

  /**
   * Has a processor fetch the count of a block that is to be raised soon. It goes on meanwhile, as
   * nothing depends on what is read: so it waits for many counts at the same time.
   *
   * @param pbn any number
   */
  void fetch(long pbn) {
    if (slabs.isDataBlock(pbn)) {
      int index = slabs.slabOf(pbn) - firstSlab;
      var slab = index >= 0 && index < counts.length ? counts[index] : null;
      if (slab != null) {
        fetched += slab.get(ValueLayout.JAVA_BYTE, slabs.offsetInSlab(pbn));
      }
    }
  }

  /** {@return the sum of what was fetched, for which a compiler has to have it read} */
  int fetched() {
    return fetched;
  }

  /** Counts a reference of a mapping. */
  Outcome addReference(long pbn) {
    return addReferences(pbn, 1);
  }

  /** Marks a block as a page of the block map. */
  Outcome addPage(long pbn) {
    if (!slabs.isDataBlock(pbn)) {
      return Outcome.NOT_A_DATA_BLOCK;
    }
    int index = slabs.slabOf(pbn) - firstSlab;
    if (index < 0 || index >= counts.length) {
      return Outcome.DONE;
    }
    var slab = counts[index];
    if (slab == null) {
      slab = allocate(index);
    }
    long at = slabs.offsetInSlab(pbn);
    int count = slab.get(ValueLayout.JAVA_BYTE, at) & 0xff;
    if (count != ReferenceBlock.EMPTY) {
      return count == PAGE ? Outcome.IS_A_PAGE : Outcome.IS_DATA;
    }
    slab.set(ValueLayout.JAVA_BYTE, at, (byte) PAGE);
    return Outcome.DONE;
  }

  private MemorySegment allocate(int index) {
    var slab = arena.allocate(slabs.dataBlocks());
    counts[index] = slab;
    return slab;
  }

  /**
   * {@return the references to each data block of a slab, one byte each, 255 for a page; null if
   * there are none, as far as this window counts}
   */
  @Nullable MemorySegment countsOf(int slab) {
    int index = slab - firstSlab;
    return index < 0 || index >= counts.length ? null : counts[index];
  }

  @Override
  public void close() {
    arena.close();
  }
}
