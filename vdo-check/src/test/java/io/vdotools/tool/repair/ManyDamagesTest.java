package io.vdotools.tool.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckProgress;
import io.vdotools.device.BlockDevice;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.Volume;
import io.vdotools.engine.damage.Area;
import io.vdotools.engine.damage.Damage;
import io.vdotools.engine.damage.Damage.Kind;
import io.vdotools.engine.damage.DamageCatalogue;
import io.vdotools.engine.damage.Position;
import io.vdotools.format.VolumeState;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.testing.SlabForm;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Volumes with several damages at once, drawn from a seed: each repair ends, without an exception
 * and with no volume that is worse than before. What comes out clean stays clean; whatever comes
 * out, each logical block that could be read, and is not named as lost, reads as it did.
 */
class ManyDamagesTest {
  private static final int SLICE = 25;
  private static final int ALL = 10_000;
  private static final long[] TEACHERS = {
    243, 1484, 2491, 2897, 3282, 3856, 4306, 4622, 4803, 5271, 5628, 6253, 7050, 7332, 7973, 8365,
    9142, 9809
  };

  /** No repair of these small volumes takes that long unless it hangs. */
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private record Image(String name, VolumeImage volume) {}

  private static final List<Image> IMAGES =
      List.of(
          new Image("clean", VolumeImages.clean()),
          new Image("dirty slab", VolumeImages.cleanWithDirtySlab()),
          new Image("recovering", VolumeImages.recovering()),
          new Image("crashed", VolumeImages.crashed(JournalFormat.CURRENT)),
          new Image("crashed, old format", VolumeImages.crashed(JournalFormat.V1)),
          new Image(
              "read-only",
              VolumeImages.everyKind()
                  .slab(0, SlabForm.JOURNAL_ONLY)
                  .state(VolumeState.READ_ONLY_MODE)
                  .build()));

  private static final class Score {
    int clean;
    int notAVolume;
    final List<String> unclean = new ArrayList<>();
    final List<String> failures = new ArrayList<>();
  }

  @Test
  void fewOfThem() throws VdoException {
    var score = repairAll(1, SLICE);

    assertThat(score.failures).isEmpty();
    assertThat(score.clean).as(score.unclean::toString).isGreaterThan(SLICE * 4 / 5);
  }

  /** Each of these has once lost something that it did not name, or all of it. */
  @Test
  void thoseThatTaughtSomething() throws VdoException {
    var score = new Score();
    for (long seed : TEACHERS) {
      repairAll(seed, 1, score);
    }

    assertThat(score.failures).isEmpty();
    assertThat(score.clean).isEqualTo(TEACHERS.length);
  }

  @Tag("long")
  @Test
  void manyOfThem() throws VdoException {
    long first = Long.getLong("repair.seed", 1);
    int count = Integer.getInteger("repair.count", ALL);
    tell(repairAll(first, count), count);
  }

  /** Only these, to see what a change has made of them. */
  @Tag("long")
  @Test
  void someOfThem() throws VdoException {
    String seeds = System.getProperty("repair.seeds", "243,262,558");
    var score = new Score();
    var all = seeds.split(",", -1);
    for (String seed : all) {
      repairAll(Long.parseLong(seed), 1, score);
    }
    tell(score, all.length);
  }

  private static void tell(Score score, int count) {
    System.out.printf(
        "%d volumes: %d clean after repair, %d not, %d of them no volume any more%n%s%n",
        count,
        score.clean,
        count - score.clean,
        score.notAVolume,
        String.join("\n", score.unclean));
    assertThat(score.failures).isEmpty();
    assertThat(score.clean).isGreaterThan(count * 4 / 5);
  }

  private static Score repairAll(long firstSeed, int count) throws VdoException {
    var score = new Score();
    repairAll(firstSeed, count, score);
    return score;
  }

  private static void repairAll(long firstSeed, int count, Score score) throws VdoException {
    for (long seed = firstSeed; seed < firstSeed + count; seed++) {
      try {
        repair(seed, score);
      } catch (AssertionError e) {
        // Ten thousand volumes are worth more than the first failure.
        System.out.println("FAILED " + e.getMessage());
        score.failures.add(String.valueOf(e.getMessage()));
      }
      if ((seed - firstSeed + 1) % 25 == 0) {
        System.out.printf(
            "%d volumes, %d clean, %d failures%n",
            seed - firstSeed + 1, score.clean, score.failures.size());
      }
    }
  }

  private static void repair(long seed, Score score) throws VdoException {
    var random = new Random(seed);
    var image = IMAGES.get(random.nextInt(IMAGES.size()));
    var names = new ArrayList<String>();
    names.add(image.name());
    var damaged = damage(image.volume(), random, names);
    String story = "seed " + seed + ": " + names;
    var plan =
        assertTimeoutPreemptively(
            LONGEST,
            () -> assertDoesNotThrow(() -> planUnlessGone(damaged.volume().device()), story),
            story);
    if (plan == null) {
      score.notAVolume++;
      score.unclean.add(story + " is no volume any more");
      return;
    }
    if (!plan.isClean()) {
      score.unclean.add(
          story
              + " leaves "
              + plan.left().stream().map(f -> f.problem().code()).distinct().toList());
      assertThat(worse(image, damaged, plan)).as(() -> story + "; " + plan.steps()).isEmpty();
      return;
    }
    score.clean++;
    assertThat(plan(plan.overlay()).steps()).as(story).isEmpty();
    assertThat(changed(image, damaged, plan)).as(() -> story + "; " + plan.steps()).isEmpty();
  }

