package io.vdotools.tool.image;

import io.vdotools.tool.image.Session.EngineChoice;
import io.vdotools.tool.image.Workload.Shares;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** The options that describe a workload, the same for {@code fill} and {@code crash}. */
record WorkloadOptions(Workload workload, boolean isWhole, EngineChoice choice) {
  static final String SEED = "--seed";
  private static final String COUNT = "--count";
  private static final String RANGE = "--range";
  private static final String SEQUENTIAL = "--sequential";
  private static final String UNIQUE = "--unique";
  private static final String DUPLICATE = "--duplicate";
  private static final String COMPRESSIBLE = "--compressible";
  private static final String ZERO = "--zero";
  private static final String DISCARD = "--discard";
  private static final String DISTINCT = "--distinct";
  private static final String FLUSH_EVERY = "--flush-every";
  private static final String NO_DEDUPLICATION = "--no-deduplication";
  private static final String NO_COMPRESSION = "--no-compression";

  private static final long ALL = 100;
  private static final Pattern RANGE_FORM = Pattern.compile("(\\d{1,18})\\.\\.(\\d{1,18})");

  /** LBNs, both included. */
  private record Lbns(long first, long last) {
    static Lbns parse(String text) {
      var typed = RANGE_FORM.matcher(text);
      if (typed.matches()) {
        long first = Long.parseLong(typed.group(1));
        long last = Long.parseLong(typed.group(2));
        if (first <= last) {
          return new Lbns(first, last);
        }
      }
      throw new TypeConversionException("'" + text + "' is no range of LBNs (write 0..999)");
    }
  }

  static List<OptionSpec> options() {
    return List.of(
        StepKind.number(SEED, "N", "What chooses everything. Default: 1."),
        StepKind.number(COUNT, "N", "How many operations of one block each. Default: 1000."),
        OptionSpec.builder(RANGE)
            .paramLabel("A..B")
            .type(Lbns.class)
            .converters(Lbns::parse)
            .description("Touch LBNs A to B, B included. Default: all.")
            .build(),
        StepKind.flag(SEQUENTIAL, "Touch one LBN after the other instead of any at random."),
        StepKind.number(UNIQUE, "PERCENT", "Write a block like no other. Default: what is left."),
        StepKind.number(DUPLICATE, "PERCENT", "Write one of a few blocks. Default: 0."),
        StepKind.number(COMPRESSIBLE, "PERCENT", "Write a block that compresses well. Default: 0."),
        StepKind.number(ZERO, "PERCENT", "Write zeros. Default: 0."),
        StepKind.number(DISCARD, "PERCENT", "Discard the block. Default: 0."),
        StepKind.number(DISTINCT, "N", "How many different duplicates there are. Default: 50."),
        StepKind.number(
            FLUSH_EVERY,
            "N",
            "Flush after every N operations, and at the end. Default: at the end."),
        StepKind.flag(NO_DEDUPLICATION, "Do not look for copies."),
        StepKind.flag(NO_COMPRESSION, "Do not compress."));
  }

  static WorkloadOptions of(ParseResult arguments) {
    long others = 0;
    for (String option : List.of(DUPLICATE, COMPRESSIBLE, ZERO, DISCARD)) {
      others += percent(arguments, option, 0);
    }
    long unique = percent(arguments, UNIQUE, Math.max(0, ALL - others));
    if (unique + others != ALL) {
      throw StepKind.wrong(
          arguments, "the percentages are " + (unique + others) + " together, not 100");
    }
    long distinct = StepKind.value(arguments, DISTINCT, 50);
    if (distinct == 0) {
      throw StepKind.wrong(arguments, "invalid value for option '" + DISTINCT + "': 0 is too few");
    }
    boolean isWhole = !arguments.hasMatchedOption(RANGE);
    Lbns lbns = arguments.matchedOptionValue(RANGE, new Lbns(0, 0));
    return new WorkloadOptions(
        new Workload(
            StepKind.value(arguments, SEED, 1),
            StepKind.value(arguments, COUNT, 1000),
            lbns.first(),
            lbns.last() - lbns.first() + 1,
            arguments.hasMatchedOption(SEQUENTIAL),
            new Shares(
                unique,
                percent(arguments, DUPLICATE, 0),
                percent(arguments, COMPRESSIBLE, 0),
                percent(arguments, ZERO, 0),
                percent(arguments, DISCARD, 0)),
            distinct,
            StepKind.value(arguments, FLUSH_EVERY, 0)),
        isWhole,
        new EngineChoice(
            !arguments.hasMatchedOption(NO_DEDUPLICATION),
            !arguments.hasMatchedOption(NO_COMPRESSION)));
  }

  private static long percent(ParseResult arguments, String option, long otherwise) {
    long value = StepKind.value(arguments, option, otherwise);
    if (value > ALL) {
      throw StepKind.wrong(
          arguments, "invalid value for option '" + option + "': " + value + " is more than 100");
    }
    return value;
  }

  /** {@return the workload on a volume of a logical size} */
  Workload on(long logicalBlocks) {
    return isWhole
        ? new Workload(
            workload.seed(),
            workload.count(),
            0,
            logicalBlocks,
            workload.isSequential(),
            workload.shares(),
            workload.distinct(),
            workload.flushEvery())
        : workload;
  }

  void check(Prospect prospect) throws StepException {
    if (isWhole) {
      prospect.checkLbns(0, 1);
    } else {
      prospect.checkLbns(workload.first(), workload.range());
    }
  }
}
