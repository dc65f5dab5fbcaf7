package io.vdotools.engine.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.engine.Volume;
import io.vdotools.testing.ChangeProducer;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.KilledChange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Power goes at every single write and flush of a change, of taking it back, and of the undo file,
 * and of what was not flushed each sector is kept or lost: always the change can be taken back or
 * completed, byte for byte, and where the super block is the new one everything is.
 *
 * <p>What the disk then holds is enumerated where it is extreme and sampled otherwise. Each state
 * is a disk, of which one is judged by going back and another by going on.
 */
class KilledChangesTest {
  /** States of the disk that the promise asks for. */
  private static final int LEAST_STATES = 100_000;

  /** Blocks of a change: what replays of small volumes write. */
  private static final int MOST_CHANGES = 40;

  /** Each replays something; and one only mends a page, as repairs do. */
  private static List<ChangeProducer> producers() throws VdoException {
    var all = new ArrayList<ChangeProducer>();
    for (String name : List.of("dirty-young", "recovering")) {
      all.add(ChangeProducer.replay(name, GoldenVolume.load(name).copy()));
    }
    for (long seed = 0; all.size() < 32; seed++) {
      var crashed = CrashImages.ofSeed(seed);
      if (OfflineRecovery.isNeeded(Volume.open(crashed))) {
        all.add(ChangeProducer.replay("crash " + seed, crashed));
      }
    }
    var young = GoldenVolume.load("dirty-young");
    all.add(
        ChangeProducer.oneBlock(
            "dirty-young", young.copy(), young.superBlock().blockMap().rootOrigin()));
    return all;
  }

  @Test
  void aChangeThatIsKilledAnywhereCanBeTakenBackAndCompleted() throws VdoException {
    long states = 0;
    int changes = 0;
    for (var producer : producers()) {
      var scene = KilledChange.of(producer);
      if (scene.size() <= MOST_CHANGES) {
        changes++;
        states += scene.killEverywhere();
      }
    }
    System.out.println(changes + " changes, " + states + " states");
    assertThat(changes).isGreaterThanOrEqualTo(20);
    assertThat(states).isGreaterThanOrEqualTo(LEAST_STATES);
  }
}
