package io.vdotools.format.compress;

import io.vdotools.format.BlockSize;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * Inflates fragments of compressed blocks: raw LZ4 blocks of 4096 bytes (format-spec, section 9).
 *
 * <p>Whatever the bytes are, nothing outside the given ones is read and nothing outside the block
 * written.
 */
public final class Fragments {
  private final boolean isPortable;

  /** Inflates as fast as this machine can. */
  public Fragments() {
    this(false);
  }

  private Fragments(boolean isPortable) {
    this.isPortable = isPortable;
  }

  /** {@return one that does the same with Java alone} */
  static Fragments portable() {
    return new Fragments(true);
  }

  /** What inflates when the first fragment comes: loading it takes a while. */
  private static final class Loaded {
    private static final LZ4SafeDecompressor PORTABLE =
        LZ4Factory.safeInstance().safeDecompressor();
    private static final LZ4SafeDecompressor FASTEST = fastest();

    /**
     * The native one inflates at several times the speed. It has to be unpacked into the directory
     * for temporary files, which may be missing or forbid it.
     */
    private static LZ4SafeDecompressor fastest() {
      try {
        return LZ4Factory.nativeInstance().safeDecompressor();
      } catch (LinkageError _) {
        return PORTABLE;
      }
    }
  }

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
    var decompressor = isPortable ? Loaded.PORTABLE : Loaded.FASTEST;
    try {
      return decompressor.decompress(packed, offset, length, block, 0, BlockSize.BLOCK)
          == BlockSize.BLOCK;
    } catch (LZ4Exception e) {
      // What the bytes are is the caller's finding; that they are no LZ4 is all there is to say.
      return false;
    }
  }
}
