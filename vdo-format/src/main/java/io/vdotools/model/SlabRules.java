package io.vdotools.model;

import io.vdotools.format.Limits;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabGeometry;
import org.jspecify.annotations.Nullable;

/** The order and the bounds of what is told of slabs and counts. */
final class SlabRules {
  private @Nullable SlabGeometry slabs;
  private int lastSlab = -1;
  private long nextPbn;

  void shape(@Nullable SlabGeometry newSlabs) {
    slabs = newSlabs;
  }

  void slab(int number) throws ModelException {
    isPossible(number);
    if (number <= lastSlab) {
      throw new ModelException("slab " + number + " is out of order: it comes after " + lastSlab);
    }
    lastSlab = number;
  }

  void isPossible(int number) throws ModelException {
    int most = slabs == null ? Limits.SLABS : slabs.slabCount();
    if (number < 0 || number >= most) {
      throw new ModelException("slab " + number + " is none of " + most + " slabs");
    }
  }

  void counts(CountRun run) throws ModelException {
    range(run.firstPbn(), run.blocks());
    if (run.value() < ReferenceBlock.EMPTY || run.value() > ReferenceBlock.MAXIMUM) {
      throw new ModelException(
          "PBN %d: a reference count is 0 to 254, not %d".formatted(run.firstPbn(), run.value()));
    }
  }

  void range(long first, long count) throws ModelException {
    boolean isPossible =
        count >= 1
            && count <= Limits.MAXIMUM_SLAB_BLOCKS
            && VisitorRules.isPossiblePbn(first, slabs)
            && VisitorRules.isPossiblePbn(first + count - 1, slabs)
            && (slabs == null
                || (slabs.slabOf(first) == lastSlab
                    && slabs.slabOf(first + count - 1) == lastSlab));
    if (!isPossible) {
      throw new ModelException(
          "PBN %s: the %s blocks from there on are no data blocks of slab %d"
              .formatted(Long.toUnsignedString(first), Long.toUnsignedString(count), lastSlab));
    }
    if (first < nextPbn) {
      throw new ModelException(
          "PBN %d is out of order: counts of the blocks before %d were told"
              .formatted(first, nextPbn));
    }
    nextPbn = first + count;
  }
}
