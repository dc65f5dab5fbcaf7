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
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VolumeState;
import io.vdotools.testing.VolumeImages;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RefusedRequestsTest {
  private static void assertRefused(Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EngineException.class, error -> assertThat(error.kind()).isEqualTo(kind));
  }

  private static MemorySegment bytes(int length) {
    return MemorySegment.ofArray(new byte[length]);
  }

  @Test
  void whatIsBeyondTheEndIsRefused() throws VdoException {
    try (var volume = open(tiny(2))) {
      long end = volume.sizeBytes();
      for (CompletableFuture<Void> answer :
          java.util.List.of(
              volume.write(end, bytes(BlockSize.BLOCK)),
              volume.write(end - BlockSize.BLOCK, bytes(2 * BlockSize.BLOCK)),
              volume.read(end, bytes(BlockSize.BLOCK)),
              volume.read(-BlockSize.BLOCK, bytes(BlockSize.BLOCK)),
              volume.discard(end - BlockSize.SECTOR, BlockSize.BLOCK),
              volume.discard(BlockSize.BLOCK, Long.MAX_VALUE / 512 * 512))) {
        assertRefused(Kind.OUT_OF_RANGE, () -> volume.await(answer));
      }
      write(volume, end / BlockSize.BLOCK - 1, BlockValues.random(1));
    }
  }

  @Test
  void whatIsNotAlignedIsRefused() throws VdoException {
    try (var volume = open(tiny(2))) {
      assertRefused(Kind.UNALIGNED, () -> volume.await(volume.write(100, bytes(512))));
      assertRefused(Kind.UNALIGNED, () -> volume.await(volume.write(0, bytes(100))));
      assertRefused(Kind.UNALIGNED, () -> volume.await(volume.read(512, bytes(4096))));
      assertRefused(Kind.UNALIGNED, () -> volume.await(volume.discard(1, 512)));
    }
  }

  @Test
  void aFullVolumeKeepsWhatItHasAndTakesMoreOnceThereIsRoom() throws VdoException {
    var device = tiny(2);
    int fit = 0;
    try (var volume = open(device)) {
      try {
        for (; fit < 1000; fit++) {
          write(volume, fit, BlockValues.random(fit));
        }
      } catch (EngineException e) {
        assertThat(e.kind()).isEqualTo(Kind.NO_SPACE);
      }
      assertThat(fit).isBetween(300, 512);
      long full = fit;
      assertRefused(Kind.NO_SPACE, () -> write(volume, full, BlockValues.random(full)));
      assertThat(volume.isReadOnly()).isFalse();
      // What takes no block still works: duplicates, zeros, discards.
      write(volume, 0, BlockValues.random(1));
      write(volume, 1, BlockValues.ZERO);
      volume.await(volume.discard(2 * BlockSize.BLOCK, 10 * BlockSize.BLOCK));
      volume.await(volume.flush());
      for (int lbn = 0; lbn < 5; lbn++) {
        write(volume, lbn, BlockValues.random(5000 + lbn));
      }
      for (int lbn = 12; lbn < fit; lbn++) {
        assertHolds(volume, lbn, BlockValues.random(lbn));
      }
    }
    assertSound(device);
  }

  @Test
  void withoutABlockForAPageOfTheBlockMapAWriteIsRefusedAndTheRestGoesOn() throws VdoException {
    var device = tiny(2);
    try (var volume = open(device)) {
      volume.growLogical(60 * 812 * 4);
      long fit = 0;
      try {
        // As many different blocks as there are: the last may be pages or data.
        for (; fit < 600; fit++) {
          write(volume, fit, BlockValues.random(fit));
        }
      } catch (EngineException e) {
        assertThat(e.kind()).isEqualTo(Kind.NO_SPACE);
      }
      assertThat(fit).isBetween(300L, 512L);
      // Zeros take no block, but the page of another tree does.
      long elsewhere = 812 * 7;
      assertRefused(Kind.NO_SPACE, () -> write(volume, elsewhere, BlockValues.ZERO));
      assertThat(volume.isReadOnly()).isFalse();
      // A discard needs no page, and so nothing at all.
      volume.await(volume.discard(elsewhere * BlockSize.BLOCK, BlockSize.BLOCK));
      assertHolds(volume, elsewhere, BlockValues.HOLE);
      volume.await(volume.discard(0, 20 * BlockSize.BLOCK));
      volume.await(volume.flush());
      write(volume, elsewhere, BlockValues.random(7));
      assertHolds(volume, elsewhere, BlockValues.random(7));
      assertHolds(volume, fit - 1, BlockValues.random(fit - 1));
    }
    assertSound(device);
  }

  @ParameterizedTest
  @EnumSource(
      value = VolumeState.class,
      names = {
        "READ_ONLY_MODE",
        "FORCE_REBUILD",
        "REBUILD_FOR_UPGRADE",
        "REPLAYING",
      })
  void aVolumeThatMayNotBeWrittenIsRefusedAndNotTouched(VolumeState state) throws VdoException {
    var device = VolumeImages.clean().device();
    LiveVolumes.setState(device, state);
    var before = device.copy();

    assertRefused(Kind.WRONG_STATE, () -> open(device));
    assertThat(device.hasSameContentAs(before)).isTrue();
  }

  @Test
  void aDeviceThatEndsBeforeTheVolumeIsRefused() {
    var image = VolumeImages.clean();
    var device = image.truncated(image.device().blockCount() - 1);

    assertThatThrownBy(() -> open(device))
        .isInstanceOf(NotAVolumeException.class)
        .hasMessageContaining("blocks");
  }

  @Test
  void aSuspendedVolumeTakesNothing() throws VdoException {
    var device = tiny(2);
    try (var volume = open(device)) {
      write(volume, 7, BlockValues.random(7));
      volume.await(volume.suspend());
      assertThat(LiveVolumes.stateOf(device)).isEqualTo(VolumeState.CLEAN);
      assertSound(device);
      assertRefused(Kind.NOT_RUNNING, () -> write(volume, 1, BlockValues.random(1)));
      assertRefused(Kind.NOT_RUNNING, () -> volume.await(volume.flush()));
      assertRefused(Kind.NOT_RUNNING, () -> volume.await(volume.suspend()));
      volume.await(volume.resume());
      assertThat(LiveVolumes.stateOf(device)).isEqualTo(VolumeState.DIRTY);
      assertHolds(volume, 7, BlockValues.random(7));
      write(volume, 1, BlockValues.random(1));
    }
    assertSound(device);
  }
}
