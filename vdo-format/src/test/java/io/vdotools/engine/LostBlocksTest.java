package io.vdotools.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vdotools.VdoException;
import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.LogicalSweep.Order;
import io.vdotools.engine.damage.Area;
import io.vdotools.engine.damage.Damage;
import io.vdotools.format.Limits;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.testing.BlockHash;
import io.vdotools.testing.Gathered;
import io.vdotools.testing.Segments;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of damage costs the blocks that it must cost, and no other. */
class LostBlocksTest {
  private static final VolumeImage CLEAN = VolumeImages.clean();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static long mapped(long lbn) {
    return mapping(lbn).pbn();
  }

  private static LbnSet below(int tree, int height, long index) {
    var forest = CLEAN.areas().forest();
    return forest.lbnsBelow(tree, height, index).within(0, forest.logicalBlocks()).getFirst();
  }

  private static BlockMapEntry mapping(long lbn) {
    var leaf = CLEAN.device().block(CLEAN.page(lbn, 0));
    return BlockMapEntry.unpack(BlockMapPage.entry(leaf, CLEAN.areas().slot(lbn, 0)));
  }

  /** Sweeps, and finds every block that is not lost as it is on the sound volume. */
  private static Gathered sweep(BlockDevice device) throws VdoException {
    var sound = Gathered.all(CLEAN.device(), Order.ANY, 2);
    var gathered = Gathered.all(device, Order.BY_LBN, 2);
    sound
        .hashes()
        .forEach((lbn, hash) ->
            assertThat(gathered.hash(lbn)).as("LBN %d", lbn).isIn(hash, BlockHash.UNREADABLE));
    assertThat(gathered.hashes().values().stream().filter(hash -> hash == -1).count())
        .isLessThanOrEqualTo(gathered.lostBlocks());
    return gathered;
  }

  private static BlockDevice unreadable(long... pbns) {
    var faults = new ArrayList<Fault>();
    for (long pbn : pbns) {
      faults.add(new Fault.UnreadableBlock(pbn));
    }
    return FaultyDevice.over(CLEAN.device().copy(), faults.toArray(Fault[]::new));
  }

  @Test
  void anUnreadableBlockOfDataCostsTheBlocksMappedToIt() throws VdoException {
    var lonely = sweep(unreadable(mapped(VolumeImages.PLAIN)));
    var shared = sweep(unreadable(mapped(VolumeImages.SHARED)));

    assertThat(lonely.losses())
        .containsExactly(
            new Loss(
                LbnSet.range(VolumeImages.PLAIN, 1),
                LossReason.READ_ERROR,
                mapped(VolumeImages.PLAIN),
                Loss.NO_PAGE));
    assertThat(shared.losses()).extracting(Loss::reason).containsOnly(LossReason.READ_ERROR);
    assertThat(shared.lostBlocks()).isEqualTo(4);
    assertThat(List.of(0L, 10L, 11L, 12L))
        .allMatch(lbn -> shared.hash(lbn) == BlockHash.UNREADABLE);
  }

  @Test
  void neighboursThatCannotBeReadAreOneLoss() throws VdoException {
    long pbn = mapped(VolumeImages.FULL_LEAF + 100);

    assertThat(sweep(unreadable(pbn, pbn + 1, pbn + 2, pbn + 9)).losses())
        .containsExactly(
            new Loss(
                LbnSet.range(VolumeImages.FULL_LEAF + 100, 3),
                LossReason.READ_ERROR,
                pbn,
                Loss.NO_PAGE),
            new Loss(
                LbnSet.range(VolumeImages.FULL_LEAF + 109, 1),
                LossReason.READ_ERROR,
                pbn + 9,
                Loss.NO_PAGE));
  }

  @Test
  void anUnreadableCompressedBlockCostsItsFragments() throws VdoException {
    long pbn = mapped(VolumeImages.COMPRESSED);

    assertThat(sweep(unreadable(pbn)).losses())
        .containsExactly(
            new Loss(
                LbnSet.range(VolumeImages.COMPRESSED, 4),
                LossReason.READ_ERROR,
                pbn,
                Loss.NO_PAGE));
  }

  @Test
  void aDeviceThatEndsEarlyCostsWhatLiesBehindItsEnd() throws VdoException {
    long pbn = mapped(VolumeImages.FULL_LEAF + 500);
    var gathered = sweep(CLEAN.truncated(pbn));

    assertThat(gathered.losses())
        .containsExactly(
            new Loss(
                LbnSet.range(VolumeImages.FULL_LEAF + 500, 312),
                LossReason.BEYOND_END,
                pbn,
                Loss.NO_PAGE));
  }

