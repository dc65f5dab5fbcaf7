package io.vdotools.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** What every writable device owes its user, whatever it is made of. */
interface BlockDeviceContract {
  /** {@return a device of 8 blocks, each with the pattern of its number} */
  WritableBlockDevice numberedDeviceOf8() throws Exception;

  @Test
  default void aReadGivesTheBlocksInOrder() throws Exception {
    try (BlockDevice device = numberedDeviceOf8()) {
      MemorySegment into = Patterns.soiledMemory(3);

      assertThat(device.read(4, into)).isSameAs(BlockErrors.NONE);

      assertThat(Patterns.bytesOf(into)).isEqualTo(Patterns.blocks(4, 3));
    }
  }

  @Test
  default void aWriteChangesItsBlocksAndNoOthers() throws Exception {
    try (WritableBlockDevice device = numberedDeviceOf8()) {
      device.write(2, Patterns.segment(100, 2));
      device.flush();

      MemorySegment all = Patterns.soiledMemory(8);
      assertThat(device.read(0, all)).isSameAs(BlockErrors.NONE);
      for (int block = 0; block < 8; block++) {
        int seed = block == 2 || block == 3 ? 98 + block : block;
        assertThat(Patterns.blockOf(all, block)).isEqualTo(Patterns.block(seed));
      }
    }
  }

  @Test
  default void blocksBeyondTheEndAreErrorsOfTheirOwnKindAndReadAsZeros() throws Exception {
    try (BlockDevice device = numberedDeviceOf8()) {
      MemorySegment into = Patterns.soiledMemory(4);

      BlockErrors errors = device.read(6, into);

      assertThat(errors.list())
          .extracting(BlockError::block, BlockError::reason)
          .containsExactly(
              tuple(8L, BlockError.Reason.BEYOND_END), tuple(9L, BlockError.Reason.BEYOND_END));
      assertThat(Patterns.blockOf(into, 1)).isEqualTo(Patterns.block(7));
      assertThat(Patterns.bytesOf(into.asSlice(2 * 4096))).containsOnly(0);
    }
  }

  @Test
  default void theLargestBlockNumberIsBeyondTheEndLikeAnyOther() throws Exception {
    try (BlockDevice device = numberedDeviceOf8()) {
      MemorySegment into = Patterns.soiledMemory(2);

      BlockErrors errors = device.read(Long.MAX_VALUE, into);

      assertThat(errors.contains(Long.MAX_VALUE)).isTrue();
      assertThat(Patterns.bytesOf(into)).containsOnly(0);
    }
  }

  @Test
  default void noBlockThatHoldsSomethingIsPassedOver() throws Exception {
    try (WritableBlockDevice device = numberedDeviceOf8()) {
      device.write(2, MemorySegment.ofArray(new byte[5 * 4096]));

      for (long block : new long[] {0, 1, 7}) {
        assertThat(device.nextData(block, 8)).isEqualTo(block);
      }
      assertThat(device.nextData(2, 8)).isBetween(2L, 7L);
      assertThat(device.nextData(2, 5)).isBetween(2L, 5L);
      assertThat(device.nextData(8, 8)).isEqualTo(8);
      assertThatIllegalArgumentException().isThrownBy(() -> device.nextData(7, 9));
      assertThatIllegalArgumentException().isThrownBy(() -> device.nextData(3, 2));
      assertThatIllegalArgumentException().isThrownBy(() -> device.nextData(-1, 2));
    }
  }

  @Test
  default void whatNextHoleTellsLeadsOn() throws Exception {
    try (WritableBlockDevice device = numberedDeviceOf8()) {
      device.write(2, MemorySegment.ofArray(new byte[5 * 4096]));

      for (long block : new long[] {0, 1, 7}) {
        assertThat(device.nextHole(block, 8)).isBetween(block + 1, 8L);
      }
      assertThat(device.nextHole(3, 5)).isBetween(4L, 5L);
      assertThatIllegalArgumentException().isThrownBy(() -> device.nextHole(7, 9));
      assertThatIllegalArgumentException().isThrownBy(() -> device.nextHole(3, 2));
      assertThatIllegalArgumentException().isThrownBy(() -> device.nextHole(-1, 2));
    }
  }

  @Test
  default void aTransferOfNoBlocksDoesNothing() throws Exception {
    try (WritableBlockDevice device = numberedDeviceOf8()) {
      MemorySegment nothing = MemorySegment.ofArray(new byte[0]);

      assertThat(device.read(3, nothing)).isSameAs(BlockErrors.NONE);
      assertThat(device.read(1000, nothing)).isSameAs(BlockErrors.NONE);
      device.write(8, nothing);

      assertThat(Patterns.read(device, 3)).isEqualTo(Patterns.block(3));
    }
  }

  @Test
  default void wrongArgumentsAreRefused() throws Exception {
    try (WritableBlockDevice device = numberedDeviceOf8()) {
      MemorySegment block = Patterns.soiledMemory(1);
      MemorySegment notABlock = block.asSlice(0, 4095);

      assertThatIllegalArgumentException().isThrownBy(() -> readIgnoring(device, -1, block));
      assertThatIllegalArgumentException().isThrownBy(() -> readIgnoring(device, 0, notABlock));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> readIgnoring(device, 0, block.asReadOnly()));
      assertThatIllegalArgumentException().isThrownBy(() -> device.write(-1, block));
      assertThatIllegalArgumentException().isThrownBy(() -> device.write(0, notABlock));
    }
  }

  @Test
  default void aWriteBeyondTheEndIsRefusedWhole() throws Exception {
    try (WritableBlockDevice device = numberedDeviceOf8()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> device.write(7, Patterns.soiledMemory(2)));

      assertThat(device.blockCount()).isEqualTo(8);
      assertThat(Patterns.read(device, 7)).isEqualTo(Patterns.block(7));
    }
  }

  @Test
  default void anyKindOfMemoryWillDo() throws Exception {
    try (WritableBlockDevice device = numberedDeviceOf8();
        var arena = Arena.ofConfined()) {
      MemorySegment longs = MemorySegment.ofArray(new long[512]);
      MemorySegment unaligned = arena.allocate(3 * 4096, 8).asSlice(8, 2 * 4096);

      assertThat(device.read(5, longs)).isSameAs(BlockErrors.NONE);
      assertThat(device.read(5, unaligned)).isSameAs(BlockErrors.NONE);
      assertThat(Patterns.bytesOf(longs)).isEqualTo(Patterns.block(5));
      assertThat(Patterns.bytesOf(unaligned)).isEqualTo(Patterns.blocks(5, 2));

      device.write(0, longs.asReadOnly());
      device.write(1, unaligned);
      assertThat(Patterns.read(device, 0)).isEqualTo(Patterns.block(5));
      assertThat(Patterns.read(device, 2)).isEqualTo(Patterns.block(6));
    }
  }

  private static void readIgnoring(BlockDevice device, long block, MemorySegment into) {
    assertThat(device.read(block, into)).isNotNull();
  }
}
