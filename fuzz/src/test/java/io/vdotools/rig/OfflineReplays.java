package io.vdotools.rig;

import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.ExitStatus;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VolumeState;
import io.vdotools.tool.replay.ReplayCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Crashed volumes replayed without the driver, judged by what the driver's own recovery has made of
 * copies of them, and by the driver, which has to load them as volumes that were stopped in good
 * order.
 */
final class OfflineReplays {
  /** Disks that one machine gets at a time. */
  private static final int MOST_DISKS = 16;

  private final Lab lab;
  private int compared;

  OfflineReplays(Lab lab) {
    this.lab = lab;
  }

  /**
   * Replays crashed volumes, and compares.
   *
   * @param crashed the volumes, which stay as they are
   * @param logicalBlocks of each
   * @return how many were compared from end to end
   */
  int compare(List<Path> crashed, long logicalBlocks) throws IOException {
    for (int from = 0; from < crashed.size(); from += MOST_DISKS) {
      compareSome(
          crashed.subList(from, Math.min(crashed.size(), from + MOST_DISKS)), logicalBlocks);
    }
    return compared;
  }

  private void compareSome(List<Path> crashed, long logicalBlocks) throws IOException {
    var drivers = lab.compareRecovery(crashed, logicalBlocks, true);
    var ours = new ArrayList<Path>();
    for (int i = 0; i < crashed.size(); i++) {
      var image = crashed.get(i);
      var driver = drivers.get(i);
      var replayed = lab.copy(image, Lab.nameOf(image) + "-replayed");
      if (lab.attempt(Lab.nameOf(replayed), () -> compareOne(replayed, driver))) {
        ours.add(replayed);
      } else {
        lab.discard(List.of(replayed));
      }
    }
    lab.discard(drivers);
    lab.attempt("loading " + ours, () -> letTheDriverLoad(ours, logicalBlocks));
    compared += ours.size();
    lab.note(
        "replayed as the driver replays, and loaded by it: %d, in all %d, disagreements %d"
            .formatted(ours.size(), compared, lab.disagreements().size()));
    lab.discard(ours);
  }

  private void compareOne(Path replayed, Path driver) throws IOException {
    replay(replayed);
    lab.judgeClean(replayed);
    var mine = lab.referee().recovered(replayed);
    lab.tell(replayed, mine.differencesFrom(lab.referee().recovered(driver)));
    lab.tell(
        replayed,
        countersDiffer(lab.referee().superBlockOf(replayed), lab.referee().superBlockOf(driver)));
  }

  private void replay(Path image) throws IOException {
    var undoFile = Files.createTempDirectory("undo").resolve("undo");
    var said = new StringWriter();
    var console = new Console(new PrintWriter(said), new PrintWriter(said));
    Command command = new ReplayCommand();
    var status =
        CommandRunner.run(
            command, console, "--apply", "--undo", undoFile.toString(), image.toString());
    console.flush();
    Files.deleteIfExists(undoFile);
    Files.delete(undoFile.getParent());
    if (status != ExitStatus.OK) {
      lab.tell(image, List.of("vdo_replay: " + status + ": " + said));
    }
  }

  private static List<String> countersDiffer(SuperBlock mine, SuperBlock drivers) {
    var told = new ArrayList<String>();
    if (mine.vdo().completeRecoveries() != drivers.vdo().completeRecoveries()
        || mine.vdo().readOnlyRecoveries() != drivers.vdo().readOnlyRecoveries()) {
      told.add("recoveries: " + mine.vdo() + ", the driver's " + drivers.vdo());
    }
    if (mine.recoveryJournal().logicalBlocksUsed() != drivers.recoveryJournal().logicalBlocksUsed()
        || mine.recoveryJournal().blockMapDataBlocks()
            != drivers.recoveryJournal().blockMapDataBlocks()) {
      told.add("totals: " + mine.recoveryJournal() + ", the driver's " + drivers.recoveryJournal());
    }
    return told;
  }

  /** A driver that finds anything to recover says so, and counts it in the super block. */
  private void letTheDriverLoad(List<Path> images, long logicalBlocks) throws IOException {
    var before = new ArrayList<SuperBlock>();
    var script = new StringBuilder();
    for (int i = 0; i < images.size(); i++) {
      before.add(lab.referee().superBlockOf(images.get(i)));
      String disk = Lab.device(i);
      script.append("start " + disk + " " + logicalBlocks + "\n");
      script.append("echo " + disk + " is $(dmsetup status vdo-" + disk + ")\n");
      script.append("stop " + disk + " && echo stopped " + disk + "\n");
    }
    script.append("dmesg | grep -i vdo | sed 's/^/log: /'\nsync\n");
    var said = lab.rig().boot(script.toString(), images);
    for (int i = 0; i < images.size(); i++) {
      String disk = Lab.device(i);
      var image = images.get(i);
      // Mode "normal", nothing to recover; how far the index is does not matter.
      String status =
          said.lines().stream().filter(line -> line.contains(disk + " is ")).findFirst().orElse("");
      if (!status.contains("/dev/" + disk + " normal - ") || !said.has("stopped " + disk)) {
        lab.tell(image, List.of("the driver does not load it as usual: " + status));
      }
      var after = lab.referee().superBlockOf(image);
      if (after.vdo().state() != VolumeState.CLEAN
          || after.vdo().completeRecoveries() != before.get(i).vdo().completeRecoveries()
          || after.vdo().readOnlyRecoveries() != before.get(i).vdo().readOnlyRecoveries()) {
        lab.tell(image, List.of("the driver has recovered it: " + after.vdo()));
      }
      lab.judgeClean(image);
    }
    said.lines().stream()
        .filter(line -> line.startsWith("log: "))
        .filter(OfflineReplays::isComplaint)
        .forEach(line -> lab.tell(images.getFirst(), List.of(line)));
  }

  /** Of the index nothing is said here: volumes of the engine have none, so that one is made. */
  private static boolean isComplaint(String line) {
    String lower = line.toLowerCase(Locale.ROOT);
    return !lower.contains("index")
        && (lower.contains("dirty")
            || lower.contains("recover")
            || lower.contains("rebuilding")
            || lower.contains("read-only"));
  }
}
