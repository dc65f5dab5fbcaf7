package io.vdotools.rig;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.testing.RecoveredState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The output of vdodumpblockmap: a line for each entry of the block map, pages before their
 * children.
 */
final class BlockMapDump {
  private static final Pattern LINE =
      Pattern.compile(
          "PBN (\\d+)\\s+slot (\\d+)\\s+height (\\d+)\\s*-> PBN (\\d+)"
              + " \\(compression state (\\d+)\\)");

  private final RecoveredState state;
  private final List<String> told = new ArrayList<>();
  // The number of each page among those of its height, as a walk over the forest counts them.
  private final Map<Long, Long> numbers = new HashMap<>();
  private long leafEntries;
  private long interiorEntries;

  private BlockMapDump(RecoveredState state) {
    this.state = state;
    for (int tree = 0; tree < Forest.DEFAULT_ROOT_COUNT; tree++) {
      numbers.put(state.rootOrigin() + tree, (long) tree);
    }
  }

  /** {@return in what the dump and what was found differ, in words; empty if in nothing} */
  static List<String> disagreements(Rig.Said dump, RecoveredState state) {
    var reader = new BlockMapDump(state);
    dump.lines().forEach(reader::read);
    if (reader.leafEntries != state.mappedBlocks()
        || reader.interiorEntries != state.slotsInUse()) {
      reader.told.add(
          "vdodumpblockmap has "
              + reader.leafEntries
              + " mappings and "
              + reader.interiorEntries
              + " pages, found were "
              + state.mappedBlocks()
              + " and "
              + state.slotsInUse());
    }
    return reader.told;
  }

  private void read(String line) {
    var matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      told.add("vdodumpblockmap says " + line);
      return;
    }
    long page = Long.parseLong(matcher.group(1));
    int slot = Integer.parseInt(matcher.group(2));
    int height = Integer.parseInt(matcher.group(3));
    long pbn = Long.parseLong(matcher.group(4));
    int mappingState = Integer.parseInt(matcher.group(5));
    long number = numbers.getOrDefault(page, -1L);
    long tree = number % Forest.DEFAULT_ROOT_COUNT;
    long index = number / Forest.DEFAULT_ROOT_COUNT;
    boolean isSame;
    if (height == 0) {
      leafEntries++;
      long packed = new BlockMapEntry(pbn, mappingState).pack();
      isSame = number >= 0 && state.mapping(number * BlockMapPage.ENTRIES + slot) == packed;
    } else {
      interiorEntries++;
      numbers.put(pbn, (index * BlockMapPage.ENTRIES + slot) * Forest.DEFAULT_ROOT_COUNT + tree);
      isSame = state.child(new RecoveredState.Slot(page, slot, height)) == pbn;
    }
    if (!isSame) {
      told.add("vdodumpblockmap has " + line + ", which was not found");
    }
  }
}
