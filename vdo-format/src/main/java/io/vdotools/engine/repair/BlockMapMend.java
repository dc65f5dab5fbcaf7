package io.vdotools.engine.repair;

import io.vdotools.engine.ExactCounts;
import io.vdotools.engine.ForestObserver;
import io.vdotools.engine.LeafTally;
import io.vdotools.engine.TreeLookup;
import io.vdotools.engine.Usage;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.blockmap.TreePlace;
import io.vdotools.problem.ProblemCode;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Takes what cannot be out of the block map: entries that lead nowhere, and pages that are none.
 *
 * <p>One walk does it and counts references on the way; what is taken away is not counted.
 */
public final class BlockMapMend {
  private final MendContext context;
  private final Set<ProblemCode> found;
  private final TreeLookup lookup;
  private final AtomicLong interiorPages = new AtomicLong();
  private final AtomicLong leafPages = new AtomicLong();
  private final AtomicLong changes = new AtomicLong();

  /**
   * Prepares.
   *
   * @param context the volume
   * @param found the codes that a check found
   */
  public BlockMapMend(MendContext context, Set<ProblemCode> found) {
    this.context = context;
    this.found = Set.copyOf(found);
    this.lookup =
        new TreeLookup(
            context.blocks().device(), context.slabs(), context.rootOrigin(), context.nonce());
  }

  /** {@return how many changes were made so far after which counting again can come to more} */
  long changes() {
    return changes.get();
  }

  /**
   * Walks the block map.
   *
   * @param counts takes the references
   * @param mends whether to change what is wrong; otherwise it is passed over
   * @return the totals of what is left
   */
  Usage count(ExactCounts counts, boolean mends) {
    interiorPages.set(0);
    leafPages.set(0);
    long firstBlock = context.slabs().firstBlock();
    var tallies =
        context
            .resources()
            .parallel()
            .states(() -> new LeafTally(context.slabs(), context.forest().logicalBlocks()));
    context
        .walk()
        .run(
            new Tree(counts, mends),
            tallies,
            new ForestObserver.LeafTask<LeafTally>() {
              @Override
              public void allocated(LeafTally tally, long pbn) {
                counts.page(pbn - firstBlock);
                leafPages.incrementAndGet();
              }

              @Override
              public void leaf(
                  LeafTally tally, long pbn, long pageNumber, MemorySegment buffer, long offset) {
                countLeaf(tally, pbn, pageNumber, buffer, offset, counts, mends);
              }
            });
    long mappings = 0;
    for (var tally : tallies.all()) {
      // Entries that are wrong count as used while they are there. Where some were taken away now,
      // this is not the last walk.
      mappings += tally.plain() + tally.compressed() + tally.zero() + tally.invalid();
    }
    return new Usage(mappings, interiorPages.get() + leafPages.get());
  }

  private void countLeaf(
      LeafTally tally,
      long pbn,
      long pageNumber,
      MemorySegment buffer,
      long offset,
      ExactCounts counts,
      boolean mends) {
    @Nullable LeafEntries[] wrong = {null};
    tally.count(
        pageNumber,
        buffer,
        offset,
        counts,
        (slot, packed) -> {
          var entries = wrong[0];
          if (entries == null) {
            entries = new LeafEntries(context, pbn, pageNumber);
            wrong[0] = entries;
          }
          entries.add(slot, packed);
        });
    var entries = wrong[0];
    if (mends && entries != null) {
      changes.addAndGet(entries.takeAway());
    }
    var page = new BlockMapPage(buffer.asSlice(offset, BlockSize.BLOCK));
    if (mends && page.entryOffset() != 0) {
      clearEntryOffset(pbn, placeOf(pageNumber));
    }
  }

  private TreePlace placeOf(long pageNumber) {
    int trees = context.forest().rootCount();
    return new TreePlace((int) (pageNumber % trees), 0, pageNumber / trees, 0);
  }

  private void clearEntryOffset(long pbn, TreePlace place) {
    if (!context.log().isWanted(ProblemCode.PAGE_PRE_RELEASE)) {
      return;
    }
    context.blocks().edit(pbn, block -> new BlockMapPage(block).setHeader(context.nonce(), pbn));
    changes.incrementAndGet();
    context
        .log()
        .add(
            ProblemCode.PAGE_PRE_RELEASE,
            MendContext.structureAt(place.height()),
            pbn,
            "byte 33 set to 0",
            "current drivers read the entries as they are and ignore that byte",
            Confidence.LIKELY);
  }

  /** Mends what is above the leaves, and pages that are none. */
  private final class Tree implements ForestObserver {
    private final ExactCounts counts;
    private final boolean mends;

    Tree(ExactCounts counts, boolean mends) {
      this.counts = counts;
      this.mends = mends;
    }

    private void countInterior(long pbn, int height) {
      if (height > 0 && height < Forest.ROOT_HEIGHT) {
        counts.page(pbn - context.slabs().firstBlock());
        interiorPages.incrementAndGet();
      }
    }

    @Override
    public void interior(long pbn, TreePlace place, BlockMapPage page) {
      countInterior(pbn, place.height());
      if (mends && page.entryOffset() != 0) {
        clearEntryOffset(pbn, place);
      }
    }

