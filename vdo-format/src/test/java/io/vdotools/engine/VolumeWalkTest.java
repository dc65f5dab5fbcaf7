package io.vdotools.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.model.VisitorRules;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.RecordedVisit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VolumeWalkTest {
  static Stream<GoldenVolume> golden() {
    return GoldenVolume.all();
  }

  static RecordedVisit walk(BlockDevice device, WalkOptions options) throws VdoException {
    var visit = new RecordedVisit();
    try (var parallel = new Parallel(2, 2, System::nanoTime)) {
      new VolumeWalk(
              LogicalVolume.open(Volume.open(device)), options, parallel, VolumeWalk.Progress.NONE)
          .run(new VisitorRules(visit));
    }
    return visit;
  }

  @ParameterizedTest
  @MethodSource("golden")
  void everyGoldenVolumeIsToldByTheRules(GoldenVolume volume) throws VdoException {
    var visit = walk(volume.copy(), WalkOptions.WHOLE);

    assertThat(visit.calls()).hasSizeGreaterThan(7);
  }
}
