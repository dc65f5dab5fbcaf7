package io.vdotools.engine.repair;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Entries of one leaf page that name nothing that could be there. */
final class LeafEntries {
  private final MendContext context;
  private final long pbn;
  private final long firstLbn;
  private final Map<ProblemCode, List<Integer>> slots = new EnumMap<>(ProblemCode.class);

  LeafEntries(MendContext context, long pbn, long pageNumber) {
    this.context = context;
    this.pbn = pbn;
    this.firstLbn = pageNumber * BlockMapPage.ENTRIES;
  }

  void add(int slot, long packed) {
    slots.computeIfAbsent(codeOf(slot, packed), _ -> new ArrayList<>()).add(slot);
  }

  private ProblemCode codeOf(int slot, long packed) {
    if (firstLbn + slot >= context.forest().logicalBlocks()) {
      return ProblemCode.MAPPING_BEYOND_LOGICAL;
    }
    if (!BlockMapEntry.isValid(packed)) {
      return ProblemCode.ENTRY_INVALID;
    }
    return context.areas().at(BlockMapEntry.pbn(packed)).isPresent()
        ? ProblemCode.ENTRY_INTO_METADATA
        : ProblemCode.MAPPING_NOT_DATA_BLOCK;
  }

  /** Takes the entries away; {@return how many were} */
  long takeAway() {
    long taken = 0;
    for (var ofCode : slots.entrySet()) {
      if (!context.log().isWanted(ofCode.getKey())) {
        continue;
      }
      var gone = ofCode.getValue();
      context
          .blocks()
          .edit(
              pbn,
              block -> {
                var page = new BlockMapPage(block);
                gone.forEach(slot -> page.setEntry(slot, 0));
              });
      taken += gone.size();
      context
          .log()
          .add(
              ofCode.getKey(),
              Structure.BLOCK_MAP_LEAF,
              pbn,
              gone.size() == 1
                  ? "entry of slot " + gone.getFirst() + " taken away"
                  : gone.size() + " entries from slot " + gone.getFirst() + " on taken away",
              "no data can be where they point; drivers return errors, or take them for unmapped",
              Confidence.CERTAIN,
              ofCode.getKey() == ProblemCode.MAPPING_BEYOND_LOGICAL ? List.of() : runs(gone));
    }
    return taken;
  }

  private List<LbnSet> runs(List<Integer> gone) {
    var runs = new ArrayList<LbnSet>();
    int start = 0;
    for (int i = 1; i <= gone.size(); i++) {
      if (i == gone.size() || gone.get(i) != gone.get(i - 1) + 1) {
        runs.add(LbnSet.range(firstLbn + gone.get(start), (long) i - start));
        start = i;
      }
    }
    return runs;
  }
}