    @Override
    public void unusable(long pbn, TreePlace place, PageFault fault, BlockMapPage page) {
      countInterior(pbn, place.height());
      var code = codeOf(place, fault, page);
      if (mends && found.contains(code) && context.log().isWanted(code)) {
        makeEmpty(pbn, place, code);
      }
    }

    private ProblemCode codeOf(TreePlace place, PageFault fault, BlockMapPage page) {
      boolean isRoot = place.height() == Forest.ROOT_HEIGHT;
      return switch (fault) {
        case UNREADABLE -> ProblemCode.PAGE_UNREADABLE;
        case MISPLACED -> isRoot ? ProblemCode.ROOT_INVALID : ProblemCode.PAGE_MISPLACED;
        case INVALID -> {
          if (page.version().equals(BlockMapPage.PRE_RELEASE_VERSION)
              && page.nonce() == context.nonce()) {
            yield ProblemCode.PAGE_PRE_RELEASE;
          }
          if (isRoot) {
            yield page.isInitialized() ? ProblemCode.ROOT_INVALID : ProblemCode.PAGE_UNINITIALIZED;
          }
          yield found.contains(ProblemCode.PAGE_LOST)
              ? ProblemCode.PAGE_LOST
              : ProblemCode.PAGE_UNINITIALIZED;
        }
      };
    }

    private void makeEmpty(long pbn, TreePlace place, ProblemCode code) {
      context.blocks().edit(pbn, block -> new BlockMapPage(block).format(context.nonce(), pbn));
      if (place.height() > 0) {
        // A leaf was counted as a page, and has no entries now as it had none before.
        changes.incrementAndGet();
      }
      context
          .log()
          .add(
              code,
              MendContext.structureAt(place.height()),
              pbn,
              "made an empty page",
              "nothing tells what it held; drivers take it for empty, or refuse it",
              Confidence.CERTAIN,
              List.of(context.forest().lbnsBelow(place.tree(), place.height(), place.pageIndex())));
    }

    @Override
    public void refused(long pbn, TreePlace place, long packed, ChildFault fault) {
      long child = BlockMapEntry.pbn(packed);
      var code =
          switch (fault) {
            case INVALID_ENTRY -> ProblemCode.ENTRY_INVALID;
            case WRONG_STATE -> ProblemCode.INTERIOR_STATE;
            case BEYOND_FOREST -> ProblemCode.CHILD_BEYOND_FOREST;
            case NOT_A_DATA_BLOCK ->
                context.areas().at(child).isPresent()
                    ? ProblemCode.ENTRY_INTO_METADATA
                    : ProblemCode.CHILD_NOT_DATA_BLOCK;
          };
      if (!mends || !context.log().isWanted(code)) {
        return;
      }
      boolean isStateAlone = fault == ChildFault.WRONG_STATE || fault == ChildFault.INVALID_ENTRY;
      if (isStateAlone
          && !context.forest().lbnsBelow(place).isEmpty()
          && context.holdsPage(child)) {
        restoreState(pbn, place, packed, code);
      } else {
        takeAway(pbn, place, packed, code);
      }
    }

    private void restoreState(long pbn, TreePlace place, long packed, ProblemCode code) {
      long child = BlockMapEntry.pbn(packed);
      set(pbn, place.slot(), BlockMapEntry.pack(child, MappingState.UNCOMPRESSED));
      context
          .log()
          .add(
              code,
              MendContext.structureAt(place.height()),
              pbn,
              "state of slot " + place.slot() + " set to that of a page",
              "PBN " + child + " holds a page of this volume",
              Confidence.LIKELY);
    }

    private void takeAway(long pbn, TreePlace place, long packed, ProblemCode code) {
      set(pbn, place.slot(), 0);
      context
          .log()
          .add(
              code,
              MendContext.structureAt(place.height()),
              pbn,
              "entry of slot "
                  + place.slot()
                  + ", "
                  + BlockMapEntry.unpack(packed)
                  + ", taken away",
              "no page can be there",
              Confidence.CERTAIN,
              List.of(context.forest().lbnsBelow(place)));
    }

    @Override
    public void duplicate(long pbn, TreePlace kept, TreePlace other) {
      if (!mends || !context.log().isWanted(ProblemCode.PAGE_TWO_PARENTS)) {
        return;
      }
      var parent = lookup.parentOf(other);
      int slot = (int) (other.pageIndex() % BlockMapPage.ENTRIES);
      if (parent.isEmpty()
          || new BlockMapPage(context.blocks().block(parent.getAsLong())).entry(slot)
              != BlockMapEntry.pack(pbn, MappingState.UNCOMPRESSED)) {
        return;
      }
      set(parent.getAsLong(), slot, 0);
      LbnSet lost = context.forest().lbnsBelow(other.tree(), other.height(), other.pageIndex());
      context
          .log()
          .add(
              ProblemCode.PAGE_TWO_PARENTS,
              MendContext.structureAt(other.height() + 1),
              parent.getAsLong(),
              "entry of slot " + slot + ", the page at PBN " + pbn + ", taken away",
              "the page is kept as page "
                  + kept.pageIndex()
                  + " of height "
                  + kept.height()
                  + " in tree "
                  + kept.tree()
                  + ", where it is found first",
              Confidence.LIKELY,
              List.of(lost));
    }

    private void set(long pbn, int slot, long packed) {
      context.blocks().edit(pbn, block -> new BlockMapPage(block).setEntry(slot, packed));
      changes.incrementAndGet();
    }
  }
}
