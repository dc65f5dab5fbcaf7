package io.vdotools.engine.live;

import static io.vdotools.engine.live.LiveVolumes.assertHolds;
import static io.vdotools.engine.live.LiveVolumes.tiny;
import static io.vdotools.engine.live.LiveVolumes.write;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.VdoException;
import io.vdotools.engine.zones.Sections;
import io.vdotools.engine.zones.ZonedExecution;
import io.vdotools.format.BlockSize;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class ReadTargetTest {
  @Test
  void aTargetThatTheEngineCannotWriteToIsRefusedAndTheVolumeGoesOn() throws VdoException {
    var sections = Sections.of(1, 1, 1);
    var execution = new ZonedExecution(sections, 1, 0, 0);
    try (var arena = Arena.ofConfined();
        var volume = LiveVolume.open(tiny(2), LiveOptions.standard(), sections, execution)) {
      write(volume, 1, BlockValues.random(1));

      assertRefused(volume, arena.allocate(BlockSize.BLOCK));
      assertRefused(volume, MemorySegment.ofArray(new byte[BlockSize.BLOCK]).asReadOnly());

      assertHolds(volume, 1, BlockValues.random(1));
    }
  }

  private static void assertRefused(LiveVolume volume, MemorySegment into) {
    assertThatThrownBy(() -> volume.await(volume.read(0, into)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
