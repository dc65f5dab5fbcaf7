package io.vdotools.tool.dump;

import io.vdotools.VdoException;
import io.vdotools.cli.Console;
import io.vdotools.cli.Machine;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.cli.WalkProgress;
import io.vdotools.device.UnfinishedStream;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.VolumeWalk;
import io.vdotools.model.EmitterException;
import io.vdotools.model.LossCounter;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;

/** Writes a dump to where the user wants it. */
final class Dumper {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final String STANDARD_OUTPUT = "standard output";

  // Reads in flight where the device has to be waited for; each has a buffer of 320 KiB.
  private static final int READERS = 16;

  private final DumpOptions options;
  private final LogicalVolume volume;
  private final Console console;
  private final ProgressDisplay progress;

  Dumper(DumpOptions options, LogicalVolume volume, Console console, ProgressDisplay progress) {
    this.options = options;
    this.volume = volume;
    this.console = console;
    this.progress = progress;
  }

  /** Standard output takes no more; whoever owns it knows why. */
  static final class Ended extends VdoException {
    private static final long serialVersionUID = 1L;

    Ended(EmitterException cause) {
      super(String.valueOf(cause.getMessage()), cause);
    }
  }

  /**
   * Does it.
   *
   * @return what was lost
   * @throws Ended if standard output took no more
   * @throws VdoException if the volume is damaged, or the output cannot be made or written to; then
   *     nothing of it is left
   */
  LossCounter run() throws VdoException {
    return options.output().isPresent() ? toFile(options.output().get()) : toStandardOutput();
  }

  private LossCounter toStandardOutput() throws VdoException {
    try {
      return walk(Channels.newOutputStream(console.bytes()), STANDARD_OUTPUT);
    } catch (EmitterException e) {
      throw new Ended(e);
    }
  }

  private LossCounter toFile(Path target) throws VdoException {
    try (var file = UnfinishedStream.create(target, "vdo_dump", options.mayReplace());
        var _ = console.leftovers().add(file::discard)) {
      var losses = walk(file.stream(), target.toString());
      progress.begin("flush", 1);
      file.complete(options.mayReplace());
      return losses;
    } catch (EmitterException e) {
      throw new EmitterException(
          e.getMessage() + "; nothing is left of it: make room or write elsewhere", e);
    }
  }

  private LossCounter walk(OutputStream out, String name) throws VdoException {
    var buffered = new BufferedOutputStream(out, BUFFER_BYTES);
    var losses = new LossCounter(options.format().writer(buffered, name));
    int cores = Machine.cores();
    try (var parallel = new Parallel(cores, Math.max(cores, READERS), System::nanoTime)) {
      new VolumeWalk(volume, options.walk(), parallel, new WalkProgress(progress)).run(losses);
    }
    return losses;
  }
}
