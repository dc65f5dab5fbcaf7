package io.vdotools.engine.live;

import io.vdotools.format.BlockSize;
import java.util.Arrays;
import java.util.SplittableRandom;

/** What test workloads write: content that depends on a number alone. */
final class BlockValues {
  /** The value of a block that was never written, or was discarded. */
  static final long HOLE = 0;

  /** The value of a block of zeros that was written. */
  static final long ZERO = 1;

  private static final int KINDS = 4;

  private BlockValues() {}

  /** {@return a value whose content nobody can make smaller} */
  static long random(long number) {
    return KINDS + number * KINDS;
  }

  /** {@return a value whose content becomes smaller, to a size that depends on the number} */
  static long compressible(long number) {
    return KINDS + number * KINDS + 1;
  }

  /** {@return the content of a value} */
  static byte[] content(long value) {
    var block = new byte[BlockSize.BLOCK];
    if (value < KINDS) {
      return block;
    }
    var random = new SplittableRandom(value);
    random.nextBytes(block);
    if (value % KINDS == 1) {
      Arrays.fill(block, random.nextInt(16, 3500), BlockSize.BLOCK, (byte) 0x55);
    }
    return block;
  }
}
