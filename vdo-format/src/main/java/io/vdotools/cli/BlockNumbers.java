package io.vdotools.cli;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A range of block numbers as a user types it: {@code 5..9}, {@code 5..}, {@code ..9} or {@code 5}.
 *
 * @param first the first block
 * @param last the last block; {@link #TO_THE_END} if none was given
 */
public record BlockNumbers(long first, long last) {
  /** Stands for the last block of the volume. */
  public static final long TO_THE_END = Long.MAX_VALUE;

  /** All of a volume. */
  public static final BlockNumbers ALL = new BlockNumbers(0, TO_THE_END);

  private static final Pattern TYPED = Pattern.compile("(\\d{0,15})(\\.\\.)?(\\d{0,15})");

  /** {@return a converter for options whose blocks are LBNs} */
  public static ITypeConverter<BlockNumbers> ofLbns() {
    return text -> parse(text, "LBNs");
  }

  /** {@return a converter for options whose blocks are PBNs} */
  public static ITypeConverter<BlockNumbers> ofPbns() {
    return text -> parse(text, "PBNs");
  }

  private static BlockNumbers parse(String text, String what) {
    var typed = TYPED.matcher(text);
    if (!typed.matches() || (typed.group(1) + typed.group(3)).isEmpty()) {
      throw new TypeConversionException(
          "'" + text + "' is no range of " + what + " (write 5..9, 5.., ..9 or 5)");
    }
    long first = typed.group(1).isEmpty() ? 0 : Long.parseLong(typed.group(1));
    long last =
        typed.group(2) == null
            ? first
            : typed.group(3).isEmpty() ? TO_THE_END : Long.parseLong(typed.group(3));
    if (last < first) {
      throw new TypeConversionException("'" + text + "' ends before it begins");
    }
    return new BlockNumbers(first, last);
  }

  /** {@return whether the range reaches beyond a number of blocks} */
  public boolean isBeyond(long blocks) {
    return first >= blocks || (last != TO_THE_END && last >= blocks);
  }

  /** {@return the block behind the range, on a volume of a number of blocks} */
  public long end(long blocks) {
    return last == TO_THE_END ? blocks : last + 1;
  }
}
