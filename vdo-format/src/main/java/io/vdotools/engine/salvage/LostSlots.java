package io.vdotools.engine.salvage;

import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.LbnSet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The logical blocks below some slots of a page, in as few sets as there are runs of slots. */
final class LostSlots {
  private final Forest forest;
  private final long id;
  private final BitSet slots = new BitSet(BlockMapPage.ENTRIES);

  LostSlots(Forest forest, long id) {
    this.forest = forest;
    this.id = id;
  }

  void add(int slot) {
    slots.set(slot);
  }

  List<LbnSet> sets() {
    var sets = new ArrayList<LbnSet>();
    int end;
    for (int from = slots.nextSetBit(0); from >= 0; from = slots.nextSetBit(end)) {
      end = slots.nextClearBit(from);
      sets.addAll(run(from, end));
    }
    return sets;
  }

  private List<LbnSet> run(int from, int end) {
    int height = PageId.height(id);
    int most = PageId.slots(id, forest);
    int to = Math.min(end, most);
    if (from >= to) {
      return List.of();
    }
    if (height == 0) {
      return List.of(LbnSet.range(first(from).first(), to - from));
    }
    if (from == 0 && to == most) {
      return List.of(PageId.lbns(id, forest));
    }
    if (height == 1 && to - from > 1) {
      long stride = (long) forest.rootCount() * BlockMapPage.ENTRIES;
      return List.of(new LbnSet(first(from).first(), BlockMapPage.ENTRIES, stride, to - from));
    }
    var sets = new ArrayList<LbnSet>();
    for (int slot = from; slot < to; slot++) {
      sets.add(first(slot));
    }
    return sets;
  }

  private LbnSet first(int slot) {
    return forest.lbnsBelow(PageId.slot(id, slot));
  }
}