  /** The logical blocks that read otherwise than before the repair and than before the damage. */
  private static NavigableSet<Long> changed(Image image, Damaged damaged, RepairPlan plan)
      throws VdoException {
    var lost = plan.steps().stream().flatMap(step -> step.lost().stream()).toList();
    var after = Content.of(plan.overlay());
    var changed = Content.of(image.volume().device()).changedIn(after, lost);
    // What a damage has mapped behind the end of the volume is in it once the end was lost, too.
    long end = Volume.open(image.volume().device()).superBlock().vdo().config().logicalBlocks();
    changed.removeIf(lbn -> lbn >= end);
    if (!changed.isEmpty()) {
      changed.retainAll(Content.of(damaged.readable().device()).changedIn(after, lost));
      changed.retainAll(Content.of(damaged.journal().device()).changedIn(after, lost));
      changed.retainAll(Content.of(damaged.mappings().device()).changedIn(after, lost));
      try {
        changed.retainAll(Content.of(damaged.volume().device()).changedIn(after, lost));
      } catch (NotAVolumeException _) {
        // Nothing could be read of it.
        return changed;
      }
    }
    return changed;
  }

  /** The logical blocks that read right before the repair, and do not after it. */
  private static NavigableSet<Long> worse(Image image, Damaged damaged, RepairPlan plan)
      throws VdoException {
    try {
      Content.of(damaged.volume().device());
    } catch (NotAVolumeException _) {
      return Collections.emptyNavigableSet();
    }
    return changed(image, damaged, plan);
  }

  /**
   * A volume with all damages, and the same one with some of them, which reads as the repaired one
   * may read: entries that the journal has lost are as if they had never been made, and that cannot
   * be seen where another damage hides the page that they were for.
   *
   * @param volume with all
   * @param readable without those to geometry block and super block
   * @param journal with those to the recovery journal alone
   * @param mappings with those alone that put other mappings into pages
   */
  private record Damaged(
      VolumeImage volume, VolumeImage readable, VolumeImage journal, VolumeImage mappings) {
    Damaged with(Damage damage, Target target) {
      return new Damaged(
          volume.with(damage),
          target == Target.HEAD ? readable : readable.with(damage),
          target == Target.JOURNAL ? journal.with(damage) : journal,
          target == Target.MAPPINGS ? mappings.with(damage) : mappings);
    }
  }

  private enum Target {
    HEAD,
    JOURNAL,
    MAPPINGS,
    OTHER
  }

  private static Target targetOf(String damage) {
    if (Stream.of("geometry", "super-block", "layout", "slab_depot").anyMatch(damage::startsWith)) {
      return Target.HEAD;
    }
    if (damage.startsWith("recovery-journal")) {
      return Target.JOURNAL;
    }
    return damage.startsWith("mapping.") ? Target.MAPPINGS : Target.OTHER;
  }

  private static Target targetOf(Area area) {
    return switch (area) {
      case GEOMETRY, SUPER_BLOCK -> Target.HEAD;
      case RECOVERY_JOURNAL -> Target.JOURNAL;
      default -> Target.OTHER;
    };
  }

  private static Damaged damage(VolumeImage sound, Random random, List<String> names) {
    var damaged = new Damaged(sound, sound, sound, sound);
    int count = 1 + random.nextInt(6);
    var positions = Position.values();
    for (int i = 0; i < count; i++) {
      var position = positions[random.nextInt(positions.length)];
      long seed = random.nextInt();
      try {
        if (random.nextBoolean()) {
          var area = oneOf(List.of(Area.values()), random);
          var kind = oneOf(List.of(Kind.values()), random);
          if (kind.fits(area)) {
            damaged = damaged.with(Damage.of(kind, area, position, seed), targetOf(area));
            names.add(position + " " + area + " " + kind);
          }
        } else {
          var named = oneOf(DamageCatalogue.all(), random);
          damaged = damaged.with(named.recipe().at(position, seed), targetOf(named.name()));
          names.add(named.name() + " at " + position);
        }
      } catch (IllegalArgumentException _) {
        // The volume has nothing that could be damaged so.
      }
    }
    return damaged;
  }

  private static <T> T oneOf(List<T> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static @Nullable RepairPlan planUnlessGone(BlockDevice device) throws VdoException {
    try {
      return plan(device);
    } catch (NotAVolumeException _) {
      return null;
    }
  }

  private static RepairPlan plan(BlockDevice device) throws VdoException {
    return VolumeRepair.plan(
        device, RepairOptions.all(CheckOptions.standard()), CheckProgress.NONE);
  }
}
