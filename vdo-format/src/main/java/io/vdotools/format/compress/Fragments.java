package io.vdotools.format.compress;

import io.vdotools.format.BlockSize;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * Inflates fragments of compressed blocks: raw LZ4 blocks of 4096 bytes (format-spec, section 9).
 */
public final class Fragments {
  private final LZ4SafeDecompressor decompressor = LZ4Factory.safeInstance().safeDecompressor();

  /**
   * Inflates a fragment.
   *
   * @param fragment the bytes of the fragment
   * @param block where the 4096 bytes go
   * @return whether it inflated to exactly a block
   */
  public boolean inflate(MemorySegment fragment, byte[] block) {
    byte[] packed = fragment.toArray(ValueLayout.JAVA_BYTE);
    return inflate(packed, 0, packed.length, block);
  }

  /**
   * Inflates a fragment that lies in an array.
   *
   * @param packed holds the fragment
   * @param offset where it begins, in bytes
   * @param length its length, in bytes
   * @param block where the 4096 bytes go
   * @return whether it inflated to exactly a block
   */
  public boolean inflate(byte[] packed, int offset, int length, byte[] block) {
    try {
      return decompressor.decompress(packed, offset, length, block, 0, BlockSize.BLOCK)
          == BlockSize.BLOCK;
    } catch (LZ4Exception e) {
      // What the bytes are is the caller's finding; that they are no LZ4 is all there is to say.
      return false;
    }
  }
}
