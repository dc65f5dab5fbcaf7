package io.vdotools.engine.metadata;

import io.vdotools.engine.SlabTail;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabSummary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a load found out about the slabs: nothing is left in it that would have to be replayed.
 *
 * @param geometry where they lie
 * @param summaryStart the PBN of the slab summary
 * @param summary all its copies, which are equal
 * @param slabs each slab, by number
 */
public record LoadedDepot(
    SlabGeometry geometry, long summaryStart, SlabSummary summary, List<LoadedSlab> slabs) {
  /** Copies the list. */
  public LoadedDepot {
    slabs = List.copyOf(slabs);
  }

  /** What was found out about a slab. */
  public static final class LoadedSlab {
    private final SlabTail tail;
    private final byte @Nullable [] counts;

    /**
     * @param tail where its journal stands
     * @param counts its counts, null if all are 0
     */
    public LoadedSlab(SlabTail tail, byte @Nullable [] counts) {
      this.tail = tail;
      this.counts = counts;
    }

    SlabTail tail() {
      return tail;
    }

    byte @Nullable [] counts() {
      return counts;
    }
  }
}
