package io.vdotools.rig;

import io.vdotools.VdoException;
import io.vdotools.format.VolumeState;
import io.vdotools.problem.Severity;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A folder of images on which the driver works and that are judged afterwards.
 *
 * <p>What disagrees is gathered, so that one run over many images tells all.
 */
final class Lab {
  /** The blocks that a volume takes besides its slabs, with the smallest dense index. */
  static final long OVERHEAD_BLOCKS = 679128 + 1 + 60 + 32768 + 64;

  /** Disks that one machine gets at a time. */
  private static final int MOST_DISKS = 16;

  /**
   * For {@code start}, behind the logical size: a volume that is not written to needs no index, and
   * starts and stops in a fifth of the time.
   */
  static final String WITHOUT_INDEX = " 16380 deduplication off";

  private final Rig rig;
  private final Referee referee;
  private final Path folder;
  private final List<String> disagreements = new ArrayList<>();

  Lab(Rig rig, Path folder) {
    this.rig = rig;
    this.referee = new Referee(rig);
    this.folder = folder;
  }

  Rig rig() {
    return rig;
  }

  Referee referee() {
    return referee;
  }

  /** {@return all that was found to disagree, in words} */
  List<String> disagreements() {
    return disagreements;
  }

  /** Says how far a run has come: it takes long, and what it says is its result. */
  void note(String line) {
    System.out.println(LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS) + " " + line);
  }

  /** One of many things to try. */
  @FunctionalInterface
  interface Trial {
    void run() throws IOException, VdoException;
  }

  /**
   * Makes one of many trials. What goes wrong in it is told at once, and counts as a disagreement;
   * the next one can be made all the same.
   *
   * @return whether it came to its end
   */
  boolean attempt(String name, Trial trial) throws IOException {
    var task =
        new FutureTask<>(() -> {
          trial.run();
          return true;
        });
    task.run();
    try {
      task.get();
      return true;
    } catch (ExecutionException e) {
      disagreements.add(name + ": " + e.getCause());
      note("FAILED " + name + ": " + ErrorsAtOnce.described(e));
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** {@return an empty disk with room for some slabs} */
  Path disk(String name, int slabs, int slabBits) throws IOException {
    return disk(name, slabs, slabBits, 0);
  }

  /** {@return an empty disk with room for some slabs and a larger index} */
  Path disk(String name, int slabs, int slabBits, long moreBlocks) throws IOException {
    long blocks = OVERHEAD_BLOCKS + moreBlocks + ((long) slabs << slabBits) + 100;
    var disk = folder.resolve(name + ".img");
    try (var file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(blocks * 4096);
    }
    return disk;
  }

  Path copy(Path image, String name) throws IOException {
    return rig.copy(image, folder.resolve(name + ".img"));
  }

  /** {@return the name of an image without its ending} */
  static String nameOf(Path image) {
    String file = String.valueOf(image.getFileName());
    return file.substring(0, file.lastIndexOf('.'));
  }

  /** {@return what a disk is called in the machine, by its place among the disks} */
  static String device(int index) {
    return "vd" + (char) ('b' + index);
  }

  void tell(Path image, List<String> what) {
    for (String line : what) {
      disagreements.add(nameOf(image) + ": " + line);
      note("DISAGREEMENT " + nameOf(image) + ": " + line);
    }
  }

  /** Judges a volume that the driver has stopped in good order: nothing at all may be found. */
  void judgeClean(Path image) throws IOException {
    note(nameOf(image) + " " + referee.stateOf(image) + " " + referee.codes(image));
    tell(image, referee.checkFindsNothing(image, Severity.INFO));
    tell(image, referee.toolsDisagree(image));
  }

  /** Judges a crashed volume: sound, with nothing worth more than a note, and replayed in full. */
  void judgeCrashed(Path image) throws IOException {
    note(nameOf(image) + " " + referee.stateOf(image) + " " + referee.codes(image));
    tell(image, referee.checkFindsNothing(image, Severity.INFO));
    tell(image, referee.recovered(image).faults());
  }

  /**
   * Has the driver recover copies of crashed volumes, and compares with the replay in memory.
   *
   * @param images the crashed volumes, which stay as they are
   * @param logicalBlocks of each
   * @param waits whether the driver is left to finish before it is stopped
   * @return the recovered copies
   */
  List<Path> compareRecovery(List<Path> images, long logicalBlocks, boolean waits)
      throws IOException {
    var copies = new LinkedHashMap<Path, Path>();
    for (var image : images) {
      attempt(nameOf(image), () -> judgeCrashed(image));
      copies.put(image, copy(image, nameOf(image) + "-recovered"));
    }
    for (int from = 0; from < images.size(); from += MOST_DISKS) {
      var some = images.subList(from, Math.min(images.size(), from + MOST_DISKS));
      recover(some.stream().map(copies::get).toList(), logicalBlocks, waits);
    }
    for (Map.Entry<Path, Path> pair : copies.entrySet()) {
      attempt(nameOf(pair.getValue()), () -> compareRecovered(pair.getKey(), pair.getValue()));
    }
    return List.copyOf(copies.values());
  }

  private void compareRecovered(Path crashed, Path recovered) throws IOException {
    judgeClean(recovered);
    tell(crashed, referee.recovered(crashed).differencesFrom(referee.recovered(recovered)));
  }

  private void recover(List<Path> images, long logicalBlocks, boolean waits) throws IOException {
    var script = new StringBuilder();
    for (int i = 0; i < images.size(); i++) {
      String disk = device(i);
      script.append("start " + disk + " " + logicalBlocks + WITHOUT_INDEX + "\n");
      script.append(waits ? "settle " + disk + "\n" : "");
      script.append("stop " + disk + " && echo recovered " + disk + "\n");
    }
    var said = rig.boot(script.toString(), images);
    for (int i = 0; i < images.size(); i++) {
      if (!said.has("recovered " + device(i))) {
        tell(images.get(i), List.of("the driver did not recover it: " + said));
      }
    }
  }

  /** Runs a script, and ends the machine without warning where the script prints "crash now". */
  void crash(String script, List<Path> disks) throws IOException {
    var said = rig.bootAndCrash(script, disks, "crash now");
    if (!said.has("crash now") || complains(said)) {
      throw new IOException("did not come to its crash: " + said);
    }
  }

  /** A full volume refuses writes; anything else that fails is a mistake of the script. */
  private static boolean complains(Rig.Said said) {
    return said.lines().stream()
        .anyMatch(line ->
            line.contains("Command failed")
                || (line.startsWith("wl:") && !line.contains("No space left")));
  }

  private static final String ALL_DONE = "all done";

  /** Runs a script to its end, without a complaint, and returns what the machine said. */
  Rig.Said run(String script, List<Path> disks) throws IOException {
    var said = rig.boot(script + "\necho " + ALL_DONE + "\n", disks);
    requireDone(said);
    return said;
  }

  /** As {@link #run}, on disks that answer no more than so many requests a second. */
  void runSlowly(String script, List<Path> disks, int requestsPerSecond) throws IOException {
    requireDone(rig.bootSlowly(script + "\necho " + ALL_DONE + "\n", disks, requestsPerSecond));
  }

  private static void requireDone(Rig.Said said) throws IOException {
    require(said, ALL_DONE);
    if (complains(said)) {
      throw new IOException(said.toString());
    }
  }

  /**
   * Runs a script on a disk while its writes are recorded, and makes what the disk may hold after
   * power losses on the way: every other one with blocks that are torn between sectors.
   *
   * @param before a copy of the disk as it is now
   * @param disk the disk, on which the script is run to its end
   * @param script the script
   * @param kept how many images to make and keep
   * @param judged how many more to make, which are judged and deleted at once
   * @return the images kept
   */
  List<Path> powerLosses(Path before, Path disk, String script, int kept, int judged)
      throws IOException {
    var log = folder.resolve(nameOf(disk) + ".log");
    var said = rig.bootWithLog(script, List.of(disk), log);
    require(said, " 0 failed");
    var images = new ArrayList<Path>();
    for (int seed = 1; seed <= kept + judged; seed++) {
      var image = copy(before, nameOf(disk) + "-lost-" + seed);
      var done = rig.losePower(log, image, seed, seed % 2 == 0);
      require(done, "logged");
      note(nameOf(image) + ": " + done.lines());
      if (referee.stateOf(image) == VolumeState.NEW) {
        // Nothing of the run has survived.
        Files.delete(image);
      } else if (seed <= kept) {
        images.add(image);
      } else {
        judgeCrashed(image);
        Files.delete(image);
      }
    }
    Files.delete(log);
    return images;
  }

  private static void require(Rig.Said said, String part) throws IOException {
    if (said.exitStatus() != 0 || !said.has(part)) {
      throw new IOException("does not say \"" + part + "\": " + said);
    }
  }

  /** Gives images other names. */
  List<Path> rename(List<Path> images, String ending) throws IOException {
    var renamed = new ArrayList<Path>();
    for (var image : images) {
      renamed.add(Files.move(image, folder.resolve(nameOf(image) + ending + ".img")));
    }
    return renamed;
  }

  /** Deletes images that are no longer needed: one run makes dozens. */
  void discard(List<Path> images) throws IOException {
    for (var image : images) {
      Files.deleteIfExists(image);
    }
  }
}
