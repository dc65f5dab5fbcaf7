package io.vdotools.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who uses a device or an image file, as far as Linux tells.
 *
 * <p>Only for messages, and for what Linux does not refuse by itself: whether a device can be had
 * alone is decided by opening it so.
 *
 * @param proc where {@code /proc} is
 * @param sys where {@code /sys} is
 */
record DeviceUsers(Path proc, Path sys) {
  private static final int MINOR_LOW_BITS = 8;

  /** {@return those of the running system} */
  static DeviceUsers ofThisSystem() {
    return new DeviceUsers(Path.of("/proc"), Path.of("/sys"));
  }

  /**
   * {@return what uses a block device or a part of it, in words that follow "it is"}
   *
   * @param device the device's number as {@code stat} gives it
   */
  Optional<String> ofBlockDevice(long device) {
    Path place = sys.resolve("dev/block").resolve(number(device));
    var found = userOf(place, number(device));
    if (found.isPresent()) {
      return found;
    }
    for (Path part : children(place)) {
      if (Files.exists(part.resolve("partition"))) {
        var user = userOf(part, text(part.resolve("dev")));
        if (user.isPresent()) {
          return Optional.of("partitioned, and " + part.getFileName() + " is " + user.get());
        }
      }
    }
    return Optional.empty();
  }

  /** {@return what uses a regular file, in words that follow "it is"} */
  Optional<String> ofFile(Path file) {
    String name = realName(file);
    for (Path block : children(sys.resolve("block"))) {
      String backing = text(block.resolve("loop/backing_file"));
      if (backing.equals(name) || isSame(file, backing)) {
        return Optional.of("the backing file of /dev/" + block.getFileName());
      }
    }
    return isSwap(name) ? Optional.of("in use as swap space") : Optional.empty();
  }

  private Optional<String> userOf(Path place, String number) {
    for (String line : lines(proc.resolve("self/mountinfo"))) {
      String[] fields = line.split(" ", -1);
      // mount id, parent id, device, root, mount point, ...
      if (fields.length > 4 && fields[2].equals(number)) {
        return Optional.of("mounted at " + unescaped(fields[4]));
      }
    }
    for (Path holder : children(place.resolve("holders"))) {
      String mapped = text(holder.resolve("dm/name"));
      return Optional.of(
          "used by "
              + (mapped.isEmpty() ? "/dev/" + holder.getFileName() : "/dev/mapper/" + mapped));
    }
    return isSwap("/dev/" + nameOf(place)) ? Optional.of("in use as swap space") : Optional.empty();
  }

  private boolean isSwap(String name) {
    return lines(proc.resolve("swaps")).stream()
        .anyMatch(line -> unescaped(line.replaceFirst("\\s.*", "")).equals(name));
  }

  /** The name of a device by its place in {@code /sys/dev/block}, which is a link. */
  private static String nameOf(Path place) {
    return String.valueOf(Path.of(realName(place)).getFileName());
  }

  private static String realName(Path path) {
    try {
      return path.toRealPath().toString();
    } catch (IOException _) {
      return path.toAbsolutePath().toString();
    }
  }

  /** A file can have several names. */
  private static boolean isSame(Path file, String other) {
    try {
      return !other.isEmpty() && Files.isSameFile(file, Path.of(other));
    } catch (IOException | InvalidPathException _) {
      return false;
    }
  }

  private static String number(long device) {
    // As the C library splits it: 12 bits of the major number in the middle, the minor around them.
    long major = ((device >>> MINOR_LOW_BITS) & 0xfff) | ((device >>> 32) & ~0xfffL);
    long minor = (device & 0xff) | ((device >>> 12) & ~0xffL);
    return major + ":" + (minor & 0xffffffffL);
  }

  /** Blanks and the like are three octal digits in files of {@code /proc}. */
  private static String unescaped(String text) {
    return text.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException _) {
      return List.of();
    }
  }

  private static String text(Path file) {
    return String.join("\n", lines(file)).strip();
  }

  private static List<Path> children(Path folder) {
    var found = new ArrayList<Path>();
    try (var entries = Files.newDirectoryStream(folder)) {
      entries.forEach(found::add);
    } catch (IOException _) {
      return List.of();
    }
    found.sort(null);
    return found;
  }
}
