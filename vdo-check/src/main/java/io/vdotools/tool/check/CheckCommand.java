package io.vdotools.tool.check;

import io.vdotools.VdoException;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.ExitStatus;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code vdo_check SOURCE}: verifies every structure of a volume. */
public final class CheckCommand implements Command {
  public static void main(String[] arguments) {
    CommandRunner.main(new CheckCommand(), arguments);
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name("vdo_check");
    spec.usageMessage().description("Checks a VDO volume without changing it.");
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .arity("1")
            .required(true)
            .type(Path.class)
            .paramLabel("SOURCE")
            .description("A regular file or block device that holds the volume.")
            .build());
    spec.usageMessage()
        .footerHeading("%nExamples:%n")
        .footer("  vdo_check /dev/sdb1", "  vdo_check volume.img");
    return spec;
  }

  @Override
  public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
    throw new ChecksMissing();
  }

  /** This build has no checks in it yet, and must not be taken for one that found nothing. */
  private static final class ChecksMissing extends VdoException {
    private static final long serialVersionUID = 1L;

    ChecksMissing() {
      super("this build cannot check volumes yet");
    }
  }
}
