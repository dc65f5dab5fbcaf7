package io.vdotools.tool.image;

import io.vdotools.cli.ByteSize;
import io.vdotools.format.BlockSize;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Bytes of the logical device.
 *
 * @param offset where they begin
 * @param length how many, or {@link #REST}
 */
record ByteRange(long offset, long length) {
  /** As many as there are, of the input or up to the end of the volume. */
  static final long REST = -1;

  private static final String LBN = "--lbn";
  private static final String OFFSET = "--offset";
  private static final String COUNT = "--count";
  private static final String LENGTH = "--length";

  static List<OptionSpec> options(String whatRestIs) {
    return List.of(
        StepKind.number(LBN, "N", "Begin at this logical block of 4096 bytes. Default: 0."),
        StepKind.size(OFFSET, "Begin at this byte instead, such as 512 or 1M."),
        StepKind.number(COUNT, "N", "How many blocks. Default: " + whatRestIs + "."),
        StepKind.size(LENGTH, "How many bytes instead."));
  }

  static ByteRange of(ParseResult arguments) {
    both(arguments, LBN, OFFSET);
    both(arguments, COUNT, LENGTH);
    return new ByteRange(
        arguments.hasMatchedOption(OFFSET)
            ? size(arguments, OFFSET)
            : blocks(arguments, LBN, StepKind.value(arguments, LBN, 0)),
        arguments.hasMatchedOption(LENGTH)
            ? size(arguments, LENGTH)
            : arguments.hasMatchedOption(COUNT)
                ? blocks(arguments, COUNT, StepKind.value(arguments, COUNT, 0))
                : REST);
  }

  private static void both(ParseResult arguments, String one, String other) {
    if (arguments.hasMatchedOption(one) && arguments.hasMatchedOption(other)) {
      throw StepKind.wrong(arguments, "options '" + one + "' and '" + other + "' say the same");
    }
  }

  private static long size(ParseResult arguments, String option) {
    return arguments.matchedOptionValue(option, new ByteSize(0)).bytes();
  }

  private static long blocks(ParseResult arguments, String option, long blocks) {
    if (blocks > Long.MAX_VALUE / BlockSize.BLOCK) {
      throw StepKind.wrong(
          arguments, "invalid value for option '" + option + "': " + blocks + " is too large");
    }
    return blocks * BlockSize.BLOCK;
  }

  /** {@return the same with as many bytes as there are up to an end, if none were given} */
  ByteRange upTo(long end) {
    return length == REST ? new ByteRange(offset, Math.max(0, end - offset)) : this;
  }

  long firstBlock() {
    return offset / BlockSize.BLOCK;
  }

  /** {@return the blocks that are touched, be it in part} */
  long blockCount() {
    return length == 0 ? 0 : (offset % BlockSize.BLOCK + length - 1) / BlockSize.BLOCK + 1;
  }

  void check(Prospect prospect) throws StepException {
    if (length > Long.MAX_VALUE - offset) {
      throw new StepException("offset and length are too large");
    }
    prospect.checkLbns(firstBlock(), blockCount());
  }
}
