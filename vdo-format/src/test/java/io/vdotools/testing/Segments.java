package io.vdotools.testing;

import io.vdotools.format.BlockSize;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** Memory for structures under test. */
public final class Segments {
  private Segments() {}

  /** {@return that many zero bytes} */
  public static MemorySegment zeros(int length) {
    return MemorySegment.ofArray(new byte[length]);
  }

  /** {@return a block of zeros} */
  public static MemorySegment zeroBlock() {
    return zeros(BlockSize.BLOCK);
  }

  /** {@return bytes that depend on the seed alone} */
  public static MemorySegment random(long seed, int length) {
    var bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return MemorySegment.ofArray(bytes);
  }

  /** {@return a block of bytes that depend on the seed alone} */
  public static MemorySegment randomBlock(long seed) {
    return random(seed, BlockSize.BLOCK);
  }

  /** {@return the bytes written in hexadecimal; white space and bars in between are skipped} */
  public static MemorySegment ofHex(String hex) {
    return MemorySegment.ofArray(HexFormat.of().parseHex(hex.replaceAll("[\\s|]+", "")));
  }

  /** {@return a block that begins with the given bytes and goes on with zeros} */
  public static MemorySegment blockOfHex(String hex) {
    var block = zeroBlock();
    block.copyFrom(ofHex(hex));
    return block;
  }

  /** {@return {@code length} bytes from {@code offset} on, in hexadecimal with spaces between} */
  public static String hex(MemorySegment segment, long offset, long length) {
    return HexFormat.ofDelimiter(" ").formatHex(array(segment.asSlice(offset, length)));
  }

  /** {@return a copy of the bytes, for comparing} */
  public static byte[] array(MemorySegment segment) {
    return segment.toArray(ValueLayout.JAVA_BYTE);
  }

  /** {@return another segment with the same bytes} */
  public static MemorySegment copy(MemorySegment segment) {
    return MemorySegment.ofArray(array(segment));
  }
}
