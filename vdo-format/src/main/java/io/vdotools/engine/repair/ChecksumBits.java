package io.vdotools.engine.repair;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;
import java.util.function.Predicate;

/** Finds the one bit that has changed since a checksum was computed, if it was one bit. */
final class ChecksumBits {
  private ChecksumBits() {}

  /**
   * {@return the bit which makes the checksum right when it is flipped back: eight times the byte,
   * plus the bit in it}
   *
   * <p>A CRC of 32 bits is different for any two places in so few bytes: there is at most one.
   *
   * @param block the bytes, unchanged on return
   * @param bytes how many of them to try
   * @param isRight whether the block has the checksum that it should
   */
  static OptionalInt find(MemorySegment block, int bytes, Predicate<MemorySegment> isRight) {
    for (int bit = 0; bit < bytes * Byte.SIZE; bit++) {
      flip(block, bit);
      boolean found = isRight.test(block);
      flip(block, bit);
      if (found) {
        return OptionalInt.of(bit);
      }
    }
    return OptionalInt.empty();
  }

  /** Flips a bit. */
  static void flip(MemorySegment block, int bit) {
    int at = bit / Byte.SIZE;
    int mask = 1 << bit % Byte.SIZE;
    block.set(ValueLayout.JAVA_BYTE, at, (byte) (block.get(ValueLayout.JAVA_BYTE, at) ^ mask));
  }
}
