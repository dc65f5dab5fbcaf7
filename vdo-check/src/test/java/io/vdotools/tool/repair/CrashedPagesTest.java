package io.vdotools.tool.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckProgress;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.Volume;
import io.vdotools.engine.damage.Area;
import io.vdotools.engine.damage.VolumeAreas;
import io.vdotools.engine.live.CrashImages;
import io.vdotools.engine.live.OfflineRecovery;
import io.vdotools.engine.repair.RepairStep;
import io.vdotools.format.BlockSize;
import io.vdotools.problem.Finding;
import io.vdotools.problem.Problem;
import io.vdotools.problem.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A page of a crashed volume that has become zeros looks like one that was never written, and the
 * replay goes on in it as in a new one. What was in it comes back from older entries of the
 * journal, or is named as lost.
 */
class CrashedPagesTest {
  private static final int SEEDS = 12;
  private static final int SEEDS_OF_ALL = 300;

  private long pages;
  private long named;
  private long lostByReplay;
  private long lostByRepair;

  private static MemoryDevice replayed(MemoryDevice crashed) throws VdoException {
    var replayed = crashed.copy();
    OfflineRecovery.run(replayed);
    return replayed;
  }

  private void loseEachPage(MemoryDevice crashed, long seed) throws VdoException {
    var areas = VolumeAreas.of(OverlayDevice.over(replayed(crashed)));
    var sound = Content.of(crashed);
    var pbns = new ArrayList<Long>();
    for (var area : List.of(Area.ROOT, Area.INTERIOR, Area.LEAF)) {
      pbns.addAll(areas.blocks(area));
    }
    for (long pbn : pbns) {
      var damaged = crashed.copy();
      damaged.put(pbn, new byte[BlockSize.BLOCK]);
      var without = Content.of(damaged);
      String story = "seed " + seed + ", page at PBN " + pbn;

      var plan =
          VolumeRepair.plan(
              damaged, RepairOptions.all(CheckOptions.standard()), CheckProgress.NONE);

      assertThat(plan.isClean()).as(story).isTrue();
      var lost = plan.steps().stream().map(RepairStep::lost).flatMap(List::stream).toList();
      var after = Content.of(plan.overlay());
      if (plan.steps().stream().noneMatch(CrashedPagesTest::givesUpAPageWithoutPlace)) {
        assertThat(sound.changedIn(after, lost)).as(() -> story + ": " + plan.steps()).isEmpty();
        named++;
      }
      pages++;
      lostByReplay += sound.changedIn(without, List.of()).size();
      lostByRepair += sound.changedIn(after, List.of()).size();
    }
  }

  /** {@return how many pages were lost that a replay would have gone on in} */
  private static int checkWithoutEachPage(MemoryDevice crashed, long seed) throws VdoException {
    var areas = VolumeAreas.of(OverlayDevice.over(replayed(crashed)));
    var sound = Content.of(crashed);
    assertThat(VolumeCheck.run(crashed, CheckOptions.standard()).findings().codes())
        .as("seed " + seed)
        .doesNotContain(ProblemCode.PAGE_LOST);
    int filled = 0;
    for (var area : List.of(Area.INTERIOR, Area.LEAF)) {
      for (long pbn : areas.blocks(area)) {
        var damaged = crashed.copy();
        damaged.put(pbn, new byte[BlockSize.BLOCK]);
        var without = Content.of(damaged);
        var lost = sound.changedIn(without, List.of());
        String story = "seed " + seed + ", page at PBN " + pbn + ", LBNs " + lost;

        var findings = VolumeCheck.run(damaged, CheckOptions.standard()).findings();

        var pages = findings.kept(ProblemCode.PAGE_LOST).stream().map(Finding::problem).toList();
        // New pages, which are zeros until they are written, are not among them.
        assertThat(pages)
            .as(story)
            .extracting(Problem::pbn)
            .isEqualTo(lost.isEmpty() ? List.of() : List.of(pbn));
        var named = pages.stream().map(Problem::lbns).flatMap(List::stream).toList();
        assertThat(sound.changedIn(without, named)).as(story).isEmpty();
        filled += pages.stream().anyMatch(p -> p.evidence().contains("the replay")) ? 1 : 0;
      }
    }
    return filled;
  }

  @Test
  void aCheckNamesWhatAReplayWouldLose() throws VdoException {
    int filled = 0;
    for (long seed = 0; seed < SEEDS / 2; seed++) {
      var crashed = CrashImages.ofSeed(seed);
      if (OfflineRecovery.isNeeded(Volume.open(crashed))) {
        filled += checkWithoutEachPage(crashed, seed);
      }
    }
    assertThat(filled).isGreaterThan(10);
  }

  /**
   * Of several roots that are zeros only one was lost, and nothing tells which: that has no name.
   */
  private static boolean givesUpAPageWithoutPlace(RepairStep step) {
    return step.codes().contains(ProblemCode.ORPHANED_PAGE)
        && step.change().contains("where it belongs is not known");
  }

  private void loseEachPageOf(long seeds) throws VdoException {
    for (long seed = 0; seed < seeds; seed++) {
      var crashed = CrashImages.ofSeed(seed);
      if (OfflineRecovery.isNeeded(Volume.open(crashed))) {
        loseEachPage(crashed, seed);
      }
    }
    System.out.printf(
        "%d pages, of %d all is named: %d logical blocks lost by a replay, %d by a repair%n",
        pages, named, lostByReplay, lostByRepair);
    assertThat(named).isGreaterThan(pages * 9 / 10);
    assertThat(lostByRepair).isLessThan(lostByReplay / 3);
  }

  @Test
  void aPageThatIsZerosIsFilledAgainOrItsBlocksAreNamed() throws VdoException {
    loseEachPageOf(SEEDS);
  }

  @Tag("long")
  @Test
  void anyPageThatIsZerosIsFilledAgainOrItsBlocksAreNamed() throws VdoException {
    loseEachPageOf(SEEDS_OF_ALL);
  }
}
