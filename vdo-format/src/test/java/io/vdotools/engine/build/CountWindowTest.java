package io.vdotools.engine.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.engine.build.CountWindow.Outcome;
import io.vdotools.format.depot.SlabGeometry;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** References to runs of blocks are counted as if each came by itself. */
class CountWindowTest {
  private static final int HOT_BLOCKS = 60;
  private static final SlabGeometry SLABS = new SlabGeometry(100, 2, 13, 8000, 2, 8);

  @Property(tries = 20)
  void runsAreCountedBlockByBlock(@ForAll long seed) {
    var random = new Random(seed);
    var expected = new int[HOT_BLOCKS];
    try (var window = new CountWindow(SLABS, 0, 2)) {
      for (int i = 0; i < HOT_BLOCKS; i += 1 + random.nextInt(40)) {
        assertThat(window.addPage(SLABS.firstBlock() + i)).isEqualTo(Outcome.DONE);
        expected[i] = 255;
      }
      for (int run = 0; run < 800; run++) {
        int first = random.nextInt(HOT_BLOCKS);
        int length = 1 + random.nextInt(HOT_BLOCKS - first);

        var outcome = window.addReferences(SLABS.firstBlock() + first, length);

        int done = 0;
        while (done < length && expected[first + done] < 254) {
          expected[first + done]++;
          done++;
        }
        if (done == length) {
          assertThat(outcome).isEqualTo(Outcome.DONE);
        } else {
          assertThat(window.failedPbn()).isEqualTo(SLABS.firstBlock() + first + done);
          assertThat(outcome)
              .isEqualTo(expected[first + done] == 255 ? Outcome.IS_A_PAGE : Outcome.FULL);
        }
      }
      var counts = Objects.requireNonNull(window.countsOf(0));
      for (int i = 0; i < HOT_BLOCKS; i++) {
        assertThat(counts.get(ValueLayout.JAVA_BYTE, i) & 0xff).isEqualTo(expected[i]);
      }
      assertThat(counts.get(ValueLayout.JAVA_BYTE, HOT_BLOCKS)).isZero();
    }
  }

  @Property
  void anyNumberCanBeFetchedAndIsOnlyRead(@ForAll long pbn) {
    // A window of the second slab alone, so that there are others beside it.
    try (var window = new CountWindow(SLABS, 1, 1)) {
      long counted = SLABS.slabStart(1) + 5;
      window.fetch(counted);
      assertThat(window.countsOf(1)).isNull();
      assertThat(window.addReferences(counted, 1)).isEqualTo(Outcome.DONE);

      window.fetch(pbn);
      window.fetch(SLABS.slabStart(0));
      window.fetch(SLABS.slabStart(1) + SLABS.dataBlocks());
      window.fetch(SLABS.endBlock());
      assertThat(window.fetched()).isEqualTo(pbn == counted ? 1 : 0);
      window.fetch(counted);

      assertThat(window.fetched()).isEqualTo(pbn == counted ? 2 : 1);
      var counts = Objects.requireNonNull(window.countsOf(1));
      assertThat(counts.get(ValueLayout.JAVA_BYTE, 5)).isEqualTo((byte) 1);
    }
  }
}
