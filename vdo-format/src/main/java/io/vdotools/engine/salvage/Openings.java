package io.vdotools.engine.salvage;

import io.vdotools.engine.salvage.LostMappings.Certainty;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Slots above the leaves that name nothing and perhaps should, by the page that they would name.
 */
final class Openings {
  /**
   * One of them.
   *
   * @param parentPbn the page that holds the slot
   * @param isNeedy whether a page was certainly named there
   * @param former the block that the slot named instead, 0 if none
   * @param certainty whether something is lost if nothing is found for it and its neighbours
   * @param reason why it is open, in words
   */
  record Opening(
      long parentPbn, boolean isNeedy, long former, Certainty certainty, String reason) {}

  private static final int MOST = 1 << 20;

  private final SortedMap<Long, Opening> byChild = new TreeMap<>(PageId.TOP_DOWN);

  /** Adds one, unless there are more than any damage but a hostile one leaves behind. */
  void add(long childId, Opening opening) {
    if (byChild.size() < MOST) {
      byChild.put(childId, opening);
    }
  }

  void close(long childId) {
    byChild.remove(childId);
  }

  /** {@return those for pages of a height, ascending} */
  List<Map.Entry<Long, Opening>> of(int height) {
    return byChild.entrySet().stream()
        .filter(entry -> PageId.height(entry.getKey()) == height)
        .toList();
  }

  /**
   * Reports what stays open.
   *
   * @param withRoots whether roots that nothing was ever found in are to be named, too
   */
  void report(Ground ground, Ledger ledger, boolean withRoots) {
    var groups = new TreeMap<Long, SortedMap<Long, Opening>>(PageId.TOP_DOWN);
    byChild.forEach((id, opening) ->
        groups
            .computeIfAbsent(PageId.parent(id), _ -> new TreeMap<>(PageId.TOP_DOWN))
            .put(id, opening));
    groups.forEach((parentId, slots) -> {
      for (var certainty : Certainty.values()) {
        var lost = new LostSlots(ground.forest(), parentId);
        slots.forEach((id, opening) -> {
          if (opening.certainty() == certainty
              && (withRoots || opening.isNeedy() || !isUnusedRoot(opening))) {
            lost.add(PageId.slotInParent(id));
          }
        });
        var first = slots.values().iterator().next();
        ledger.lost(
            new LostMappings(
                first.parentPbn(), PageId.place(parentId), certainty, lost.sets(), first.reason()));
      }
    });
  }

  /** The reason of an opening in a root that is empty, as those of unused trees are. */
  static final String UNUSED_ROOT = "its root is empty, as if it had never been used";

  private static boolean isUnusedRoot(Opening opening) {
    return opening.reason().equals(UNUSED_ROOT);
  }
}
