package io.vdotools.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.depot.SlabConfig;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.testing.Segments;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A page counted at once is what its entries are one by one. */
class LeafTallyTest {
  private static final SlabGeometry SLABS =
      SlabGeometry.of(1000, 1000 + (4L << 13), SlabConfig.of(1 << 13, 224)).orElseThrow();
  private static final int ENTRIES = BlockMapPage.ENTRIES;
  private static final long PAGE_NUMBER = 3;
  private static final int OFFSET = BlockSize.BLOCK;

  /** What is told of one entry. */
  private record Told(int slot, long packed) {}

  private static long entry(Random random, int oddities) {
    if (random.nextInt(100) >= oddities) {
      long slab = SLABS.slabStart(random.nextInt(SLABS.slabCount()));
      int state = random.nextInt(3) == 0 ? 2 + random.nextInt(14) : 1;
      return BlockMapEntry.pack(slab + random.nextInt(SLABS.dataBlocks()), state);
    }
    return switch (random.nextInt(7)) {
      case 0 -> 0;
      case 1 -> BlockMapEntry.pack(0, 1);
      // A fragment of the zero block; PBNs without a mapping; of no slab, or behind its data.
      case 2 -> BlockMapEntry.pack(0, 2 + random.nextInt(14));
      case 3 -> BlockMapEntry.pack(SLABS.firstBlock() + random.nextInt(100), 0);
      case 4 -> BlockMapEntry.pack(1 + random.nextInt((int) SLABS.firstBlock() - 1), 1);
      case 5 -> BlockMapEntry.pack(SLABS.endBlock() + random.nextLong(1L << 34), 1);
      default -> BlockMapEntry.pack(SLABS.slabStart(1) - 1 - random.nextInt(200), 1);
    };
  }

  @Property(tries = 300)
  void everyEntryIsWhatItIsAlone(
      @ForAll long seed,
      @ForAll @IntRange(max = 2) int howOdd,
      @ForAll @IntRange(max = 812) int slots) {
    var random = new Random(seed);
    var buffer = Segments.zeros(2 * BlockSize.BLOCK);
    var page = new BlockMapPage(buffer.asSlice(OFFSET, BlockSize.BLOCK));
    for (int slot = 0; slot < ENTRIES; slot++) {
      page.setEntry(slot, entry(random, howOdd * 50));
    }
    var references = new ArrayList<Told>();
    var faults = new ArrayList<Told>();
    long compressed = 0;
    long zeros = 0;
    long invalid = 0;
    for (int slot = 0; slot < ENTRIES; slot++) {
      long packed = page.entry(slot);
      int state = BlockMapEntry.state(packed);
      if (packed == 0) {
        continue;
      }
      if (slot >= slots) {
        faults.add(new Told(slot, packed));
      } else if (state != 0 && SLABS.isDataBlock(BlockMapEntry.pbn(packed))) {
        references.add(new Told(slot, packed));
        compressed += state > 1 ? 1 : 0;
      } else if (packed == 1) {
        zeros++;
      } else {
        faults.add(new Told(slot, packed));
        invalid += state == 0 ? 0 : 1;
      }
    }

    long firstLbn = PAGE_NUMBER * ENTRIES;
    var tally = new LeafTally(SLABS, firstLbn + slots);
    // What the page before left must not show.
    tally.count(0, buffer, 0, (_, _) -> {});
    var toldFaults = new ArrayList<Told>();
    tally.count(
        PAGE_NUMBER, buffer, OFFSET, (slot, packed) -> toldFaults.add(new Told(slot, packed)));

    assertThat(told(tally, firstLbn)).isEqualTo(references);
    assertThat(toldFaults).isEqualTo(faults);
    assertThat(tally.compressed()).isEqualTo(compressed);
    assertThat(tally.plain()).isEqualTo(references.size() - compressed);
    assertThat(tally.zero()).isEqualTo(zeros);
    assertThat(tally.invalid()).isEqualTo(invalid);
  }

  private static List<Told> told(LeafTally tally, long firstLbn) {
    var told = new ArrayList<Told>();
    for (int i = 0; i < tally.size(); i++) {
      told.add(
          new Told(
              (int) (tally.lbn(i) - firstLbn),
              BlockMapEntry.pack(SLABS.firstBlock() + tally.blocks()[i], tally.state(i))));
    }
    return told;
  }
}
