package io.vdotools.tool.image;

import io.vdotools.cli.ByteSize;
import io.vdotools.cli.Invocation;
import io.vdotools.cli.PathArgument;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * A subcommand: what it takes and how a step is made of that.
 *
 * @param name as typed
 * @param description what it does
 * @param operands what it takes besides the volume, in order
 * @param options its options
 * @param needsVolume whether the volume may be left out, because an option asks for a list
 * @param example a command line
 * @param invocation a command line for tests
 * @param maker makes the step
 */
record StepKind(
    String name,
    String description,
    List<PositionalParamSpec.Builder> operands,
    List<OptionSpec> options,
    boolean needsVolume,
    String example,
    Invocation invocation,
    Function<ParseResult, Step> maker) {
  /** The parameter that a script takes from its own command line. */
  static final String VOLUME = "VOLUME";

  /**
   * {@return the description for the command line or for a line of a script}
   *
   * @param isInScript whether the volume is given elsewhere
   */
  CommandSpec spec(boolean isInScript) {
    var spec = CommandSpec.create().name(name);
    spec.usageMessage().description(description);
    int index = 0;
    if (!isInScript) {
      spec.addPositional(
          PositionalParamSpec.builder()
              .index(Integer.toString(index++))
              .arity(needsVolume ? "1" : "0..1")
              .required(needsVolume)
              .type(Path.class)
              .converters(PathArgument.converter())
              .paramLabel(VOLUME)
              .description("A regular file or block device that holds the volume.")
              .build());
    }
    for (var operand : operands) {
      spec.addPositional(operand.index(Integer.toString(index++)).build());
    }
    options.forEach(spec::addOption);
    spec.usageMessage().footerHeading("%nExamples:%n").footer("  vdo_image " + example);
    return spec;
  }

  static OptionSpec flag(String name, String description) {
    return OptionSpec.builder(name).description(description).build();
  }

  static OptionSpec number(String name, String label, String description) {
    return OptionSpec.builder(name)
        .paramLabel(label)
        .type(Long.class)
        .converters(StepKind::unsigned)
        .description(description)
        .build();
  }

  static OptionSpec size(String name, String description) {
    return OptionSpec.builder(name)
        .paramLabel("SIZE")
        .type(ByteSize.class)
        .converters(ByteSize.converter())
        .description(description)
        .build();
  }

  static OptionSpec file(String name, String label, String description) {
    return OptionSpec.builder(name)
        .paramLabel(label)
        .type(Path.class)
        .converters(PathArgument.converter())
        .description(description)
        .build();
  }

  private static long unsigned(String text) {
    try {
      long value = Long.parseLong(text);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    throw new picocli.CommandLine.TypeConversionException("'" + text + "' is not 0 or more");
  }

  /** {@return a mistake in an option or operand} */
  static ParameterException wrong(ParseResult arguments, String message) {
    return new ParameterException(arguments.commandSpec().commandLine(), message);
  }

  static long value(ParseResult arguments, String option, long otherwise) {
    Long value = arguments.matchedOptionValue(option, otherwise);
    return value;
  }
}
