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
 *
 * <p>Of a column with its zeros apart, two other columns stand in place of the last two.
 */
final class ColumnCodec implements AutoCloseable {
  private static final int STORED = 0;
  private static final int CONSTANT = 1;
  private static final int ZSTD = 2;
  private static final int LZ4 = 3;
  private static final int BITS = 4;
  private static final int EMPTY = 5;
  private static final int ZEROS_APART = 6;
  private static final int PLANES = 7;

  // Shorter ones cannot win anything.
  private static final int SHORTEST = 12;

  private static final int SHORTEST_MATCH = 7;

  // What repeats is worth a longer search; what does not repeat would take longest, and finds none.
  private static final int SEARCHING_LEVEL = 5;
  private static final int LONGEST_SEARCHED = 7 << 12;
  private static final int LONGEST_PART_SEARCHED = 1 << 15;
  // What is this short is soon searched.
  private static final int SHORT_SEARCHING_LEVEL = 6;
  private static final int SHORT = 1 << 13;
  private static final int WORTH_MORE = 512;
  private static final int REPEATING = 3;

  // Whether a column is shorter without its zeros mostly shows in a part of it.
  private static final int LEAST_APART = 1 << 11;
  private static final int PARTS = 8;
  private static final double CERTAIN = 0.9;

  // What has no pattern in a part as small has none in all of it.
  private static final int PLANE_PARTS = 16;
  private static final int LEAST_PART = 1 << 13;

  // Of a column that looks like noise.
  private static final int SAMPLE = 1 << 12;
  private static final double WORTH_COMPRESSING = 0.97;

  private final PackMethod method;
  private byte[] packed = new byte[1 << 16];
  private final ZerosApart zeros = new ZerosApart();
  private final BitPlanes planes = new BitPlanes();
  private final Column apart = new Column(1 << 10);
  private @Nullable ZstdCompressCtx compressor;
  private @Nullable ZstdCompressCtx searchingShort;
  private @Nullable ZstdCompressCtx searchingLong;
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
    if (length < SHORTEST) {
      store(bytes, start, length, into);
      return;
    }
    if (encodePlanes(bytes, start, length, into)) {
      return;
    }
    if (length >= LEAST_APART && zeros.takeApart(bytes, start, length)) {
      apart.clear();
      encodePart(zeros.runs(), true, apart);
      encodePart(zeros.others(), false, apart);
      if (isShorterThanWhole(apart.size(), bytes, start, length)) {
        into.add(ZEROS_APART);
        into.addVarint(length);
        into.addAll(apart.bytes(), 0, apart.size());
        return;
      }
    }
    int shorter = compress(bytes, start, length);
    if (isWorthMore(shorter, length, LONGEST_SEARCHED)) {
      shorter = search(bytes, start, length, shorter);
    }
    add(bytes, start, length, shorter, into);
  }

  /** {@return whether a column was appended as planes of bits, which are about as short} */
  private boolean encodePlanes(byte[] bytes, int start, int length, Column into) {
    if (!planes.looksAt(bytes, start, length)) {
      return false;
    }
    int some = Math.min(length, Math.max(length / PLANE_PARTS, LEAST_PART));
    int compressed = compress(bytes, start + (length - some) / 2, some);
    apart.clear();
    if (planes.estimatedBytes(some) > compressed || !planes.pack(bytes, start, length, apart)) {
      return false;
    }
    into.add(PLANES);
    into.addVarint(length);
    into.addVarint(apart.size());
    into.addAll(apart.bytes(), 0, apart.size());
    return true;
  }

  /** {@return whether something is shorter than a column compressed as a whole} */
  private boolean isShorterThanWhole(int size, byte[] bytes, int start, int length) {
    int some = length / PARTS;
    int estimated = PARTS * compress(bytes, start + (length - some) / 2, some);
    if (size < estimated * CERTAIN) {
      return true;
    }
    return size < compress(bytes, start, length);
  }

  /** Appends a column that is a part of another. */
  private void encodePart(Column part, boolean isSearched, Column into) {
    int shorter = compress(part.bytes(), 0, part.size());
    if (isSearched && isWorthMore(shorter, part.size(), LONGEST_PART_SEARCHED)) {
      shorter = search(part.bytes(), 0, part.size(), shorter);
    }
    add(part.bytes(), 0, part.size(), shorter, into);
  }

  /** Appends a column as it was compressed last, or as it is. */
  private void add(byte[] bytes, int start, int length, int shorter, Column into) {
    if (shorter >= length - length / 64) {
      store(bytes, start, length, into);
      return;
    }
    into.add(method.codec() == PackMethod.Codec.ZSTD ? ZSTD : LZ4);
    into.addVarint(length);
    into.addVarint(shorter);
    into.addAll(packed, 0, shorter);
  }

  private static void store(byte[] bytes, int start, int length, Column into) {
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
          zstd = zstd(method.level());
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

  private static ZstdCompressCtx zstd(int level) {
    var zstd = new ZstdCompressCtx();
    // What they would say, the frame says already.
    zstd.setLevel(level).setMagicless(true).setChecksum(false).setContentSize(false);
    if (level <= SHORT_SEARCHING_LEVEL) {
      // Columns have few different bytes: shorter matches are found everywhere, and say less than
      // the bytes themselves.
      zstd.setMinMatch(SHORTEST_MATCH);
    }
    return zstd;
  }

  /** {@return whether something repeats in a column, of which some is left} */
  private boolean isWorthMore(int shorter, int length, int longest) {
    return method.codec() == PackMethod.Codec.ZSTD
        && method.level() <= PackMethod.DEFAULT_LEVEL
        && length <= longest
        && shorter >= WORTH_MORE
        && shorter * REPEATING < length;
  }

  /**
   * Searches a column that was compressed last for what repeats.
   *
   * @param before its length then
   * @return its length now
   */
  private int search(byte[] bytes, int start, int length, int before) {
    var zstd = length <= SHORT ? searchingShort() : searchingLong();
    int shorter = zstd.compressByteArray(packed, 0, packed.length, bytes, start, length);
    return shorter <= before ? shorter : compress(bytes, start, length);
  }

  private ZstdCompressCtx searchingShort() {
    var zstd = searchingShort;
    if (zstd == null) {
      zstd = zstd(SHORT_SEARCHING_LEVEL);
      searchingShort = zstd;
    }
    return zstd;
  }

  private ZstdCompressCtx searchingLong() {
    var zstd = searchingLong;
    if (zstd == null) {
      zstd = zstd(SEARCHING_LEVEL);
      searchingLong = zstd;
    }
    return zstd;
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
    if (codec == ZEROS_APART) {
      var runs = decodePart(from, length);
      return new ColumnReader(ZerosApart.putTogether(runs, decodePart(from, length), length));
    }
    return decode(codec, from, length);
  }

  private ColumnReader decodePart(ColumnReader from, int most) throws FormatFault {
    int codec = from.next();
    if (codec == EMPTY || codec == CONSTANT || codec == ZEROS_APART) {
      throw new FormatFault("codec " + codec + " in a part of a column");
    }
    return decode(codec, from, (int) from.nextVarint(0, most, "the length of a column"));
  }

  private ColumnReader decode(int codec, ColumnReader from, int length) throws FormatFault {
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
          case PLANES -> BitPlanes.unpack(from.bytes(), at, at + packedLength, length);
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
    if (searchingShort != null) {
      searchingShort.close();
    }
    if (searchingLong != null) {
      searchingLong.close();
    }
    if (decompressor != null) {
      decompressor.close();
    }
  }
}
