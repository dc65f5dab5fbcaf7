package io.vdotools.corpus;

import io.vdotools.check.CheckOptions;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.damage.Area;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VolumeState;
import io.vdotools.testing.SlabForm;
import io.vdotools.testing.VolumeBuilder;
import io.vdotools.testing.VolumeImage;
import java.util.List;
import java.util.TreeMap;

/**
 * Turns bits of a small volume round, one at a time, and counts by field which a check finds.
 *
 * <p>Journals are swept on volumes on which they count.
 */
final class BitSweep {
  private static final int BITS = Byte.SIZE * BlockSize.BLOCK;

  private final CheckOptions options =
      CheckOptions.standard().withLevel(CheckOptions.Level.THOROUGH);
  private final TreeMap<String, Tally> tallies = new TreeMap<>();

  /** How often a field was hit, and how often that was found. */
  static final class Tally {
    long flips;
    long found;

    long missed() {
      return flips - found;
    }
  }

  private static VolumeBuilder builder() {
    return VolumeBuilder.ofSlabs(2, 256, 16, 3000)
        .journalBlocks(32)
        .slab(1, SlabForm.RESTED)
        .plainRange(0, 10)
        .shared(0, 10, 11)
        .zero(20, 21)
        .compressed(30, 31, 32)
        .plain(2999)
        .allocateFromSlab(1)
        .plainRange(812, 20);
  }

  /** {@return the volume on which a structure is swept} */
  static VolumeImage imageFor(Area area) {
    return switch (area) {
      case SLAB_JOURNAL ->
          builder()
              .slab(0, SlabForm.JOURNAL_ONLY)
              .slab(1, SlabForm.JOURNAL_ONLY)
              .state(VolumeState.RECOVERING)
              .build();
      case RECOVERY_JOURNAL -> builder().crashAfterHere().plainRange(100, 60).build();
      default -> builder().build();
    };
  }

  /** {@return the structures that have bits to be turned, without data} */
  static List<Area> areas() {
    return List.of(
        Area.GEOMETRY,
        Area.SUPER_BLOCK,
        Area.ROOT,
        Area.INTERIOR,
        Area.LEAF,
        Area.REFERENCE_BLOCK,
        Area.SLAB_JOURNAL,
        Area.SUMMARY,
        Area.RECOVERY_JOURNAL);
  }

  /**
   * Turns bits of all blocks of a structure round.
   *
   * @param start the first
   * @param stride from one to the next, over all blocks
   */
  void sweep(Area area, long start, long stride) {
    var image = imageFor(area);
    var device = image.device();
    var blocks = image.areas().blocks(area);
    String usual = findings(device);
    for (long bit = start; bit < (long) blocks.size() * BITS; bit += stride) {
      long pbn = blocks.get((int) (bit / BITS));
      int inBlock = (int) (bit % BITS);
      byte[] sound = device.block(pbn);
      byte[] flipped = sound.clone();
      flipped[inBlock / Byte.SIZE] ^= (byte) (1 << inBlock % Byte.SIZE);
      device.put(pbn, flipped);
      count(area.title() + ": " + BitNames.of(area, inBlock), !findings(device).equals(usual));
      device.put(pbn, sound);
    }
  }

  private void count(String field, boolean isFound) {
    var tally = tallies.computeIfAbsent(field, _ -> new Tally());
    tally.flips++;
    tally.found += isFound ? 1 : 0;
  }

  private String findings(MemoryDevice device) {
    try {
      return VolumeCheck.run(device, options).findings().all().toString();
    } catch (NotAVolumeException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** {@return the counts, by structure and field} */
  TreeMap<String, Tally> tallies() {
    return tallies;
  }

  long flips() {
    return tallies.values().stream().mapToLong(tally -> tally.flips).sum();
  }

  long found() {
    return tallies.values().stream().mapToLong(tally -> tally.found).sum();
  }

  /** Sweeps, and prints the fields with bits that were not found. */
  public static void main(String[] arguments) {
    long stride = Long.parseLong(arguments[0]);
    long begin = System.nanoTime();
    for (var area : areas()) {
      var sweep = new BitSweep();
      sweep.sweep(area, stride > 1 ? 1 : 0, stride);
      System.out.printf(
          "%s: %d blocks, %d flips, %d found, %.0f s%n",
          area.title(),
          imageFor(area).areas().blocks(area).size(),
          sweep.flips(),
          sweep.found(),
          (System.nanoTime() - begin) / 1e9);
      sweep
          .tallies()
          .forEach((field, tally) -> {
            if (tally.missed() > 0) {
              System.out.printf("  %s | %d of %d%n", field, tally.missed(), tally.flips);
            }
          });
    }
  }
}
