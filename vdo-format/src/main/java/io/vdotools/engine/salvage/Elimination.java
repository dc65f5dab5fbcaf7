package io.vdotools.engine.salvage;

import io.vdotools.engine.salvage.Openings.Opening;
import io.vdotools.format.blockmap.Forest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Places pages for which nothing speaks but that there is no other place for them, or no other page
 * for the place.
 */
final class Elimination {
  private final Ground ground;
  private final PageTable table;
  private final Orphans orphans;
  private final Openings openings;
  private final Assembly assembly;

  Elimination(
      Ground ground, PageTable table, Orphans orphans, Openings openings, Assembly assembly) {
    this.ground = ground;
    this.table = table;
    this.orphans = orphans;
    this.openings = openings;
    this.assembly = assembly;
  }

  /** Places what can be placed, from the roots down; {@return whether that was anything}. */
  boolean run() {
    boolean hasPlaced = false;
    // Each round but the last places a page.
    for (long rounds = orphans.pages().size(); rounds >= 0 && round(); rounds--) {
      hasPlaced = true;
    }
    return hasPlaced;
  }

  private boolean round() {
    for (int height = Forest.ROOT_HEIGHT - 1; height >= 0; height--) {
      var pages = pagesOf(height);
      var places = openings.of(height);
      if (pages.isEmpty() || places.isEmpty()) {
        continue;
      }
      boolean isComplete = isEveryPageFound();
      var found = byOneBit(pages, places, isComplete);
      if (found.isEmpty() && isComplete) {
        found = theOnly(pages, places);
      }
      if (found.isEmpty() && ground.options().acceptWeak()) {
        found = List.copyOf(candidates(height).values());
      }
      if (!found.isEmpty()) {
        found.forEach(assembly::place);
        assembly.run();
        return true;
      }
    }
    return false;
  }

  /**
   * Whether all pages that there should be are either named or without a place. If one is missing
   * it may be what belongs into the place, and what is above the page.
   */
  private boolean isEveryPageFound() {
    return ground
        .expected()
        .filter(usage -> usage.blockMapPages() == table.size() + orphans.pages().size())
        .isPresent();
  }

  private List<Orphans.Orphan> pagesOf(int height) {
    return orphans.pages().stream()
        .filter(page -> page.height() == height && !page.isBelowAnother())
        .toList();
  }

  /** What a slot named instead differs from the page in a bit: that bit was turned over. */
  private List<Placement> byOneBit(
      List<Orphans.Orphan> pages, List<Map.Entry<Long, Opening>> places, boolean isComplete) {
    for (var place : places) {
      // Neighbours differ in one bit as well: only what can be no page is off for certain.
      long former = place.getValue().former();
      if (!isComplete && ground.slabs().isDataBlock(former)) {
        continue;
      }
      var near =
          pages.stream()
              .filter(page -> former != 0 && Long.bitCount(page.pbn() ^ former) == 1)
              .toList();
      if (near.size() == 1) {
        return List.of(
            placement(
                near.getFirst().pbn(),
                place,
                new Evidence(
                    Evidence.Source.PARENT_REMAINS,
                    Confidence.STRONG,
                    "the slot named PBN %d, which is off by one bit".formatted(former))));
      }
    }
    return List.of();
  }

  private List<Placement> theOnly(
      List<Orphans.Orphan> pages, List<Map.Entry<Long, Opening>> places) {
    var needy = places.stream().filter(place -> place.getValue().isNeedy()).toList();
    boolean isRootSlot = PageId.height(places.getFirst().getKey()) == Forest.ROOT_HEIGHT - 1;
    var open = needy.isEmpty() && isRootSlot ? places : needy;
    if (pages.size() != 1 || open.size() != 1) {
      return List.of();
    }
    return List.of(
        placement(
            pages.getFirst().pbn(),
            open.getFirst(),
            new Evidence(
                Evidence.Source.ELIMINATION,
                Confidence.STRONG,
                "it is the only page of height %d without a place, and this the only place"
                        .formatted(pages.getFirst().height())
                    + " without its page")));
  }

  /**
   * {@return where the pages of a height may belong, by PBN, going by nothing but the order in
   * which blocks are taken; nothing if there are not as many places as pages}
   */
  Map<Long, Placement> candidates(int height) {
    var pages = new ArrayList<>(pagesOf(height));
    var places = openings.of(height);
    var found = new HashMap<Long, Placement>();
    if (pages.size() == places.size()) {
      for (int i = 0; i < pages.size(); i++) {
        found.put(
            pages.get(i).pbn(),
            placement(
                pages.get(i).pbn(),
                places.get(i),
                new Evidence(
                    Evidence.Source.ALLOCATION_ORDER,
                    Confidence.WEAK,
                    "there are as many places as pages, %d, and blocks are taken in ascending order"
                        .formatted(pages.size()))));
      }
    }
    return found;
  }

  private Placement placement(long pbn, Map.Entry<Long, Opening> place, Evidence evidence) {
    long id = place.getKey();
    return new Placement(
        pbn,
        PageId.slot(PageId.parent(id), PageId.slotInParent(id)),
        place.getValue().parentPbn(),
        PageId.lbns(id, ground.forest()),
        evidence.confidence(),
        List.of(evidence));
  }
}
