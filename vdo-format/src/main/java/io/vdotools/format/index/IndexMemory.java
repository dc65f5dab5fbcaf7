package io.vdotools.format.index;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How much memory the deduplication index of a new volume takes (format-spec, section 2).
 *
 * @param code as the geometry block stores it: gigabytes 1 to 1024, or -256, -512, -768 for a
 *     quarter, a half and three quarters of one
 */
public record IndexMemory(int code) {
  /** What formatters choose if nobody asks for more. */
  public static final IndexMemory DEFAULT = new IndexMemory(-256);

  /** The most gigabytes that an index can have. */
  public static final int MOST_GIGABYTES = 1024;

  private static final int QUARTERS = 4;
  private static final Pattern WHOLE = Pattern.compile("0*[1-9]\\d{0,3}");

  /**
   * Checks the code.
   *
   * @throws IllegalArgumentException if formatters know no such code
   */
  public IndexMemory {
    boolean isPart = code == -256 || code == -512 || code == -768;
    if (!isPart && (code < 1 || code > MOST_GIGABYTES)) {
      throw new IllegalArgumentException("no memory code for the index of a new volume: " + code);
    }
  }

  /**
   * {@return what a user typed, in gigabytes: {@code 0.25}, {@code 0.5}, {@code 0.75}, or a whole
   * number from 1 to 1024; nothing if it is none of them}
   */
  public static Optional<IndexMemory> parse(String text) {
    return switch (text) {
      case "0.25", ".25" -> Optional.of(new IndexMemory(-256));
      case "0.5", "0.50", ".5", ".50" -> Optional.of(new IndexMemory(-512));
      case "0.75", ".75" -> Optional.of(new IndexMemory(-768));
      default ->
          WHOLE.matcher(text).matches() && Integer.parseInt(text) <= MOST_GIGABYTES
              ? Optional.of(new IndexMemory(Integer.parseInt(text)))
              : Optional.empty();
    };
  }

  /** {@return the memory in bytes} */
  public long bytes() {
    return code < 0 ? -(long) code << 20 : (long) code << 30;
  }

  /** {@return the gigabytes as a user types them, such as {@code 0.25} or {@code 2}} */
  @Override
  public String toString() {
    return code > 0
        ? Integer.toString(code)
        : switch (-code * QUARTERS / 1024) {
          case 1 -> "0.25";
          case 2 -> "0.5";
          default -> "0.75";
        };
  }
}