  static Stream<Arguments> mappings() {
    var areas = CLEAN.areas();
    return Stream.of(
        Arguments.of(BlockMapEntry.pack(mapped(0), MappingState.UNMAPPED), "INVALID_MAPPING"),
        Arguments.of(BlockMapEntry.pack(0, 5), "INVALID_MAPPING"),
        Arguments.of(BlockMapEntry.pack(1, 1), "NOT_A_DATA_BLOCK"),
        Arguments.of(BlockMapEntry.pack(areas.slabs().referenceStart(0), 1), "NOT_A_DATA_BLOCK"),
        Arguments.of(BlockMapEntry.pack(areas.slabs().journalStart(1), 3), "NOT_A_DATA_BLOCK"),
        Arguments.of(BlockMapEntry.pack(areas.slabs().endBlock(), 1), "NOT_A_DATA_BLOCK"),
        Arguments.of(BlockMapEntry.pack((1L << 36) - 1, 1), "NOT_A_DATA_BLOCK"),
        Arguments.of(BlockMapEntry.pack(mapped(1), 2), "NOT_COMPRESSED"),
        Arguments.of(BlockMapEntry.pack(mapped(VolumeImages.COMPRESSED), 6), "BAD_FRAGMENT"),
        Arguments.of(BlockMapEntry.pack(mapped(VolumeImages.COMPRESSED), 15), "BAD_FRAGMENT"));
  }

  @ParameterizedTest
  @MethodSource("mappings")
  void aBadMappingCostsItsBlock(long packed, LossReason reason) throws VdoException {
    var gathered = sweep(CLEAN.with(Damage.mapping(5, packed)).device());

    assertThat(gathered.losses())
        .containsExactly(
            new Loss(LbnSet.range(5, 1), reason, BlockMapEntry.pbn(packed), Loss.NO_PAGE));
  }

