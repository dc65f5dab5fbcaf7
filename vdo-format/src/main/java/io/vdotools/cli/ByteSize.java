package io.vdotools.cli;

import io.vdotools.format.BlockSize;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A size as people type and read it, in binary units: {@code 4K} is 4096 bytes.
 *
 * @param bytes 0 to {@link Long#MAX_VALUE}
 */
public record ByteSize(long bytes) {
  private static final String UNITS = "BKMGTPE";
  private static final Pattern TYPED =
      Pattern.compile("(\\d{1,19})(?:([KMGTPE])(?:iB)?|B)?", Pattern.CASE_INSENSITIVE);

  private static final Pattern BARE = Pattern.compile("\\d{1,19}");
  private static final Pattern OCTAL = Pattern.compile("^0\\d");
  private static final Pattern HEXADECIMAL =
      Pattern.compile("0x(\\p{XDigit}{1,15})([KMGTP])?", Pattern.CASE_INSENSITIVE);

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size is not negative: " + bytes);
    }
  }

  /**
   * Reads what a user typed: digits, then nothing or {@code B} for bytes, or one of {@code K M G T
   * P E} for powers of 1024, in either case, with or without {@code iB}.
   *
   * <p>{@code KB} and its like are refused: half of the world means 1000 by it.
   *
   * @throws IllegalArgumentException if this is no size, or more than 8 EiB - 1; the message says
   *     which
   */
  public static ByteSize parse(String text) {
    Matcher typed = TYPED.matcher(text);
    if (!typed.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a size (write 4096, 4K, 10G or 1T)");
    }
    int exponent =
        typed.group(2) == null ? 0 : UNITS.indexOf(typed.group(2).toUpperCase(Locale.ROOT));
    try {
      return new ByteSize(
          Math.multiplyExact(Long.parseLong(typed.group(1)), 1L << (10 * exponent)));
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is too large; sizes stay below 8 EiB", e);
    }
  }

  /**
   * Reads what users of {@code vdoformat} type: as {@link #parse}, but a bare number counts
   * mebibytes, and {@code 0x} may begin a hexadecimal one.
   *
   * <p>There, a leading 0 makes a number octal, which nobody expects: such numbers are refused.
   *
   * @throws IllegalArgumentException if this is no size, or more than 8 EiB - 1; the message says
   *     which
   */
  public static ByteSize parseInMebibytes(String text) {
    Matcher hexadecimal = HEXADECIMAL.matcher(text);
    if (hexadecimal.matches()) {
      return parseInMebibytes(
          Long.parseLong(hexadecimal.group(1), 16)
              + (hexadecimal.group(2) == null ? "" : hexadecimal.group(2)));
    }
    if (OCTAL.matcher(text).find()) {
      throw new IllegalArgumentException(
          "'" + text + "' could be octal; write it without the leading 0");
    }
    return parse(BARE.matcher(text).matches() ? text + "M" : text);
  }

  /** {@return a converter for options and parameters of this type} */
  public static ITypeConverter<ByteSize> converter() {
    return converter(ByteSize::parse);
  }

  /** {@return a converter for options in which a bare number counts mebibytes} */
  public static ITypeConverter<ByteSize> converterInMebibytes() {
    return converter(ByteSize::parseInMebibytes);
  }

  private static ITypeConverter<ByteSize> converter(Function<String, ByteSize> parser) {
    return text -> {
      try {
        return parser.apply(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    };
  }

  /** {@return a number of blocks, taken as unsigned, and how much that is} */
  public static String ofBlocks(long blocks) {
    return Long.toUnsignedString(blocks)
        + (blocks == 1 ? " block" : " blocks")
        + inBrackets(blocks);
  }

  /** {@return how much a number of blocks is, in brackets; nothing if that is beyond all sizes} */
  public static String inBrackets(long blocks) {
    return blocks >= 0 && blocks <= Long.MAX_VALUE / BlockSize.BLOCK
        ? " (" + new ByteSize(blocks * BlockSize.BLOCK) + ")"
        : "";
  }

  /** {@return the size in the largest unit that it fills, to one decimal: {@code 1.5 GiB}} */
  @Override
  public String toString() {
    int exponent = bytes == 0 ? 0 : (63 - Long.numberOfLeadingZeros(bytes)) / 10;
    if (exponent == 0) {
      return bytes + " B";
    }
    long unit = 1L << (10 * exponent);
    long rest = bytes % unit;
    // Cut, not rounded: what is called 1.5 GiB is never less than that.
    long tenths = rest / (unit / 1024) * 10 / 1024;
    String number = rest == 0 ? "" + bytes / unit : bytes / unit + "." + tenths;
    return number + " " + UNITS.charAt(exponent) + "iB";
  }
}
