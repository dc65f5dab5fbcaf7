package io.vdotools.bench;

import io.vdotools.VdoException;
import io.vdotools.format.Limits;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.model.DumpScope;
import io.vdotools.model.GeometryFields;
import io.vdotools.model.MappingRun;
import io.vdotools.model.PagePlace;
import io.vdotools.model.SlabState;
import io.vdotools.model.SuperBlockFields;
import io.vdotools.model.VolumeVisitor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tells a visitor what {@link MetadataWriter} writes: the dump of a volume that is never made.
 * Memory does not depend on the size of the volume.
 */
public final class PlanTeller {
  private static final int FANOUT = BlockMapPage.ENTRIES;

  private final VolumePlan plan;
  private final VolumeVisitor visitor;
  private final SlabGeometry slabs;
  private final Forest forest;
  private final Content content;
  private final Allocation allocation;
  private final long[] pbns = new long[FANOUT];
  private final int[] states = new int[FANOUT];

  private PlanTeller(VolumePlan plan, VolumeVisitor visitor) {
    this.plan = plan;
    this.visitor = visitor;
    this.slabs = plan.slabs();
    this.forest = plan.usedForest();
    this.content = plan.content();
    this.allocation = plan.allocation();
  }

  /**
   * Tells a volume.
   *
   * @param plan the volume
   * @param visitor is told all of it
   * @throws VdoException what the visitor throws
   */
  public static void tell(VolumePlan plan, VolumeVisitor visitor) throws VdoException {
    new PlanTeller(plan, visitor).tell();
  }

  private void tell() throws VdoException {
    visitor.begin(DumpScope.WHOLE);
    visitor.geometry(GeometryFields.of(plan.geometryBlock(0)));
    visitor.superBlock(SuperBlockFields.of(plan.superBlock()));
    visitor.beginBlockMap();
    for (long number = 0; number < forest.leafPages(); number++) {
      tellPages(number);
      tellMappings(number * FANOUT);
    }
    visitor.endBlockMap();
    visitor.beginSlabs(false);
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      if (isUsed(slab)) {
        visitor.slab(new SlabState(slab, true));
      }
    }
    visitor.endSlabs();
    visitor.end();
  }

  /** Tells a leaf page, and before it those above it that begin with it. */
  private void tellPages(long number) throws VdoException {
    int tree = (int) (number % forest.rootCount());
    long leaf = number / forest.rootCount();
    // Leaf pages below a page of a height.
    long below = (long) FANOUT * FANOUT * FANOUT;
    for (int height = Forest.ROOT_HEIGHT - 1; height > 0; height--) {
      if (leaf % below == 0) {
        long index = leaf / below;
        long pbn = allocation.interiorPbn(tree, height, index);
        visitor.page(new PagePlace(height, tree, index, pbn));
      }
      below /= FANOUT;
    }
    visitor.page(new PagePlace(0, tree, leaf, allocation.leafPbn(number)));
  }

  private void tellMappings(long firstLbn) throws VdoException {
    Arrays.fill(states, MappingState.UNMAPPED);
    content.forEach(
        firstLbn,
        FANOUT,
        (index, data, state) -> {
          pbns[index] = data < 0 ? Limits.ZERO_BLOCK : allocation.dataPbn(data);
          states[index] = state;
        });
    for (int slot = 0; slot < FANOUT; ) {
      int end = slot + 1;
      while (end < FANOUT && carriesOn(end)) {
        end++;
      }
      var run = run(firstLbn + slot, slot, end - slot);
      if (run != null) {
        visitor.mapping(run);
      }
      slot = end;
    }
  }

  private boolean carriesOn(int slot) {
    boolean isZero = pbns[slot] == Limits.ZERO_BLOCK;
    boolean wasZero = pbns[slot - 1] == Limits.ZERO_BLOCK;
    if (states[slot] != MappingState.UNCOMPRESSED) {
      return MappingState.isCompressed(states[slot])
          && states[slot] == states[slot - 1] + 1
          && MappingState.isCompressed(states[slot - 1])
          && pbns[slot] == pbns[slot - 1];
    }
    return states[slot - 1] == MappingState.UNCOMPRESSED
        && isZero == wasZero
        && (isZero
            || (pbns[slot] == pbns[slot - 1] + 1
                && slabs.slabOf(pbns[slot]) == slabs.slabOf(pbns[slot - 1])));
  }

  private @Nullable MappingRun run(long lbn, int slot, int count) {
    int state = states[slot];
    if (state == MappingState.UNMAPPED) {
      return null;
    }
    if (MappingState.isCompressed(state)) {
      return new MappingRun.Fragments(lbn, count, pbns[slot], MappingState.fragment(state));
    }
    return pbns[slot] == Limits.ZERO_BLOCK
        ? new MappingRun.Zeros(lbn, count)
        : new MappingRun.Data(lbn, count, pbns[slot]);
  }

  private boolean isUsed(int slab) {
    if (allocation.isFree(slab, 0, slabs.dataBlocks())) {
      return false;
    }
    for (int offset = 0; offset < slabs.dataBlocks(); offset++) {
      long data = allocation.dataAt(slab, offset);
      if (data == Allocation.PAGE || (data != Allocation.FREE && content.references(data) > 0)) {
        return true;
      }
    }
    return false;
  }
}
