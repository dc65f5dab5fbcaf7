package io.vdotools.bench;

/**
 * A permutation of the numbers below a limit that looks random, and its inverse, without a table.
 *
 * <p>A few invertible steps shuffle the next larger power of two; a number that leaves the limit is
 * shuffled again until it is back (cycle walking), which takes two rounds at most on average.
 */
final class KeyedPermutation implements PieceOrder {
  private static final int ROUNDS = 3;

  private final long size;
  private final long mask;
  private final int shift;
  private final long[] factors = new long[ROUNDS];
  private final long[] inverses = new long[ROUNDS];
  private final long[] offsets = new long[ROUNDS];

  /**
   * @param size the limit, 1 to 2^62
   * @param key selects the permutation
   */
  KeyedPermutation(long size, long key) {
    if (size < 1 || size > 1L << 62) {
      throw new IllegalArgumentException("size " + size);
    }
    this.size = size;
    int bits = Math.max(2, Long.SIZE - Long.numberOfLeadingZeros(size - 1));
    this.mask = (1L << bits) - 1;
    // By at least half the width, so that the step undoes itself.
    this.shift = (bits + 1) / 2;
    for (int i = 0; i < ROUNDS; i++) {
      factors[i] = Mixer.mix(key, 2L * i) | 1;
      offsets[i] = Mixer.mix(key, 2L * i + 1);
      inverses[i] = inverseOf(factors[i]);
    }
  }

  /** Newton's iteration: each step doubles the number of right bits, of which an odd has three. */
  private static long inverseOf(long odd) {
    long inverse = odd;
    for (int bits = 3; bits < Long.SIZE; bits *= 2) {
      inverse *= 2 - odd * inverse;
    }
    return inverse;
  }

  /**
   * {@return where a number goes}
   *
   * @param x 0 to {@code size - 1}
   */
  @Override
  public long apply(long x) {
    long y = x;
    do {
      for (int i = 0; i < ROUNDS; i++) {
        y = (y * factors[i] + offsets[i]) & mask;
        y ^= y >>> shift;
      }
    } while (y >= size);
    return y;
  }

  /**
   * {@return which number comes here}
   *
   * @param y 0 to {@code size - 1}
   */
  @Override
  public long invert(long y) {
    long x = y;
    do {
      for (int i = ROUNDS - 1; i >= 0; i--) {
        x ^= x >>> shift;
        x = ((x - offsets[i]) * inverses[i]) & mask;
      }
    } while (x >= size);
    return x;
  }
}
