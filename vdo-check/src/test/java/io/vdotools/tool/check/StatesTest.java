package io.vdotools.tool.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.damage.Area;
import io.vdotools.engine.damage.StructFields;
import io.vdotools.engine.damage.VolumeAreas;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VolumeState;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.VolumeFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * What is said of a volume in each state (format-spec, section 3): as what it is judged, whether
 * the state is a problem by itself, and the exit status.
 */
class StatesTest {
  @TempDir private Path scratch;

  /** A golden volume whose super block names another state, and whatever else goes with it. */
  private VolumeFile withState(String name, long code, Map<String, Long> otherFields) {
    long pbn = GoldenVolume.load(name).geometry().data().startBlock();
    var block = GoldenVolume.load(name).block(pbn);
    StructFields.set(SuperBlock.STRUCT, block, "vdo.state", code);
    otherFields.forEach((field, value) -> StructFields.set(SuperBlock.STRUCT, block, field, value));
    SuperBlock.sealChecksum(block);
    return VolumeFile.unpack(name, scratch.resolve(name + "-" + code + ".img"), Long.MAX_VALUE)
        .overwrite(pbn, 0, bytes(block));
  }

  private VolumeFile withState(String name, VolumeState state) {
    return withState(name, state.code(), Map.of());
  }

  private static byte[] bytes(MemorySegment block) {
    return block.toArray(ValueLayout.JAVA_BYTE);
  }

  private static void assertSays(VolumeFile volume, int status, String... lines) {
    var run = CheckRun.of(volume.path());

    assertThat(run.status()).as(run.out()).isEqualTo(status);
    assertThat(run.out().lines().toList()).contains(lines);
    assertThat(run.out()).contains(volume.path() + ": VDO volume\n");
    assertThat(run.err()).isEmpty();
    assertThat(CheckRun.of("--quiet", volume.path())).isEqualTo(new CheckRun(status, "", ""));
    assertThat(CheckRun.of("--level=quick", volume.path()).status()).isEqualTo(status);
  }

  /** The verdict is the last line; {@code codes} are all that is reported, infos too. */
  private static JsonNode assertVerdict(
      VolumeFile volume, String state, String judgedAs, String verdict, String... codes) {
    assertThat(CheckRun.of(volume.path()).out()).endsWith(volume.path() + ": " + verdict + "\n");
    var json = CheckRun.of("--json", volume.path()).json();
    assertThat(json.get("volume").get("state").asString()).isEqualTo(state);
    assertThat(json.get("judgedAs").asString()).isEqualTo(judgedAs);
    assertThat(json.get("problems").valueStream().map(p -> p.get("code").asString()))
        .containsExactly(codes);
    return json;
  }

  private VolumeFile golden(String name) {
    return VolumeFile.unpack(name, scratch);
  }

  @Test
  void aNewVolumeHasNothingToCompareAndIsInOrder() {
    var volume = golden("new");

    assertSays(
        volume,
        0,
        "  state     new: formatted and never started",
        "  checked   all metadata, as new");
    var json = assertVerdict(volume, "new", "new", "no problem found");
    assertThat(json.has("tally")).isFalse();
  }

  /** Formatters write neither summary nor slabs, so what the device held before is still there. */
  @Test
  void whatLayOnTheDeviceBeforeANewVolumeIsNotItsContent() throws NotAVolumeException {
    var volume = golden("new");
    var golden = GoldenVolume.load("new");
    var noise = new byte[4096];
    Arrays.fill(noise, (byte) 0xa5);
    long summary = golden.superBlock().vdo().config().physicalBlocks() - 64;
    for (int i = 0; i < 64; i++) {
      volume.overwrite(summary + i, 0, noise);
    }
    volume.overwrite(golden.slabs().referenceStart(0), 0, noise);
    volume.overwrite(golden.slabs().journalStart(3), 0, noise);
    volume.overwrite(golden.slabs().slabStart(1), 0, noise);

    assertSays(volume, 0, "  checked   all metadata, as new");
    assertVerdict(volume, "new", "new", "no problem found");
  }

  @Test
  void aCleanVolumeIsJudgedAsItIs() {
    var volume = golden("small");

    assertSays(volume, 0, "  state     clean", "  checked   all metadata, as it is");
    assertVerdict(volume, "clean", "as-it-is", "no problem found");
  }

