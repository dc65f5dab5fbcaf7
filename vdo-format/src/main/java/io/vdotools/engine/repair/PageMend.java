package io.vdotools.engine.repair;

import io.vdotools.engine.ExactCounts;
import io.vdotools.engine.ForestObserver;
import io.vdotools.engine.ReferenceFingerprints;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.TreePlace;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.problem.ProblemCode;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Brings pages of the block map back that are in their place, but not recognised: what is damaged
 * is their header.
 *
 * <p>The stored reference counts are the evidence. They were kept apart from the pages, and have
 * counted what a page names: if the blocks that it names are counted higher than all other pages
 * account for, then the page is what accounts for the rest.
 */
final class PageMend {
  private static final int MOST_PAGES = 10_000;

  /** A page's own evidence may be damaged here and there, too. */
  private static final double ENOUGH = 0.9;

  private final MendContext context;
  private final Set<ProblemCode> found;

  private record Candidate(
      long pbn, TreePlace place, ForestObserver.PageFault fault, MemorySegment bytes) {}

  PageMend(MendContext context, Set<ProblemCode> found) {
    this.context = context;
    this.found = found;
  }

  private boolean isNeeded() {
    return found.stream()
        .anyMatch(code ->
            Treatment.of(code) == Treatment.PAGES || code == ProblemCode.PAGE_UNINITIALIZED);
  }

  /** Brings back what can be, from the roots down. */
  void run() {
    for (int height = Forest.ROOT_HEIGHT; height >= 0 && isNeeded(); height--) {
      if (!mend()) {
        return;
      }
    }
  }

  /** {@return whether a page was brought back} */
  private boolean mend() {
    var candidates = candidates();
    candidates.sort(Comparator.comparingLong(Candidate::pbn));
    if (candidates.isEmpty()) {
      return false;
    }
    boolean isChanged = false;
    int allRanges =
        (int) Math.ceilDiv(context.slabs().totalBlocks(), ReferenceFingerprints.RANGE_BLOCKS);
    long most = Math.max(1, context.resources().memoryBytes() / ExactCounts.BYTES_PER_RANGE);
    int at = 0;
    while (at < candidates.size()) {
      var ranges = new TreeSet<Integer>();
      int from = at;
      do {
        named(candidates.get(at)).keySet().forEach(pbn -> ranges.add(rangeOf(pbn)));
        at++;
      } while (at < candidates.size() && ranges.size() < most);
      int[] counted =
          ranges.isEmpty()
              ? IntStream.of(0).toArray()
              : ranges.stream().mapToInt(Integer::intValue).toArray();
      try (var counts = new ExactCounts(allRanges, counted, context.resources().counterMemory());
          var stored = new StoredCounts(context)) {
        new BlockMapMend(context, Set.of()).count(counts, false);
        for (var candidate : candidates.subList(from, at)) {
          isChanged |= mend(candidate, counts, stored);
        }
      }
    }
    return isChanged;
  }

  private int rangeOf(long pbn) {
    return (int) ((pbn - context.slabs().firstBlock()) >>> ReferenceFingerprints.RANGE_SHIFT);
  }

  private List<Candidate> candidates() {
    var candidates = new ArrayList<Candidate>();
    var observer =
        new ForestObserver() {
          @Override
          public void unusable(long pbn, TreePlace place, PageFault fault, BlockMapPage page) {
            boolean isOne =
                fault != PageFault.UNREADABLE
                    && !isPreRelease(page, pbn)
                    && PageEvidence.headerMatches(page.bytes(), context.nonce(), pbn) >= 1
                    && PageEvidence.entries(context, page.bytes(), place) >= 0;
            synchronized (candidates) {
              if (isOne && candidates.size() < MOST_PAGES) {
                var copy = MemorySegment.ofArray(new byte[(int) page.bytes().byteSize()]);
                copy.copyFrom(page.bytes());
                candidates.add(new Candidate(pbn, place, fault, copy));
              }
            }
          }

          @Override
          public void interior(long pbn, TreePlace place, BlockMapPage page) {}

          @Override
          public void refused(long pbn, TreePlace place, long packed, ChildFault fault) {}

          @Override
          public void duplicate(long pbn, TreePlace kept, TreePlace other) {}
        };
    context
        .walk()
        .run(
            observer,
            context.resources().parallel().states(() -> Boolean.TRUE),
            new ForestObserver.LeafTask<Boolean>() {
              @Override
              public void allocated(Boolean state, long pbn) {}

              @Override
              public void leaf(
                  Boolean state, long pbn, long pageNumber, MemorySegment buffer, long offset) {}
            });
    return candidates;
  }

