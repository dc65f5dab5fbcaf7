package io.vdotools.pack;

import java.util.Arrays;

/**
 * All frames of a pack: where each begins, and which blocks it is about. Takes 40 bytes of memory
 * for a frame, which is about a mebibyte of metadata.
 */
final class PackDirectory {
  private static final int KINDS = 0;
  private static final int PARTS = 1;
  private static final int LENGTHS = 2;
  private static final int FIRST_BLOCKS = 3;
  private static final int SPANS = 4;
  private static final int COUNTS = 5;
  private static final int COLUMNS = 6;

  // The most that the columns can hold for one frame: one byte, or a number of ten.
  private static final int BYTES_PER_FRAME = 2 + 4 * 10;

  private final long[] offsets;
  private final long[] first;
  private final long[] last;
  private final long[] counts;
  private final byte[] kinds;
  private final byte[] parts;
  private final int size;
  private final int[][] byGroup;

  private PackDirectory(Builder builder) {
    size = builder.size;
    offsets = builder.offsets;
    first = builder.first;
    last = builder.last;
    counts = builder.counts;
    kinds = builder.kinds;
    parts = builder.parts;
    byGroup = new int[FrameKind.COUNT * FrameKind.COUNT][];
    var sizes = new int[byGroup.length];
    for (int i = 0; i < size; i++) {
      sizes[group(i)]++;
    }
    for (int i = 0; i < size; i++) {
      int group = group(i);
      if (byGroup[group] == null) {
        byGroup[group] = new int[sizes[group]];
        sizes[group] = 0;
      }
      byGroup[group][sizes[group]++] = i;
    }
  }

  private int group(int frame) {
    return kinds[frame] * FrameKind.COUNT + parts[frame];
  }

  /** Gathers frames in the order in which they stand in the file. */
  static final class Builder {
    private long[] offsets = new long[16];
    private long[] first = new long[16];
    private long[] last = new long[16];
    private long[] counts = new long[16];
    private byte[] kinds = new byte[16];
    private byte[] parts = new byte[16];
    private int size;

    void add(FrameHeader frame, long offset, long lastBlock) {
      if (size == offsets.length) {
        offsets = Arrays.copyOf(offsets, 2 * size);
        first = Arrays.copyOf(first, 2 * size);
        last = Arrays.copyOf(last, 2 * size);
        counts = Arrays.copyOf(counts, 2 * size);
        kinds = Arrays.copyOf(kinds, 2 * size);
        parts = Arrays.copyOf(parts, 2 * size);
      }
      offsets[size] = offset;
      first[size] = frame.firstBlock();
      last[size] = lastBlock;
      counts[size] = frame.blocks();
      kinds[size] = (byte) frame.kind().id();
      parts[size++] = (byte) frame.part();
    }

    PackDirectory build() {
      return new PackDirectory(this);
    }
  }

  /** {@return the most bytes that the columns of so many frames can have} */
  static long mostBytes(long frames) {
    return frames * BYTES_PER_FRAME + 1024;
  }

  int size() {
    return size;
  }

  long offset(int frame) {
    return offsets[frame];
  }

  long firstBlock(int frame) {
    return first[frame];
  }

  long lastBlock(int frame) {
    return last[frame];
  }

  long blocks(int frame) {
    return counts[frame];
  }

  int part(int frame) {
    return parts[frame];
  }

  FrameKind kind(int frame) {
    var kind = FrameKind.of(kinds[frame]);
    if (kind == null) {
      throw new IllegalStateException("kind " + kinds[frame]);
    }
    return kind;
  }

  /** {@return what {@link #frameOf} looks through one after the other} */
  int groups() {
    return byGroup.length;
  }

  /** {@return the only frame of a group that may be about a block, -1 if none is} */
  int frameOf(int group, long block) {
    int[] frames = byGroup[group];
    if (frames == null) {
      return -1;
    }
    int low = 0;
    int high = frames.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int frame = frames[middle];
      if (block < first[frame]) {
        high = middle - 1;
      } else if (block > last[frame]) {
        low = middle + 1;
      } else {
        return frame;
      }
    }
    return -1;
  }

  /** {@return the frames of a kind, in the order of their blocks} */
  int[] framesOf(FrameKind kind) {
    return framesOf(kind.id() * FrameKind.COUNT);
  }

  /** {@return the frames of a group, in the order of their blocks} */
  int[] framesOf(int group) {
    int[] frames = byGroup[group];
    return frames == null ? new int[0] : frames;
  }

  /** {@return whether any frame is of a kind} */
  boolean has(FrameKind kind) {
    for (int i = 0; i < size; i++) {
      if (kinds[i] == kind.id()) {
        return true;
      }
    }
    return false;
  }

  FrameCodec.EncodedFrame encode(FrameCodec codec, long end) {
    var columns = new Columns(COLUMNS);
    for (int i = 0; i < size; i++) {
      columns.get(KINDS).add(kinds[i]);
      columns.get(PARTS).add(parts[i]);
      columns.get(LENGTHS).addVarint((i + 1 < size ? offsets[i + 1] : end) - offsets[i]);
      columns.get(FIRST_BLOCKS).addSigned(first[i] - (i == 0 ? 0 : last[i - 1]));
      columns.get(SPANS).addVarint(last[i] - first[i]);
      columns.get(COUNTS).addVarint(counts[i]);
    }
    return codec.encodeDirectory(size, columns);
  }

  /**
   * {@return a directory from a pack}
   *
   * @param frame the header of its frame
   * @param bytes hold the payload
   * @param at where it begins
   * @param start where the first frame begins
   * @param end where the last one ends
   * @param blocks the size of the device
   */
  static PackDirectory decode(
      FrameCodec codec, FrameHeader frame, byte[] bytes, int at, long start, long end, long blocks)
      throws FormatFault {
    if (frame.blocks() > (end - start) / FrameHeader.BYTES) {
      throw new FormatFault("the directory names more frames than there is room for");
    }
    var from = codec.decodeDirectory(frame, COLUMNS, bytes, at);
    var builder = new Builder();
    var lastOfGroup = new long[FrameKind.COUNT * FrameKind.COUNT];
    Arrays.fill(lastOfGroup, -1);
    long offset = start;
    long previous = 0;
    for (long i = 0; i < frame.blocks(); i++) {
      var kind = FrameKind.of(from[KINDS].next());
      int part = from[PARTS].next();
      if (kind == null || kind == FrameKind.DIRECTORY || part >= FrameKind.COUNT) {
        throw new FormatFault("the directory names an unknown kind of frame");
      }
      long length = from[LENGTHS].nextVarint(FrameHeader.BYTES, end - offset, "a length");
      long first = previous + from[FIRST_BLOCKS].nextSigned();
      if (first < 0 || first >= blocks) {
        throw new FormatFault("block " + first + " lies outside the device");
      }
      long last = first + from[SPANS].nextVarint(0, blocks - 1 - first, "a range of blocks");
      int group = kind.id() * FrameKind.COUNT + part;
      if (first <= lastOfGroup[group]) {
        throw new FormatFault("block " + first + " is in two frames, or frames are out of order");
      }
      lastOfGroup[group] = last;
      long count = from[COUNTS].nextVarint(1, last - first + 1, "a number of blocks");
      builder.add(new FrameHeader(kind, 0, part, count, first, 0, 0, 0, 0, 0), offset, last);
      offset += length;
      previous = last;
    }
    Columns.checkEnded(from);
    if (offset != end) {
      throw new FormatFault("the frames of the directory end at byte " + offset);
    }
    return builder.build();
  }
}
