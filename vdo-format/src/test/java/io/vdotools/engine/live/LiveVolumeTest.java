package io.vdotools.engine.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.zones.Sections;
import io.vdotools.engine.zones.SimulatedExecution;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VolumeState;
import io.vdotools.testing.VolumeBuilder;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class LiveVolumeTest {
  private final MemoryDevice device = VolumeBuilder.small().state(VolumeState.NEW).build().device();

  private LiveVolume open() throws VdoException {
    return LiveVolume.open(
        device, LiveOptions.standard(), Sections.of(1, 1, 1), new SimulatedExecution(1));
  }

  @Test
  void whatWasWrittenIsReadBackAfterACleanStop() throws VdoException {
    try (var volume = open()) {
      for (int lbn = 0; lbn < 300; lbn++) {
        var content = BlockValues.content(BlockValues.random(lbn % 200));
        volume.await(volume.write((long) lbn * BlockSize.BLOCK, MemorySegment.ofArray(content)));
      }
      volume.await(volume.discard(0, 10 * BlockSize.BLOCK));
      volume.await(volume.flush());
    }

    assertThat(VolumeCheck.run(device, CheckOptions.standard()).findings().all()).isEmpty();
    try (var volume = open()) {
      for (int lbn = 0; lbn < 300; lbn++) {
        var found = new byte[BlockSize.BLOCK];
        volume.await(volume.read((long) lbn * BlockSize.BLOCK, MemorySegment.ofArray(found)));
        long value = lbn < 10 ? BlockValues.HOLE : BlockValues.random(lbn % 200);
        assertThat(found).isEqualTo(BlockValues.content(value));
      }
    }
    assertThat(VolumeCheck.run(device, CheckOptions.standard()).findings().all()).isEmpty();
  }
}
