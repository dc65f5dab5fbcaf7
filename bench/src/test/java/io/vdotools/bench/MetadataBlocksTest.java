package io.vdotools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.engine.Volume;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataBlocksTest {
  @TempDir Path folder;

  @Test
  void theBlocksAreThoseOfARecountInTheOrderOfTheDevice() throws Exception {
    var plan = new VolumePlan(800_000, 60_000, 13, Shape.SCATTERED, 60_000, 1);
    try (var device = FileDevice.create(folder.resolve("volume"), 800_000, Caching.PAGE_CACHE)) {
      MetadataWriter.write(plan, device);
      var volume = Volume.open(device);
      var slabs = volume.slabs().orElseThrow();
      Set<Long> expected = new HashSet<>(Recount.of(device).pages);
      expected.add(0L);
      expected.add(volume.superBlockPbn());
      for (int tree = 0; tree < 60; tree++) {
        expected.add(volume.superBlock().blockMap().rootOrigin() + tree);
      }
      for (int slab = 0; slab < slabs.slabCount(); slab++) {
        expected.add(slabs.referenceStart(slab));
        expected.add(slabs.referenceStart(slab) + 1);
      }
      for (int i = 0; i < 64; i++) {
        expected.add(800_000L - 64 + i);
      }

      var runs = MetadataBlocks.of(volume, 16);

      Set<Long> listed = new HashSet<>();
      long end = -1;
      for (int run = 0; run < runs.size(); run++) {
        assertThat(runs.first(run)).isGreaterThanOrEqualTo(end);
        assertThat(runs.length(run)).isBetween(1, 16);
        end = runs.first(run) + runs.length(run);
        for (int i = 0; i < runs.length(run); i++) {
          listed.add(runs.first(run) + i);
        }
      }
      assertThat(listed).isEqualTo(expected);
      assertThat(runs.blocks()).isEqualTo(expected.size());
    }
  }
}
