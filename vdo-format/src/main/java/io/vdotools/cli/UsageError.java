package io.vdotools.cli;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;

/** Words for what is wrong with a command line. */
final class UsageError {
  private UsageError() {}

  /** {@return one line, lower case, without a full stop} */
  static String oneLine(ParameterException error) {
    // What is missing may be what the user misspelt, so the misspelt word comes first.
    List<String> unmatched = error.getCommandLine().getUnmatchedArguments();
    if (!unmatched.isEmpty()) {
      return unmatched(unmatched.getFirst(), error.getCommandLine().getCommandSpec());
    }
    return switch (error) {
      case MissingParameterException missing when !missing.getMissing().isEmpty() ->
          missing.getMissing().stream()
              .map(argument -> missing(argument, typed(missing)))
              .collect(Collectors.joining(", "));
      case OverwrittenOptionException twice when twice.getOverwritten() instanceof OptionSpec o ->
          "option '" + o.longestName() + "' is given more than once";
      default ->
          lowerCaseStart(String.valueOf(error.getMessage()).replaceAll("\\s*\\R\\s*", " "))
              .replaceFirst("for positional parameter at index \\d+ \\((.+?)\\):", "for $1:");
    };
  }

  private static List<String> typed(MissingParameterException error) {
    var parsed = error.getCommandLine().getParseResult();
    return parsed == null ? List.of() : parsed.originalArgs();
  }

  private static String missing(ArgSpec argument, List<String> typed) {
    return switch (argument) {
      // What is required and there lacks its value; to call it missing would be puzzling.
      case OptionSpec option
          when option.required() && Arrays.stream(option.names()).noneMatch(typed::contains) ->
          "missing " + option.longestName();
      case OptionSpec option ->
          "option '%s' needs a value (%s)".formatted(option.longestName(), option.paramLabel());
      default -> "missing " + argument.paramLabel();
    };
  }

  private static String unmatched(String argument, CommandSpec spec) {
    if (argument.length() < 2 || argument.charAt(0) != '-') {
      return spec.subcommands().isEmpty()
          ? "unexpected argument '" + argument + "'"
          : "unknown subcommand '%s'; there are: %s"
              .formatted(argument, String.join(" ", spec.subcommands().keySet()));
    }
    String typed = argument.replaceFirst("=.*", "");
    return spec.options().stream()
        .map(OptionSpec::longestName)
        .filter(option -> editDistance(typed, option) <= 2)
        .min(Comparator.comparingInt(option -> editDistance(typed, option)))
        .map(option -> "unknown option '%s' (did you mean '%s'?)".formatted(typed, option))
        .orElse("unknown option '%s'".formatted(typed));
  }

  /**
   * {@return how many letters have to be added, dropped or changed to get from one to the other}
   */
  private static int editDistance(String from, String to) {
    int[] above = IntStream.rangeClosed(0, to.length()).toArray();
    for (int row = 1; row <= from.length(); row++) {
      int[] current = new int[to.length() + 1];
      current[0] = row;
      for (int column = 1; column <= to.length(); column++) {
        int change = from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1;
        current[column] =
            Math.min(above[column - 1] + change, Math.min(above[column], current[column - 1]) + 1);
      }
      above = current;
    }
    return above[to.length()];
  }

  private static String lowerCaseStart(String message) {
    return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }
}
