package io.vdotools.cli;

import io.vdotools.VdoException;
import io.vdotools.device.DeviceException;
import io.vdotools.device.change.Plan;
import io.vdotools.device.change.PlanException;
import io.vdotools.device.change.UndoFiles;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/**
 * The options of every command that changes a volume: it shows a plan, and carries it out only
 * where it is told so.
 *
 * @param volume the volume
 * @param isApplied whether to write
 * @param undoFile the undo file to write then
 * @param planId the plan that was seen and no other is wanted, null for whichever it is
 */
public record ChangeOptions(
    Path volume, boolean isApplied, Path undoFile, @Nullable String planId) {
  /** The option without which nothing is written. */
  public static final String APPLY = "--apply";

  /** The option that names the undo file. */
  public static final String UNDO = "--undo";

  private static final String PLAN = "--plan";
  private static final Pattern PLAN_ID = Pattern.compile("[0-9a-fA-F]{16}");

  /** Adds the options to a command. */
  public static void addTo(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(APPLY)
            .description("Write, once the result is found to be in order.")
            .build());
    spec.addOption(
        OptionSpec.builder(PLAN)
            .paramLabel("ID")
            .type(String.class)
            .converters(ChangeOptions::planId)
            .description(
                "Write only what was shown as the plan ID by an earlier run. If the volume, or what"
                    + " is to be written, is not the same any more, nothing is written.")
            .build());
    spec.addOption(
        OptionSpec.builder(UNDO)
            .paramLabel("FILE")
            .type(Path.class)
            .converters(PathArgument.converter())
            .description(
                "The undo file to write, which may not exist. Default: the name of VOLUME with"
                    + " .vdoundo added, in the current directory.")
            .build());
  }

  private static String planId(String text) {
    if (!PLAN_ID.matcher(text).matches()) {
      throw new TypeConversionException("'" + text + "' is no plan: 16 hexadecimal digits");
    }
    return text;
  }

  /** {@return the options that were given} */
  public static ChangeOptions of(ParseResult arguments, Path volume) {
    return new ChangeOptions(
        volume,
        arguments.hasMatchedOption(APPLY),
        arguments.matchedOptionValue(UNDO, defaultUndoFile(volume)),
        arguments.matchedOptionValue(PLAN, null));
  }

  private static Path defaultUndoFile(Path volume) {
    Path name = volume.getFileName();
    return Path.of((name == null ? "volume" : name.toString()) + ".vdoundo");
  }

  /**
   * Refuses an undo file that is there already, before time is spent on a plan.
   *
   * @throws DeviceException if something is to be written and the undo file could not be
   */
  public void checkUndoFile() throws DeviceException {
    if (isApplied) {
      UndoFiles.checkFree(volume, undoFile);
    }
  }

  /**
   * Refuses another plan than the one that was asked for.
   *
   * @throws PlanException if it is another one
   */
  public void checkPlan(Plan plan) throws VdoException {
    if (planId != null) {
      plan.checkIs(planId);
    }
  }
}
