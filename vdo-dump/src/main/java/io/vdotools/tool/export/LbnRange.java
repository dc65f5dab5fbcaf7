package io.vdotools.tool.export;

import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/**
 * A range of logical blocks as a user types it: {@code 5..9}, {@code 5..}, {@code ..9} or {@code
 * 5}.
 *
 * @param first the first LBN
 * @param last the last LBN; {@link #TO_THE_END} if none was given
 */
record LbnRange(long first, long last) {
  /** Stands for the last LBN of the volume. */
  static final long TO_THE_END = Long.MAX_VALUE;

  /** All of a volume. */
  static final LbnRange ALL = new LbnRange(0, TO_THE_END);

  private static final Pattern TYPED = Pattern.compile("(\\d{0,15})(\\.\\.)?(\\d{0,15})");

  static LbnRange parse(String text) {
    var typed = TYPED.matcher(text);
    if (!typed.matches() || (typed.group(1) + typed.group(3)).isEmpty()) {
      throw new TypeConversionException(
          "'" + text + "' is no range of LBNs (write 5..9, 5.., ..9 or 5)");
    }
    long first = typed.group(1).isEmpty() ? 0 : Long.parseLong(typed.group(1));
    long last =
        typed.group(2) == null
            ? first
            : typed.group(3).isEmpty() ? TO_THE_END : Long.parseLong(typed.group(3));
    if (last < first) {
      throw new TypeConversionException("'" + text + "' ends before it begins");
    }
    return new LbnRange(first, last);
  }

  /** {@return the LBN behind the range, on a volume of a size} */
  long end(long logicalBlocks) {
    return last == TO_THE_END ? logicalBlocks : last + 1;
  }
}
