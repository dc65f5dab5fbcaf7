package io.vdotools.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.check.CheckOptions.Level;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.problem.ProblemCode;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.RecoveredState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Volumes that VDO wrote have nothing wrong with them but what was done to them on purpose. */
class GoldenVolumesTest {
  /** Every way to check at a level: with fingerprints and exactly, on one thread and on two. */
  private static List<CheckOptions> waysToCheck(Level level) {
    var ways = new ArrayList<CheckOptions>();
    for (boolean isExact : new boolean[] {false, true}) {
      for (int threads = 1; threads <= 2; threads++) {
        ways.add(
            CheckOptions.standard()
                .withLevel(level)
                .withExact(isExact)
                .withThreads(threads, threads));
      }
    }
    return ways;
  }

  static Stream<Object[]> volumesAtEveryLevel() {
    return GoldenVolume.all()
        .flatMap(volume -> Stream.of(Level.values()).map(level -> new Object[] {volume, level}));
  }

  private static Judgement expectedJudgement(String name) {
    return switch (name) {
      case "new" -> Judgement.NEW;
      case "readonly" -> Judgement.BEFORE_REBUILD;
      case "churn", "dirty-young", "dirty-zones", "v1-dirty" -> Judgement.AFTER_RECOVERY;
      default -> Judgement.AS_IT_IS;
    };
  }

  private static Set<ProblemCode> expectedCodes(GoldenVolume volume, Level level) {
    var codes = EnumSet.noneOf(ProblemCode.class);
    switch (volume.name()) {
      case "churn", "dirty-young", "dirty-zones", "v1-dirty" ->
          codes.add(ProblemCode.RECOVERY_PENDING);
      case "readonly" -> codes.add(ProblemCode.READ_ONLY_MODE);
      default -> {}
    }
    if (volume.name().equals("v1-dirty") && level != Level.QUICK) {
      codes.add(ProblemCode.JOURNAL_OLD_FORMAT);
    }
    if (level == Level.THOROUGH && lacksCompressedBlocks(volume)) {
      codes.add(ProblemCode.COMPRESSED_VERSION);
    }
    return codes;
  }

  /** Of some volumes the compressed blocks were not kept: they read as zeros. */
  private static boolean lacksCompressedBlocks(GoldenVolume volume) {
    return switch (volume.name()) {
      case "churn", "churn-recovered", "dirty-zones", "dirty-zones-recovered", "readonly" -> true;
      default -> false;
    };
  }

  /** The facts that hold after a recovery; those on disk where there is nothing to recover. */
  private static JsonNode recoveredFacts(GoldenVolume volume) {
    var facts = volume.facts();
    return facts.has("afterReplay") ? facts.get("afterReplay") : facts;
  }

