package io.vdotools.engine.salvage;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Recognises pages that are all displaced by one number of blocks, and what it is that moved: the
 * device, the slabs, the pages' contents, or no more than the PBNs in their headers.
 */
final class ShiftFinder {
  // Fewer than that may be displaced alike by chance, or one by one.
  private static final int LEAST_PAGES = 3;

  private ShiftFinder() {}

  /**
   * {@return the displacement of a whole device, by its super block and the roots behind it}
   *
   * <p>The super block lies directly before the roots. Where it is found elsewhere, and the roots
   * behind it say that they lie where it says, all is displaced.
   */
  static Optional<PageShift> ofDevice(Ground ground) {
    long blocks = ground.rootOrigin() - 1 - ground.volume().superBlockPbn();
    if (blocks == 0) {
      return Optional.empty();
    }
    long pages = 0;
    for (int tree = 0; tree < ground.forest().rootCount(); tree++) {
      long own = ground.rootOrigin() + tree;
      pages += own - blocks >= 0 && isPageAt(ground, own - blocks, own) ? 1 : 0;
    }
    return pages == 0 ? Optional.empty() : Optional.of(device(blocks, pages));
  }

  private static PageShift device(long blocks, long pages) {
    String remedy =
        blocks > 0
            ? "everything lies %d blocks before its PBN: the block offset has to be larger by that"
            : "everything lies %d blocks behind its PBN: so many blocks at the start of the device"
                + " do not belong to the volume";
    return new PageShift(
        PageShift.Kind.WHOLE_DEVICE, blocks, pages, remedy.formatted(Math.abs(blocks)));
  }

  private static boolean isPageAt(Ground ground, long location, long own) {
    return ground
        .read(location)
        .filter(bytes ->
            new BlockMapPage(MemorySegment.ofArray(bytes)).validity(ground.nonce(), own)
                == BlockMapPage.Validity.VALID)
        .isPresent();
  }

  /**
   * {@return the displacement of the pages that a search has found, if they share one}
   *
   * @param ground the volume
   * @param table which page lies where
   * @param images what was found
   */
  static Optional<PageShift> ofPages(Ground ground, PageTable table, PageImages images) {
    var tally = new TreeMap<Long, Long>();
    images.claims().forEach((location, own) -> tally.merge(own - location, 1L, Long::sum));
    var most =
        tally.entrySet().stream()
            .max(
                Map.Entry.<Long, Long>comparingByValue()
                    .thenComparingLong(entry -> -Math.abs(entry.getKey())));
    if (most.isEmpty()
        || most.get().getValue() < LEAST_PAGES
        || most.get().getValue() * 2 <= images.claims().size()) {
      return Optional.empty();
    }
    long blocks = most.get().getKey();
    long pages = most.get().getValue();
    if (areSlabsMoved(ground, images, blocks)) {
      return Optional.of(
          new PageShift(
              PageShift.Kind.WHOLE_DEPOT,
              blocks,
              pages,
              "the slabs lie %d blocks %s their place, with the data in them"
                  .formatted(Math.abs(blocks), blocks > 0 ? "before" : "behind")));
    }
    return Optional.of(
        areContentsMoved(ground, table, images, blocks)
            ? new PageShift(
                PageShift.Kind.CONTENTS_MOVED,
                blocks,
                pages,
                "pages were found %d blocks %s their place, and nothing else was"
                    .formatted(Math.abs(blocks), blocks > 0 ? "before" : "behind"))
            : new PageShift(
                PageShift.Kind.HEADERS_CORRECTED,
                blocks,
                pages,
                "pages that are where they are named said that they lie %d blocks further %s"
                    .formatted(Math.abs(blocks), blocks > 0 ? "on" : "down")));
  }

  private static boolean areSlabsMoved(Ground ground, PageImages images, long blocks) {
    long moved =
        images.strayJournals().stream()
            .filter(block -> SignatureScan.isJournalPlace(ground, block[0] + blocks, block[1]))
            .count();
    return moved > 0;
  }

  /**
   * Entries name places, not contents: pages were moved if it is their own PBNs that are named, and
   * not the places at which they were found.
   */
  private static boolean areContentsMoved(
      Ground ground, PageTable table, PageImages images, long blocks) {
    var named = new HashSet<Long>();
    images
        .claims()
        .forEach((location, own) -> {
          if (own - location == blocks) {
            addTargets(ground, images, location, named);
          }
        });
    var votes = new HashMap<Boolean, Long>();
    images
        .claims()
        .forEach((location, own) -> {
          if (own - location == blocks) {
            vote(votes, true, isNamed(ground, table, named, own));
            vote(votes, false, isNamed(ground, table, named, location));
          }
        });
    return votes.getOrDefault(true, 0L) > votes.getOrDefault(false, 0L);
  }

  private static void vote(Map<Boolean, Long> votes, boolean forContents, boolean isNamed) {
    if (isNamed) {
      votes.merge(forContents, 1L, Long::sum);
    }
  }

  private static boolean isNamed(Ground ground, PageTable table, Set<Long> named, long pbn) {
    return table.contains(pbn) || ground.isRoot(pbn) || named.contains(pbn);
  }

  /** Adds what a page above the leaves would name; a leaf, which names data, adds what it maps. */
  private static void addTargets(Ground ground, PageImages images, long location, Set<Long> named) {
    var bytes = ground.read(location);
    if (bytes.isEmpty()) {
      return;
    }
    var targets = new HashSet<Long>();
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      long packed = BlockMapPage.entry(bytes.get(), slot);
      if (packed != 0 && !PageExam.isPossible(packed, 1, ground.slabs())) {
        return;
      }
      long target = BlockMapEntry.pbn(packed);
      if (images.claims().containsKey(target) || !images.claiming(target).isEmpty()) {
        targets.add(target);
      }
    }
    named.addAll(targets);
  }
}
