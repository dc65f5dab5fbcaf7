package io.vdotools.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

class OverlayDeviceTest implements BlockDeviceContract {
  private static final int BLOCKS = 12;

  @Override
  public WritableBlockDevice numberedDeviceOf8() {
    return OverlayDevice.over(Patterns.numberedDevice(8));
  }

  /** Something done to an overlay. */
  sealed interface Action {
    record Write(int first, int count, long seed) implements Action {}

    record Discard(int block) implements Action {}

    record DiscardAll() implements Action {}
  }

  @Provide
  Arbitrary<Action> actions() {
    Arbitrary<Integer> block = Arbitraries.integers().between(0, BLOCKS - 1);
    Arbitrary<Integer> count = Arbitraries.integers().between(0, 4);
    Arbitrary<Long> seed = Arbitraries.longs().between(1000, 1_000_000);
    return Arbitraries.frequencyOf(
        Tuple.of(
            8,
            Combinators.combine(block, count, seed)
                .as((first, length, content) ->
                    (Action) new Action.Write(first, Math.min(length, BLOCKS - first), content))),
        Tuple.of(3, block.map(Action.Discard::new)),
        Tuple.of(1, Arbitraries.just(new Action.DiscardAll())));
  }

  @Property
  void anOverlayIsItsBaseWithTheWrittenBlocksReplaced(
      @ForAll @Size(max = 30) List<@From("actions") Action> actions) {
    MemoryDevice base = Patterns.numberedDevice(BLOCKS);
    OverlayDevice overlay = OverlayDevice.over(base);
    Map<Long, byte[]> model = new HashMap<>();

    for (Action action : actions) {
      switch (action) {
        case Action.Write(int first, int count, long seed) -> {
          overlay.write(first, Patterns.segment(seed, count));
          for (int i = 0; i < count; i++) {
            model.put((long) first + i, Patterns.block(seed + i));
          }
        }
        case Action.Discard(int block) -> {
          overlay.discard(block);
          model.remove((long) block);
        }
        case Action.DiscardAll() -> {
          overlay.discard();
          model.clear();
        }
      }
      assertIsModel(overlay, model);
    }
    assertThat(base.hasSameContentAs(Patterns.numberedDevice(BLOCKS))).isTrue();
  }

  private static void assertIsModel(OverlayDevice overlay, Map<Long, byte[]> model) {
    assertThat(overlay.changedBlocks())
        .containsExactly(model.keySet().stream().mapToLong(Long::longValue).sorted().toArray());
    MemorySegment all = Patterns.soiledMemory(BLOCKS);
    assertThat(overlay.read(0, all)).isSameAs(BlockErrors.NONE);
    for (long block = 0; block < BLOCKS; block++) {
      byte[] expected = model.getOrDefault(block, Patterns.block(block));
      assertThat(Arrays.equals(Patterns.blockOf(all, block), expected)).isTrue();
      MemorySegment single = Patterns.soiledMemory(1);
      assertThat(overlay.read(block, single)).isSameAs(BlockErrors.NONE);
      assertThat(Arrays.equals(Patterns.bytesOf(single), expected)).isTrue();
      assertThat(overlay.isChanged(block)).isEqualTo(model.containsKey(block));
    }
  }

  @Test
  void aChangedBlockIsReadableWhereTheBaseIsNot() {
    FaultyDevice base =
        FaultyDevice.over(
            Patterns.numberedDevice(4), new Fault.UnreadableBlock(1), new Fault.UnreadableBlock(2));
    OverlayDevice overlay = OverlayDevice.over(base);
    overlay.write(1, Patterns.segment(70, 1));
    MemorySegment all = Patterns.soiledMemory(4);
    MemorySegment single = Patterns.soiledMemory(1);

    BlockErrors errors = overlay.read(0, all);

    assertThat(errors.list()).extracting(BlockError::block).containsExactly(2L);
    assertThat(Patterns.blockOf(all, 1)).isEqualTo(Patterns.block(70));
    assertThat(Patterns.blockOf(all, 2)).containsOnly(0);
    assertThat(overlay.read(1, single)).isSameAs(BlockErrors.NONE);
  }

  @Test
  void closingKeepsTheChangesAndTheBase() throws DeviceException {
    OverlayDevice overlay = OverlayDevice.over(Patterns.numberedDevice(2));
    overlay.write(0, Patterns.segment(5, 1));

    overlay.close();

    assertThat(Patterns.read(overlay, 0)).isEqualTo(Patterns.block(5));
    assertThat(Patterns.read(overlay.base(), 0)).isEqualTo(Patterns.block(0));
  }

  /** A repair of thousands of slabs writes that many zeros. */
  @Test
  void blocksOfZerosTakeNearlyNoMemory() {
    long blocks = 2 * Runtime.getRuntime().maxMemory() / BlockDevice.BLOCK_SIZE;
    int atOnce = 256;
    var overlay = OverlayDevice.over(MemoryDevice.ofBlocks(blocks + atOnce));
    var zeros = MemorySegment.ofArray(new byte[atOnce * BlockDevice.BLOCK_SIZE]);

    for (long first = 0; first < blocks; first += atOnce) {
      overlay.write(first, zeros);
    }

    assertThat(overlay.changedBlocks().length).isGreaterThanOrEqualTo((int) blocks);
    assertThat(overlay.isChanged(blocks - 1)).isTrue();
  }
}
