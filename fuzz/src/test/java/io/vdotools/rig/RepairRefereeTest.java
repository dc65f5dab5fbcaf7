package io.vdotools.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vdotools.VdoException;
import io.vdotools.cli.Command;
import io.vdotools.format.VolumeState;
import io.vdotools.testing.ToolRun;
import io.vdotools.tool.format.FormatCommand;
import io.vdotools.tool.image.ImageCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code vdo_repair} against the driver's forced rebuild of the same damaged volume: never more
 * lost, loaded by the driver as clean, and read by it as the plan says. What it prints is the table
 * in {@code format-spec/repair.md}.
 */
@Tag("kernel")
@ExtendWith(ErrorsAtOnce.class)
class RepairRefereeTest {
  private static final int CASES_OF_A_BOOT = 5;

  /** Only damages whose names begin so: each boot takes its time. */
  private static final String WANTED = System.getProperty("rig.damages", "");

  private static final String SHARES =
      " --unique 40 --duplicate 20 --compressible 28 --zero 5 --discard 7";

  @TempDir private Path folder;
  private Lab lab;

  @BeforeEach
  void findRig() {
    var rig = Rig.find();
    assumeTrue(rig.isPresent(), Rig.HOW_TO_SET_UP);
    lab = new Lab(rig.orElseThrow(), folder);
  }

  /** Damages of a volume that was stopped in good order. */
  private static final List<String> AT_REST =
      List.of(
          "",
          "root.zeroed first",
          "root.flipped first",
          "root.wrong-nonce middle",
          "interior.zeroed first",
          "interior.zeroed middle",
          "interior.wrong-nonce last",
          "interior.swapped middle",
          "interior.child-compressed lbn:10",
          "interior.child-outside lbn:10",
          "interior.child-twice lbn:2000",
          "interior.child-circle lbn:10",
          "leaf.zeroed first",
          "leaf.wrong-nonce middle",
          "leaf.initialized=0 last",
          "leaf.pbn=5 first",
          "leaf.swapped first",
          "leaf.duplicated middle",
          "leaf.stale middle",
          "leaf.torn first",
          "leaf.orphaned lbn:10",
          "mapping.outside first",
          "mapping.into-leaf first",
          "mapping.too-many first",
          "reference-block.zeroed first",
          "reference-block.flipped middle",
          "slab-journal.zeroed first",
          "slab-journal.flipped last",
          "summary.zeroed first",
          "summary.flipped first",
          "count.too-low first",
          "compressed-block.zeroed first");

  /** Damages of a volume that crashed. */
  private static final List<String> CRASHED =
      List.of(
          "",
          "recovery-journal.zeroed first",
          "recovery-journal.zeroed middle",
          "recovery-journal.zeroed last",
          "recovery-journal.torn middle",
          "recovery-journal.flipped middle",
          "recovery-journal.wrong-nonce middle",
          "recovery-journal.swapped middle",
          "recovery-journal.block_map_head+=40 last",
          "recovery-journal.entry-page last",
          "recovery-journal.entry-slot last",
          "slab-journal.zeroed last",
          "reference-block.zeroed first",
          "leaf.zeroed first",
          "interior.zeroed first",
          "root.zeroed first",
          "summary.zeroed first");

  /** Damages of a volume that the driver has made read-only while it was written to. */
  private static final List<String> READ_ONLY =
      List.of("", "leaf.zeroed first", "recovery-journal.torn middle", "root.zeroed first");

  @Test
  void ofAVolumeThatWasStoppedNeverMoreIsLost() throws IOException, VdoException {
    compare(newVolume("rest"), "was stopped", AT_REST);
  }

  @Test
  void ofAVolumeThatCrashedNeverMoreIsLost() throws IOException, VdoException {
    compare(crash(newVolume("crashed")), "crashed", CRASHED);
  }

  @Test
  void ofAReadOnlyVolumeNeverMoreIsLost() throws IOException, VdoException {
    var volume = crash(newVolume("read-only"));
    assertThat(lab.rig().tool("vdoreadonly", volume).exitStatus()).isZero();
    compare(volume, "is read-only", READ_ONLY);
  }

  private void compare(Path volume, String kind, List<String> all) throws IOException {
    var trials = new RepairTrials(lab);
    var damages = all.stream().filter(damage -> damage.startsWith(WANTED)).toList();
    for (var some : split(damages)) {
      trials.make(volume, kind, some);
    }
    lab.note("\n" + trials.table());
    assertThat(lab.disagreements()).isEmpty();
    assertThat(trials.made()).isEqualTo(damages.size());
  }

  private Path crash(Path volume) throws IOException {
    run(
        new ImageCommand(),
        "crash " + volume + " --seed 5 --count 2500 --range 0..6999 --flush-every 50" + SHARES);
    assertThat(lab.referee().stateOf(volume)).isEqualTo(VolumeState.DIRTY);
    return volume;
  }

  private static List<List<String>> split(List<String> all) {
    return Stream.iterate(0, from -> from < all.size(), from -> from + CASES_OF_A_BOOT)
        .map(from -> all.subList(from, Math.min(all.size(), from + CASES_OF_A_BOOT)))
        .toList();
  }

  /** Filled over again, so that there are blocks that were in use and are not any more. */
  private Path newVolume(String name) {
    var image = folder.resolve(name + ".img");
    run(
        new FormatCommand(),
        "--physical-size 3G --slab-bits 13 --logical-size "
            + RepairTrials.LOGICAL_BLOCKS * 4
            + "K "
            + image);
    run(new ImageCommand(), "fill " + image + " --seed 1 --count 6000 --range 0..6999" + SHARES);
    run(
        new ImageCommand(),
        "fill " + image + " --seed 2 --count 800 --range 48720..49531" + SHARES);
    run(new ImageCommand(), "fill " + image + " --seed 3 --count 2000 --range 0..6999" + SHARES);
    return image;
  }

  private static void run(Command command, String line) {
    var run = ToolRun.of(command, (Object[]) line.strip().split(" +", -1));
    assertThat(run.status()).as("%s: %s", line, run).isZero();
  }
}
