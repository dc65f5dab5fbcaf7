package io.vdotools.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.WalkOptions.Part;
import io.vdotools.format.VolumeState;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.model.CountRun;
import io.vdotools.model.MappingRun;
import io.vdotools.model.PagePlace;
import io.vdotools.model.SuperBlockFields;
import io.vdotools.model.UnreadableCause;
import io.vdotools.model.UnreadablePage;
import io.vdotools.model.VisitorRules;
import io.vdotools.testing.DumpSchema;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.RecordedVisit;
import io.vdotools.testing.RecoveredState;
import io.vdotools.testing.Segments;
import io.vdotools.xml.XmlReader;
import io.vdotools.xml.XmlWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeWalkTest {
  private static final long LEAF = 680_209;

  static Stream<GoldenVolume> golden() {
    return GoldenVolume.all();
  }

  private static RecordedVisit walk(BlockDevice device, WalkOptions options) throws VdoException {
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
  void everyGoldenVolumeIsToldByTheRulesAndComesBackFromXml(GoldenVolume volume)
      throws VdoException {
    var told = walk(volume.copy(), WalkOptions.WHOLE.withParts(EnumSet.allOf(Part.class)));

    var bytes = new ByteArrayOutputStream();
    told.replay(new XmlWriter(bytes, "memory"));
    assertThat(DumpSchema.fault(bytes.toByteArray())).isEmpty();
    var read = new RecordedVisit();
    XmlReader.read(new ByteArrayInputStream(bytes.toByteArray()), "memory", read);
    assertThat(read.calls()).isEqualTo(told.calls());
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "churn", "saturated", "dirty-zones", "v1-dirty"})
  void mappingsAreThoseOfASlowReader(String name) throws VdoException {
    var volume = GoldenVolume.load(name);
    var state = RecoveredState.of(volume.copy());
    long logical = volume.superBlock().vdo().config().logicalBlocks();
    long[] expected = new long[Math.toIntExact(logical)];
    for (int lbn = 0; lbn < logical; lbn++) {
      expected[lbn] = state.mapping(lbn);
    }

    long[] told = new long[expected.length];
    for (var run : walk(volume.copy(), WalkOptions.WHOLE).all(MappingRun.class)) {
      for (long i = 0; i < run.count(); i++) {
        told[(int) (run.firstLbn() + i)] = run.entry(i).pack();
      }
    }

    assertThat(told).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dirty-young", "dirty-zones", "v1-dirty", "recovering"})
  void aDirtyVolumeIsToldAsTheDriverRecoversIt(String name) throws VdoException {
    var dirty = walk(GoldenVolume.load(name).copy(), WalkOptions.WHOLE);
    var recovered = walk(GoldenVolume.load(name + "-recovered").copy(), WalkOptions.WHOLE);

    assertThat(withoutSuperBlock(dirty)).isEqualTo(withoutSuperBlock(recovered));
    var byUs = dirty.all(SuperBlockFields.class).getFirst();
    var byDriver = recovered.all(SuperBlockFields.class).getFirst();
    assertThat(byUs.state()).isEqualTo(VolumeState.CLEAN);
    assertThat(byUs.journal().logicalBlocksUsed())
        .isEqualTo(byDriver.journal().logicalBlocksUsed());
    assertThat(byUs.journal().blockMapDataBlocks())
        .isEqualTo(byDriver.journal().blockMapDataBlocks());
    assertThat(byUs.completeRecoveries()).isEqualTo(byDriver.completeRecoveries());
  }

  private static List<Object> withoutSuperBlock(RecordedVisit visit) {
    return visit.calls().stream().filter(call -> !(call instanceof SuperBlockFields)).toList();
  }

  private static MemoryDevice smallWithoutALeaf() throws VdoException {
    var device = GoldenVolume.load("small").copy();
    device.write(LEAF, Segments.zeros(BlockDevice.BLOCK_SIZE));
    return device;
  }

  @Test
  void aDamagedVolumeIsRefusedBeforeAnythingIsTold() throws VdoException {
    var visit = new RecordedVisit();
    var volume = LogicalVolume.open(Volume.open(smallWithoutALeaf()));
    try (var parallel = new Parallel(1, 1, System::nanoTime)) {
      var walk = new VolumeWalk(volume, WalkOptions.WHOLE, parallel, VolumeWalk.Progress.NONE);

      assertThatThrownBy(() -> walk.run(visit))
          .isInstanceOf(VolumeDamagedException.class)
          .hasMessageContaining("90 logical blocks in use have lost their mapping");
    }
    assertThat(visit.calls()).isEmpty();
  }

  @Test
  void countsThatCannotBeReadMatterToWhomTheyAreToldAlone() throws VdoException {
    var small = GoldenVolume.load("small");
    long counts = small.slabs().referenceStart(0);
    var whole = walk(small.copy(), WalkOptions.WHOLE.withParts(EnumSet.of(Part.BLOCK_MAP)));
    var device = FaultyDevice.over(small.copy(), new Fault.UnreadableBlock(counts));

    var map = walk(device, WalkOptions.WHOLE.withParts(EnumSet.of(Part.BLOCK_MAP)));
    assertThat(map.calls()).isEqualTo(whole.calls());
    assertThatThrownBy(() -> walk(device, WalkOptions.WHOLE))
        .isInstanceOf(VolumeDamagedException.class)
        .hasMessageContaining("reference count block at PBN " + counts + " cannot be read");
  }

  @Test
  void theBestReadingTellsWhatIsLostAndAllElse() throws VdoException {
    var whole = walk(GoldenVolume.load("small").copy(), WalkOptions.WHOLE);
    var page =
        whole.all(PagePlace.class).stream().filter(p -> p.pbn() == LEAF).findFirst().orElseThrow();
    long first = page.firstLbn(60);

    var best = walk(smallWithoutALeaf(), WalkOptions.WHOLE.withBestReading(true));

    assertThat(best.all(UnreadablePage.class))
        .containsExactly(new UnreadablePage(page, UnreadableCause.NOT_A_PAGE));
    assertThat(best.all(MappingRun.class))
        .isEqualTo(
            whole.all(MappingRun.class).stream()
                .filter(run -> run.firstLbn() < first || run.firstLbn() >= first + 812)
                .toList());
  }

  @Test
  void onlyCountsThatDifferAreTold() throws VdoException {
    var volume = GoldenVolume.load("small");
    var device = volume.copy();
    long pbn = volume.slabs().referenceStart(0);
    var block = new ReferenceBlock(Segments.zeros(BlockDevice.BLOCK_SIZE));
    device.read(pbn, block.bytes());
    int before = block.count(1000);
    block.setCount(1000, before + 5);
    device.write(pbn, block.bytes());

    assertThat(walk(device, WalkOptions.WHOLE).all(CountRun.class))
        .containsExactly(new CountRun(volume.slabs().slabStart(0) + 1000, 1, before + 5));
  }

  @Test
  void aRangeOfLbnsIsCutOutOfTheWhole() throws VdoException {
    var volume = GoldenVolume.load("small");
    var whole = walk(volume.copy(), WalkOptions.WHOLE).all(MappingRun.class);

    var some =
        walk(
                volume.copy(),
                WalkOptions.WHOLE.withParts(EnumSet.of(Part.BLOCK_MAP)).withLbns(101_550, 101_600))
            .all(MappingRun.class);

    assertThat(some.stream().mapToLong(MappingRun::count).sum())
        .isEqualTo(
            whole.stream()
                .flatMapToLong(
                    run -> LongStream.range(run.firstLbn(), run.firstLbn() + run.count()))
                .filter(lbn -> lbn >= 101_550 && lbn < 101_600)
                .count())
        .isPositive();
  }
}
