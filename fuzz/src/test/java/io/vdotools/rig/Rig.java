package io.vdotools.rig;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The virtual machine with the real driver, and VDO's own tools, which run outside of it.
 *
 * @param scripts the folder {@code fuzz/rig}
 * @param folder where {@code setup.sh} put everything
 */
record Rig(Path scripts, Path folder) {
  /** How to get one, for the message of a test that is skipped. */
  static final String HOW_TO_SET_UP =
      "no rig with the real driver: run fuzz/rig/setup.sh once (or set RIG to where it is)";

  private static final int MOST_PRINTED_LINES = 200;

  /** {@return the rig of this machine, if it is set up} */
  static Optional<Rig> find() {
    String tree = System.getProperty("vdotools.tree", "..");
    String named = System.getenv("RIG");
    var folder =
        named == null
            ? Path.of(System.getProperty("user.home"), ".cache", "vdo-rig")
            : Path.of(named);
    var rig = new Rig(Path.of(tree, "fuzz", "rig").toAbsolutePath().normalize(), folder);
    return Files.exists(folder.resolve("ramdisk.gz")) ? Optional.of(rig) : Optional.empty();
  }

  /** What a finished program said. */
  record Said(int exitStatus, List<String> lines) {
    boolean has(String part) {
      return lines.stream().anyMatch(line -> line.contains(part));
    }

    @Override
    public String toString() {
      int from = Math.max(0, lines.size() - MOST_PRINTED_LINES);
      return "exit status "
          + exitStatus
          + "\n"
          + String.join("\n", lines.subList(from, lines.size()));
    }
  }

  /**
   * Boots the machine, runs a script in it, and waits until it has switched itself off.
   *
   * <p>It has one processor: two only get into each other's way where the order of events does not
   * matter.
   *
   * @param script for busybox sh; {@code fuzz/rig/init} says what it may use
   * @param disks images, in the script {@code vdb}, {@code vdc}, ...
   * @return what the machine said
   */
  Said boot(String script, List<Path> disks) throws IOException {
    return run(script, disks, Map.of("CPUS", "1"), "");
  }

  /** Boots, and records every write to the first disk in a file, for {@link #losePower}. */
  Said bootWithLog(String script, List<Path> disks, Path log) throws IOException {
    Files.write(log, new byte[0]);
    return run(script, disks, Map.of("LOG", log.toString()), "");
  }

  /** Boots, and ends the machine without warning once the script prints {@code marker}. */
  Said bootAndCrash(String script, List<Path> disks, String marker) throws IOException {
    return run(script, disks, Map.of(), marker);
  }

  /** Boots with disks that answer no more than so many requests a second. */
  Said bootSlowly(String script, List<Path> disks, int requestsPerSecond) throws IOException {
    return run(script, disks, Map.of("IOPS", Integer.toString(requestsPerSecond)), "");
  }

  private Said run(String script, List<Path> disks, Map<String, String> settings, String marker)
      throws IOException {
    var job = Files.createTempFile("rig", ".sh");
    var pidFile = Files.createTempFile("rig", ".pid");
    try {
      Files.writeString(job, script);
      var environment = new TreeMap<>(settings);
      environment.put("PIDFILE", pidFile.toString());
      var command = new ArrayList<>(List.of(scripts.resolve("boot.sh").toString(), job.toString()));
      disks.forEach(disk -> command.add(disk.toString()));
      return await(start(command, environment), marker, pidFile);
    } finally {
      Files.delete(job);
      Files.deleteIfExists(pidFile);
    }
  }

  private Process start(List<String> command, Map<String, String> settings) throws IOException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("RIG", folder.toString());
    builder.environment().putAll(settings);
    return builder.start();
  }

  private static Said await(Process process, String marker, Path pidFile) throws IOException {
    var lines = new ArrayList<String>();
    try (BufferedReader out = process.inputReader(ISO_8859_1)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
        if (!marker.isEmpty() && line.contains(marker)) {
          kill(pidFile);
        }
      }
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
      return new Said(process.waitFor(), lines);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static void kill(Path pidFile) throws IOException {
    long pid = Long.parseLong(Files.readString(pidFile).strip());
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  /**
   * Makes an image what it may be after a power loss during a recorded run.
   *
   * @param log what {@link #bootWithLog} recorded
   * @param image a copy of the disk from before it; is changed
   * @param seed chooses the moment and the writes that are lost
   * @param tears whether single sectors of a block can be lost
   * @return what was done
   */
  Said losePower(Path log, Path image, int seed, boolean tears) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                "python3",
                scripts.resolve("power-loss.py").toString(),
                log.toString(),
                image.toString(),
                Integer.toString(seed)));
    if (tears) {
      command.add("--tear");
    }
    return await(start(command, Map.of()), "", image);
  }

  /** {@return what one of VDO's own tools says about an image} */
  Said tool(String name, Path image, String... options) throws IOException {
    var command = new ArrayList<>(List.of(folder.resolve("vdo/usr/bin").resolve(name).toString()));
    command.addAll(List.of(options));
    command.add(image.toString());
    return await(start(command, Map.of()), "", image);
  }

  /** Copies an image; holes stay holes. */
  Path copy(Path image, Path to) throws IOException {
    var said =
        await(
            start(
                List.of("cp", "--sparse=always", "--reflink=auto", image.toString(), to.toString()),
                Map.of()),
            "",
            image);
    if (said.exitStatus() != 0) {
      throw new IOException(said.toString());
    }
    return to;
  }
}
