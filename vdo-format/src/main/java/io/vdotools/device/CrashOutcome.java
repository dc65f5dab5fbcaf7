package io.vdotools.device;

import java.util.List;
import java.util.SplittableRandom;

/** Decides what a power cut leaves of each sector that was not flushed. */
@FunctionalInterface
public interface CrashOutcome {
  /** Nothing reached the disk. */
  CrashOutcome ALL_LOST = _ -> 0;

  /** Everything reached the disk. */
  CrashOutcome ALL_KEPT = sector -> sector.writes().size();

  /**
   * {@return how many of the sector's writes reached the disk: 0 for its flushed content, 1 for the
   * first write since, up to {@code sector.writes().size()} for the newest}
   */
  int writesKept(PendingSector sector);

  /**
   * An outcome drawn from a seed.
   *
   * <p>Tossing a coin per sector alone would hardly ever try what happens most: that the disk got
   * as far as some write and no further, that one sector is missing, or that one came too early. So
   * the seed first chooses among these.
   */
  static CrashOutcome ofSeed(long seed, List<PendingSector> pending) {
    SplittableRandom random = new SplittableRandom(seed);
    return switch (random.nextInt(4)) {
      case 0 -> upToSomewhere(random, pending);
      case 1 -> mixed(random, 1.0 / 2);
      case 2 -> mixed(random, 1.0 / 16);
      default -> mixed(random, 15.0 / 16);
    };
  }

  /** Writes reached the disk in order, the last of them up to some sector. */
  private static CrashOutcome upToSomewhere(SplittableRandom random, List<PendingSector> pending) {
    if (pending.isEmpty()) {
      return ALL_LOST;
    }
    PendingSector last = pending.get(random.nextInt(pending.size()));
    long lastWrite = last.writes().get(random.nextInt(last.writes().size()));
    return sector ->
        (int)
            sector.writes().stream()
                .filter(write ->
                    write < lastWrite || (write == lastWrite && sector.sector() <= last.sector()))
                .count();
  }

  /** Each sector by itself: the newest content with the given chance, else any older one. */
  private static CrashOutcome mixed(SplittableRandom random, double chanceOfNewest) {
    return sector -> {
      int newest = sector.writes().size();
      return random.nextDouble() < chanceOfNewest ? newest : random.nextInt(newest);
    };
  }
}
