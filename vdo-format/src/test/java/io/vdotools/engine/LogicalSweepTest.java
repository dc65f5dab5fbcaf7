package io.vdotools.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockErrors;
import io.vdotools.engine.LogicalSweep.Order;
import io.vdotools.engine.damage.Damage;
import io.vdotools.engine.damage.StructFields;
import io.vdotools.format.BlockSize;
import io.vdotools.format.Limits;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.compress.CompressedBlock;
import io.vdotools.format.compress.Fragments;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.testing.BlockHash;
import io.vdotools.testing.Gathered;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.RecoveredState;
import io.vdotools.testing.VolumeBuilder;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LogicalSweepTest {
  @ParameterizedTest
  @EnumSource(Order.class)
  void smallReadsAsTheDriverReadIt(Order order) throws VdoException {
    var small = GoldenVolume.load("small");
    var expected = BlockHash.ofSmall();
    var state = RecoveredState.of(small.copy());

    var gathered = Gathered.all(small.copy(), order, 2);

    long compared = 0;
    for (int lbn = 0; lbn < expected.length; lbn++) {
      var entry = BlockMapEntry.unpack(state.mapping(lbn));
      boolean isPlain = entry.state() == MappingState.UNCOMPRESSED && entry.pbn() != 0;
      if (!isPlain || small.storedBlocks().contains(entry.pbn())) {
        assertThat(gathered.hash(lbn)).as("LBN %d, %s", lbn, entry).isEqualTo(expected[lbn]);
        compared++;
      }
    }
    assertThat(compared).isEqualTo(130_297);
    assertThat(gathered.losses()).isEmpty();
    assertThat(gathered.suspects()).filteredOn(loss -> loss.height() < 4).isEmpty();
    assertThat(gathered.mapped()).isEqualTo(state.usage().logicalBlocks());
  }

  /** Where the fixture has no data, a block stands for itself: its content tells its PBN. */
  private record NumberedBlocks(BlockDevice base) implements BlockDevice {
    @Override
    public String name() {
      return base.name();
    }

    @Override
    public long sizeBytes() {
      return base.sizeBytes();
    }

    @Override
    public BlockErrors read(long firstBlock, MemorySegment into) {
      var errors = base.read(firstBlock, into);
      for (long at = 0; at < into.byteSize(); at += BlockSize.BLOCK) {
        var block = into.asSlice(at, BlockSize.BLOCK);
        if (firstBlock > 0 && BlockHash.of(block) == 0) {
          block.set(ValueLayout.JAVA_LONG_UNALIGNED, 256, -(firstBlock + at / BlockSize.BLOCK));
        }
      }
      return errors;
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @CsvSource({
    "dirty-young, 4",
    "dirty-zones, 4",
    "churn, 4",
    "v1-dirty, 4",
  })
  void aCrashedVolumeReadsAsTheOneThatTheDriverRecovered(String name, int threads)
      throws VdoException {
    var crashed = new NumberedBlocks(GoldenVolume.load(name).copy());
    var recovered = new NumberedBlocks(GoldenVolume.load(name + "-recovered").copy());

    var expected = Gathered.all(recovered, Order.ANY, threads);
    var gathered = Gathered.all(crashed, Order.ANY, threads);

    assertThat(gathered.hashes()).isNotEmpty().isEqualTo(expected.hashes());
    assertThat(gathered.mapped()).isEqualTo(expected.mapped()).isPositive();
    assertThat(LogicalVolume.open(Volume.open(crashed)).view())
        .isEqualTo(LogicalVolume.View.AFTER_RECOVERY);
    assertThat(LogicalVolume.open(Volume.open(crashed)).doubts()).isEmpty();
  }

  @Test
  void aReadOnlyVolumeIsReadWithWhatItsJournalHolds() throws VdoException {
    var volume = new NumberedBlocks(GoldenVolume.load("readonly").copy());
    var state = RecoveredState.of(volume);

    var gathered = Gathered.all(volume, Order.ANY, 2);

    assertThat(gathered.mapped()).isEqualTo(state.mappedBlocks()).isPositive();
    assertThat(LogicalVolume.open(Volume.open(volume)).view())
        .isEqualTo(LogicalVolume.View.WITH_JOURNAL);
  }

  static Stream<VolumeImage> images() {
    return Stream.of(
        VolumeImages.clean(),
        VolumeImages.fresh(),
        VolumeImages.recovering(),
        VolumeImages.crashed(JournalFormat.CURRENT),
        VolumeImages.crashed(JournalFormat.V1),
        VolumeImages.everyKind()
            .crashAfterHere()
            .plainRange(3 * 812, 900)
            .state(VolumeState.FORCE_REBUILD)
            .build(),
        shuffled(1),
        shuffled(2));
  }

  /** Runs, shared blocks, fragments and holes in every neighbourhood. */
  private static VolumeImage shuffled(long seed) {
    var random = new SplittableRandom(seed);
    var builder = VolumeBuilder.small();
    for (int i = 0; i < 400; i++) {
      long lbn = random.nextLong(5000);
      switch (random.nextInt(6)) {
        case 0 -> builder.plainRange(lbn, 1 + random.nextLong(30));
        case 1 -> builder.shared(random.nextLong(5000), lbn, lbn + 1, lbn + 5);
        case 2 -> builder.compressed(lbn, lbn + 1, lbn + 3, lbn + 2);
        case 3 -> builder.zero(lbn, lbn + 9);
        case 4 -> builder.discard(lbn, lbn + 1, lbn + 2);
        default -> builder.plain(199_999 - lbn);
      }
    }
    return builder.build();
  }

  @ParameterizedTest
  @MethodSource("images")
  void everyBlockIsWhatItsMappingNames(VolumeImage image) throws VdoException {
    var state = RecoveredState.of(image.device());
    var expected = new TreeMap<Long, Long>();
    for (long lbn = 0; lbn < image.areas().forest().logicalBlocks(); lbn++) {
      var entry = BlockMapEntry.unpack(state.mapping(lbn));
      if (entry.pbn() != 0) {
        expected.put(lbn, BlockHash.of(content(image, entry)));
      }
    }
    for (var order : Order.values()) {
      for (int threads : new int[] {1, 2, 5}) {
        var gathered = Gathered.all(image.device(), order, threads);

        assertThat(gathered.hashes()).isEqualTo(expected);
        assertThat(gathered.mapped()).isEqualTo(state.mappedBlocks());
        assertThat(gathered.losses()).isEmpty();
        assertThat(gathered.isInOrder() || order == Order.ANY).isTrue();
      }
    }
  }

  private static MemorySegment content(VolumeImage image, BlockMapEntry entry) {
    var block = MemorySegment.ofArray(image.device().block(entry.pbn()));
    if (!MappingState.isCompressed(entry.state())) {
      return block;
    }
    var fragment = new CompressedBlock(block).fragment(MappingState.fragment(entry.state()));
    var content = new byte[BlockSize.BLOCK];
    assertThat(new Fragments().inflate(fragment.orElseThrow(), content)).isTrue();
    return MemorySegment.ofArray(content);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 200000",
    "0, 0",
    "0, 1",
    "3, 4",
    "811, 813",
    "5, 60000",
    "40, 41",
    "48719, 48722",
    "100000, 150000",
    "199998, 200000",
    "200000, 200000",
  })
  void aRangeReadsAsThatPartOfTheWhole(long first, long end) throws VdoException {
    var image = VolumeImages.clean();
    var volume = LogicalVolume.open(Volume.open(image.device()));
    var all = Gathered.all(image.device(), Order.ANY, 2);

    for (var order : Order.values()) {
      var part = Gathered.range(volume, first, end, order, 2);

      assertThat(part.hashes()).isEqualTo(all.hashes().subMap(first, end));
    }
  }

  @Test
  void aRangeOutsideTheLogicalSizeIsAMistakeOfTheCaller() throws VdoException {
    var volume = LogicalVolume.open(Volume.open(VolumeImages.clean().device()));

    for (long[] range : new long[][] {{-1, 5}, {5, 4}, {0, 200_001}}) {
      assertThatThrownBy(() -> Gathered.range(volume, range[0], range[1], Order.ANY, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theLargestLogicalSizeIsSweptInNoTime() throws VdoException {
    long last = Limits.LOGICAL_BLOCKS - 1;
    var image = VolumeBuilder.ofSlabs(3, Limits.LOGICAL_BLOCKS).plain(5, last, 1L << 33).build();

    var gathered = Gathered.all(image.device(), Order.BY_LBN, 2);

    assertThat(gathered.hashes().keySet()).containsExactly(5L, 1L << 33, last);
    assertThat(gathered.losses()).isEmpty();
  }

  @Test
  void aTreeThatNamesOnePageFromEverywhereIsNotSweptForEver() {
    var image = VolumeBuilder.ofSlabs(1, Limits.LOGICAL_BLOCKS).zero(0).build();
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
    var endless = image.with(all).device();

    assertThatThrownBy(() -> Gathered.all(endless, Order.ANY, 2))
        .isInstanceOf(EndlessBlockMapException.class)
        .hasMessageContaining("the same ones again and again; see vdo_check");
  }

  @Test
  void whatTheSinkThrowsEndsTheSweep() throws VdoException {
    var volume = LogicalVolume.open(Volume.open(VolumeImages.clean().device()));
    for (var order : Order.values()) {
      try (var parallel = new Parallel(3, 3, () -> 0)) {
        var sweep = new LogicalSweep(volume, parallel, order);

        assertThatThrownBy(() -> sweep.run(0, 200_000, new Refusing()))
            .isInstanceOf(NotAVolumeException.class)
            .hasMessage("enough");
      }
    }
  }

  private static final class Refusing implements LogicalSink {
    @Override
    public void data(long lbn, MemorySegment blocks) throws NotAVolumeException {
      throw new NotAVolumeException("enough");
    }

    @Override
    public void hole(long lbn, long count) {}

    @Override
    public void lost(long lbn, long count) {}

    @Override
    public void damage(Loss loss) {}

    @Override
    public void suspect(Loss loss) {}

    @Override
    public void advance(long count, long mapped) {}
  }
}
