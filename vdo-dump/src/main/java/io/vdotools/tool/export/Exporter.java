package io.vdotools.tool.export;

import io.vdotools.VdoException;
import io.vdotools.cli.ByteSize;
import io.vdotools.cli.Console;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.device.DeviceClaim;
import io.vdotools.device.DeviceException;
import io.vdotools.device.DeviceException.Kind;
import io.vdotools.device.FileDevice;
import io.vdotools.device.UnfinishedFile;
import io.vdotools.engine.LogicalSweep;
import io.vdotools.engine.LogicalSweep.Order;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Parallel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;

/** Writes the logical content of a volume to where the user wants it. */
final class Exporter {
  private static final RepeatedBlock ZEROS = RepeatedBlock.of(new byte[1]);

  private final ExportOptions options;
  private final LogicalVolume volume;
  private final long first;
  private final long end;
  private final Console console;
  private final ProgressDisplay progress;

  Exporter(ExportOptions options, LogicalVolume volume, Console console, ProgressDisplay progress) {
    this.options = options;
    this.volume = volume;
    this.first = options.lbns().first();
    this.end = options.lbns().end(volume.logicalBlocks());
    this.console = console;
    this.progress = progress;
  }

  /**
   * Does it.
   *
   * @throws StreamOutput.Ended if standard output took no more
   * @throws VdoException if the output cannot be made or written to; then nothing of it is left
   */
  ExportResult run() throws VdoException {
    if (options.output().isEmpty()) {
      return sweep(new StreamOutput(console.bytes(), ZEROS), Order.BY_LBN);
    }
    Path output = options.output().get();
    if (FileDevice.isBlockDevice(output)) {
      return toBlockDevice(output);
    }
    return toFile(resolved(output));
  }

  /** Where a symbolic link leads, so that the file is replaced and not the link. */
  private static Path resolved(Path output) throws DeviceException {
    try {
      return Files.exists(output) ? output.toRealPath() : output;
    } catch (IOException e) {
      throw new DeviceException(Kind.CREATE_FAILED, "cannot find out what " + output + " is", e);
    }
  }

  private ExportResult toFile(Path target) throws VdoException {
    checkMayBeMade(target);
    Path temporary = target.resolveSibling(temporaryName(target));
    try (var _ = console.leftovers().add(() -> UnfinishedFile.discard(temporary));
        var file = UnfinishedFile.create(target, temporary, end - first)) {
      var result = sweep(new DeviceOutput(file.device(), true, ZEROS), Order.ANY);
      progress.begin("flush", 1);
      file.complete(options.mayReplace());
      return result;
    } catch (DeviceException e) {
      throw about(e, target, temporary);
    }
  }

  private void checkMayBeMade(Path target) throws DeviceException {
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (Files.isDirectory(target)) {
      throw new DeviceException(
          Kind.DIRECTORY, "cannot write to " + target + ": it is a directory; name a file in it");
    }
    if (!Files.isRegularFile(target)) {
      throw new DeviceException(
          Kind.NOT_A_BLOCK_STORE,
          "cannot write to "
              + target
              + ": not a regular file or block device; write to standard output (-o -) instead");
    }
    if (!options.mayReplace()) {
      throw new DeviceException(
          Kind.EXISTS,
          "cannot write to "
              + target
              + ": it is there already; name another file, or replace it with "
              + ExportCommand.FORCE);
    }
  }

  /** Says what it is and belongs to, however long a name is, and no two runs use the same. */
  private static String temporaryName(Path target) {
    String name = String.valueOf(target.getFileName());
    return "."
        + name.substring(
            0, name.offsetByCodePoints(0, Math.min(30, name.codePointCount(0, name.length()))))
        + ".vdo_export-"
        + ProcessHandle.current().pid()
        + "-"
        + Long.toHexString(System.nanoTime());
  }

  /** The user knows the name that the file was to get, and nothing of the other. */
  private static DeviceException about(DeviceException e, Path target, Path temporary) {
    String message =
        String.valueOf(e.getMessage()).replace(temporary.toString(), target.toString());
    return new DeviceException(
        e.kind(),
        e.kind() == Kind.WRITE_FAILED || e.kind() == Kind.FLUSH_FAILED
            ? message + "; nothing is left of it: make room or write elsewhere"
            : message,
        e);
  }

  private ExportResult toBlockDevice(Path output) throws VdoException {
    if (!options.mayReplace()) {
      throw new DeviceException(
          Kind.EXISTS,
          "cannot write to "
              + output
              + ": it is a block device; overwrite it with "
              + ExportCommand.FORCE);
    }
    try (var claim = DeviceClaim.of(output);
        var device = claim.open()) {
      if (device.blockCount() < end - first) {
        throw new DeviceException(
            Kind.OPEN_FAILED,
            "cannot write to %s: it has %s, and %s are needed"
                .formatted(
                    output,
                    ByteSize.ofBlocks(device.blockCount()),
                    ByteSize.ofBlocks(end - first)));
      }
      var result = sweep(new DeviceOutput(device, false, ZEROS), Order.ANY);
      progress.begin("flush", 1);
      device.flush();
      return result;
    }
  }

  private ExportResult sweep(Output output, Order order) throws VdoException {
    var sink = new ExportSink(output, first, options.fill(), progress);
    progress.begin("export", end - first);
    try (var parallel = new Parallel(options.threads(), options.threads(), System::nanoTime)) {
      new LogicalSweep(volume, parallel, order).run(first, end, sink);
      return result(sink, parallel);
    }
  }

  private ExportResult result(ExportSink sink, Parallel parallel) {
    var losses = sink.losses.listed();
    var suspects = sink.suspects.listed();
    boolean isWhole = first == 0 && end == volume.logicalBlocks();
    // Whether mappings are missing shows in all of them only; and matters only with suspects.
    var suspicion =
        isWhole || !suspects.isEmpty()
            ? Suspicion.judge(
                suspects,
                losses,
                volume.usedBlocks(),
                isWhole ? sink.mapped.sum() : volume.countMapped(parallel))
            : Suspicion.judge(suspects, losses, volume.usedBlocks(), Long.MAX_VALUE);
    var all = new LossList(2 * LossList.MOST);
    losses.forEach(all::add);
    suspicion.lost().forEach(all::add);
    long suspected = suspicion.lost().stream().mapToLong(loss -> loss.lbns().size()).sum();
    return new ExportResult(
        options,
        volume,
        first,
        end,
        sink.dataBlocks.sum(),
        sink.holeBlocks.sum() - suspected,
        sink.lostBlocks.sum() + suspected,
        all.listed(),
        sink.losses.dropped() + (suspicion.lost().isEmpty() ? 0 : sink.suspects.dropped()),
        new ArrayList<>(suspicion.notes()));
  }
}
