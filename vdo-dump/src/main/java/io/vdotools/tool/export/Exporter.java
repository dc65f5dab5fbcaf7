package io.vdotools.tool.export;

import io.vdotools.VdoException;
import io.vdotools.cli.ByteSize;
import io.vdotools.cli.Console;
import io.vdotools.cli.FileTarget;
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
import java.nio.file.Files;
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
    return toFile(output);
  }

  private ExportResult toFile(Path output) throws VdoException {
    if (Files.exists(output) && !Files.isDirectory(output) && !Files.isRegularFile(output)) {
      throw new DeviceException(
          Kind.NOT_A_BLOCK_STORE,
          "cannot write to "
              + output
              + ": not a regular file or block device; write to standard output (-o -) instead");
    }
    var target = FileTarget.of(output, options.mayReplace(), ExportCommand.FORCE, "vdo_export");
    try (var _ = console.leftovers().add(() -> UnfinishedFile.discard(target.temporary()));
        var file = target.create(end - first)) {
      var result = sweep(new DeviceOutput(file.device(), true, ZEROS), Order.ANY);
      progress.begin("flush", 1);
      file.complete(target.mayReplace());
      return result;
    } catch (DeviceException e) {
      throw target.about(e);
    }
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