  @Test
  void aDirtyVolumeIsJudgedAsRecoveryWouldLeaveItAndTheJournalIsReported() {
    var volume = golden("churn");

    assertSays(
        volume,
        0,
        "  state     dirty: not stopped cleanly",
        "  checked   all metadata, as crash recovery would leave it");
    assertThat(CheckRun.of(volume.path()).out())
        .containsPattern("  journal   \\d+ entries to replay");
    assertVerdict(
        volume,
        "dirty",
        "after-recovery",
        "no problem found; the next start recovers the volume",
        "VDO-SB-030");
  }

  /** Not a crashed volume: the recovery journal is over and done with, slab journals are not. */
  @Test
  void aRecoveringVolumeIsJudgedAsItIsWithItsSlabJournals() {
    var volume = golden("recovering");

    assertSays(
        volume,
        0,
        "  state     recovering: stopped cleanly before all slabs were scrubbed",
        "  checked   all metadata, as it is");
    assertThat(CheckRun.of(volume.path()).out()).doesNotContain("  journal ", "  replay ");
    var json = assertVerdict(volume, "recovering", "as-it-is", "no problem found");
    // What the driver arrived at when it had scrubbed the rest.
    assertThat(json.get("tally"))
        .isEqualTo(
            CheckRun.of("--json", golden("recovering-recovered").path()).json().get("tally"));
  }

  @Test
  void aReadOnlyVolumeIsAProblemAndItsJournalIsTakenIn() {
    var volume = golden("readonly");

    assertSays(
        volume,
        4,
        "  state     read-only: awaits a rebuild",
        "  checked   all metadata, as a rebuild would find it");
    var json =
        assertVerdict(
            volume,
            "read-only-mode",
            "before-rebuild",
            "1 problem found, severity: fatal",
            "VDO-SB-028");
    assertThat(json.get("tally").get("mappings").asLong()).isEqualTo(16_918);
  }

  @Test
  void aVolumeToBeRebuiltIsJudgedAsTheRebuildWillFindIt() {
    var volume = withState("readonly", VolumeState.FORCE_REBUILD);

    assertSays(
        volume,
        0,
        "  state     rebuild requested: the next start rebuilds the volume",
        "  checked   all metadata, as a rebuild would find it");
    var json =
        assertVerdict(
            volume,
            "force-rebuild",
            "before-rebuild",
            "no problem found; the next start rebuilds the volume",
            "VDO-SB-029");
    assertThat(json.get("tally").get("mappings").asLong()).isEqualTo(16_918);
  }

  /** By the upgrade tools of old drivers, so with the old journal, which a rebuild can read. */
  @Test
  void aVolumeToBeRebuiltForAnUpgradeIsJudgedAsTheRebuildWillFindIt() {
    var volume = withState("v1-dirty", VolumeState.REBUILD_FOR_UPGRADE);

    assertSays(
        volume,
        0,
        "  state     rebuild requested for an upgrade",
        "  checked   all metadata, as a rebuild would find it");
    assertVerdict(
        volume,
        "rebuild-for-upgrade",
        "before-rebuild",
        "no problem found; the next start rebuilds the volume",
        "VDO-SB-029");
  }

