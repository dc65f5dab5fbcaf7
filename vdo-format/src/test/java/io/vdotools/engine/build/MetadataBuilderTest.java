package io.vdotools.engine.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.Volume;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.model.SuperBlockFields;
import io.vdotools.model.VisitorRules;
import io.vdotools.testing.RandomContent;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What is told is what is then on the volume. */
class MetadataBuilderTest {
  private static final int TINY_WINDOW = 8192;

  /** Builds on a device that holds nothing. */
  private static MemoryDevice build(RandomContent content, BuildOptions options)
      throws VdoException {
    return build(content, options, content.pages());
  }

  private static MemoryDevice build(
      RandomContent content, BuildOptions options, Map<RandomContent.Key, Long> places)
      throws VdoException {
    var device = new MemoryDevice[1];
    try (var builder =
        new MetadataBuilder(
            options,
            layout -> {
              device[0] = MemoryDevice.ofBlocks(layout.deviceBlocks());
              return device[0];
            },
            MemoryDevice::ofBlocks)) {
      content.tell(places.equals(content.pages()) ? new VisitorRules(builder) : builder, places);
      assertThat(builder.built().logicalBlocksUsed()).isEqualTo(content.mappings().size());
      assertThat(builder.built().blockMapPages()).isEqualTo(content.pages().size());
    }
    return device[0];
  }

  private static void assertHolds(MemoryDevice device, RandomContent content) throws VdoException {
    var result = VolumeCheck.run(device, CheckOptions.standard().withExact(true));
    assertThat(result.findings().all()).isEmpty();
    assertThat(result.isSound()).isTrue();
    assertThat(SuperBlockFields.of(Volume.open(device).superBlock()))
        .isEqualTo(content.superBlock());
    // The checker has counted: so many LBNs are mapped, and these are.
    for (var mapping : content.mappings().entrySet()) {
      assertThat(lookup(device, content, mapping.getKey())).isEqualTo(mapping.getValue());
    }
  }

  private static BlockMapEntry lookup(MemoryDevice device, RandomContent content, long lbn) {
    var place = new Forest(60, content.superBlock().config().logicalBlocks()).place(lbn);
    long[] slots = new long[5];
    slots[0] = place.slot();
    long index = place.pageIndex();
    for (int height = 1; height <= 4; height++) {
      slots[height] = index % 812;
      index /= 812;
    }
    var page = page(device, content.superBlock().blockMap().rootOrigin() + place.tree());
    for (int height = 4; height > 0; height--) {
      page = page(device, BlockMapEntry.pbn(page.entry((int) slots[height])));
    }
    return BlockMapEntry.unpack(page.entry((int) slots[0]));
  }

  private static BlockMapPage page(MemoryDevice device, long pbn) {
    return new BlockMapPage(MemorySegment.ofArray(device.block(pbn)));
  }

  @Property(tries = 15)
  void whatIsToldIsOnTheVolume(@ForAll long seed, @ForAll @IntRange(max = 40) int runs)
      throws VdoException {
    var content = RandomContent.of(seed, runs);

    var device = build(content, BuildOptions.DEFAULT);

    assertHolds(device, content);
    // Counting slab by slab, with the block map read again for each, gives the same.
    assertThat(
            build(content, BuildOptions.DEFAULT.withMemory(TINY_WINDOW)).hasSameContentAs(device))
        .isTrue();
  }

  @Property(tries = 15)
  void pagesWithoutAPlaceGetFreeBlocks(@ForAll long seed, @ForAll @IntRange(max = 20) int runs)
      throws VdoException {
    var content = RandomContent.of(seed, runs);
    var random = new SplittableRandom(seed);
    var some = new HashMap<>(content.pages());
    some.replaceAll((_, pbn) -> random.nextBoolean() ? pbn : 0L);

    var device = build(content, BuildOptions.DEFAULT, some);

    assertHolds(device, content);
    assertThat(
            build(content, BuildOptions.DEFAULT.withMemory(TINY_WINDOW), some)
                .hasSameContentAs(device))
        .isTrue();
  }
}
