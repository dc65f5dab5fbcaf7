package io.vdotools.engine.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.Volume;
import io.vdotools.engine.zones.Sections;
import io.vdotools.engine.zones.SimulatedExecution;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VolumeState;
import io.vdotools.testing.VolumeBuilder;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteOrderTest {
  private static final int REQUESTS = 9_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyWriteKeepsTheOrdersThatARecoveryReliesOn(long seed) throws VdoException {
    var device =
        VolumeBuilder.ofSlabs(3, 8192, 4, 20_000)
            .journalBlocks(16)
            .state(VolumeState.NEW)
            .build()
            .device();
    var orders = new WriteOrders(new SimulatedExecution(seed), Volume.open(device));
    var options = LiveOptions.standard().withCache(4, 4);

    try (var volume = LiveVolume.open(device, options, Sections.of(2, 2, 1), orders)) {
      work(volume, new SplittableRandom(seed));
    }

    assertThat(orders.seen())
        .hasSize(7)
        .allSatisfy((structure, count) -> assertThat(count).as(structure).isPositive());
    assertThat(orders.seen().get("reference block")).isGreaterThan(9);
    assertThat(orders.seen().get("slab journal")).isGreaterThan(10);
    LiveVolumes.assertSound(device);
  }

  private static void work(LiveVolume volume, SplittableRandom random) throws EngineException {
    var window = new ArrayDeque<CompletableFuture<Void>>();
    for (int i = 0; i < REQUESTS; i++) {
      long lbn = (i + random.nextInt(200)) * 2L % 20_000;
      long value = BlockValues.random(random.nextInt(20) == 0 ? 100 + i % 300 : i % 20);
      var content = MemorySegment.ofArray(BlockValues.content(value));
      window.add(volume.write(lbn * BlockSize.BLOCK, content));
      if (window.size() > 50) {
        volume.await(window.remove());
      }
    }
    while (!window.isEmpty()) {
      volume.await(window.remove());
    }
  }
}
