package io.vdotools.tool.image;

import static io.vdotools.cli.Invocation.changes;
import static io.vdotools.cli.Invocation.word;

import io.vdotools.VdoException;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.CrashOutcome;
import io.vdotools.device.DeviceClaim;
import io.vdotools.device.DeviceException;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.device.PendingSector;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.engine.EngineException;
import io.vdotools.format.BlockSize;
import io.vdotools.tool.image.Workload.Reached;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code crash}: a workload in the midst of which power goes.
 *
 * @param options the workload
 * @param atWrite at which write to the device, from 1; 0 to let the seed choose
 * @param unflushed what becomes of writes that no flush covered
 */
record CrashStep(WorkloadOptions options, long atWrite, Unflushed unflushed) implements Step {
  // What they write is kept in memory until it is known which of it lasts.
  private static final long MOST_OPERATIONS = 50_000;
  private static final String AT_WRITE = "--at-write";
  private static final String UNFLUSHED = "--unflushed";

  /** What becomes of writes that no flush covered. */
  enum Unflushed {
    /** Each sector of 512 bytes is kept or lost on its own. */
    TORN,
    /** Each block is kept or lost as a whole. */
    DROPPED,
    /** All are lost. */
    LOST,
    /** All are kept. */
    KEPT;

    static Unflushed parse(String text) {
      for (var one : values()) {
        if (one.name().toLowerCase(Locale.ROOT).equals(text)) {
          return one;
        }
      }
      throw new TypeConversionException("'" + text + "' is none of torn, dropped, lost and kept");
    }

    CrashOutcome outcome(long seed, List<PendingSector> pending) {
      return switch (this) {
        case TORN -> CrashOutcome.ofSeed(seed, pending);
        case LOST -> CrashOutcome.ALL_LOST;
        case KEPT -> CrashOutcome.ALL_KEPT;
        case DROPPED -> {
          var random = new SplittableRandom(seed);
          var kept = new HashMap<Long, Integer>();
          yield sector ->
              Math.min(
                  sector.writes().size(),
                  kept.computeIfAbsent(
                      sector.block(), _ -> random.nextInt(sector.writes().size() + 1)));
        }
      };
    }
  }

  static StepKind kind() {
    var all = new ArrayList<OptionSpec>(WorkloadOptions.options());
    all.add(
        StepKind.number(
            AT_WRITE,
            "N",
            "Stop at this write to the device, from 1. Default: one of all, by the seed."));
    all.add(
        OptionSpec.builder(UNFLUSHED)
            .paramLabel("HOW")
            .type(Unflushed.class)
            .converters(Unflushed::parse)
            .description(
                "What becomes of writes that no flush covered: torn (the default; each sector is"
                    + " kept or lost on its own), dropped (each block as a whole), lost or kept"
                    + " (all of them).")
            .build());
    return new StepKind(
        "crash",
        "Does what fill does with the same options, and stops in its midst as if power were cut."
            + " The volume is left dirty, for a driver, or vdo_check, to recover. It is worked"
            + " out in memory, for at most "
            + MOST_OPERATIONS
            + " operations.",
        List.of(),
        all,
        true,
        "crash volume.img --seed 7 --count 5000 --flush-every 100",
        Invocation.of(
            word("crash"),
            changes(Content.VOLUME),
            word("--seed"),
            word("7"),
            word("--count"),
            word("50")),
        CrashStep::of);
  }

  private static CrashStep of(ParseResult arguments) {
    if (arguments.hasMatchedOption(AT_WRITE) && StepKind.value(arguments, AT_WRITE, 0) == 0) {
      throw StepKind.wrong(
          arguments, "invalid value for option '" + AT_WRITE + "': writes are counted from 1");
    }
    return new CrashStep(
        WorkloadOptions.of(arguments),
        StepKind.value(arguments, AT_WRITE, 0),
        arguments.matchedOptionValue(UNFLUSHED, Unflushed.TORN));
  }

  @Override
  public void check(Prospect prospect) throws VdoException {
    if (options.workload().count() > MOST_OPERATIONS) {
      throw new StepException(
          "a crash is worked out in memory, for at most %d operations; fill first, and crash with"
                  .formatted(MOST_OPERATIONS)
              + " fewer");
    }
    options.check(prospect);
  }

  @Override
  public ExitStatus run(Path path, Console console) throws VdoException {
    try (var claim = DeviceClaim.of(path);
        var device = claim.open()) {
      var crash = crash(device);
      console
          .out()
          .printf(
              "%s: crashed at write %d of %d; operations before %d are durable, those from %d on"
                  + " were not begun%n",
              path, crash.atWrite, crash.writes, crash.reached.durable(), crash.reached.begun());
    }
    return ExitStatus.OK;
  }

  /**
   * How it went.
   *
   * @param atWrite the write at which power went
   * @param writes how many there would have been
   * @param reached how far the workload had come
   */
  record Crash(long atWrite, long writes, Reached reached) {}

  /** Crashes a volume. Nothing is written to it before it is known how it is left. */
  Crash crash(WritableBlockDevice device) throws VdoException {
    long seed = options.workload().seed();
    long writes = countWrites(device);
    if (atWrite > writes) {
      throw new StepException(
          "%s: there are only %d writes to stop at; choose one, or give more operations"
              .formatted(device.name(), writes));
    }
    var random = new SplittableRandom(seed);
    long chosen = random.nextLong(1, writes + 1);
    long at = atWrite == 0 ? chosen : atWrite;
    var flushed = OverlayDevice.over(device);
    var disk = FaultyDevice.withVolatileCache(flushed, new Fault.PowerCutAtWrite(at));
    var reached = new Reached();
    work(disk, reached);
    if (!disk.isPowerOff()) {
      throw new IllegalStateException("write " + at + " of " + writes + " did not come");
    }
    var left = disk.crash(unflushed.outcome(random.nextLong(), disk.pendingSectors()));
    apply(flushed, device);
    apply(left, device);
    device.flush();
    return new Crash(at, writes, reached);
  }

  private long countWrites(BlockDevice device) throws VdoException {
    var disk = FaultyDevice.over(OverlayDevice.over(device));
    work(disk, new Reached());
    return disk.writeCount();
  }

  /** Does the workload and stops the volume, as far as the power lasts. */
  private void work(FaultyDevice disk, Reached reached) throws VdoException {
    try {
      var session = Session.open(disk, options.choice(), options.workload().seed());
      try {
        options.on(session.volume().sizeBytes() / BlockSize.BLOCK).run(session, reached, _ -> {});
        session.close();
      } finally {
        session.stop();
      }
    } catch (EngineException | DeviceException e) {
      if (!disk.isPowerOff()) {
        throw e;
      }
    }
  }

  private static void apply(OverlayDevice from, WritableBlockDevice to) throws DeviceException {
    var block = MemorySegment.ofArray(new byte[BlockSize.BLOCK]);
    for (long pbn : from.changedBlocks()) {
      from.read(pbn, block).orThrow(from);
      to.write(pbn, block);
    }
  }
}
