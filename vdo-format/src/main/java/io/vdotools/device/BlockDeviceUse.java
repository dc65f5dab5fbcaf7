package io.vdotools.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Who uses a block device already, as far as Linux tells: a mount, swap, or a device on top of it.
 * Java cannot open a device exclusively, so this is asked before one is overwritten.
 */
public final class BlockDeviceUse {
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final Path SWAPS = Path.of("/proc/swaps");
  private static final Path DEVICES = Path.of("/sys/dev/block");

  private BlockDeviceUse() {}

  /** {@return whether the path leads to a block device} */
  public static boolean isBlockDevice(Path path) {
    try {
      return Files.exists(path) && FileOpening.isBlockDevice(path);
    } catch (IOException _) {
      return false;
    }
  }

  /**
   * {@return whether two paths lead to one block device}
   *
   * <p>Its number decides: several nodes may have it.
   */
  public static boolean isSameDevice(Path one, Path other) throws IOException {
    return isBlockDevice(one) && isBlockDevice(other) && number(one).equals(number(other));
  }

  /**
   * {@return who uses a block device or one of its partitions, in words; nothing if nobody is known
   * to}
   *
   * @param device the path of a block device
   */
  public static Optional<String> of(Path device) throws IOException {
    String number = number(device);
    var own = userOf(number, device);
    if (own.isPresent() || !Files.isDirectory(DEVICES.resolve(number))) {
      return own;
    }
    try (var below = Files.list(DEVICES.resolve(number))) {
      for (Path part : below.filter(entry -> Files.exists(entry.resolve("partition"))).toList()) {
        var ofPart =
            userOf(
                Files.readString(part.resolve("dev")).strip(),
                Path.of("/dev").resolve(part.getFileName()));
        if (ofPart.isPresent()) {
          return ofPart;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> userOf(String number, Path name) throws IOException {
    for (String line : lines(MOUNTS)) {
      String[] fields = line.split(" ", -1);
      if (fields.length > 4 && fields[2].equals(number)) {
        return Optional.of("it is mounted at " + fields[4]);
      }
    }
    for (String line : lines(SWAPS)) {
      if (line.startsWith(name.toRealPath() + " ")) {
        return Optional.of("it is in use as swap");
      }
    }
    Path holders = DEVICES.resolve(number).resolve("holders");
    if (Files.isDirectory(holders)) {
      try (var all = Files.list(holders)) {
        return all.findFirst().map(holder -> "it is in use by " + holder.getFileName());
      }
    }
    return Optional.empty();
  }

  private static Iterable<String> lines(Path file) throws IOException {
    return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
  }

  /** As Linux writes it: major and minor number, with a colon between. */
  private static String number(Path device) throws IOException {
    long number = ((Number) Files.getAttribute(device, "unix:rdev")).longValue();
    // The C library's makedev: minor bits 0..7 and 20..31, major bits 8..19 and above 32.
    long major = ((number >>> 8) & 0xfff) | ((number >>> 32) & ~0xfffL);
    long minor = (number & 0xff) | ((number >>> 12) & ~0xffL & 0xffff_ffffL);
    return major + ":" + minor;
  }
}
