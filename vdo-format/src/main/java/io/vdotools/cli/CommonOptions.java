package io.vdotools.cli;

import java.nio.file.Path;
import java.util.OptionalLong;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * What several commands have in common on their command lines, so that it reads the same in all.
 */
public final class CommonOptions {
  /** The option for reports that programs read. */
  public static final String JSON = "--json";

  /** The option for a progress line where there would be none. */
  public static final String PROGRESS = "--progress";

  /** The option for what counters may take. */
  public static final String MEMORY = "--memory";

  // With less a large volume would take walks without end.
  private static final long LEAST_MEMORY = 1L << 20;

  private CommonOptions() {}

  /** {@return {@link #JSON}} */
  public static OptionSpec json() {
    return flag(JSON, "Print one JSON document instead of text.");
  }

  /** {@return {@link CommandRunner#QUIET}} */
  public static OptionSpec quiet() {
    return flag("-q", CommandRunner.QUIET, "Print nothing; the exit status tells.");
  }

  /** {@return {@link #PROGRESS}} */
  public static OptionSpec progress() {
    return flag(PROGRESS, "Show progress also where standard error is no terminal.");
  }

  /**
   * {@return {@link #MEMORY}}
   *
   * @param description a sentence for users, which names the least there can be and the default
   * @param names the short name, if there is one, and the name
   */
  public static OptionSpec memory(String description, String... names) {
    return OptionSpec.builder(names)
        .paramLabel("SIZE")
        .type(ByteSize.class)
        .converters(ByteSize.converter())
        .description(description)
        .build();
  }

  /**
   * {@return what counters may take, in bytes, at least 1 MiB; nothing if the user did not say}
   *
   * @throws ParameterException if the user wants less
   */
  public static OptionalLong memoryBytes(ParseResult arguments) {
    if (!arguments.hasMatchedOption(MEMORY)) {
      return OptionalLong.empty();
    }
    long memory = arguments.matchedOptionValue(MEMORY, new ByteSize(0)).bytes();
    if (memory < LEAST_MEMORY) {
      throw new ParameterException(
          arguments.commandSpec().commandLine(),
          "Invalid value for option '" + MEMORY + "': at least 1M is needed");
    }
    return OptionalLong.of(memory);
  }

  /**
   * {@return an option without a value}
   *
   * @param name with its hyphens
   * @param description a sentence for users
   */
  public static OptionSpec flag(String name, String description) {
    return OptionSpec.builder(name).description(description).build();
  }

  /**
   * {@return an option without a value}
   *
   * @param shortName one hyphen and a letter
   * @param name with its hyphens
   * @param description a sentence for users
   */
  public static OptionSpec flag(String shortName, String name, String description) {
    return OptionSpec.builder(shortName, name).description(description).build();
  }

  /**
   * {@return an option with the name of a file, still to be built}
   *
   * @param label stands for the name in the manual
   * @param description a sentence for users
   * @param names the short name, if there is one, and the name
   */
  public static OptionSpec.Builder file(String label, String description, String... names) {
    return OptionSpec.builder(names)
        .paramLabel(label)
        .type(Path.class)
        .converters(PathArgument.converter())
        .description(description);
  }

  /**
   * {@return the name of a file that a command needs, which comes first}
   *
   * @param label stands for it in the manual
   * @param description a sentence for users
   */
  public static PositionalParamSpec operand(String label, String description) {
    return PositionalParamSpec.builder()
        .index("0")
        .arity("1")
        .required(true)
        .type(Path.class)
        .converters(PathArgument.converter())
        .paramLabel(label)
        .description(description)
        .build();
  }
}
