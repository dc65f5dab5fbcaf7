package io.vdotools.engine.live;

import static io.vdotools.engine.live.LiveVolumes.assertHolds;
import static io.vdotools.engine.live.LiveVolumes.assertSound;
import static io.vdotools.engine.live.LiveVolumes.open;
import static io.vdotools.engine.live.LiveVolumes.tiny;
import static io.vdotools.engine.live.LiveVolumes.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.VdoException;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.EngineException.Kind;
import io.vdotools.format.BlockSize;
import org.junit.jupiter.api.Test;

class GrowthTest {
  private static final int SLABS = 2;

  private static int fill(LiveVolume volume, int from) throws VdoException {
    int lbn = from;
    try {
      while (true) {
        write(volume, lbn, BlockValues.random(lbn));
        lbn++;
      }
    } catch (EngineException e) {
      assertThat(e.kind()).isEqualTo(Kind.NO_SPACE);
      return lbn;
    }
  }

  @Test
  void aVolumeWithMoreLogicalBlocksTakesWritesThere() throws VdoException {
    var device = tiny(SLABS);
    try (var volume = open(device)) {
      write(volume, 2999, BlockValues.random(1));
      volume.growLogical(1_000_000);
      assertThat(volume.sizeBytes()).isEqualTo(1_000_000L * BlockSize.BLOCK);
      write(volume, 999_999, BlockValues.random(2));
      assertHolds(volume, 2999, BlockValues.random(1));
    }
    assertSound(device);
    try (var volume = open(device)) {
      assertHolds(volume, 999_999, BlockValues.random(2));
    }
  }

  @Test
  void aFullVolumeTakesMoreOnceItHasMoreSlabs() throws VdoException {
    var small = tiny(SLABS);
    var device = LiveVolumes.enlarged(small, 3 * 256 + 96 + 50);
    int first;
    int last;
    try (var volume = open(device)) {
      first = fill(volume, 0);
      volume.growPhysical(device.blockCount());
      last = fill(volume, first);
      assertThat(last - first).isBetween(500, 3 * 256 + 100);
    }
    assertSound(device);
    try (var volume = open(device)) {
      for (int lbn = 0; lbn < last; lbn++) {
        assertHolds(volume, lbn, BlockValues.random(lbn));
      }
    }
  }

  @Test
  void sizesThatAreNotPossibleAreRefusedAndTheVolumeGoesOn() throws VdoException {
    var device = tiny(SLABS);
    try (var volume = open(device)) {
      assertRefused(() -> volume.growLogical(3000));
      assertRefused(() -> volume.growLogical((1L << 40) + 1));
      assertRefused(() -> volume.growPhysical(device.blockCount() + 10_000));
      assertRefused(() -> volume.growPhysical(device.blockCount()));
      write(volume, 1, BlockValues.random(1));
    }
    assertSound(device);
  }

  private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EngineException.class, error -> assertThat(error.kind()).isEqualTo(Kind.BAD_SIZE));
  }
}