  @Test
  void aCompressedBlockWithNonsenseInItCostsWhatDoesNotInflate() throws VdoException {
    long pbn = mapped(VolumeImages.COMPRESSED);
    var nonsense =
        CLEAN
            .with(
                Damage.edit(
                    _ -> pbn,
                    block ->
                        block.asSlice(8, 2).set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) 5000)))
            .device();
    var noVersion =
        CLEAN
            .with(Damage.edit(_ -> pbn, block -> block.set(ValueLayout.JAVA_BYTE, 0, (byte) 7)))
            .device();

    assertThat(sweep(nonsense).losses())
        .containsExactly(new Loss(LbnSet.range(30, 4), LossReason.BAD_FRAGMENT, pbn, Loss.NO_PAGE));
    assertThat(sweep(noVersion).losses())
        .containsExactly(
            new Loss(LbnSet.range(30, 4), LossReason.NOT_COMPRESSED, pbn, Loss.NO_PAGE));
  }

  @Test
  void aPageOfAnyHeightThatCannotBeReadCostsAllBelowIt() throws VdoException {
    for (int height = 0; height <= 4; height++) {
      long pbn = CLEAN.page(0, height);
      int index = height;

      assertThat(sweep(unreadable(pbn)).losses())
          .as("height %d", height)
          .containsExactly(new Loss(below(0, index, 0), LossReason.PAGE_UNREADABLE, pbn, index));
    }
  }

  @Test
  void aMisplacedOrOldPageCostsAllBelowItToo() throws VdoException {
    for (int height = 0; height <= 4; height++) {
      long pbn = CLEAN.page(812, height);
      var lbns = below(1, height, 0);
      var misplaced = CLEAN.with(Damage.pageField(812, height, "pbn", pbn + 1)).device();
      var old = CLEAN.with(Damage.pageField(812, height, "version.minor_version", 0)).device();

      assertThat(sweep(misplaced).losses())
          .containsExactly(new Loss(lbns, LossReason.PAGE_MISPLACED, pbn, height));
      assertThat(sweep(old).losses())
          .containsExactly(new Loss(lbns, LossReason.PAGE_PRE_RELEASE, pbn, height));
    }
  }

  @Test
  void aPageThatIsNoneReadsAsTheDriverReadsItAndIsSuspect() throws VdoException {
    for (int height = 0; height <= 3; height++) {
      long pbn = CLEAN.page(812, height);
      var zeroed = CLEAN.with(Damage.edit(_ -> pbn, block -> block.fill((byte) 0))).device();
      var gathered = Gathered.all(zeroed, Order.ANY, 2);

      assertThat(gathered.losses()).isEmpty();
      assertThat(gathered.hash(812)).isZero();
      assertThat(gathered.suspects())
          .contains(new Loss(below(1, height, 0), LossReason.PAGE_INVALID, pbn, height));
      assertThat(gathered.mapped())
          .isEqualTo(Gathered.all(CLEAN.device(), Order.ANY, 2).mapped() - 812);
    }
  }

  @Test
  void anEntryThatNamesNoPageCostsAllBelowIt() throws VdoException {
    for (int height = 1; height <= 4; height++) {
      var bad =
          CLEAN
              .with(
                  Damage.entry(
                      0, height, areas -> BlockMapEntry.pack(areas.slabs().endBlock() + 5, 1)))
              .device();

      assertThat(sweep(bad).losses())
          .containsExactly(
              new Loss(
                  below(0, height - 1, 0),
                  LossReason.TREE_ENTRY_INVALID,
                  CLEAN.page(0, height),
                  height));
    }
  }

  @Test
  void onlyThePartOfALossInTheRangeIsTold() throws VdoException {
    var volume = LogicalVolume.open(Volume.open(unreadable(CLEAN.page(0, 1))));

    assertThat(Gathered.range(volume, 800, 48_722, Order.ANY, 2).losses())
        .extracting(Loss::lbns)
        .containsExactly(LbnSet.range(800, 12), LbnSet.range(48_720, 2));
  }

  @Test
  void mappingsCanBeCountedWithoutReadingData() throws VdoException {
    for (var image : List.of(CLEAN, VolumeImages.crashed(JournalFormat.V1))) {
      var volume = LogicalVolume.open(Volume.open(image.device()));
      try (var parallel = new Parallel(2, 2, () -> 0)) {
        assertThat(volume.countMapped(parallel))
            .isEqualTo(Gathered.all(image.device(), Order.ANY, 1).mapped())
            .isEqualTo(volume.usedBlocks().orElseThrow());
      }
    }
  }

  @Test
  void whatCastsADoubtOnAllIsTold() throws VdoException {
    long superBlock = CLEAN.areas().volume().superBlockPbn();
    var badChecksum =
        CLEAN
            .with(
                Damage.edit(
                    _ -> superBlock, block -> block.set(ValueLayout.JAVA_BYTE, 34, (byte) 1)))
            .device();
    var noGeometry = CLEAN.with(Damage.edit(_ -> 0, block -> block.fill((byte) 0))).device();
    var image = VolumeImages.crashed(JournalFormat.CURRENT);
    var lostJournal =
        FaultyDevice.over(
            image.device().copy(),
            new Fault.UnreadableBlock(image.areas().journal().firstPbn() + 15));

    assertThat(LogicalVolume.open(Volume.open(CLEAN.device())).doubts()).isEmpty();
    assertThat(LogicalVolume.open(Volume.open(badChecksum)).doubts())
        .containsExactly("the checksum of the super block is wrong");
    assertThat(LogicalVolume.open(Volume.open(noGeometry)).doubts())
        .containsExactly("the geometry block is lost; the super block was found without it");
    assertThat(LogicalVolume.open(Volume.open(lostJournal)).doubts())
        .containsExactly(
            "1 blocks of the recovery journal cannot be read: mappings in them are missing");
  }

  @Provide
  Arbitrary<VolumeImage> volumes() {
    return Arbitraries.of(
        CLEAN, VolumeImages.crashed(JournalFormat.CURRENT), VolumeImages.crashed(JournalFormat.V1));
  }

  @Property(tries = 40)
  void randomBytesInMetadataEndNothing(
      @ForAll("volumes") VolumeImage image, @ForAll Area area, @ForAll long seed) {
    var random = new SplittableRandom(seed);
    Damage all = (_, _) -> {};
    for (long pbn : image.areas().blocks(area)) {
      int from = random.nextBoolean() ? 0 : random.nextInt(BlockDevice.BLOCK_SIZE);
      long blockSeed = random.nextLong();
      all =
          all.and(
              Damage.edit(
                  _ -> pbn,
                  block ->
                      block
                          .asSlice(from)
                          .copyFrom(Segments.random(blockSeed, (int) block.byteSize() - from))));
    }
    survives(image.with(all).device());
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
        Arbitraries.of(-1L, Long.MAX_VALUE, Long.MIN_VALUE, Limits.PHYSICAL_BLOCKS));
  }

  @Property(tries = 100)
  void anyFieldOfTheSuperBlockMayHoldAnything(
      @ForAll("volumes") VolumeImage image,
      @ForAll("superBlockFields") String field,
      @ForAll("values") long value) {
    survives(image.with(Damage.superBlockField(field, value)).device());
  }

  private static void survives(MemoryDevice device) {
    assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          try {
            var volume = LogicalVolume.open(Volume.open(device));
            // All of it would be much where the size is a lie.
            long end = Math.min(volume.logicalBlocks(), 400_000);
            Gathered.range(volume, 0, end, Order.ANY, 2);
          } catch (VdoException e) {
            assertThat(e.getMessage()).isNotBlank();
          }
        });
  }
}
