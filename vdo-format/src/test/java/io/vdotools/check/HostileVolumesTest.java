package io.vdotools.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.damage.Area;
import io.vdotools.engine.damage.Damage;
import io.vdotools.engine.damage.StructFields;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.Limits;
import io.vdotools.format.PartitionId;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.depot.SlabConfig;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.problem.ProblemCode;
import io.vdotools.testing.Segments;
import io.vdotools.testing.VolumeBuilder;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.jspecify.annotations.Nullable;

/**
 * Whatever a device holds, a check ends soon, with findings or with the word that it is no volume.
 */
class HostileVolumesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final List<VolumeImage> VOLUMES =
      List.of(
          VolumeImages.clean(),
          VolumeImages.recovering(),
          VolumeImages.crashed(JournalFormat.CURRENT),
          VolumeImages.crashed(JournalFormat.V1),
          VolumeImages.everyKind()
              .crashAfterHere()
              .plainRange(100, 300)
              .state(VolumeState.FORCE_REBUILD)
              .build());

  /** Checks; {@return what was found, nothing if it is no volume}. */
  private static @Nullable CheckResult check(BlockDevice device) {
    return assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          try {
            return VolumeCheck.run(
                device,
                CheckOptions.standard().withLevel(CheckOptions.Level.THOROUGH).withThreads(2, 2));
          } catch (NotAVolumeException e) {
            assertThat(e.getMessage()).isNotBlank();
            return null;
          }
        });
  }

  @Provide
  Arbitrary<VolumeImage> volumes() {
    return Arbitraries.of(VOLUMES);
  }

  @Property(tries = 60)
  void randomBytesInMetadataEndNothing(
      @ForAll("volumes") VolumeImage image, @ForAll Area area, @ForAll long seed) {
    fillAtRandom(image, List.of(area), seed);
  }

  @Tag("long")
  @Property(tries = 5000)
  void randomBytesInAllMetadataEndNothing(
      @ForAll("volumes") VolumeImage image, @ForAll List<Area> areas, @ForAll long seed) {
    fillAtRandom(image, areas, seed);
  }

  private static void fillAtRandom(VolumeImage image, List<Area> areas, long seed) {
    var random = new SplittableRandom(seed);
    Damage all = (_, _) -> {};
    for (var area : areas) {
      for (long pbn : image.areas().blocks(area)) {
        if (random.nextBoolean()) {
          // From some byte on, so that headers survive now and then.
          int from = random.nextBoolean() ? 0 : random.nextInt(BlockDevice.BLOCK_SIZE);
          long blockSeed = random.nextLong();
          all =
              all.and(
                  Damage.edit(
                      _ -> pbn,
                      block ->
                          block
                              .asSlice(from)
                              .copyFrom(
                                  Segments.random(blockSeed, (int) block.byteSize() - from))));
        }
      }
    }
    check(image.with(all).device());
  }

  @Provide
  Arbitrary<String> superBlockFields() {
    return Arbitraries.of(paths(SuperBlock.STRUCT, "", new ArrayList<>()));
  }

  private static List<String> paths(Struct struct, String prefix, List<String> into) {
    for (var field : struct.fields()) {
      if (field instanceof Field.Nested nested) {
        paths(nested.struct(), prefix + field.name() + ".", into);
      } else {
        into.add(prefix + field.name());
      }
    }
    return into;
  }

  @Provide
  Arbitrary<Long> values() {
    return Arbitraries.oneOf(
        Arbitraries.longs(),
        Arbitraries.longs().between(0, 1 << 16),
        Arbitraries.integers().between(0, 63).map(shift -> 1L << shift),
        Arbitraries.integers().between(0, 63).map(shift -> (1L << shift) - 1),
        Arbitraries.of(-1L, Long.MAX_VALUE, Long.MIN_VALUE, Limits.PHYSICAL_BLOCKS));
  }

  @Property(tries = 150)
  void anyFieldOfTheSuperBlockMayHoldAnything(
      @ForAll("volumes") VolumeImage image,
      @ForAll("superBlockFields") String field,
      @ForAll("values") long value) {
    check(image.with(Damage.superBlockField(field, value)).device());
  }

  @Property(tries = 100)
  void anyTwoFieldsOfTheSuperBlockMayHoldAnything(
      @ForAll("superBlockFields") String field,
      @ForAll("values") long value,
      @ForAll("superBlockFields") String other,
      @ForAll("values") long otherValue) {
    check(
        VOLUMES
            .getFirst()
            .with(
                Damage.superBlockField(field, value).and(Damage.superBlockField(other, otherValue)))
            .device());
  }

  @Provide
  Arbitrary<String> geometryFields() {
    return Arbitraries.of(
        paths(GeometryBlock.STRUCT_5, "", new ArrayList<>()).stream()
            .filter(field -> !field.startsWith("header.version"))
            .toList());
  }

  @Property(tries = 60)
  void anyFieldOfTheGeometryBlockMayHoldAnything(
      @ForAll("geometryFields") String field, @ForAll("values") long value) {
    check(VOLUMES.getFirst().with(Damage.geometryField(field, value)).device());
  }

  @Property(tries = 40)
  void anyEntryOfAnyPageMayHoldAnything(@ForAll("volumes") VolumeImage image, @ForAll long seed) {
    var random = new SplittableRandom(seed);
    Damage all = (_, _) -> {};
    var slabs = image.areas().slabs();
    for (var area : List.of(Area.ROOT, Area.INTERIOR, Area.LEAF)) {
      for (long pbn : image.areas().blocks(area)) {
        long pageSeed = random.nextLong();
        all =
            all.and(
                Damage.edit(
                    _ -> pbn,
                    block -> {
                      var entries = new SplittableRandom(pageSeed);
                      var page = new BlockMapPage(block);
                      for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
                        long target = slabs.firstBlock() + entries.nextLong(slabs.totalBlocks());
                        page.setEntry(slot, BlockMapEntry.pack(target, entries.nextInt(3)));
                      }
                    }));
      }
    }
    check(image.with(all).device());
  }

  /** 812 entries to one child on every level, as many LBNs as there can be. */
  @Example
  void aTreeThatNamesOnePageFromEverywhereIsWalkedOnce() {
    var image =
        VolumeBuilder.ofSlabs(3, Limits.LOGICAL_BLOCKS).plainRange(0, 812).zero(60 * 812).build();
    Damage all = (_, _) -> {};
    for (int height = 1; height <= 4; height++) {
      int at = height;
      long child = BlockMapEntry.pack(image.page(0, height - 1), 1);
      for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
        int here = slot;
        all = all.and(Damage.slot(0, at, _ -> here, _ -> child));
      }
    }
    for (int tree = 1; tree < 60; tree++) {
      int to = tree;
      all = all.and(Damage.copy(areas -> areas.page(0, 4), areas -> areas.page(0, 4) + to));
      all =
          all.and(
              Damage.edit(
                  areas -> areas.page(0, 4) + to,
                  block ->
                      StructFields.set(BlockMapPage.STRUCT, block, "pbn", image.page(0, 4) + to)));
    }
    var result = check(image.with(all).device());

    assertThat(result).isNotNull();
    assertThat(result.extent()).isEqualTo(CheckResult.Extent.COMPLETE);
    assertThat(result.tally().leafPages()).isEqualTo(1);
    assertThat(result.tally().interiorPages()).isEqualTo(3);
  }

  /** The largest volume that there can be, on a device that holds zeros only. */
  @Example
  void theLargestVolumeIsCheckedInTheMemoryOfItsOptions() {
    var small = VolumeBuilder.ofSlabs(3, Limits.LOGICAL_BLOCKS).build();
    long slabBlocks = Limits.MAXIMUM_SLAB_BLOCKS;
    long first = small.areas().slabs().firstBlock();
    int slabs = 8190;
    long end = first + slabs * slabBlocks;
    var config = SlabConfig.of(slabBlocks, 224);
    var damage =
        Damage.superBlockField("vdo.config.slab_size", slabBlocks)
            .and(Damage.superBlockField("slab_depot.slab_config.slab_blocks", slabBlocks))
            .and(Damage.superBlockField("slab_depot.slab_config.data_blocks", config.dataBlocks()))
            .and(
                Damage.superBlockField(
                    "slab_depot.slab_config.reference_count_blocks", config.referenceCountBlocks()))
            .and(Damage.superBlockField("slab_depot.last_block", end))
            .and(Damage.partitionField(PartitionId.SLAB_DEPOT, "count", slabs * slabBlocks))
            .and(Damage.partitionField(PartitionId.RECOVERY_JOURNAL, "offset", end))
            .and(Damage.partitionField(PartitionId.SLAB_SUMMARY, "offset", end + 16))
            .and(Damage.superBlockField("vdo.config.physical_blocks", end + 80));
    var changed = small.with(damage).device();
    var device = MemoryDevice.ofBlocks(Limits.PHYSICAL_BLOCKS);
    for (long pbn = 0; pbn < first; pbn++) {
      device.put(pbn, changed.block(pbn));
    }
    var result =
        assertTimeoutPreemptively(PATIENCE, () -> VolumeCheck.run(device, CheckOptions.standard()));

    assertThat(result.extent()).isEqualTo(CheckResult.Extent.COMPLETE);
    assertThat(result.tally().freeBlocks()).isEqualTo(slabs * config.dataBlocks());
  }

  /** A journal that claims most of the largest device is not read to its end. */
  @Example
  void aJournalOfImpossibleLengthIsNotBelieved() {
    long blocks = 1L << 35;
    var image =
        VolumeImages.crashed(JournalFormat.CURRENT)
            .with(
                Damage.superBlockField("vdo.config.recovery_journal_size", blocks)
                    .and(Damage.partitionField(PartitionId.RECOVERY_JOURNAL, "count", blocks))
                    .and(
                        Damage.superBlockField(
                            "vdo.config.physical_blocks", Limits.PHYSICAL_BLOCKS)));
    var device = MemoryDevice.ofBlocks(Limits.PHYSICAL_BLOCKS);
    for (long pbn = 0; pbn < image.device().blockCount(); pbn++) {
      device.put(pbn, image.device().block(pbn));
    }

    var result = check(device);

    assertThat(result).isNotNull();
    assertThat(result.extent()).isEqualTo(CheckResult.Extent.LAYOUT_ONLY);
    assertThat(result.findings().count(ProblemCode.RECOVERY_JOURNAL_SIZE)).isEqualTo(1);
  }
}
