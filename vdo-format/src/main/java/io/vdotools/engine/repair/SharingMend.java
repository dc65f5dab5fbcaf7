package io.vdotools.engine.repair;

import io.vdotools.engine.ExactCounts;
import io.vdotools.engine.ReferenceFingerprints;
import io.vdotools.engine.SlabObserver;
import io.vdotools.engine.SlabReplay;
import io.vdotools.engine.repair.DataReferences.Mapping;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.compress.CompressedBlock;
import io.vdotools.format.compress.Fragments;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/**
 * Mends mappings that are possible each for itself, but not together: too many to one block, those
 * to a page, a block mapped as a whole and as fragments; and mappings to fragments that are none.
 *
 * <p>Where a driver's rebuild takes surplus mappings away, the block is copied, as often as needed
 * and as long as there are free blocks: nothing is lost then.
 */
final class SharingMend {
  private static final int BLOCKS_AT_ONCE = 4096;

  private final MendContext context;
  private final ExactCounts counts;
  private final boolean readsFragments;
  private final Fragments fragments = new Fragments();
  private final byte[] inflated = new byte[BlockSize.BLOCK];
  private final Set<Long> taken = new HashSet<>();
  private long changes;

  private record Suspect(ProblemCode code, int fragments) {}

  /**
   * @param context the volume
   * @param counts what was counted for some blocks
   * @param readsFragments whether to look into compressed blocks
   */
  SharingMend(MendContext context, ExactCounts counts, boolean readsFragments) {
    this.context = context;
    this.counts = counts;
    this.readsFragments = readsFragments;
  }

  /** Mends the blocks counted; {@return how many mappings were changed} */
  long mend() {
    var suspects = suspects();
    while (!suspects.isEmpty()) {
      var some = new TreeMap<Long, Suspect>();
      while (!suspects.isEmpty() && some.size() < BLOCKS_AT_ONCE) {
        var next = suspects.pollFirstEntry();
        some.put(next.getKey(), next.getValue());
      }
      var mappings = DataReferences.find(context, some.keySet());
      some.forEach((pbn, suspect) -> mend(pbn, suspect, mappings.getOrDefault(pbn, List.of())));
    }
    return changes;
  }

  private NavigableMap<Long, Suspect> suspects() {
    var suspects = new TreeMap<Long, Suspect>();
    var slabs = context.slabs();
    counts.forEachUnusual(
        readsFragments,
        block -> {
          var count = counts.count(block);
          long pbn = slabs.firstBlock() + block;
          if (count.isPage()) {
            add(suspects, pbn, ProblemCode.MAPPING_TO_PAGE, count.references() > 0, 0);
          } else if (count.asWhole() && count.fragments() != 0) {
            add(suspects, pbn, ProblemCode.MIXED_KINDS, true, count.fragments());
          } else if (count.references() > ReferenceBlock.MAXIMUM) {
            add(suspects, pbn, ProblemCode.TOO_MANY_REFERENCES, true, 0);
          } else if (readsFragments && count.fragments() != 0) {
            faultOf(pbn, count.fragments())
                .ifPresent(code -> add(suspects, pbn, code, true, count.fragments()));
          }
        });
    return suspects;
  }

  private void add(
      Map<Long, Suspect> suspects, long pbn, ProblemCode code, boolean isOne, int parts) {
    if (isOne && context.log().isWanted(code)) {
      suspects.put(pbn, new Suspect(code, parts));
    }
  }

  /** Visits the data blocks counted, ascending, until one is found; {@return it, or -1} */
  private long forEachBlock(LongPredicate task) {
    var slabs = context.slabs();
    for (int range : counts.ranges()) {
      long first = (long) range << ReferenceFingerprints.RANGE_SHIFT;
      long end = Math.min(first + ReferenceFingerprints.RANGE_BLOCKS, slabs.totalBlocks());
      for (long block = first; block < end; block++) {
        if (((int) block & (slabs.slabBlocks() - 1)) < slabs.dataBlocks() && task.test(block)) {
          return block;
        }
      }
    }
    return -1;
  }

  private Optional<ProblemCode> faultOf(long pbn, int referred) {
    var block = context.blocks().block(pbn);
    if (!context.blocks().isReadable(pbn)) {
      return Optional.of(ProblemCode.COMPRESSED_UNREADABLE);
    }
    if (!new CompressedBlock(block).version().equals(CompressedBlock.VERSION)) {
      return Optional.of(ProblemCode.COMPRESSED_VERSION);
    }
    for (int slot = 0; slot < CompressedBlock.SLOTS; slot++) {
      if ((referred & (1 << slot)) != 0) {
        var fragment = new CompressedBlock(block).fragment(slot);
        if (fragment.isEmpty() || new CompressedBlock(block).size(slot) == 0) {
          return Optional.of(ProblemCode.FRAGMENT_BOUNDS);
        }
        if (!fragments.inflate(fragment.get(), inflated)) {
          return Optional.of(ProblemCode.FRAGMENT_INFLATION);
        }
      }
    }
    return Optional.empty();
  }

  private boolean inflates(long pbn, int slot) {
    var block = new CompressedBlock(context.blocks().block(pbn));
    if (!block.version().equals(CompressedBlock.VERSION) || block.size(slot) == 0) {
      return false;
    }
    var fragment = block.fragment(slot);
    return fragment.isPresent() && fragments.inflate(fragment.get(), inflated);
  }

