package io.vdotools.engine.data;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What the deduplication index knows a block by: MurmurHash3 in its 128-bit variant for 64-bit
 * machines, as the driver computes it.
 *
 * @param first the first eight bytes of the hash, little-endian
 * @param second the last eight bytes
 */
public record BlockName(long first, long second) {
  /** The seed of all names. */
  public static final long SEED = 0x62ea_60be;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long C1 = 0x87c3_7b91_1142_53d5L;
  private static final long C2 = 0x4cf5_ad43_2745_937fL;
  private static final int STRIDE = 2 * Long.BYTES;

  /** {@return the name of a block} */
  public static BlockName of(byte[] block) {
    return of(block, SEED);
  }

  /** {@return the hash of any bytes} */
  static BlockName of(byte[] bytes, long seed) {
    long h1 = seed;
    long h2 = seed;
    int whole = bytes.length / STRIDE * STRIDE;
    for (int at = 0; at < whole; at += STRIDE) {
      h1 ^= mixFirst((long) WORD.get(bytes, at));
      h1 = (Long.rotateLeft(h1, 27) + h2) * 5 + 0x52dc_e729L;
      h2 ^= mixSecond((long) WORD.get(bytes, at + Long.BYTES));
      h2 = (Long.rotateLeft(h2, 31) + h1) * 5 + 0x3849_5ab5L;
    }
    h2 ^= mixSecond(rest(bytes, whole + Long.BYTES));
    h1 ^= mixFirst(rest(bytes, whole));
    h1 ^= bytes.length;
    h2 ^= bytes.length;
    h1 += h2;
    h2 += h1;
    h1 = finish(h1);
    h2 = finish(h2);
    h1 += h2;
    return new BlockName(h1, h2 + h1);
  }

  private static long mixFirst(long word) {
    return Long.rotateLeft(word * C1, 31) * C2;
  }

  private static long mixSecond(long word) {
    return Long.rotateLeft(word * C2, 33) * C1;
  }

  private static long finish(long hash) {
    long h = hash;
    h = (h ^ (h >>> 33)) * 0xff51_afd7_ed55_8ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ce_b9fe_1a85_ec53L;
    return h ^ (h >>> 33);
  }

  /** The up to eight bytes from a place on, little-endian, 0 if there are none. */
  private static long rest(byte[] bytes, int from) {
    long word = 0;
    int end = Math.min(bytes.length, from + Long.BYTES);
    for (int i = end - 1; i >= from; i--) {
      word = (word << Byte.SIZE) | (bytes[i] & 0xff);
    }
    return word;
  }

  /** {@return which of so many hash zones the name belongs to} */
  public int zone(int zones) {
    return (int) ((first & 0xff) * zones) >> Byte.SIZE;
  }
}
