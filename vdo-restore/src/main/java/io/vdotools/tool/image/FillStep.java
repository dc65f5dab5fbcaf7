package io.vdotools.tool.image;

import static io.vdotools.cli.Invocation.changes;
import static io.vdotools.cli.Invocation.word;

import io.vdotools.VdoException;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import java.io.PrintWriter;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/**
 * {@code fill}: a workload, or the proof that one is there.
 *
 * @param options the workload
 * @param verifies whether to compare instead of writing
 */
record FillStep(WorkloadOptions options, boolean verifies) implements Step {
  private static final String VERIFY = "--verify";
  private static final int MOST_SHOWN = 10;

  static StepKind kind() {
    var all = new ArrayList<OptionSpec>(WorkloadOptions.options());
    all.add(
        StepKind.flag(
            VERIFY, "Write nothing: compare what is there with what this fill would leave."));
    return new StepKind(
        "fill",
        "Writes and discards blocks as a seed decides: the same arguments make the same content.",
        List.of(),
        all,
        true,
        "fill volume.img --seed 7 --count 5000 --unique 50 --duplicate 30 --zero 20",
        Invocation.of(
            word("fill"),
            changes(Content.VOLUME),
            word("--seed"),
            word("7"),
            word("--count"),
            word("50")),
        arguments ->
            new FillStep(WorkloadOptions.of(arguments), arguments.hasMatchedOption(VERIFY)));
  }

  @Override
  public void check(Prospect prospect) throws VdoException {
    options.check(prospect);
  }

  @Override
  public ExitStatus run(Path volume, Console console) throws VdoException {
    return verifies ? verify(volume, console) : fill(volume, console);
  }

  private ExitStatus fill(Path path, Console console) throws VdoException {
    try (var progress = ProgressDisplay.of(console, false)) {
      progress.begin("fill", options.workload().count());
      Target.change(
          path,
          options.choice(),
          options.workload().seed(),
          session ->
              options
                  .on(session.volume().sizeBytes() / BlockSize.BLOCK)
                  .run(session, new Workload.Reached(), progress::advance));
    }
    return ExitStatus.OK;
  }

  private ExitStatus verify(Path path, Console console) throws VdoException {
    var comparison = new Comparison(console.out());
    try (var device = FileDevice.open(path, Access.READ)) {
      var workload = options.on(Prospect.of(Volume.open(device)).logicalBlocks());
      var last = new LastOperations(workload, workload.count());
      LogicalContent.read(
          device,
          workload.first(),
          workload.first() + workload.range(),
          (lbn, block) -> {
            long number = last.on(lbn);
            if (number != LastOperations.NONE) {
              comparison.add(lbn, block.mismatch(MemorySegment.ofArray(workload.content(number))));
            }
          });
    }
    return comparison.report(path);
  }

  private static final class Comparison {
    private final PrintWriter out;
    private long compared;
    private long different;

    Comparison(PrintWriter out) {
      this.out = out;
    }

    void add(long lbn, long differsAt) {
      compared++;
      if (differsAt >= 0) {
        different++;
        if (different <= MOST_SHOWN) {
          out.println("LBN " + lbn + " differs from byte " + differsAt + " on");
        }
      }
    }

    ExitStatus report(Path path) {
      out.println(path + ": " + compared + " blocks compared, " + different + " differ");
      return different == 0 ? ExitStatus.OK : ExitStatus.PROBLEMS_LEFT;
    }
  }
}
