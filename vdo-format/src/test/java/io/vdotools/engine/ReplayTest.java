package io.vdotools.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.RecoveredState;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Replays in memory, against what the driver's own recovery of the same volume has left. */
class ReplayTest {
  static Stream<GoldenVolume> unrecovered() {
    return GoldenVolume.all().filter(volume -> volume.facts().has("recoveredAs"));
  }

  /** Those with a recovery journal to replay, and not with slab journals only. */
  static Stream<GoldenVolume> crashed() {
    return unrecovered().filter(volume -> volume.facts().get("afterReplay").has("entries"));
  }

  @Test
  void thereAreCrashedVolumesOfBothFormatsAndOneThatWasNotScrubbed() {
    assertThat(crashed().map(GoldenVolume::name))
        .containsExactly("churn", "dirty-young", "dirty-zones", "v1-dirty");
    assertThat(unrecovered().map(GoldenVolume::name))
        .containsExactly("churn", "dirty-young", "dirty-zones", "recovering", "v1-dirty");
  }

  /** So that the replay of slab journals alone is put to the test. */
  @Test
  void theCountsOfTheVolumeThatWasNotScrubbedAreStaleOnDisk() {
    var facts = GoldenVolume.load("recovering").facts();

    assertThat(facts.get("superBlock").get("state").asString()).isEqualTo("RECOVERING");
    assertThat(facts.get("vdoaudit").get("referenceMismatches").asInt()).isEqualTo(1382);
    assertThat(facts.get("referenceCounts").get("sha256"))
        .isNotEqualTo(facts.get("afterReplay").get("referenceCounts").get("sha256"));
  }

  @ParameterizedTest
  @MethodSource("unrecovered")
  void aReplayInMemoryEndsWhereTheDriversRecoveryEnds(GoldenVolume volume)
      throws NotAVolumeException {
    var recovered = GoldenVolume.load(volume.facts().get("recoveredAs").asString());

    var replayed = RecoveredState.of(volume.copy());

    assertThat(replayed.faults()).isEmpty();
    assertThat(replayed.differencesFrom(RecoveredState.of(recovered.copy()))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("unrecovered")
  void theTotalsAreThoseThatTheDriverStored(GoldenVolume volume) throws NotAVolumeException {
    var recovered = GoldenVolume.load(volume.facts().get("recoveredAs").asString()).superBlock();

    var usage = RecoveredState.of(volume.copy()).usage();

    assertThat(usage.logicalBlocks()).isEqualTo(recovered.recoveryJournal().logicalBlocksUsed());
    assertThat(usage.blockMapPages()).isEqualTo(recovered.recoveryJournal().blockMapDataBlocks());
  }

  @ParameterizedTest
  @MethodSource("crashed")
  void theUsablePartOfTheJournalIsTheOneRecorded(GoldenVolume volume) throws NotAVolumeException {
    var facts = volume.facts().get("afterReplay");
    var live = RecoveredState.live(Volume.open(volume.copy()));

    assertThat(live.hasEntries()).isTrue();
    assertThat(live.format().name()).isEqualToIgnoringCase(facts.get("journalFormat").asString());
    assertThat(live.blockMapHead()).isEqualTo(facts.get("blockMapHead").asLong());
    assertThat(live.slabJournalHead()).isEqualTo(facts.get("slabJournalHead").asLong());
    assertThat(live.tail()).isEqualTo(facts.get("tail").asLong());
    assertThat(live.top()).isEqualTo(facts.get("top").asLong());
    assertThat(live.totalEntries()).isEqualTo(facts.get("entries").asLong());
  }

  @Test
  void aRebuildOfAReadOnlyVolumeFindsItsMappingsInTheJournal() throws NotAVolumeException {
    var volume = GoldenVolume.load("readonly");
    var facts = volume.facts().get("afterReplay");

    var state = RecoveredState.of(volume.copy());

    assertThat(state.mappingsSha256())
        .isEqualTo(facts.get("blockMap").get("mappingsSha256").asString());
    assertThat(state.treeSha256()).isEqualTo(facts.get("blockMap").get("treeSha256").asString());
    assertThat(state.mappedBlocks()).isEqualTo(facts.get("logicalBlocksUsed").asLong());
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void replayingChangesNothingOnTheDevice(GoldenVolume volume) throws NotAVolumeException {
    var device = volume.copy();

    var first = RecoveredState.of(device);
    var second = RecoveredState.of(device);

    assertThat(second.differencesFrom(first)).isEmpty();
    assertThat(device.hasSameContentAs(volume.copy())).isTrue();
  }
}
