package io.vdotools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.Volume;
import io.vdotools.engine.VolumeWalk;
import io.vdotools.engine.WalkOptions;
import io.vdotools.model.VisitorRules;
import io.vdotools.model.VolumeVisitor;
import io.vdotools.xml.XmlWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is told of a plan is what a walk tells of the volume that is made of it. */
class PlanTellerTest {
  // Index, super block, roots, small slabs, journal, summary.
  private static final long PHYSICAL_BLOCKS = 1 + 679_127 + 1 + 60 + 24 * 8192L + 32_768 + 64;

  @TempDir Path folder;

  /** Tells a visitor of a volume. */
  private interface Teller {
    void tell(VolumeVisitor visitor) throws VdoException;
  }

  private static String dump(Teller teller) throws VdoException {
    var bytes = new ByteArrayOutputStream();
    teller.tell(new VisitorRules(new XmlWriter(bytes, "memory")));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private String dumpOfVolume(VolumePlan plan) throws VdoException {
    Path image = folder.resolve("volume" + plan.mappings());
    try (var device = FileDevice.create(image, plan.physicalBlocks(), Caching.PAGE_CACHE)) {
      MetadataWriter.write(plan, device);
    }
    try (var device = FileDevice.open(image, Access.READ);
        var parallel = new Parallel(2, 2, System::nanoTime)) {
      var volume = LogicalVolume.open(Volume.open(device));
      return dump(
          new VolumeWalk(volume, WalkOptions.WHOLE, parallel, VolumeWalk.Progress.NONE)::run);
    }
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void theDumpOfAPlanIsThatOfItsVolume(Shape shape) throws VdoException {
    // A part of a page; a part of the first round of trees; and more than a page in each of them.
    for (long mappings : new long[] {1, 50 * 812, 61 * 812 + 5, 123_456}) {
      var plan = new VolumePlan(PHYSICAL_BLOCKS, 200_000, 13, shape, mappings, 3);

      String told = dump(visitor -> PlanTeller.tell(plan, visitor));

      assertThat(told.equals(dumpOfVolume(plan))).as("%s", plan).isTrue();
      assertThat(told.lines().filter(line -> line.contains(" lbn="))).hasSizeGreaterThan(4);
    }
  }
}