  private void mend(long pbn, Suspect suspect, List<Mapping> mappings) {
    switch (suspect.code()) {
      case MAPPING_TO_PAGE ->
          unmap(pbn, suspect.code(), mappings, "the block holds a page of the block map");
      case MIXED_KINDS -> mendKinds(pbn, suspect, mappings);
      case TOO_MANY_REFERENCES -> spread(pbn, mappings);
      default ->
          unmap(
              pbn,
              suspect.code(),
              mappings.stream()
                  .filter(m ->
                      MappingState.isCompressed(m.state())
                          && !inflates(pbn, MappingState.fragment(m.state())))
                  .toList(),
              suspect.code() == ProblemCode.COMPRESSED_UNREADABLE
                  ? "the block cannot be read: nothing tells what its fragments were"
                  : "the fragment does not inflate to a block");
    }
  }

  private void mendKinds(long pbn, Suspect suspect, List<Mapping> mappings) {
    var fault = faultOf(pbn, suspect.fragments());
    boolean isCompressed = fault.isEmpty();
    String isNone =
        fault.equals(Optional.of(ProblemCode.COMPRESSED_UNREADABLE))
            ? "the block cannot be read: of one kind its mappings have to be"
            : "the block is no compressed one with these fragments";
    unmap(
        pbn,
        suspect.code(),
        mappings.stream()
            .filter(m -> MappingState.isCompressed(m.state()) != isCompressed)
            .toList(),
        isCompressed ? "the block is a compressed one: its fragments inflate" : isNone);
  }

  private void unmap(long pbn, ProblemCode code, List<Mapping> mappings, String evidence) {
    if (mappings.isEmpty()) {
      return;
    }
    mappings.forEach(m -> set(m, 0));
    context
        .log()
        .add(
            code,
            Structure.BLOCK_MAP_LEAF,
            mappings.getFirst().pagePbn(),
            mappings.size() + " mappings to PBN " + pbn + " taken away",
            evidence,
            Confidence.LIKELY,
            sets(mappings));
  }

  /** Copies the block for each 254 mappings behind the first. */
  private void spread(long pbn, List<Mapping> mappings) {
    int most = ReferenceBlock.MAXIMUM;
    boolean isReadable = context.blocks().isReadable(pbn);
    int copies = 0;
    var unmapped = new ArrayList<Mapping>();
    for (int from = most; from < mappings.size(); from += most) {
      var surplus = mappings.subList(from, Math.min(from + most, mappings.size()));
      long copy = isReadable ? freeBlock() : -1;
      if (copy < 0) {
        unmapped.addAll(surplus);
        continue;
      }
      context.blocks().write(copy, context.blocks().block(pbn));
      copies++;
      surplus.forEach(m -> set(m, BlockMapEntry.pack(copy, m.state())));
    }
    if (copies > 0) {
      context
          .log()
          .add(
              ProblemCode.TOO_MANY_REFERENCES,
              Structure.BLOCK_MAP_LEAF,
              mappings.getFirst().pagePbn(),
              "PBN "
                  + pbn
                  + " copied "
                  + (copies == 1 ? "once" : copies + " times")
                  + " for its "
                  + mappings.size()
                  + " mappings",
              "a block can have 254; all keep their content",
              Confidence.CERTAIN);
    }
    unmap(pbn, ProblemCode.TOO_MANY_REFERENCES, unmapped, "there is no free block for a copy");
  }

  /** A block that nothing refers to, and best none that old counts say is in use. */
  private long freeBlock() {
    var slabs = context.slabs();
    var states = context.states();
    long any = -1;
    try (var replay =
        new SlabReplay(context.blocks().device(), slabs, context.nonce(), SlabObserver.NONE)) {
      int[] loaded = {-1};
      long[] used = {-1};
      long free =
          forEachBlock(block -> {
            var count = counts.count(block);
            if (count.references() > 0 || count.isPage() || taken.contains(block)) {
              return false;
            }
            used[0] = used[0] < 0 ? block : used[0];
            int slab = (int) (block >>> slabs.slabShift());
            if (slab != loaded[0]) {
              replay.load(slab, states.entries().get(slab), null);
              loaded[0] = slab;
            }
            return replay.counts()[(int) block & (slabs.slabBlocks() - 1)] == 0;
          });
      any = free >= 0 ? free : used[0];
    }
    if (any < 0) {
      return -1;
    }
    taken.add(any);
    return slabs.firstBlock() + any;
  }

  private void set(Mapping mapping, long packed) {
    int slot = (int) (mapping.lbn() % BlockMapPage.ENTRIES);
    context
        .blocks()
        .edit(
            mapping.pagePbn(),
            (MemorySegment block) -> new BlockMapPage(block).setEntry(slot, packed));
    changes++;
  }

  static List<LbnSet> sets(List<Mapping> mappings) {
    var sets = new ArrayList<LbnSet>();
    int start = 0;
    for (int i = 1; i <= mappings.size(); i++) {
      if (i == mappings.size() || mappings.get(i).lbn() != mappings.get(i - 1).lbn() + 1) {
        sets.add(LbnSet.range(mappings.get(start).lbn(), (long) i - start));
        start = i;
      }
    }
    return sets;
  }
}
