package io.vdotools.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The crash model against a list of what each sector may hold. */
class CrashTest {
  private static final int BLOCKS = 6;
  private static final int SECTORS = BLOCKS * 8;

  /** A write of some blocks, or a flush if there are none. */
  record Step(int first, int count, long seed) {
    boolean isFlush() {
      return count == 0;
    }
  }

  @Provide
  Arbitrary<Step> steps() {
    return Combinators.combine(
            Arbitraries.integers().between(0, BLOCKS - 1),
            Arbitraries.frequency(Tuple.of(1, 0), Tuple.of(2, 1), Tuple.of(1, 3)),
            Arbitraries.longs().between(1000, 1_000_000))
        .as((first, count, seed) -> new Step(first, Math.min(count, BLOCKS - first), seed));
  }

  private static byte[] sector(byte[] bytes, int sector) {
    return Arrays.copyOfRange(bytes, sector * 512, (sector + 1) * 512);
  }

  private static byte[] contentOf(BlockDevice device) throws DeviceException {
    MemorySegment all = Patterns.soiledMemory(BLOCKS);
    device.read(0, all).orThrow(device);
    return Patterns.bytesOf(all);
  }

  @Property(tries = 300)
  void flushedSectorsSurviveAndOthersHoldSomethingThatWasWrittenThere(
      @ForAll @Size(max = 12) List<@From("steps") Step> steps, @ForAll long crashSeed)
      throws DeviceException {
    MemoryDevice disk = Patterns.numberedDevice(BLOCKS);
    FaultyDevice device = FaultyDevice.withVolatileCache(disk);
    byte[] numbered = Patterns.blocks(0, BLOCKS);
    List<List<byte[]>> possible = new ArrayList<>();
    for (int i = 0; i < SECTORS; i++) {
      possible.add(new ArrayList<>(List.of(sector(numbered, i))));
    }

    for (Step step : steps) {
      if (step.isFlush()) {
        device.flush();
        possible.forEach(contents -> contents.subList(0, contents.size() - 1).clear());
      } else {
        byte[] content = Patterns.blocks(step.seed(), step.count());
        device.write(step.first(), MemorySegment.ofArray(content));
        for (int i = 0; i < step.count() * 8; i++) {
          possible.get(step.first() * 8 + i).add(sector(content, i));
        }
      }
    }
    byte[] lastSeen = contentOf(device);
    MemoryDevice diskBefore = disk.copy();
    byte[] crashed = contentOf(device.crash(crashSeed));

    for (int i = 0; i < SECTORS; i++) {
      byte[] found = sector(crashed, i);
      assertThat(possible.get(i)).anyMatch(content -> Arrays.equals(content, found));
      assertThat(Arrays.equals(sector(lastSeen, i), possible.get(i).getLast())).isTrue();
    }
    assertThat(contentOf(device.crash(crashSeed))).isEqualTo(crashed);
    assertThat(disk.hasSameContentAs(diskBefore)).isTrue();
  }

  @Test
  void seedsTryWhatMatters() throws DeviceException {
    FaultyDevice device = FaultyDevice.withVolatileCache(Patterns.numberedDevice(BLOCKS));
    device.write(0, Patterns.segment(100, 1));
    device.write(5, Patterns.segment(105, 1));
    byte[] numbered = Patterns.blocks(0, BLOCKS);
    Set<Long> outcomes = new HashSet<>();
    for (long seed = 0; seed < 2000; seed++) {
      byte[] crashed = contentOf(device.crash(seed));
      long changed = 0;
      for (int sector : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 40, 41, 42, 43, 44, 45, 46, 47}) {
        boolean isOld = Arrays.equals(sector(crashed, sector), sector(numbered, sector));
        changed = changed * 2 + (isOld ? 0 : 1);
      }
      outcomes.add(changed);
    }

    assertThat(outcomes)
        .as("nothing, everything, the first write alone")
        .contains(0L, 0xffffL, 0xff00L)
        .as("all but one sector, one sector alone")
        .contains(0xfffeL, 0x7fffL, 0x0001L, 0x8000L)
        .as("a first write torn in the middle")
        .contains(0xf000L)
        .hasSizeGreaterThan(300);
  }
}
