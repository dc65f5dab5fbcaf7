package io.vdotools.check;

import io.vdotools.device.BlockDevice;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.RootEvidence;
import io.vdotools.engine.SlabStates;
import io.vdotools.engine.Volume;
import io.vdotools.engine.Workers;
import io.vdotools.problem.Findings;
import io.vdotools.problem.ProblemCode;

/**
 * Checks a volume, from its first block to its last reference count.
 *
 * <p>Nothing is written. A read error is a finding about its block; the run goes on as far as
 * anything can still be found. A dirty volume is judged as the driver's recovery would leave it.
 */
public final class VolumeCheck {
  private static final Tally NOTHING = new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  private VolumeCheck() {}

  /** {@return what a check of a device finds, without progress} */
  public static CheckResult run(BlockDevice device, CheckOptions options)
      throws NotAVolumeException {
    return run(device, options, CheckProgress.NONE);
  }

  /**
   * Checks a volume.
   *
   * @param device the backing device
   * @param options how thoroughly
   * @param progress learns how far the check has come
   * @return what was found
   * @throws NotAVolumeException if there is neither a geometry block nor a super block
   */
  public static CheckResult run(BlockDevice device, CheckOptions options, CheckProgress progress)
      throws NotAVolumeException {
    try (var workers = options.workers()) {
      return run(device, options, progress, workers);
    }
  }

  /**
   * Checks a volume, with threads and memory that others used before.
   *
   * @param device the backing device
   * @param options how thoroughly
   * @param progress learns how far the check has come
   * @param workers as many as the {@linkplain CheckOptions#workers options} ask for
   * @return what was found
   * @throws NotAVolumeException if there is neither a geometry block nor a super block
   */
  public static CheckResult run(
      BlockDevice device, CheckOptions options, CheckProgress progress, Workers workers)
      throws NotAVolumeException {
    var volume = Volume.open(device);
    var findings = new Findings(options.keptPerCode());
    var judgement = Judgement.of(volume.superBlock().vdo().state());
    GeometryPass.run(volume, findings);
    boolean isFindable = SuperBlockPass.run(volume, findings) && LayoutPass.run(volume, findings);
    if (findings.count(ProblemCode.DEVICE_TOO_SMALL) > 0
        || (volume.hasSuperBlock() && isMixed(volume))) {
      return new CheckResult(volume, judgement, CheckResult.Extent.IMPOSSIBLE, findings, NOTHING);
    }
    if (!isFindable) {
      return new CheckResult(volume, judgement, CheckResult.Extent.LAYOUT_ONLY, findings, NOTHING);
    }
    var context = context(volume, options, findings, progress, workers, judgement);
    return new CheckResult(
        volume, judgement, CheckResult.Extent.COMPLETE, findings, checkStructures(context));
  }

  /** Whether the super block belongs to another volume than the geometry block and the roots do. */
  private static boolean isMixed(Volume volume) {
    return volume.geometry().hasMagic()
        && volume.geometryFormat().isSupported()
        && volume.geometry().nonce() != volume.nonce()
        && !RootEvidence.supports(volume, volume.nonce());
  }

  private static CheckContext context(
      Volume volume,
      CheckOptions options,
      Findings findings,
      CheckProgress progress,
      Workers workers,
      Judgement judgement) {
    var slabs = volume.slabs().orElseThrow();
    var states =
        SlabStates.read(
            volume.device(),
            volume.summaryStart().orElseThrow(),
            slabs,
            volume.superBlock().slabDepot().zoneCount());
    return new CheckContext(
        volume,
        options,
        findings,
        progress,
        workers.parallel(),
        workers.counterMemory(),
        judgement,
        slabs,
        volume.forest().orElseThrow(),
        states,
        judgement.hasCounts() ? states.entries() : SlabStates.unused(slabs));
  }

  private static Tally checkStructures(CheckContext context) {
    SummaryPass.run(context);
    if (context.options().level() == CheckOptions.Level.QUICK) {
      return NOTHING;
    }
    var journal = JournalPass.run(context);
    if (context.judgement() == Judgement.NEW) {
      NewVolumePass.run(context);
      return NOTHING;
    }
    return ReferencePass.run(context, journal);
  }
}
