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

  /** Counts a reference of a mapping. */
  Outcome addReference(long pbn) {
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
    if (count >= ReferenceBlock.MAXIMUM) {
      return count == PAGE ? Outcome.IS_A_PAGE : Outcome.FULL;
    }
    slab.set(ValueLayout.JAVA_BYTE, at, (byte) (count + 1));
    return Outcome.DONE;
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