  /** The entries of a page that was really written so are off by one. */
  private static boolean isPreRelease(BlockMapPage page, long pbn) {
    return page.version().equals(BlockMapPage.PRE_RELEASE_VERSION) && page.pbn() == pbn - 1;
  }

  /** {@return how often a page names each data block} */
  private Map<Long, Integer> named(Candidate candidate) {
    var named = new HashMap<Long, Integer>();
    var page = new BlockMapPage(candidate.bytes());
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      long pbn = BlockMapEntry.pbn(page.entry(slot));
      if (context.slabs().isDataBlock(pbn)) {
        named.merge(pbn, 1, Integer::sum);
      }
    }
    return named;
  }

  private boolean mend(Candidate candidate, ExactCounts counts, StoredCounts stored) {
    var code = codeOf(candidate);
    if (!context.log().isWanted(code)) {
      return false;
    }
    var bytes = candidate.bytes();
    int matches = PageEvidence.headerMatches(bytes, context.nonce(), candidate.pbn());
    int entries = PageEvidence.entries(context, bytes, candidate.place());
    var named = named(candidate);
    if (entries == 0) {
      return matches >= 2
          && found.contains(code)
          && restore(candidate, code, "it has no entries", Confidence.CERTAIN);
    }
    long explained =
        named.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .filter(e -> isExplained(candidate, e.getKey(), e.getValue(), counts, stored))
            .count();
    if (!named.isEmpty() && explained >= ENOUGH * named.size()) {
      return restore(
          candidate,
          code,
          explained
              + " of the "
              + named.size()
              + " blocks that it names are counted higher than other pages account for",
          explained == named.size() ? Confidence.CERTAIN : Confidence.LIKELY);
    }
    boolean isOneField =
        matches == 3
            && new BlockMapPage(bytes).isInitialized()
            && !PageEvidence.isMisdirected(context, bytes)
            && (new BlockMapPage(bytes).nonce() == context.nonce()
                || PageEvidence.isNonceOffByOneBit(bytes, context.nonce(), candidate.pbn()));
    return isOneField
        && restore(candidate, code, "all of its header but one field is right", Confidence.LIKELY);
  }

  private boolean isExplained(
      Candidate candidate, long pbn, int references, ExactCounts counts, StoredCounts stored) {
    var counted = counts.count(pbn - context.slabs().firstBlock());
    if (candidate.place().height() == 0) {
      return !counted.isPage() && stored.of(pbn) >= counted.references() + references;
    }
    return !counted.isPage()
        && stored.of(pbn) == ReferenceBlock.MAXIMUM
        && new BlockMapPage(context.blocks().block(pbn)).nonce() == context.nonce();
  }

  private ProblemCode codeOf(Candidate candidate) {
    boolean isRoot = candidate.place().height() == Forest.ROOT_HEIGHT;
    var page = new BlockMapPage(candidate.bytes());
    if (candidate.fault() == ForestObserver.PageFault.MISPLACED) {
      return isRoot ? ProblemCode.ROOT_INVALID : ProblemCode.PAGE_MISPLACED;
    }
    if (page.version().equals(BlockMapPage.PRE_RELEASE_VERSION)
        && page.nonce() == context.nonce()) {
      return ProblemCode.PAGE_PRE_RELEASE;
    }
    return isRoot ? ProblemCode.ROOT_INVALID : ProblemCode.PAGE_LOST;
  }

  private boolean restore(
      Candidate candidate, ProblemCode code, String evidence, Confidence confidence) {
    context
        .blocks()
        .edit(
            candidate.pbn(),
            block -> new BlockMapPage(block).setHeader(context.nonce(), candidate.pbn()));
    context
        .log()
        .add(
            code,
            MendContext.structureAt(candidate.place().height()),
            candidate.pbn(),
            "header of a page made right, its entries kept",
            evidence,
            confidence);
    return true;
  }
}
