package io.vdotools.testing;

import io.vdotools.format.BlockSize;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.GZIPInputStream;

/**
 * The hash of a block with which what the driver reads is compared, block by block: defined in
 * {@code format-spec/golden/README.md}, and computed in the machine by {@code fuzz/rig/wl.c}.
 */
public final class BlockHash {
  /** A block that could not be read. */
  public static final long UNREADABLE = -1;

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private BlockHash() {}

  /** {@return the hash of a block: 0 for zeros, otherwise not 0} */
  public static long of(MemorySegment block) {
    long hash = 0;
    boolean isZero = true;
    for (long at = 0; at < BlockSize.BLOCK; at += Long.BYTES) {
      long word = block.get(WORD, at);
      isZero &= word == 0;
      hash = (hash ^ word) * 0x100000001b3L;
      hash ^= hash >>> 29;
    }
    if (isZero) {
      return 0;
    }
    return hash == 0 ? 1 : hash;
  }

  /**
   * {@return the hashes in a file that the driver's content was written to, one for each LBN}
   *
   * @param file a block with the number of logical blocks, then the hashes
   */
  public static long[] parse(byte[] file) {
    var words = MemorySegment.ofArray(file);
    var hashes = new long[Math.toIntExact(words.get(WORD, 0))];
    for (int lbn = 0; lbn < hashes.length; lbn++) {
      hashes[lbn] = words.get(WORD, BlockSize.BLOCK + (long) lbn * Long.BYTES);
    }
    return hashes;
  }

  /** {@return what the driver read from the golden volume {@code small}} */
  public static long[] ofSmall() {
    var zipped = new ByteArrayInputStream(GoldenVolume.resource("small.hash.gz"));
    try (var in = new GZIPInputStream(zipped)) {
      return parse(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
