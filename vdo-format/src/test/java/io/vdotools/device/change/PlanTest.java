package io.vdotools.device.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockErrors;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.testing.Segments;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** A plan holds as long as every block that it was made from, and no longer. */
class PlanTest {
  private static final long BLOCKS = 3L * RecordingDevice.REGION_BLOCKS + 5;
  private static final long COMMIT = 17;

  private static void read(BlockDevice device, long first, int count) {
    var into = MemorySegment.ofArray(new byte[count * BlockDevice.BLOCK_SIZE]);
    assertThat(device.read(first, into).isEmpty()).isTrue();
  }

  private static void assertHolds(RecordingDevice reads) throws VdoException {
    reads.checkUnchanged();
  }

  private static void assertOutdated(RecordingDevice reads) {
    assertThat(catchThrowableOfType(PlanException.class, reads::checkUnchanged))
        .extracting(PlanException::kind)
        .isEqualTo(PlanException.Kind.CHANGED_SINCE);
  }

  /** Whoever read it for the second time had to go on without it. */
  @Test
  void aBlockThatCouldBeReadAndThenNotMattersThoughItIsThereAgain() throws VdoException {
    var reads =
        RecordingDevice.over(
            FaultyDevice.over(MemoryDevice.ofBlocks(BLOCKS), new Fault.FailedRead(2)));
    read(reads, 3, 2);
    assertThat(reads.read(4, MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE])).isEmpty())
        .isFalse();

    assertThatThrownBy(reads::checkUnchanged)
        .hasMessageContaining("block 4 could be read at first");
  }

  @Test
  void aBlockThatCanNeverBeReadIsNoChange() throws VdoException {
    var reads =
        RecordingDevice.over(
            FaultyDevice.over(MemoryDevice.ofBlocks(BLOCKS), new Fault.UnreadableBlock(4)));
    for (int time = 0; time < 3; time++) {
      var into = MemorySegment.ofArray(new byte[2 * BlockDevice.BLOCK_SIZE]);
      assertThat(reads.read(3, into).contains(4)).isTrue();
    }

    assertHolds(reads);
  }

  @Property(tries = 15)
  void anyBlockThatWasReadMatters(@ForAll long seed) throws VdoException {
    var random = new SplittableRandom(seed);
    var device = MemoryDevice.ofBlocks(BLOCKS);
    var reads = RecordingDevice.over(device);
    var known = new TreeSet<Long>();
    for (int i = random.nextInt(1, 60); i > 0; i--) {
      int count = random.nextInt(1, random.nextInt(8) == 0 ? 1000 : 4);
      long first = random.nextLong(BLOCKS - count);
      if (known.subSet(first, first + count).isEmpty()) {
        device.write(first, Segments.randomBlock(random.nextInt(50)));
      }
      read(reads, first, count);
      for (int k = 0; k < count; k++) {
        known.add(first + k);
      }
    }
    assertThat(reads.blocksRead()).isEqualTo(known.size());
    assertHolds(reads);

    for (int i = 0; i < 50; i++) {
      long block =
          random.nextBoolean()
              ? random.nextLong(BLOCKS)
              : known.stream().skip(random.nextInt(known.size())).findFirst().orElseThrow();
      byte[] content = device.block(block);
      byte[] other = content.clone();
      other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
      device.put(block, other);
      if (known.contains(block)) {
        assertOutdated(reads);
      } else {
        assertHolds(reads);
      }
      device.put(block, content);
      assertHolds(reads);
    }
  }

  @Test
  void readingMuchOfARegionIsRememberedAsWell() throws VdoException {
    var device = MemoryDevice.ofBlocks(BLOCKS);
    var reads = RecordingDevice.over(device);
    for (long block = 0; block < RecordingDevice.REGION_BLOCKS; block += 3) {
      read(reads, block, 1);
      read(reads, block, 1);
    }
    assertThat(reads.blocksRead()).isEqualTo(Math.ceilDiv(RecordingDevice.REGION_BLOCKS, 3));
    assertHolds(reads);
    device.write(2, Segments.randomBlock(1));
    assertHolds(reads);
    device.write(65_535, Segments.randomBlock(1));
    assertOutdated(reads);
  }

  @Test
  void twoBlocksThatChangePlacesAreNoticed() throws VdoException {
    var device = MemoryDevice.ofBlocks(10);
    device.write(3, Segments.randomBlock(3));
    device.write(4, Segments.randomBlock(4));
    var reads = RecordingDevice.over(device);
    read(reads, 0, 10);
    device.write(3, Segments.randomBlock(4));
    device.write(4, Segments.randomBlock(3));
    assertOutdated(reads);
  }

  @Test
  void aBlockThatCouldNotBeReadAndNowCanIsAnotherOne() throws VdoException {
    var damaged = FaultyDevice.over(MemoryDevice.ofBlocks(10), new Fault.UnreadableBlock(4));
    var reads = RecordingDevice.over(damaged);
    var into = MemorySegment.ofArray(new byte[10 * BlockDevice.BLOCK_SIZE]);
    assertThat(reads.read(0, into).contains(4)).isTrue();
    assertHolds(reads);
    damaged.write(4, Segments.zeroBlock());
    assertOutdated(reads);
  }

  private static Plan plan(WritableBlockDevice device, long read, long written, long content)
      throws VdoException {
    var reads = RecordingDevice.over(device);
    var overlay = OverlayDevice.over(reads);
    read(overlay, read, 1);
    overlay.write(written, Segments.randomBlock(content));
    return Plan.of(reads, overlay, COMMIT);
  }

  @Test
  void theNameTellsWhatIsWrittenAndWhatItWasMadeFrom() throws VdoException {
    var device = MemoryDevice.ofBlocks(BLOCKS);
    String id = plan(device, 5, 6, 1).id();
    assertThat(id).matches("[0-9a-f]{16}");
    assertThat(plan(device.copy(), 5, 6, 1).id()).isEqualTo(id);
    assertThat(plan(device, 4, 6, 1).id()).isNotEqualTo(id);
    assertThat(plan(device, 5, 7, 1).id()).isNotEqualTo(id);
    assertThat(plan(device, 5, 6, 2).id()).isNotEqualTo(id);
    assertThat(plan(MemoryDevice.ofBlocks(BLOCKS + 1), 5, 6, 1).id()).isNotEqualTo(id);
    device.write(9, Segments.randomBlock(9));
    assertThat(plan(device, 5, 6, 1).id()).isEqualTo(id);
    device.write(5, Segments.randomBlock(9));
    assertThat(plan(device, 5, 6, 1).id()).isNotEqualTo(id);
    // As the device's own old content goes into the undo file.
    var other = MemoryDevice.ofBlocks(BLOCKS);
    other.write(6, Segments.randomBlock(9));
    assertThat(plan(other, 5, 6, 1).id()).isNotEqualTo(id);
  }

  @Test
  void whatIsReadToExamineTheResultIsWatchedAndDoesNotChangeTheName() throws VdoException {
    var device = MemoryDevice.ofBlocks(BLOCKS);
    var reads = RecordingDevice.over(device);
    var overlay = OverlayDevice.over(reads);
    overlay.write(6, Segments.randomBlock(1));
    var plan = Plan.of(reads, overlay, COMMIT);
    String id = plan.id();
    read(overlay, 100, 1);
    assertThat(plan.id()).isEqualTo(id);
    plan.checkUnchanged();
    device.write(100, Segments.randomBlock(1));
    assertThatThrownBy(plan::checkUnchanged)
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("has changed since the plan was made");
  }

  @Test
  void anotherPlanIsRefused() throws VdoException {
    var plan = plan(MemoryDevice.ofBlocks(BLOCKS), 5, 6, 1);
    plan.checkIs(plan.id());
    assertThatThrownBy(() -> plan.checkIs("0123456789abcdef"))
        .isInstanceOfSatisfying(
            PlanException.class, e -> assertThat(e.kind()).isEqualTo(PlanException.Kind.OTHER_PLAN))
        .hasMessageContaining(plan.id());
  }

  @Test
  void theCommitBlockComesAlongAndNothingElseThatStays() throws VdoException {
    var device = MemoryDevice.ofBlocks(BLOCKS);
    assertThat(plan(device, 5, 6, 1).changes().blocks()).containsExactly(6, COMMIT);
    var overlay = OverlayDevice.over(device);
    overlay.write(4, Segments.zeroBlock());
    overlay.write(COMMIT, Segments.zeroBlock());
    assertThat(ChangeSet.of(overlay, COMMIT).isEmpty()).isTrue();
    // A block that cannot be read is not replaced by zeros for that.
    var damaged = FaultyDevice.over(device, new Fault.UnreadableBlock(COMMIT));
    assertThat(plan(damaged, 5, 6, 1).changes().blocks()).containsExactly(6);
  }

  /** Knows which blocks are zeros, as a file knows its holes. */
  private record WithHoles(MemoryDevice all) implements BlockDevice {
    @Override
    public String name() {
      return all.name();
    }

    @Override
    public long sizeBytes() {
      return all.sizeBytes();
    }

    @Override
    public BlockErrors read(long firstBlock, MemorySegment into) {
      return all.read(firstBlock, into);
    }

    @Override
    public long nextData(long block, long end) {
      long next = block;
      while (next < end && Arrays.equals(all.block(next), new byte[BLOCK_SIZE])) {
        next++;
      }
      return next;
    }

    @Override
    public long nextHole(long block, long end) {
      long next = block + 1;
      while (next < end && !Arrays.equals(all.block(next), new byte[BLOCK_SIZE])) {
        next++;
      }
      return next;
    }

    @Override
    public void close() {}
  }

  @Test
  void whatIsPassedOverWasReadAndHeldZeros() throws VdoException {
    var device = MemoryDevice.ofBlocks(1000);
    for (long block : new long[] {3, 4, 500, 999}) {
      device.write(block, Segments.randomBlock(block));
    }
    var read = RecordingDevice.over(device);
    read(read, 0, 1000);

    var passed = RecordingDevice.over(new WithHoles(device));
    for (long block = passed.nextData(0, 1000);
        block < 1000;
        block = passed.nextData(block + 1, 1000)) {
      read(passed, block, 1);
    }

    assertThat(passed.blocksRead()).isEqualTo(1000);
    assertThat(passed.fingerprint()).isEqualTo(read.fingerprint());
    assertHolds(passed);
    device.write(77, Segments.randomBlock(1));
    assertOutdated(passed);
    device.write(77, Segments.zeros(BlockDevice.BLOCK_SIZE));
    assertHolds(passed);
    device.write(500, Segments.zeros(BlockDevice.BLOCK_SIZE));
    assertOutdated(passed);
  }
}
