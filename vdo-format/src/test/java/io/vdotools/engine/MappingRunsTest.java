package io.vdotools.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.model.BlockMapPiece;
import io.vdotools.model.MappingRun;
import io.vdotools.model.PagePlace;
import io.vdotools.model.UnreadableMapping;
import io.vdotools.testing.RecordedVisit;
import io.vdotools.testing.Segments;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Runs are the same in a piece as told one by one, and as short as they have to be. */
class MappingRunsTest {
  // The lower bits of PBNs overflow in the middle of the second slab.
  private static final int SLAB_SHIFT = 10;
  private static final SlabGeometry SLABS =
      new SlabGeometry((1L << 32) - (3L << (SLAB_SHIFT - 1)), 3, SLAB_SHIFT, 1000, 1, 23);
  private static final int ENTRIES = BlockMapPage.ENTRIES;
  private static final int OFFSET = BlockSize.BLOCK;

  /** Keeps what it is told. */
  private static final class Kept implements BlockMapPiece {
    private final List<MappingRun> runs = new ArrayList<>();

    @Override
    public void page(PagePlace page) {
      throw new IllegalStateException("nobody tells of a page here");
    }

    @Override
    public void data(long firstLbn, long count, long firstPbn) {
      runs.add(new MappingRun.Data(firstLbn, count, firstPbn));
    }

    @Override
    public void zeros(long firstLbn, long count) {
      runs.add(new MappingRun.Zeros(firstLbn, count));
    }

    @Override
    public void fragments(long firstLbn, long count, long pbn, int firstFragment) {
      runs.add(new MappingRun.Fragments(firstLbn, count, pbn, firstFragment));
    }

    @Override
    public int mark() {
      return runs.size();
    }

    @Override
    public void cut(int mark) {
      runs.subList(mark, runs.size()).clear();
    }
  }

  /** Entries in short runs of every kind. */
  private static long[] entries(Random random, int faultsInThousand) {
    long[] entries = new long[ENTRIES];
    int slot = 0;
    while (slot < ENTRIES) {
      int length = random.nextInt(2) == 0 ? 1 : 1 + random.nextInt(20);
      long pbn =
          SLABS.slabStart(random.nextInt(SLABS.slabCount())) + random.nextInt(SLABS.dataBlocks());
      // Often where the lower bits overflow.
      pbn = random.nextInt(3) == 0 ? (1L << 32) - 1 - random.nextInt(3) : pbn;
      int kind = random.nextInt(8);
      for (int i = 0; i < length && slot < ENTRIES; i++, slot++) {
        entries[slot] =
            switch (kind) {
              case 0 -> 0;
              case 1 -> BlockMapEntry.pack(0, 1);
              case 2 -> BlockMapEntry.pack(pbn, 2 + (random.nextInt(3) + i) % 14);
              default -> SLABS.isDataBlock(pbn + i) ? BlockMapEntry.pack(pbn + i, 1) : 0;
            };
        if (random.nextInt(1000) < faultsInThousand) {
          entries[slot] = BlockMapEntry.pack(1 + random.nextInt(1000), random.nextInt(16));
        }
      }
    }
    return entries;
  }

  @Property(tries = 500)
  void aPieceHasWhatIsToldOneByOne(
      @ForAll long seed,
      @ForAll @IntRange(max = 811) int from,
      @ForAll @IntRange(max = 812) int to,
      @ForAll @IntRange(max = 2) int faultsInThousand)
      throws VdoException {
    var buffer = Segments.zeros(2 * BlockSize.BLOCK);
    var page = new BlockMapPage(buffer.asSlice(OFFSET, BlockSize.BLOCK));
    long[] entries = entries(new Random(seed), faultsInThousand);
    for (int slot = 0; slot < ENTRIES; slot++) {
      page.setEntry(slot, entries[slot]);
    }
    long pageLbn = 5L * ENTRIES;
    var runs = new MappingRuns(SLABS);
    var told = new RecordedVisit();
    runs.tell(buffer, OFFSET, pageLbn, from, to, told);
    var kept = new Kept();
    boolean areSound = runs.put(buffer, OFFSET, pageLbn, from, to, kept);

    var expected = told.all(MappingRun.class);
    assertThat(areSound).isEqualTo(told.all(UnreadableMapping.class).isEmpty());
    assertThat(kept.runs).isEqualTo(areSound ? expected : expected.subList(0, kept.runs.size()));
    assertSameEntries(expected, entries, from, to, pageLbn);
  }

  private static void assertSameEntries(
      List<MappingRun> runs, long[] entries, int from, int to, long pageLbn) {
    long[] found = new long[ENTRIES];
    for (var run : runs) {
      for (int i = 0; i < run.count(); i++) {
        found[(int) (run.firstLbn() - pageLbn) + i] =
            switch (run) {
              case MappingRun.Data data -> BlockMapEntry.pack(data.firstPbn() + i, 1);
              case MappingRun.Zeros _ -> BlockMapEntry.pack(0, 1);
              case MappingRun.Fragments fragments ->
                  BlockMapEntry.pack(fragments.pbn(), 2 + fragments.firstFragment() + i);
            };
      }
    }
    for (int slot = 0; slot < ENTRIES; slot++) {
      boolean isTold =
          slot >= from
              && slot < to
              && (entries[slot] == 0 || MappingRuns.fault(SLABS, entries[slot]) == null);
      assertThat(found[slot]).as("slot %d", slot).isEqualTo(isTold ? entries[slot] : 0);
    }
  }
}
