package io.vdotools.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.ExitStatus;
import io.vdotools.format.VolumeState;
import io.vdotools.tool.format.FormatCommand;
import io.vdotools.tool.image.ImageCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code vdo_replay --apply} against the driver's own recovery, on volumes that lost power under
 * the driver and on such that lost it under this project's engine: equal in every mapping and
 * count, and loaded by the driver as clean. {@link RigSliceTest} has one of them.
 */
@Tag("kernel")
@ExtendWith(ErrorsAtOnce.class)
class ReplayRefereeTest {
  private static final long LOGICAL = 131072;

  /** Images of each run; four runs make more than a hundred. */
  private static final int IMAGES = 30;

  private static final int ENGINE_IMAGES = 24;

  /** Volumes whose recovery is cut off, and how often each. */
  private static final int RECOVERIES = 2;

  private static final int IMAGES_OF_RECOVERY = 12;

  @TempDir private Path folder;
  private Lab lab;

  @BeforeEach
  void findRig() {
    var rig = Rig.find();
    assumeTrue(rig.isPresent(), Rig.HOW_TO_SET_UP);
    lab = new Lab(rig.orElseThrow(), folder);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 4 logical 1 physical 1 hash 1 compression on, 10, 0",
    "2, 8 logical 3 physical 2 hash 2 maxDiscard 64 compression on, 25, 40",
    "3, 20 logical 1 physical 3 hash 1 compression on, 10, 150",
    "4, 12 logical 2 physical 2 hash 1 deduplication off, 40, 1",
  })
  void aVolumeThatLostPowerUnderTheDriver(int run, String options, int discard, int sync)
      throws IOException {
    var disk = lab.disk("run-" + run, 4, 13);
    lab.run(
        "vdoformat --force --uds-memory-size=0.25 --logical-size=512M --slab-bits=13 /dev/vdb",
        List.of(disk));
    var before = lab.copy(disk, "before-" + run);
    // A range that is written over several times, in pieces of up to eight blocks.
    String load =
        "wl /dev/mapper/vdo-vdb write seed=%d count=3000 sync=%d range=6000 threads=16"
                .formatted(100 + run, sync)
            + " unique=%d duplicate=25 compressible=20 zero=5 discard=%d span=8\n"
                .formatted(50 - discard, discard);
    String work = "start vdb 131072 " + options + "\n" + load + "stop vdb\n";

    var images = lab.powerLosses(before, disk, work, IMAGES, 0);

    assertThat(images).hasSizeGreaterThanOrEqualTo(IMAGES - 4);
    lab.note("run " + run + ": " + images.size() + " images");
    int compared = new OfflineReplays(lab).compare(images, LOGICAL);
    assertThat(lab.disagreements()).isEmpty();
    assertThat(compared).isEqualTo(images.size());
  }

  /** What a recovery has half done another one has to go on with, ours as the driver's. */
  @Test
  void aVolumeThatLostPowerAgainWhileTheDriverRecoveredIt() throws IOException {
    var disk = lab.disk("again", 4, 13);
    lab.run(
        "vdoformat --force --uds-memory-size=0.25 --logical-size=512M --slab-bits=13 /dev/vdb",
        List.of(disk));
    var before = lab.copy(disk, "before-again");
    String start = "start vdb 131072 6 logical 2 physical 2 hash 1 compression on\n";
    String load =
        "wl /dev/mapper/vdo-vdb write seed=%d count=%d sync=20 range=6000 threads=16"
            + " unique=35 duplicate=25 compressible=20 zero=5 discard=15 span=8\n";
    var images = new ArrayList<Path>();
    var crashed =
        lab.powerLosses(
            before, disk, start + load.formatted(7, 3000) + "stop vdb\n", RECOVERIES, 0);
    for (var lost : crashed) {
      var asItWas = lab.copy(lost, Lab.nameOf(lost) + "-before");
      images.addAll(
          lab.powerLosses(
              asItWas,
              lost,
              start + "settle vdb\n" + load.formatted(8, 300) + "stop vdb\n",
              IMAGES_OF_RECOVERY,
              0));
      lab.discard(List.of(asItWas));
    }

    lab.note("cut off again: " + images.size() + " images");
    assertThat(images).hasSizeGreaterThanOrEqualTo(RECOVERIES * IMAGES_OF_RECOVERY - 4);
    int compared = new OfflineReplays(lab).compare(images, LOGICAL);
    assertThat(lab.disagreements()).isEmpty();
    assertThat(compared).isEqualTo(images.size());
  }

  @Test
  void aVolumeThatLostPowerUnderTheEngine() throws IOException {
    var images = new ArrayList<Path>();
    for (int seed = 1; seed <= ENGINE_IMAGES; seed++) {
      var image = folder.resolve("engine-" + seed + ".img");
      run(new FormatCommand(), "--physical-size 3G --slab-bits 13 --logical-size 512M " + image);
      String shares = " --unique 30 --duplicate 25 --compressible 25 --zero 8 --discard 12";
      run(
          new ImageCommand(),
          "fill " + image + " --seed " + (40 + seed) + " --count 500 --range 0..2999" + shares);
      run(
          new ImageCommand(),
          "crash %s --seed %d --count %d --range 0..2999 --flush-every %d%s"
              .formatted(image, seed, 200 * seed, 10 * seed, shares));
      if (lab.referee().stateOf(image) == VolumeState.DIRTY) {
        images.add(image);
      }
    }
    assertThat(images).hasSizeGreaterThanOrEqualTo(20);
    int compared = new OfflineReplays(lab).compare(images, LOGICAL);
    assertThat(lab.disagreements()).isEmpty();
    assertThat(compared).isEqualTo(images.size());
  }

  private static void run(Command command, String line) {
    var out = new StringWriter();
    var console = new Console(new PrintWriter(out), new PrintWriter(out));
    var status = CommandRunner.run(command, console, line.strip().split(" +", -1));
    console.flush();
    assertThat(status).as("%s: %s", line, out).isEqualTo(ExitStatus.OK);
  }
}
