package io.vdotools.check;

import io.vdotools.engine.MetadataAreas;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.format.blockmap.TreePlace;
import io.vdotools.problem.Problem.EntryProblem;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Gathers the wrong entries of one leaf page: one problem for each way in which entries are wrong,
 * however many they are.
 *
 * <p>Checks V-080, V-084, V-085 and V-207.
 */
final class LeafFaults {
  private static final int RANGES_NAMED = 16;

  private record Gathered(int firstSlot, long firstEntry, String detail, List<int[]> runs) {}

  private final CheckContext context;
  private final MetadataAreas areas;
  private final long pbn;
  private final long pageNumber;
  private final Map<ProblemCode, Gathered> byCode = new EnumMap<>(ProblemCode.class);

  LeafFaults(CheckContext context, MetadataAreas areas, long pbn, long pageNumber) {
    this.context = context;
    this.areas = areas;
    this.pbn = pbn;
    this.pageNumber = pageNumber;
  }

  void add(int slot, long packed) {
    long lbn = pageNumber * BlockMapPage.ENTRIES + slot;
    if (lbn >= context.forest().logicalBlocks()) {
      gather(
          ProblemCode.MAPPING_BEYOND_LOGICAL,
          slot,
          packed,
          "the volume ends before LBN " + context.forest().logicalBlocks());
    } else if (!BlockMapEntry.isValid(packed)) {
      gather(ProblemCode.ENTRY_INVALID, slot, packed, "state and PBN do not go together");
    } else {
      var area = areas.at(BlockMapEntry.pbn(packed));
      gather(
          area.isPresent() ? ProblemCode.ENTRY_INTO_METADATA : ProblemCode.MAPPING_NOT_DATA_BLOCK,
          slot,
          packed,
          area.orElse("no data block"));
    }
  }

  private void gather(ProblemCode code, int slot, long packed, String detail) {
    var gathered =
        byCode.computeIfAbsent(code, _ -> new Gathered(slot, packed, detail, new ArrayList<>()));
    var runs = gathered.runs();
    if (!runs.isEmpty() && runs.getLast()[1] == slot) {
      runs.getLast()[1]++;
    } else {
      runs.add(new int[] {slot, slot + 1});
    }
  }

  void report() {
    int trees = context.forest().rootCount();
    byCode.forEach((code, gathered) -> {
      long firstLbn = pageNumber * BlockMapPage.ENTRIES;
      var lbns =
          gathered.runs().stream()
              .limit(RANGES_NAMED)
              .map(run -> LbnSet.range(firstLbn + run[0], run[1] - run[0]))
              .toList();
      int slots = gathered.runs().stream().mapToInt(run -> run[1] - run[0]).sum();
      context
          .findings()
          .add(
              new EntryProblem(
                  code,
                  Structure.BLOCK_MAP_LEAF,
                  pbn,
                  new TreePlace(
                      (int) (pageNumber % trees), 0, pageNumber / trees, gathered.firstSlot()),
                  BlockMapEntry.unpack(gathered.firstEntry()),
                  slots,
                  gathered.detail(),
                  lbns));
    });
  }
}
