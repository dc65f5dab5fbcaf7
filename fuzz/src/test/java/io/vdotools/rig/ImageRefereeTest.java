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
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What {@code vdo_image} makes the driver takes, and reads as it was written. */
@Tag("kernel")
@ExtendWith(ErrorsAtOnce.class)
class ImageRefereeTest {
  private static final int LOGICAL_BLOCKS = 40_000;
  private static final String START = " 8 logical 2 physical 2 hash 2 compression on\n";
  private static final String SHARES =
      " --unique 30 --duplicate 20 --compressible 30 --zero 8 --discard 12";
  private static final String SHARES_IN_KERNEL =
      " unique=30 duplicate=20 compressible=30 zero=8 discard=12 span=1 threads=1\n";

  @Test
  void theDriverReadsWhatScriptsAndCrashesLeave(@TempDir Path folder) throws IOException {
    var rig = Rig.find();
    assumeTrue(rig.isPresent(), Rig.HOW_TO_SET_UP);
    var lab = new Lab(rig.orElseThrow(), folder);
    var scripted = newVolume(folder, "scripted");
    var crashed = newVolume(folder, "crashed");
    var steps =
        Files.writeString(
            folder.resolve("steps"),
            """
            fill --seed 11 --count 4000 --range 100..9099%s
            trim --lbn 3000 --count 100
            grow --logical %dK --physical 3300M
            fill --seed 12 --count 3000 --range 30000..39999%s
            """
                .formatted(SHARES, LOGICAL_BLOCKS * 4, SHARES));
    run(new ImageCommand(), "script " + steps + " " + scripted);
    run(new ImageCommand(), "grow " + crashed + " --logical " + LOGICAL_BLOCKS * 4 + "K");
    run(new ImageCommand(), "fill " + crashed + " --seed 13 --count 4000" + SHARES);
    run(
        new ImageCommand(),
        "crash " + crashed + " --seed 14 --count 3000 --flush-every 100" + SHARES);
    assertThat(lab.referee().stateOf(scripted)).isEqualTo(VolumeState.CLEAN);
    assertThat(lab.referee().stateOf(crashed)).isEqualTo(VolumeState.DIRTY);
    lab.tell(scripted, lab.referee().toolsDisagree(scripted));
    var recovered = lab.copy(crashed, "recovered");
    var driven = newVolume(folder, "driven");
    var ofScripted = hashFile(folder, "scripted");
    var ofRecovered = hashFile(folder, "recovered");

    lab.run(
        ("start vdb " + LOGICAL_BLOCKS + START)
            + "wl /dev/mapper/vdo-vdb hash /dev/vdc\nstop vdb; sync\n"
            + ("start vdd " + LOGICAL_BLOCKS + START)
            + "settle vdd\nwl /dev/mapper/vdo-vdd hash /dev/vde\nstop vdd; sync\n",
        List.of(scripted, ofScripted, recovered, ofRecovered));
    lab.run(
        ("start vdb 20000" + START)
            + "wl /dev/mapper/vdo-vdb write count=2000 seed=21 first=500 range=3000"
            + SHARES_IN_KERNEL
            + "stop vdb; sync\n",
        List.of(driven));

    lab.tell(scripted, lab.referee().contentDiffers(scripted, ofScripted));
    lab.tell(crashed, lab.referee().contentDiffers(crashed, ofRecovered));
    lab.tell(recovered, lab.referee().contentDiffers(recovered, ofRecovered));
    lab.judgeClean(scripted);
    assertThat(lab.disagreements()).isEmpty();
    // With the same numbers, the workload of the rig writes what fill writes.
    run(
        new ImageCommand(),
        "fill " + driven + " --verify --seed 21 --count 2000 --range 500..3499" + SHARES);
  }

  private static Path newVolume(Path folder, String name) {
    Path path = folder.resolve(name + ".img");
    run(new FormatCommand(), "--physical-size 3G --slab-bits 13 --logical-size 80000K " + path);
    return path;
  }

  private static void run(Command command, String line) {
    var out = new StringWriter();
    var console = new Console(new PrintWriter(out), new PrintWriter(out));
    var status = CommandRunner.run(command, console, line.strip().split(" +", -1));
    console.flush();
    assertThat(status).as("%s: %s", line, out).isEqualTo(ExitStatus.OK);
  }

  /** A disk for {@code wl hash} to write to. */
  private static Path hashFile(Path folder, String name) throws IOException {
    var file = folder.resolve(name + ".hash");
    try (var disk = new RandomAccessFile(file.toFile(), "rw")) {
      disk.setLength((2 + LOGICAL_BLOCKS / 512) * 4096L);
    }
    return file;
  }
}
