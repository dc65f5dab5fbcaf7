package io.vdotools.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SpilledOverlayTest implements BlockDeviceContract {
  // More than one of the regions in which places are looked up.
  private static final int BLOCKS = 200_000;

  @Override
  public WritableBlockDevice numberedDeviceOf8() {
    return SpilledOverlay.over(Patterns.numberedDevice(8), MemoryDevice.ofBlocks(8));
  }

  @Property(tries = 40)
  void itIsTheOverlayThatKeepsItsChangesInMemory(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int writes) throws DeviceException {
    var random = new SplittableRandom(seed);
    var base = MemoryDevice.ofBlocks(BLOCKS);
    var expected = OverlayDevice.over(base);
    var overlay = SpilledOverlay.over(base, MemoryDevice.ofBlocks(1000));
    var written = new TreeSet<Long>();
    for (int i = 0; i < writes; i++) {
      int first = random.nextBoolean() ? random.nextInt(BLOCKS - 4) : 65_530 + random.nextInt(10);
      int count = 1 + random.nextInt(4);
      expected.write(first, Patterns.segment(seed + i, count));
      overlay.write(first, Patterns.segment(seed + i, count));
      for (long block = first; block < first + count; block++) {
        written.add(block);
      }
    }

    assertThat(overlay.changedBlocks()).isEqualTo(expected.changedBlocks());
    for (long block : written) {
      long from = Math.max(0, block - 2);
      var found = Patterns.segment(0, 5);
      var wanted = Patterns.segment(1, 5);
      assertThat(overlay.read(from, found).isEmpty()).isTrue();
      assertThat(expected.read(from, wanted).isEmpty()).isTrue();
      assertThat(found.mismatch(wanted)).isEqualTo(-1);
      assertThat(overlay.isChanged(block)).isTrue();
    }
    assertThat(base.hasSameContentAs(MemoryDevice.ofBlocks(BLOCKS))).isTrue();
  }

  @Test
  void aChangedBlockIsReadableWhereTheDeviceBelowIsNot() throws DeviceException {
    var base =
        FaultyDevice.over(
            Patterns.numberedDevice(4), new Fault.UnreadableBlock(1), new Fault.UnreadableBlock(2));
    var overlay = SpilledOverlay.over(base, MemoryDevice.ofBlocks(4));
    overlay.write(1, Patterns.segment(70, 1));

    var errors = overlay.read(0, Patterns.segment(0, 4));

    assertThat(errors.list()).extracting(BlockError::block).containsExactly(2L);
  }
}
