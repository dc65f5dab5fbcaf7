package io.vdotools.tool.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.live.OfflineRecovery;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.ToolRun;
import io.vdotools.testing.VolumeFile;
import io.vdotools.tool.undo.UndoCommand;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes that replay and take back are killed ({@code SIGKILL}) at moments that nobody
 * chose: the next process brings the volume back or on, byte for byte.
 */
class KilledProcessesTest {
  private static final String VOLUME = "dirty-young";
  private static final int LONGEST_LIFE_MILLIS = 250;

  @TempDir private Path folder;

  private Process start(Path volume, Path undoFile) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            AgainAndAgain.class.getName(),
            volume.toString(),
            undoFile.toString())
        .redirectErrorStream(true)
        .start();
  }

  private void kill(int times, long seed) throws IOException, InterruptedException, VdoException {
    var golden = GoldenVolume.load(VOLUME);
    var overlay = OverlayDevice.over(golden.copy());
    OfflineRecovery.run(overlay);
    var blocks = new TreeSet<>(golden.storedBlocks());
    for (long block : overlay.changedBlocks()) {
      blocks.add(block);
    }
    Path volume = VolumeFile.unpack(VOLUME, folder).path();
    var random = new SplittableRandom(seed);
    int interrupted = 0;
    for (int run = 0; run < times; run++) {
      Path undoFile = folder.resolve("undo" + run);
      var process = start(volume, undoFile);
      try (var out = process.inputReader()) {
        assertThat(out.readLine()).isEqualTo("begun");
        // Most are killed while there is an undo file, which is the smaller part of their time.
        boolean isAwaited = random.nextInt(4) != 0;
        while (isAwaited && !Files.exists(undoFile)) {
          assertThat(process.isAlive()).isTrue();
          Thread.sleep(1);
        }
        Thread.sleep(random.nextInt(random.nextBoolean() ? 10 : LONGEST_LIFE_MILLIS));
        // Through its handle: the other way closes what it has said, too.
        assertThat(process.toHandle().destroyForcibly()).isTrue();
        process.waitFor();
        assertThat(out.readLine()).as("it had nothing to say").isNull();
      }
      interrupted += Files.exists(undoFile) ? 1 : 0;
      judge(volume, undoFile, blocks, golden.copy(), overlay);
    }
    System.out.println(times + " processes killed, " + interrupted + " of them with an undo file");
    assertThat(interrupted).isPositive();
  }

  private static void judge(
      Path volume, Path undoFile, Iterable<Long> blocks, MemoryDevice before, BlockDevice after)
      throws IOException, VdoException {
    if (Files.exists(undoFile)) {
      var finished = ToolRun.of(new UndoCommand(), "--finish", "--apply", undoFile, volume);
      if (finished.status() == 0) {
        assertHolds(volume, blocks, after);
        assertThat(ToolRun.of(new UndoCommand(), "--apply", undoFile).status()).isZero();
      } else {
        // Killed before the undo file was complete, so before anything was written.
        assertThat(finished.err()).contains("never finished");
      }
      Files.delete(undoFile);
    }
    assertHolds(volume, blocks, before);
  }

  private static void assertHolds(Path volume, Iterable<Long> blocks, BlockDevice expected)
      throws VdoException {
    try (var device = FileDevice.open(volume, Access.READ)) {
      for (long block : blocks) {
        assertThat(content(device, block))
            .as("block %d", block)
            .isEqualTo(content(expected, block));
      }
    }
  }

  private static byte[] content(BlockDevice device, long block) throws VdoException {
    var bytes = new byte[BlockDevice.BLOCK_SIZE];
    device.read(block, MemorySegment.ofArray(bytes)).orThrow(device);
    return bytes;
  }

  @Test
  void aKilledProcessLeavesNothingThatTheNextCannotMendTwentyTimes() throws Exception {
    kill(20, 1);
  }

  @Test
  @Tag("long")
  void aKilledProcessLeavesNothingThatTheNextCannotMendTwoHundredTimes() throws Exception {
    kill(200, 2);
  }

  /** The command itself, from its start on. */
  @Test
  void aCommandThatIsKilledAtAnyTimeLeavesTheWayBack() throws Exception {
    var golden = GoldenVolume.load(VOLUME);
    var overlay = OverlayDevice.over(golden.copy());
    OfflineRecovery.run(overlay);
    Path volume = VolumeFile.unpack(VOLUME, folder).path();
    for (int millis : List.of(200, 500, 800, 1100)) {
      Path undoFile = folder.resolve("undo" + millis);
      var process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  ReplayCommand.class.getName(),
                  "--apply",
                  "--undo",
                  undoFile.toString(),
                  volume.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      Thread.sleep(millis);
      process.destroyForcibly().waitFor();
      judge(volume, undoFile, golden.storedBlocks(), golden.copy(), overlay);
    }
  }
}
