package io.vdotools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.vdotools.device.BlockDevice;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.engine.Volume;
import io.vdotools.format.Limits;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.depot.ReferenceBlock;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class MetadataWriterTest {
  @TempDir Path folder;

  private static final int SLABS = 24;
  // Index, super block, roots, small slabs and some blocks that make no slab, journal, summary.
  private static final long PHYSICAL_BLOCKS =
      1 + 679_127 + 1 + 60 + SLABS * 8192L + 100 + 32_768 + 64;

  private static VolumePlan plan(Shape shape, long mappings, long seed) {
    return new VolumePlan(PHYSICAL_BLOCKS, 200_000, 13, shape, mappings, seed);
  }

  static Stream<VolumePlan> plans() {
    var plans = new ArrayList<VolumePlan>();
    for (Shape shape : Shape.values()) {
      for (long seed = 1; seed <= 2; seed++) {
        plans.add(plan(shape, 120_000 + 1234 * seed, seed));
      }
      // Less than one page, one page exactly, and hardly more than one.
      plans.add(plan(shape, 1, 4));
      plans.add(plan(shape, 812, 5));
      plans.add(plan(shape, 60 * 812 + 1, 6));
    }
    return plans.stream();
  }

  private Path write(VolumePlan plan) throws Exception {
    Path image = folder.resolve("volume");
    try (var device = FileDevice.create(image, plan.physicalBlocks(), Caching.PAGE_CACHE)) {
      MetadataWriter.write(plan, device);
    }
    return image;
  }

  private Recount recount(VolumePlan plan) throws Exception {
    try (var device = FileDevice.open(write(plan), Access.READ)) {
      return Recount.of(device);
    }
  }

  private long[] mappings(VolumePlan plan) throws Exception {
    Path image = write(plan);
    try (var device = FileDevice.open(image, Access.READ)) {
      return Recount.mappingsOf(device);
    } finally {
      Files.delete(image);
    }
  }

  @ParameterizedTest
  @MethodSource("plans")
  void everyCountTotalAndHintIsThatOfASlowRecountAndOfTheReleasedAudit(VolumePlan plan)
      throws Exception {
    var recount = recount(plan);

    assertThat(recount.disagreements).isEmpty();
    long mapped = Arrays.stream(recount.mappings).filter(packed -> packed != 0).count();
    assertThat(mapped).isPositive().isLessThanOrEqualTo(plan.mappings());
    if (plan.shape() != Shape.MIXED) {
      assertThat(mapped).isEqualTo(plan.mappings());
    }
    assertThat(recount.leafPbns).hasSize((int) Math.ceilDiv(plan.mappings(), 812));

    var audit = Audit.find();
    assumeThat(audit).as("vdoaudit, in $RIG or the cache directory").isPresent();
    var outcome = audit.orElseThrow().run(folder.resolve("volume"));
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(outcome.output()).contains("All pbn references matched");
  }

  @Test
  void aCountThatIsOffByOneShowsInRecountAndAudit() throws Exception {
    Path image = write(plan(Shape.SEQUENTIAL, 50_000, 1));
    try (var device = FileDevice.open(image, Access.READ_WRITE);
        var arena = Arena.ofConfined()) {
      var slabs = Volume.open(device).slabs().orElseThrow();
      var counts = new ReferenceBlock(arena.allocate(BlockDevice.BLOCK_SIZE));
      assertThat(device.read(slabs.referenceStart(1), counts.bytes()).isEmpty()).isTrue();
      assertThat(counts.count(1000)).isEqualTo(1);
      counts.setCount(1000, 2);
      device.write(slabs.referenceStart(1), counts.bytes());

      assertThat(Recount.of(device).disagreements).containsExactly("slab 1 offset 1000: 2, not 1");
    }
    var audit = Audit.find();
    assumeThat(audit).as("vdoaudit").isPresent();
    assertThat(audit.orElseThrow().run(image).output())
        .doesNotContain("All pbn references matched");
  }

  @Test
  void theVolumeIsCleanAndOfTheSizesAskedFor() throws Exception {
    var plan = plan(Shape.MIXED, 100_000, 9);
    try (var device = FileDevice.open(write(plan), Access.READ)) {
      var volume = Volume.open(device).checkStrictly();

      assertThat(volume.superBlock().vdo().state()).isEqualTo(VolumeState.CLEAN);
      assertThat(volume.superBlock().vdo().config().physicalBlocks()).isEqualTo(PHYSICAL_BLOCKS);
      assertThat(volume.superBlock().vdo().config().logicalBlocks()).isEqualTo(200_000);
      assertThat(volume.slabs().orElseThrow().slabCount()).isEqualTo(SLABS);
      assertThat(volume.superBlock().layout().partitions().stream().mapToLong(p -> p.count()).sum())
          .isEqualTo(PHYSICAL_BLOCKS - 1 - 679_127 - 1);
    }
  }

  @Test
  void sequentialMappingsFollowOneAnotherWithALeafPageEvery812Blocks() throws Exception {
    var recount = recount(plan(Shape.SEQUENTIAL, 812 * 150, 1));

    for (int lbn = 1; lbn < 812 * 150; lbn++) {
      long step =
          BlockMapEntry.pbn(recount.mappings[lbn]) - BlockMapEntry.pbn(recount.mappings[lbn - 1]);
      boolean isInSlab = step < 200;
      if (isInSlab) {
        assertThat(step).as("LBN %d", lbn).isEqualTo(lbn % 812 == 0 ? 2 : 1);
      }
    }
    // The leaves come tree by tree; in the order of the device they are 813 blocks apart.
    var leaves = recount.leafPbns.stream().sorted().toList();
    for (int i = 1; i < leaves.size(); i++) {
      assertThat(leaves.get(i) - leaves.get(i - 1)).isBetween(813L, 813L + 8192 - 7966);
    }
    assertThat(recount.unusedSlabs).isEqualTo(SLABS - Math.ceilDiv(812 * 150 + 150 + 180, 7966));
  }

  @Test
  void scatteredMappingsFillTheVolumeInNoOrder() throws Exception {
    var recount = recount(plan(Shape.SCATTERED, 100_000, 1));

    long steps =
        IntStream.range(1, 100_000)
            .filter(lbn ->
                Math.abs(
                        BlockMapEntry.pbn(recount.mappings[lbn])
                            - BlockMapEntry.pbn(recount.mappings[lbn - 1]))
                    < 8192)
            .count();
    // By chance that holds for one in twelve or so, as there are 24 slabs.
    assertThat(steps).isBetween(6_000L, 10_000L);
    assertThat(recount.unusedSlabs).isZero();
    assertThat(Arrays.stream(recount.references).filter(count -> count == 1)).hasSize(100_000);
  }

  @Test
  void sharedBlocksHaveOneTo254References() throws Exception {
    var recount = recount(plan(Shape.DEDUPLICATED, 170_000, 1));
    var counts = counts(recount);

    assertThat(counts).containsExactly(1, 2, 3, 5, 21, 65, 254);
    // Where the data of each LBN was first mapped.
    int[] source = new int[170_000];
    var firstLbn = new HashMap<Long, Integer>();
    for (int lbn = 0; lbn < source.length; lbn++) {
      Integer first = firstLbn.putIfAbsent(BlockMapEntry.pbn(recount.mappings[lbn]), lbn);
      source[lbn] = first == null ? lbn : first;
    }
    assertThat(firstLbn).hasSizeLessThan(85_000);
    assertThat(IntStream.range(0, source.length).map(lbn -> lbn - source[lbn]).max().orElseThrow())
        .isGreaterThan(50_000);
    assertThat(longestRun(recount)).isGreaterThan(500);
  }

  private static int longestRun(Recount recount) {
    int longest = 0;
    int length = 0;
    for (int lbn = 1; lbn < recount.mappings.length; lbn++) {
      long pbn = BlockMapEntry.pbn(recount.mappings[lbn]);
      long step = pbn - BlockMapEntry.pbn(recount.mappings[lbn - 1]);
      // Now and then there is a leaf page in between.
      length = step == 1 || step == 2 ? length + 1 : 0;
      longest = Math.max(longest, length);
    }
    return longest;
  }

  private static Set<Integer> counts(Recount recount) {
    var counts = new TreeSet<Integer>();
    for (int pbn = 0; pbn < recount.references.length; pbn++) {
      if (!recount.pages.contains((long) pbn) && recount.references[pbn] != 0) {
        counts.add(recount.references[pbn]);
      }
    }
    return counts;
  }

  @Test
  void compressedBlocksHaveTwoToFourteenFragmentsEachMappedOnce() throws Exception {
    int lbns = Shape.COMPRESSED.pattern().lbns() * 5;
    var recount = recount(plan(Shape.COMPRESSED, lbns, 1));

    var fragments = new HashMap<Long, List<Integer>>();
    for (int lbn = 0; lbn < lbns; lbn++) {
      int state = BlockMapEntry.state(recount.mappings[lbn]);
      assertThat(MappingState.isCompressed(state)).isTrue();
      fragments
          .computeIfAbsent(BlockMapEntry.pbn(recount.mappings[lbn]), _ -> new ArrayList<>())
          .add(MappingState.fragment(state));
    }
    assertThat(fragments.values())
        .allSatisfy(list ->
            assertThat(list)
                .hasSizeBetween(2, 14)
                .containsExactlyInAnyOrderElementsOf(
                    IntStream.range(0, list.size()).boxed().toList()));
    assertThat(fragments.values().stream().map(List::size).distinct()).hasSize(13);
  }

  @Test
  void mixedVolumesHoldSomethingOfEverything() throws Exception {
    var recount = recount(plan(Shape.MIXED, 100_000, 1));

    var states = Arrays.stream(recount.mappings).mapToInt(BlockMapEntry::state).boxed().toList();
    assertThat(new HashSet<>(states))
        .isEqualTo(new HashSet<>(IntStream.rangeClosed(0, 15).boxed().toList()));
    assertThat(Arrays.stream(recount.mappings).limit(100_000).filter(packed -> packed == 0))
        .hasSizeGreaterThan(7_000);
    assertThat(recount.mappings)
        .contains(BlockMapEntry.pack(Limits.ZERO_BLOCK, MappingState.UNCOMPRESSED));
    assertThat(counts(recount)).contains(1, 2, 3, 253);
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void theSamePlanGivesTheSameBytesAndAnotherSeedOthers(Shape shape) throws Exception {
    var first = mappings(plan(shape, 50_000, 1));
    var second = mappings(plan(shape, 50_000, 1));
    var other = mappings(plan(shape, 50_000, 2));

    assertThat(second).isEqualTo(first);
    if (shape == Shape.SEQUENTIAL) {
      assertThat(other).isEqualTo(first);
    } else {
      assertThat(other).isNotEqualTo(first);
    }
  }

  @Test
  void volumesThatCannotBeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VolumePlan(715_000, 10, 13, Shape.MIXED, 10, 1))
        .withMessageContaining("hold 0 slabs");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan(Shape.SEQUENTIAL, 191_500, 1))
        .withMessageContaining("blocks are needed");
    assertThatIllegalArgumentException().isThrownBy(() -> plan(Shape.SEQUENTIAL, 200_001, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> plan(Shape.SEQUENTIAL, 0, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VolumePlan(PHYSICAL_BLOCKS, 10, 12, Shape.MIXED, 10, 1));
  }

  /** The audit tool of the released user-space package. */
  private record Audit(Path program) {
    record Outcome(int exitCode, String output) {}

    static Optional<Audit> find() {
      String rig = System.getenv("RIG");
      Path root =
          rig == null
              ? Path.of(System.getProperty("user.home"), ".cache", "vdo-rig")
              : Path.of(rig);
      return Optional.of(root.resolve("vdo/usr/bin/vdoaudit"))
          .filter(Files::isExecutable)
          .map(Audit::new);
    }

    Outcome run(Path image) throws Exception {
      Path output = image.resolveSibling("audit.txt");
      var process =
          new ProcessBuilder(program.toString(), image.toString())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      return new Outcome(process.exitValue(), Files.readString(output));
    }
  }
}
