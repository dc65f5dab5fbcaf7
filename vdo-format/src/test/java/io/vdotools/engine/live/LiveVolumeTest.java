package io.vdotools.engine.live;

import static io.vdotools.engine.live.LiveVolumes.assertHolds;
import static io.vdotools.engine.live.LiveVolumes.assertSound;
import static io.vdotools.engine.live.LiveVolumes.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.zones.Sections;
import io.vdotools.engine.zones.SimulatedExecution;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VolumeState;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.testing.VolumeBuilder;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LiveVolumeTest {
  private final MemoryDevice device = VolumeBuilder.small().state(VolumeState.NEW).build().device();

  private LiveVolume open(boolean compresses) throws VdoException {
    return LiveVolume.open(
        device,
        LiveOptions.standard().withCompression(compresses),
        Sections.of(1, 1, 1),
        new SimulatedExecution(1));
  }

  @Test
  void whatWasWrittenIsReadBackAfterACleanStop() throws VdoException {
    try (var volume = open(false)) {
      for (int lbn = 0; lbn < 300; lbn++) {
        write(volume, lbn, BlockValues.random(lbn % 200));
      }
      volume.await(volume.discard(0, 10 * BlockSize.BLOCK));
      volume.await(volume.flush());
    }

    assertSound(device);
    try (var volume = open(false)) {
      for (int lbn = 0; lbn < 300; lbn++) {
        assertHolds(volume, lbn, lbn < 10 ? BlockValues.HOLE : BlockValues.random(lbn % 200));
      }
    }
    assertSound(device);
  }

  @Test
  void equalBlocksShareOneUntilNoMoreReferencesFit() throws VdoException {
    try (var volume = open(false)) {
      for (int lbn = 0; lbn < 600; lbn++) {
        write(volume, lbn, BlockValues.random(1));
      }
      volume.await(volume.flush());
      var statistics = volume.await(volume.statistics());

      assertThat(statistics.duplicates()).isEqualTo(597);
      // 254 and 254 and 92 references, and the pages.
      assertThat(statistics.dataBlocks() - statistics.freeBlocks() - statistics.blockMapPages())
          .isEqualTo(3);
      assertThat(statistics.logicalBlocksUsed()).isEqualTo(600);
    }
    assertSound(device);
  }

  @Test
  void compressibleBlocksShareOne() throws VdoException {
    try (var volume = open(true)) {
      var answers = new ArrayList<CompletableFuture<Void>>();
      for (int lbn = 0; lbn < 100; lbn++) {
        var content = MemorySegment.ofArray(BlockValues.content(BlockValues.compressible(lbn)));
        answers.add(volume.write((long) lbn * BlockSize.BLOCK, content));
      }
      for (var answer : answers) {
        volume.await(answer);
      }
      volume.await(volume.flush());
      var statistics = volume.await(volume.statistics());

      assertThat(statistics.fragments()).isGreaterThan(40);
      assertThat(statistics.dataBlocks() - statistics.freeBlocks()).isLessThan(80);
      for (int lbn = 0; lbn < 100; lbn++) {
        assertHolds(volume, lbn, BlockValues.compressible(lbn));
      }
    }
    assertSound(device);
  }

  @Test
  void partsOfBlocksAreWrittenAndDiscarded() throws VdoException {
    var expected = new byte[4 * BlockSize.BLOCK];
    var written = BlockValues.content(BlockValues.random(3));
    try (var volume = open(true)) {
      for (int offset : new int[] {512, 3584, 6144}) {
        System.arraycopy(written, 0, expected, offset, written.length);
        volume.await(volume.write(offset, MemorySegment.ofArray(written)));
      }
      volume.await(volume.discard(1024, 512));
      Arrays.fill(expected, 1024, 1536, (byte) 0);
      volume.await(volume.discard(2560, 7168));
      Arrays.fill(expected, 2560, 9728, (byte) 0);

      var found = new byte[expected.length];
      volume.await(volume.read(0, MemorySegment.ofArray(found)));
      assertThat(Arrays.equals(found, expected)).isTrue();
    }
    assertSound(device);
  }

  @Test
  void aDurableWriteSurvivesWithoutAFlush() throws VdoException {
    var volume = open(false);
    var content = MemorySegment.ofArray(BlockValues.content(BlockValues.random(9)));
    volume.await(volume.writeDurably(0, content));
    volume.crash();

    try (var again = open(false)) {
      assertHolds(again, 0, BlockValues.random(9));
    }
    assertSound(device);
  }

  static Stream<VolumeImage> volumes() {
    return Stream.of(
        VolumeImages.fresh(),
        VolumeImages.clean(),
        VolumeImages.cleanWithDirtySlab(),
        VolumeImages.recovering(),
        VolumeImages.recoveringWithoutCounts(),
        VolumeImages.crashed(JournalFormat.CURRENT),
        VolumeImages.everyKind().zones(3).withStaleSummaryCopies().build());
  }

  @ParameterizedTest
  @MethodSource("volumes")
  void volumesInEveryStateThatCanBeLoadedTakeWritesAndStopCleanly(VolumeImage image)
      throws VdoException {
    try (var volume = LiveVolumes.open(image.device())) {
      for (int lbn = 0; lbn < 100; lbn++) {
        write(volume, lbn, BlockValues.random(lbn));
      }
      volume.await(volume.discard(500L * BlockSize.BLOCK, 700L * BlockSize.BLOCK));
      for (int lbn = 0; lbn < 100; lbn++) {
        assertHolds(volume, lbn, BlockValues.random(lbn));
      }
    }
    assertThat(LiveVolumes.stateOf(image.device())).isEqualTo(VolumeState.CLEAN);
    assertSound(image.device());
  }
}