  @ParameterizedTest
  @MethodSource("volumesAtEveryLevel")
  void exactlyWhatWasDoneToAVolumeIsFound(GoldenVolume volume, Level level)
      throws NotAVolumeException {
    for (var options : waysToCheck(level)) {
      var result = VolumeCheck.run(volume.copy(), options);

      assertThat(result.judgement()).isEqualTo(expectedJudgement(volume.name()));
      assertThat(result.extent()).isEqualTo(CheckResult.Extent.COMPLETE);
      assertThat(result.findings().codes())
          .as("%s with %s", volume, options)
          .containsExactlyInAnyOrderElementsOf(expectedCodes(volume, level));
    }
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void onlyCompressedBlocksThatWereNotKeptAreMissed(GoldenVolume volume)
      throws NotAVolumeException {
    var result = VolumeCheck.run(volume.copy(), CheckOptions.standard().withLevel(Level.THOROUGH));

    for (var finding : result.findings().kept(ProblemCode.COMPRESSED_VERSION)) {
      assertThat(volume.storedBlocks()).doesNotContain(finding.problem().pbn());
    }
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void theTallyIsWhatVdosToolsCounted(GoldenVolume volume) throws NotAVolumeException {
    var facts = recoveredFacts(volume);
    var map = facts.get("blockMap");
    var mappings = map.get("mappings");
    var histogram = facts.get("referenceCounts").get("histogram");
    long blocks = (long) volume.slabs().slabCount() * volume.slabs().dataBlocks();
    for (var level : List.of(Level.STANDARD, Level.THOROUGH)) {
      for (var options : waysToCheck(level)) {
        var tally = VolumeCheck.run(volume.copy(), options).tally();

        assertThat(tally.plainMappings()).isEqualTo(mappings.get("plain").asLong());
        assertThat(tally.zeroMappings()).isEqualTo(mappings.get("zero").asLong());
        assertThat(tally.compressedMappings()).isEqualTo(mappings.get("compressed").asLong());
        assertThat(tally.leafPages()).isEqualTo(map.get("pagesByHeight").get(0).asLong());
        assertThat(tally.interiorPages())
            .isEqualTo(
                Stream.of(1, 2, 3).mapToLong(h -> map.get("pagesByHeight").get(h).asLong()).sum());
        if (!volume.name().equals("new") && !volume.name().equals("readonly")) {
          assertThat(tally.freeBlocks()).isEqualTo(histogram.get("0").asLong());
          assertThat(tally.usedBlocks()).isEqualTo(blocks - tally.freeBlocks());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void theTallyOfACrashedVolumeTellsWhatIsReplayed(GoldenVolume volume) throws NotAVolumeException {
    if (expectedJudgement(volume.name()) != Judgement.AFTER_RECOVERY) {
      return;
    }
    var facts = volume.facts().get("afterReplay");
    var tally = VolumeCheck.run(volume.copy(), CheckOptions.standard()).tally();

    assertThat(tally.replayedEntries()).isEqualTo(facts.get("entries").asLong());
    assertThat(tally.missingDecrements()).isEqualTo(facts.path("missingDecrements").asLong(0));
    assertThat(tally.ignoredBlocks())
        .isEqualTo(facts.get("top").asLong() - facts.get("tail").asLong());
    assertThat(tally.mappings()).isEqualTo(facts.get("logicalBlocksUsed").asLong());
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void theBlockMapIsTheOneThatVdoArrivesAt(GoldenVolume volume) throws NotAVolumeException {
    var state = RecoveredState.of(volume.copy());
    var expected = recoveredFacts(volume).get("blockMap");

    assertThat(state.faults()).isEmpty();
    assertThat(state.mappingsSha256()).isEqualTo(expected.get("mappingsSha256").asString());
    assertThat(state.treeSha256()).isEqualTo(expected.get("treeSha256").asString());
    for (int height = 0; height < Forest.ROOT_HEIGHT; height++) {
      assertThat(state.pages(height)).isEqualTo(expected.get("pagesByHeight").get(height).asInt());
    }
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void everyReferenceCountIsTheOneThatVdoArrivesAt(GoldenVolume volume) throws NotAVolumeException {
    var state = RecoveredState.of(volume.copy());
    var expected = recoveredFacts(volume).get("referenceCounts");
    // A rebuild makes the counts anew, from the block map.
    var counts = volume.name().equals("readonly") ? state.withCountsOfBlockMap() : state;

    assertThat(counts.countsSha256(0, counts.countedBlocks()))
        .isEqualTo(expected.get("sha256").asString());
    counts
        .histogram()
        .forEach((count, blocks) ->
            assertThat(blocks)
                .as("blocks with count %d", count)
                .isEqualTo(expected.get("histogram").get(Integer.toString(count)).asLong()));
    assertThat(expected.get("histogram").size()).isEqualTo(counts.histogram().size());
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void theCountsOfEachSlabAreThoseRecorded(GoldenVolume volume) throws NotAVolumeException {
    var facts = volume.facts();
    if (facts.has("afterReplay")) {
      return;
    }
    var state = RecoveredState.of(volume.copy());
    int perSlab = volume.slabs().dataBlocks();
    var recorded = new TreeSet<Integer>();
    for (var slab : facts.get("slabs")) {
      int number = slab.get("slab").asInt();
      recorded.add(number);
      assertThat(state.countsSha256(number * perSlab, perSlab))
          .as("slab %d", number)
          .isEqualTo(slab.get("countsSha256").asString());
    }
    for (int i = 0; i < state.countedBlocks(); i++) {
      assertThat(state.count(i) == 0 || recorded.contains(i / perSlab)).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void theCountsAreThoseOfTheBlockMap(GoldenVolume volume) throws NotAVolumeException {
    var state = RecoveredState.of(volume.copy());
    if (!volume.name().equals("readonly")) {
      assertThat(state.withCountsOfBlockMap().differencesFrom(state)).isEmpty();
    }
  }
}