  /**
   * A recovery by the old driver that was cut off between its two phases, put together from what
   * the recovery began with and ended with: slabs, summary and usage are done, the block map and
   * the rest of the super block are not.
   *
   * @param isHalfDone whether every second page of the block map is done already
   */
  private VolumeFile replaying(boolean isHalfDone) throws NotAVolumeException {
    var end = GoldenVolume.load("v1-dirty-recovered");
    var last = end.superBlock();
    var volume =
        withState(
            "v1-dirty",
            VolumeState.REPLAYING.code(),
            Map.of(
                "recovery_journal.logical_blocks_used",
                last.recoveryJournal().logicalBlocksUsed(),
                "recovery_journal.block_map_data_blocks",
                last.recoveryJournal().blockMapDataBlocks(),
                "slab_depot.zone_count",
                (long) last.slabDepot().zoneCount()));
    var areas = VolumeAreas.of(end.copy());
    var slabs = areas.slabs();
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      for (int i = 0; i < slabs.referenceBlocks() + slabs.journalBlocks(); i++) {
        take(volume, end, slabs.referenceStart(slab) + i);
      }
    }
    for (int i = 0; i < 64; i++) {
      take(volume, end, areas.summaryStart() + i);
    }
    if (isHalfDone) {
      for (var area : List.of(Area.ROOT, Area.INTERIOR, Area.LEAF)) {
        var pages = areas.blocks(area);
        for (int i = 0; i < pages.size(); i += 2) {
          take(volume, end, pages.get(i));
        }
      }
    }
    return volume;
  }

  private static void take(VolumeFile volume, GoldenVolume from, long pbn) {
    volume.overwrite(pbn, 0, bytes(from.block(pbn)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aReplayingVolumeOfTheOldDriverIsJudgedAsTheSecondHalfOfItsRecoveryWouldLeaveIt(
      boolean isHalfDone) throws NotAVolumeException {
    var volume = replaying(isHalfDone);

    // Current drivers refuse the old journal; that is all.
    assertThat(CheckRun.of(volume.path()).status()).isEqualTo(4);
    assertThat(CheckRun.of(volume.path()).out())
        .contains(
            "  state     replaying: an old driver's recovery was cut off\n",
            "  checked   all metadata, as crash recovery would leave it\n");
    var json =
        assertVerdict(
            volume,
            "replaying",
            "after-recovery",
            "1 problem found, severity: fatal",
            "VDO-SB-030",
            "VDO-RJ-014");
    var tally = json.get("tally");
    assertThat(tally.get("appendedEntries").asLong()).isZero();
    assertThat(tally.get("missingDecrements").asLong()).isZero();
    var recovered = CheckRun.of("--json", golden("v1-dirty-recovered").path()).json().get("tally");
    for (String count :
        List.of("mappings", "plainMappings", "compressedMappings", "zeroMappings", "leafPages")) {
      assertThat(tally.get(count)).as(count).isEqualTo(recovered.get(count));
    }
    assertThat(tally.get("freeBlocks")).isEqualTo(recovered.get("freeBlocks"));
  }

  /** Without slabs that the first half of the recovery has brought up to date it is damaged. */
  @Test
  void aReplayingVolumeWhoseSlabJournalsAreNotCompleteIsDamaged() {
    var volume = withState("v1-dirty", VolumeState.REPLAYING);

    var json = CheckRun.of("--json", volume.path()).json();
    assertThat(json.get("exitStatus").asInt()).isEqualTo(4);
    assertThat(json.get("problems").valueStream().map(p -> p.get("code").asString()))
        .anyMatch(code -> code.startsWith("VDO-RC-"));
  }

  /** No driver with the current journal writes this state; all of them would recover from it. */
  @Test
  void aReplayingVolumeWithTheCurrentJournalIsJudgedLikeADirtyOne() {
    var volume = withState("churn", VolumeState.REPLAYING);

    assertSays(volume, 0, "  checked   all metadata, as crash recovery would leave it");
    var json =
        assertVerdict(
            volume,
            "replaying",
            "after-recovery",
            "no problem found; the next start recovers the volume",
            "VDO-SB-030");
    assertThat(json.get("tally"))
        .isEqualTo(CheckRun.of("--json", golden("churn").path()).json().get("tally"));
  }

  /** Drivers take what they do not know for clean, and say nothing; it is said here. */
  @ParameterizedTest
  @ValueSource(longs = {8, 9, 255, 256, 0x1_0000, 0xffff_ffffL})
  void anUnknownStateIsAProblemAndTheVolumeIsJudgedAsACleanOne(long code) {
    var volume = withState("small", code, Map.of());

    assertSays(
        volume,
        4,
        "  state     unknown (" + code + ")",
        "  checked   all metadata, as it is",
        "    super block at PBN 679128: state is " + code + ", expected 0 to 7");
    var json =
        assertVerdict(
            volume, "unknown", "as-it-is", "1 problem found, severity: loses data", "VDO-SB-008");
    assertThat(json.get("volume").get("stateCode").asLong()).isEqualTo(code);
    assertThat(json.get("tally"))
        .isEqualTo(CheckRun.of("--json", golden("small").path()).json().get("tally"));
  }
}
