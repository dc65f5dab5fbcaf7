package io.vdotools.corpus;

import io.vdotools.check.CheckOptions;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.damage.Area;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VolumeState;
import io.vdotools.problem.Finding;
import io.vdotools.testing.SlabForm;
import io.vdotools.testing.VolumeBuilder;
import io.vdotools.testing.VolumeImage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Turns bits of a small volume round, one at a time, and counts by field which a check finds.
 *
 * <p>Journals are swept on volumes on which they count.
 */
final class BitSweep {
  /** Every metadata block that holds something. */
  static final List<Area> AREAS =
      List.of(
          Area.GEOMETRY,
          Area.SUPER_BLOCK,
          Area.ROOT,
          Area.INTERIOR,
          Area.LEAF,
          Area.REFERENCE_BLOCK,
          Area.SLAB_JOURNAL,
          Area.SUMMARY,
          Area.RECOVERY_JOURNAL);

  /** Where the journals of built volumes start (format-spec, section 14). */
  private static final long JOURNAL_START = 10;

  /** From one bit to the next when there may not be time for all: a prime, far from any size. */
  private static final long LEAP = 1_000_003;

  private static final CheckOptions THOROUGH =
      CheckOptions.standard()
          .withLevel(CheckOptions.Level.THOROUGH)
          .withMemory(CheckOptions.LEAST_MEMORY << 10, 64);

  /** What this finds the other finds, too, but it looks at the first structures alone. */
  private static final CheckOptions QUICK = THOROUGH.withLevel(CheckOptions.Level.QUICK);

  private final Map<String, Tally> tallies = new TreeMap<>();

  /** How often a field was hit, and which of its bits were not found at least once. */
  static final class Tally {
    private final TreeSet<Integer> missedBits = new TreeSet<>();
    private long flips;
    private long missed;

    long flips() {
      return flips;
    }

    long missed() {
      return missed;
    }

    Set<Integer> missedBits() {
      return missedBits;
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
      case RECOVERY_JOURNAL ->
          builder().crashAfterHere().allocateFromSlab(0).plainRange(100, 240).discard(3).build();
      default -> builder().build();
    };
  }

  /**
   * Turns bits of all blocks of a structure round.
   *
   * @param start the first
   * @param stride from one to the next, over all blocks
   * @param bytes how many bytes of each block count, from its start
   */
  void sweep(Area area, long start, long stride, int bytes) {
    var swept = new Swept(area, bytes);
    for (long bit = start; bit < swept.bits; bit += stride) {
      swept.flip(bit);
    }
  }

  /**
   * Turns bits round until there is no more time, spread evenly over all blocks: whenever it ends,
   * all parts of them were tried equally often. Begins behind what an earlier run has tried.
   *
   * @param from how many were tried before
   * @return how many were tried in all; no more than there are
   */
  long sweepFor(Area area, long from, long nanos) {
    var swept = new Swept(area, BlockSize.BLOCK);
    long end = System.nanoTime() + nanos;
    long number = from;
    for (; number < swept.bits && System.nanoTime() - end < 0; number++) {
      swept.flip(Math.floorMod(number * LEAP, swept.bits));
    }
    return number;
  }

  /** {@return how many bits there are in the blocks of a structure} */
  static long bits(Area area) {
    return (long) imageFor(area).areas().blocks(area).size() * Byte.SIZE * BlockSize.BLOCK;
  }

  /** The blocks of a structure on its volume. */
  private final class Swept {
    private final Area area;
    private final MemoryDevice device;
    private final List<Long> blocks;
    private final Found usual;
    private final Found usualAtOnce;
    private final int bitsOfBlock;
    private final long bits;

    Swept(Area area, int bytes) {
      var image = imageFor(area);
      this.area = area;
      this.device = image.device();
      this.blocks = image.areas().blocks(area);
      this.usual = Found.in(device, THOROUGH);
      this.usualAtOnce = Found.in(device, QUICK);
      this.bitsOfBlock = Byte.SIZE * bytes;
      this.bits = (long) blocks.size() * bitsOfBlock;
    }

    void flip(long bit) {
      long pbn = blocks.get((int) (bit / bitsOfBlock));
      int inBlock = (int) (bit % bitsOfBlock);
      byte[] sound = device.block(pbn);
      byte[] flipped = sound.clone();
      flipped[inBlock / Byte.SIZE] ^= (byte) (1 << inBlock % Byte.SIZE);
      device.put(pbn, flipped);
      boolean isFound =
          !Found.in(device, QUICK).equals(usualAtOnce) || !Found.in(device, THOROUGH).equals(usual);
      count(BitNames.of(area, sound, inBlock, JOURNAL_START), isFound);
      device.put(pbn, sound);
    }
  }

  private void count(BitNames bit, boolean isFound) {
    var tally = tallies.computeIfAbsent(bit.field(), _ -> new Tally());
    tally.flips++;
    if (!isFound) {
      tally.missed++;
      tally.missedBits.add(bit.bit());
    }
  }

  /** What a check finds. */
  private record Found(boolean isVolume, List<Finding> findings) {
    static Found in(MemoryDevice device, CheckOptions options) {
      try {
        return new Found(true, VolumeCheck.run(device, options).findings().all());
      } catch (NotAVolumeException _) {
        return new Found(false, List.of());
      }
    }
  }

  /** {@return the counts, by structure and field} */
  Map<String, Tally> tallies() {
    return tallies;
  }

  /**
   * Sweeps for some time, and prints the fields with bits that were not found.
   *
   * @param arguments for how many seconds each structure is swept, how many of its bits were tried
   *     before, and the structures; all if none is named
   */
  public static void main(String[] arguments) {
    long seconds = Long.parseLong(arguments[0]);
    long from = Long.parseLong(arguments[1]);
    var chosen = List.of(arguments).subList(2, arguments.length);
    for (var area : AREAS) {
      if (!chosen.isEmpty() && !chosen.contains(area.title())) {
        continue;
      }
      var sweep = new BitSweep();
      long tried = sweep.sweepFor(area, from, TimeUnit.SECONDS.toNanos(seconds));
      System.out.printf(
          "%s: bits %d to %d of %d tried, %d not found%n",
          area.title(),
          from,
          tried,
          bits(area),
          sweep.tallies.values().stream().mapToLong(Tally::missed).sum());
      sweep.tallies.forEach((field, tally) -> {
        if (tally.missed > 0) {
          System.out.println(
              field + " | " + tally.missedBits + " | " + tally.missed + " of " + tally.flips);
        }
      });
    }
  }
}
