package io.vdotools.pack;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.util.Arrays;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.jspecify.annotations.Nullable;

/**
 * Compresses columns, each on its own: what is constant is not worth a compressor, what is random
 * none can shorten. Not for several threads at once.
 *
 * <pre>
 *   codec, 1 byte | length, varint (not if empty) | packed length, varint (not for a constant) |
 *   packed bytes
 * </pre>
 */
final class ColumnCodec implements AutoCloseable {
  private static final int STORED = 0;
  private static final int CONSTANT = 1;
  private static final int ZSTD = 2;
  private static final int LZ4 = 3;
  private static final int BITS = 4;
  private static final int EMPTY = 5;

  // Shorter ones cannot win anything.
  private static final int SHORTEST = 12;

  private static final int SHORTEST_MATCH = 7;
  // Of a column that looks like noise.
  private static final int SAMPLE = 1 << 12;
  private static final double WORTH_COMPRESSING = 0.97;

  private final PackMethod method;
  private byte[] packed = new byte[1 << 16];
  private @Nullable ZstdCompressCtx compressor;
  private @Nullable ZstdDecompressCtx decompressor;
  private @Nullable LZ4Compressor lz4;
  private @Nullable LZ4SafeDecompressor lz4Back;

  /**
   * @param method how to compress; decompressing needs none
   */
  ColumnCodec(PackMethod method) {
    this.method = method;
  }

  /** Appends a column in its compressed form. */
  void encode(Column column, Column into) {
    encode(column.bytes(), 0, column.size(), into);
  }

  void encode(byte[] bytes, int start, int length, Column into) {
    if (length == 0) {
      into.add(EMPTY);
      return;
    }
    if (length > 1 && isConstant(bytes, start, length)) {
      into.add(CONSTANT);
      into.addVarint(length);
      into.add(bytes[start]);
      return;
    }
    int width = BitColumn.width(bytes, start, length);
    if (width < Byte.SIZE && !repeats(bytes, start, length, width)) {
      into.add(BITS);
      into.addVarint(length);
      into.addVarint(BitColumn.packedLength(length, width));
      BitColumn.pack(bytes, start, length, width, into);
      return;
    }
    if (length >= SHORTEST) {
      int shorter = compress(bytes, start, length);
      if (shorter < length - length / 64) {
        into.add(method.codec() == PackMethod.Codec.ZSTD ? ZSTD : LZ4);
        into.addVarint(length);
        into.addVarint(shorter);
        into.addAll(packed, 0, shorter);
        return;
      }
    }
    into.add(STORED);
    into.addVarint(length);
    into.addVarint(length);
    into.addAll(bytes, start, length);
  }

  private static boolean isConstant(byte[] bytes, int start, int length) {
    return bytes[start] == bytes[start + length - 1]
        && Arrays.equals(bytes, start, start + length - 1, bytes, start + 1, start + length);
  }

  /** {@return whether a part of what looks like noise can be compressed all the same} */
  private boolean repeats(byte[] bytes, int start, int length, int width) {
    int some = Math.min(SAMPLE, length);
    int shorter = compress(bytes, start + (length - some) / 2, some);
    return shorter < WORTH_COMPRESSING * BitColumn.packedLength(some, width);
  }

  private int compress(byte[] bytes, int start, int length) {
    return switch (method.codec()) {
      case ZSTD -> {
        var zstd = compressor;
        if (zstd == null) {
          zstd = new ZstdCompressCtx();
          // What they would say, the frame says already.
          zstd.setLevel(method.level()).setMagicless(true).setChecksum(false).setContentSize(false);
          if (method.level() <= PackMethod.DEFAULT_LEVEL) {
            // Columns have few different bytes: shorter matches are found everywhere, and say less
            // than the bytes themselves.
            zstd.setMinMatch(SHORTEST_MATCH);
          }
          compressor = zstd;
        }
        reserve((int) Zstd.compressBound(length));
        yield zstd.compressByteArray(packed, 0, packed.length, bytes, start, length);
      }
      case LZ4 -> {
        if (lz4 == null) {
          lz4 = LZ4Factory.safeInstance().fastCompressor();
        }
        reserve(lz4.maxCompressedLength(length));
        yield lz4.compress(bytes, start, length, packed, 0);
      }
    };
  }

  private void reserve(int length) {
    if (packed.length < length) {
      packed = new byte[length];
    }
  }

  /**
   * {@return the next column}
   *
   * @param from stands where the column begins, and behind it afterwards
   * @param most the most bytes that it may have, which bounds what is allocated
   * @throws FormatFault if it is longer, or is no compressed column
   */
  ColumnReader decode(ColumnReader from, long most) throws FormatFault {
    int codec = from.next();
    if (codec == EMPTY) {
      return new ColumnReader(new byte[0]);
    }
    int length = (int) from.nextVarint(0, Math.min(most, 1 << 28), "the length of a column");
    if (codec == CONSTANT) {
      var bytes = new byte[length];
      Arrays.fill(bytes, (byte) from.next());
      return new ColumnReader(bytes);
    }
    int packedLength = (int) from.nextVarint(0, from.remaining(), "the length of a packed column");
    int at = from.position();
    from.skip(packedLength);
    if (codec == STORED) {
      if (packedLength != length) {
        throw new FormatFault("a stored column has two lengths");
      }
      return new ColumnReader(from.bytes(), at, length);
    }
    byte[] bytes =
        switch (codec) {
          case ZSTD -> unzstd(from.bytes(), at, packedLength, length);
          case LZ4 -> unlz4(from.bytes(), at, packedLength, length);
          case BITS -> BitColumn.unpack(from.bytes(), at, at + packedLength, length);
          default -> throw new FormatFault("unknown codec " + codec);
        };
    return new ColumnReader(bytes, 0, length);
  }

  private byte[] unzstd(byte[] source, int at, int packedLength, int length) throws FormatFault {
    var zstd = decompressor;
    if (zstd == null) {
      zstd = new ZstdDecompressCtx();
      zstd.setMagicless(true);
      decompressor = zstd;
    }
    var bytes = new byte[length];
    try {
      int actual = zstd.decompressByteArray(bytes, 0, length, source, at, packedLength);
      if (actual != length) {
        throw new FormatFault("a column of " + length + " bytes has " + actual);
      }
    } catch (ZstdException e) {
      throw new FormatFault("a column cannot be decompressed: " + e.getMessage());
    }
    return bytes;
  }

  private byte[] unlz4(byte[] source, int at, int packedLength, int length) throws FormatFault {
    if (lz4Back == null) {
      lz4Back = LZ4Factory.safeInstance().safeDecompressor();
    }
    var bytes = new byte[length];
    try {
      int actual = lz4Back.decompress(source, at, packedLength, bytes, 0, length);
      if (actual != length) {
        throw new FormatFault("a column of " + length + " bytes has " + actual);
      }
    } catch (LZ4Exception e) {
      throw new FormatFault("a column cannot be decompressed: " + e.getMessage());
    }
    return bytes;
  }

  /** Gives back memory outside the heap. */
  @Override
  public void close() {
    if (compressor != null) {
      compressor.close();
    }
    if (decompressor != null) {
      decompressor.close();
    }
  }
}
