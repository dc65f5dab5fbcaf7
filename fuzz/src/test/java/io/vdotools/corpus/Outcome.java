package io.vdotools.corpus;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckResult;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.BlockDevice;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.Volume;
import io.vdotools.problem.ProblemCode;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What became of a damaged volume.
 *
 * @param extent how much of it could be checked, or that it is no volume
 * @param codes what a thorough check found
 * @param reading what of its content could be read
 */
record Outcome(String extent, Set<ProblemCode> codes, String reading) {
  static Outcome of(Specimen specimen, BlockDevice damaged) {
    String reading = reading(specimen, damaged);
    try {
      var result =
          VolumeCheck.run(damaged, CheckOptions.standard().withLevel(CheckOptions.Level.THOROUGH));
      return new Outcome(name(result.extent()), Set.copyOf(result.findings().codes()), reading);
    } catch (NotAVolumeException _) {
      return new Outcome("no-volume", Set.of(), reading);
    }
  }

  private static String name(CheckResult.Extent extent) {
    return extent.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String reading(Specimen specimen, BlockDevice damaged) {
    try {
      var volume = LogicalVolume.open(Volume.open(damaged));
      return Content.of(volume).comparedTo(Content.ofSound(specimen.volume())).toString();
    } catch (VdoException _) {
      return "unreadable";
    }
  }

  @Override
  public String toString() {
    return extent
        + " "
        + (codes.isEmpty()
            ? "-"
            : new TreeSet<>(codes).stream().map(ProblemCode::id).collect(Collectors.joining(",")))
        + " "
        + reading;
  }
}
