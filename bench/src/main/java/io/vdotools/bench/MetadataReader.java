package io.vdotools.bench;

import io.vdotools.VdoException;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.Volume;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code metadata_reader}: reads the blocks that a check cannot do without, and does nothing with
 * them.
 *
 * <p>What is printed is the time of the reading alone; the list of the blocks is made before. No
 * checker can be faster than this on the same device.
 */
public final class MetadataReader implements Command {
  private static final String DIRECT = "--direct";
  private static final String THREADS = "--threads";
  private static final String FLAT = "--flat";
  private static final int RUNS_PER_CHUNK = 64;
  private static final int LONGEST_RUN_BLOCKS = Parallel.BUFFER_BLOCKS;

  /** Starts the command. */
  public static void main(String[] arguments) {
    CommandRunner.main(new MetadataReader(), arguments);
  }

  @Override
  public String name() {
    return "metadata_reader";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name(name());
    spec.usageMessage()
        .description("Reads the metadata of a clean volume in the order of the device, timed.");
    spec.addOption(
        OptionSpec.builder(DIRECT)
            .type(boolean.class)
            .description("Read past the page cache.")
            .build());
    spec.addOption(
        OptionSpec.builder(THREADS)
            .paramLabel("N")
            .type(int.class)
            .defaultValue("1")
            .description("Reads in flight; default ${DEFAULT-VALUE}.")
            .build());
    spec.addOption(
        OptionSpec.builder(FLAT)
            .paramLabel("FILE")
            .type(Path.class)
            .description("Instead of timing, write the blocks one after another to a new file.")
            .build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .arity("1")
            .required(true)
            .type(Path.class)
            .paramLabel("VOLUME")
            .description("The volume.")
            .build());
    return spec;
  }

  @Override
  public List<Invocation> invocations() {
    return List.of(
        Invocation.of(Invocation.reads(Content.VOLUME)),
        Invocation.of(
            Invocation.reads(Content.VOLUME),
            Invocation.word(FLAT),
            Invocation.creates(Content.REPORT)));
  }

  @Override
  public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
    CommandSpec spec = arguments.commandSpec();
    Path path = spec.positionalParameters().getFirst().getValue();
    var caching = arguments.hasMatchedOption(DIRECT) ? Caching.DIRECT : Caching.PAGE_CACHE;
    try (var device = FileDevice.open(path, Access.READ, caching)) {
      var runs = MetadataBlocks.of(Volume.open(device).checkStrictly(), LONGEST_RUN_BLOCKS);
      if (arguments.hasMatchedOption(FLAT)) {
        Path flat = spec.findOption(FLAT).getValue();
        copy(device, runs, flat);
      } else {
        int threads = spec.findOption(THREADS).<Integer>getValue();
        long nanoseconds = time(device, runs, threads);
        console
            .out()
            .printf(
                "%d blocks in %d reads: %.4f s%n", runs.blocks(), runs.size(), nanoseconds / 1e9);
      }
    }
    return ExitStatus.OK;
  }

  private static long time(BlockDevice device, MetadataBlocks runs, int threads) {
    var unreadable = new AtomicLong();
    try (var parallel = new Parallel(threads, threads, System::nanoTime)) {
      long start = System.nanoTime();
      parallel.forEach(
          Math.ceilDiv(runs.size(), RUNS_PER_CHUNK),
          (chunk, buffer) -> {
            int from = (int) chunk * RUNS_PER_CHUNK;
            int to = Math.min(from + RUNS_PER_CHUNK, runs.size());
            for (int i = from; i < to; i++) {
              var into = buffer.asSlice(0, (long) runs.length(i) * BlockDevice.BLOCK_SIZE);
              if (!device.read(runs.first(i), into).isEmpty()) {
                unreadable.incrementAndGet();
              }
            }
          });
      long nanoseconds = System.nanoTime() - start;
      if (unreadable.get() != 0) {
        throw new IllegalStateException(unreadable + " reads failed; the time means nothing");
      }
      return nanoseconds;
    }
  }

  private static void copy(BlockDevice device, MetadataBlocks runs, Path target)
      throws DeviceException {
    try (var flat = FileDevice.create(target, runs.blocks(), Caching.PAGE_CACHE);
        Arena arena = Arena.ofConfined()) {
      var buffer = BlockBuffers.allocate(arena, LONGEST_RUN_BLOCKS);
      long at = 0;
      for (int i = 0; i < runs.size(); i++) {
        var blocks = buffer.asSlice(0, (long) runs.length(i) * BlockDevice.BLOCK_SIZE);
        if (!device.read(runs.first(i), blocks).isEmpty()) {
          throw new IllegalStateException("a block could not be read; the copy means nothing");
        }
        flat.write(at, blocks);
        at += runs.length(i);
      }
      flat.flush();
    }
  }
}
