package io.vdotools.engine.data;

import io.vdotools.format.BlockSize;
import io.vdotools.format.compress.CompressedBlock;
import java.util.Arrays;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import org.jspecify.annotations.Nullable;

/** Makes fragments: LZ4 blocks, kept if they leave room for another. */
final class Compressor {
  private final LZ4Compressor compressor = LZ4Factory.safeInstance().fastCompressor();

  /** {@return the fragment of a block, null if the block cannot be made smaller} */
  byte @Nullable [] compress(byte[] block) {
    // Large enough for whatever comes: the compressor reports too small a buffer by an exception.
    var buffer = new byte[compressor.maxCompressedLength(BlockSize.BLOCK)];
    int length = compressor.compress(block, 0, BlockSize.BLOCK, buffer, 0, buffer.length);
    return length < CompressedBlock.DATA_BYTES ? Arrays.copyOf(buffer, length) : null;
  }
}
