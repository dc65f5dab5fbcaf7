package io.vdotools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.engine.Volume;
import io.vdotools.problem.ProblemCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A build does not look at what commands make of the volume that they are trained with. */
class TrainingVolumeTest {
  @TempDir private Path folder;

  @Test
  void itIsSoundAndFull() throws VdoException {
    Path image = folder.resolve("large");

    TrainingVolume.make(image);

    try (var device = FileDevice.open(image, Access.READ)) {
      var findings = VolumeCheck.run(device, Machine.checkOptions()).findings();
      assertThat(findings.codes()).allMatch(code -> !findings.worst(code).isDefect());
      assertThat(Volume.open(device).superBlock().recoveryJournal().logicalBlocksUsed())
          .isGreaterThan(990_000);
    }
  }

  @Test
  void theDamagedOneHasLostLeavesAndNothingElse() throws VdoException {
    Path image = folder.resolve("damaged");

    TrainingVolume.makeDamaged(image);

    try (var device = FileDevice.open(image, Access.READ)) {
      var findings = VolumeCheck.run(device, Machine.checkOptions()).findings();
      assertThat(findings.count(ProblemCode.PAGE_LOST)).isEqualTo(13);
      assertThat(findings.codes())
          .containsExactlyInAnyOrder(
              ProblemCode.PAGE_LOST, ProblemCode.COUNT_TOO_HIGH, ProblemCode.LOGICAL_BLOCKS_USED);
    }
  }
}
