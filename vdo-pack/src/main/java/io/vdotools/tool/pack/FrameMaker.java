package io.vdotools.tool.pack;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockError;
import io.vdotools.engine.Volume;
import io.vdotools.pack.FrameCodec;
import io.vdotools.pack.FrameCodec.EncodedFrame;
import io.vdotools.pack.FrameKind;
import io.vdotools.pack.JournalContext;
import io.vdotools.pack.PackDevice;
import io.vdotools.pack.PackHeader;
import io.vdotools.pack.PackMethod;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads blocks and makes a frame of them. Each thread has its own. */
final class FrameMaker implements AutoCloseable {
  /** The most blocks that one takes at once. */
  static final int MOST_BLOCKS = 512;

  private static final int BLOCK = BlockDevice.BLOCK_SIZE;
  // Reading a few blocks too many costs less than another read.
  private static final int LARGEST_GAP_BLOCKS = 3;
  private static final int MOST_AT_ONCE = 64;
  private static final String GEOMETRY_MAGIC = "dmvdo001";

  private final BlockDevice device;
  private final @Nullable BlockDevice base;
  private final FrameCodec codec;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment buffer = BlockBuffers.allocate(arena, MOST_AT_ONCE);
  private final MemorySegment baseBlock = BlockBuffers.allocate(arena, 1);
  private byte[] content = new byte[256 * BLOCK];

  /** Decides by its content whether a block is worth packing. */
  @FunctionalInterface
  interface Filter {
    Filter NONE = (_, _, _) -> true;

    /**
     * {@return whether to pack a block}
     *
     * @param block which
     * @param content holds it
     * @param at where it begins
     */
    boolean accepts(long block, byte[] content, int at);
  }

  /** What became of some blocks. */
  static final class Made {
    private final FrameKind kind;
    private final @Nullable EncodedFrame frame;
    private final @Nullable EncodedFrame kept;
    private final long[] zeros;
    private final List<BlockError> unreadable;
    private final int faultyPages;
    private final byte[] content;

    /**
     * @param kind what they are
     * @param frame those with content, null if there are none
     * @param kept those that are as they are in the base, null if there are none
     * @param zeros those of zeros
     * @param unreadable those that could not be read
     * @param faultyPages pages of the block map that the driver would not use
     * @param content the content of the frame, if asked for
     */
    Made(
        FrameKind kind,
        @Nullable EncodedFrame frame,
        @Nullable EncodedFrame kept,
        long[] zeros,
        List<BlockError> unreadable,
        int faultyPages,
        byte[] content) {
      this.kind = kind;
      this.frame = frame;
      this.kept = kept;
      this.zeros = zeros;
      this.unreadable = unreadable;
      this.faultyPages = faultyPages;
      this.content = content;
    }

    FrameKind kind() {
      return kind;
    }

    @Nullable EncodedFrame frame() {
      return frame;
    }

    @Nullable EncodedFrame kept() {
      return kept;
    }

    long[] zeros() {
      return zeros;
    }

    List<BlockError> unreadable() {
      return unreadable;
    }

    int faultyPages() {
      return faultyPages;
    }

    byte[] content() {
      return content;
    }
  }

  FrameMaker(BlockDevice device, @Nullable BlockDevice base, PackHeader header, PackMethod method) {
    this.device = device;
    this.base = base;
    this.codec = new FrameCodec(header, method);
  }

  /**
   * How to go about some blocks.
   *
   * @param kind what they are
   * @param filter which of them are packed
   * @param faults which of them are a sign of damage
   * @param journal what the recovery journal says, null to predict nothing from it
   * @param wantsContent whether somebody wants to see what was packed
   */
  record Order(
      FrameKind kind,
      Filter filter,
      PageFaults faults,
      @Nullable JournalContext journal,
      boolean wantsContent) {}

  Made make(Order order, long[] blocks) {
    if (content.length < blocks.length * BLOCK) {
      content = new byte[blocks.length * BLOCK];
    }
    var unreadable = new ArrayList<BlockError>();
    var present = new long[blocks.length];
    var zeros = new long[blocks.length];
    var same = new long[blocks.length];
    int presentCount = 0;
    int zeroCount = 0;
    int sameCount = 0;
    int faulty = 0;
    for (int i = 0; i < blocks.length; ) {
      int end = runEnd(blocks, i);
      long first = blocks[i];
      var errors = device.read(first, buffer.asSlice(0, (blocks[end - 1] - first + 1) * BLOCK));
      for (int j = i; j < end; j++) {
        long block = blocks[j];
        if (!errors.isEmpty() && errors.contains(block)) {
          addError(errors, block, unreadable);
          continue;
        }
        int at = presentCount * BLOCK;
        MemorySegment.copy(
            buffer, ValueLayout.JAVA_BYTE, (block - first) * BLOCK, content, at, BLOCK);
        boolean isTaken = order.kind() != FrameKind.START && isSecondGeometry(block, content, at);
        if (isTaken || !order.filter().accepts(block, content, at)) {
          continue;
        }
        faulty += order.faults().isFaulty(block, content, at) ? 1 : 0;
        if (!isPage(order.kind()) && isZero(content, at)) {
          zeros[zeroCount++] = block;
        } else if (isInBase(block, at)) {
          same[sameCount++] = block;
        } else {
          present[presentCount++] = block;
        }
      }
      i = end;
    }
    faulty += order.faults().isAny() ? unreadable.size() : 0;
    return new Made(
        order.kind(),
        presentCount == 0
            ? null
            : codec.encode(order.kind(), present, presentCount, content, order.journal()),
        sameCount == 0 ? null : codec.encodeKept(order.kind(), same, sameCount),
        Arrays.copyOf(zeros, zeroCount),
        unreadable,
        faulty,
        order.wantsContent() ? Arrays.copyOf(content, presentCount * BLOCK) : new byte[0]);
  }

  private static int runEnd(long[] blocks, int start) {
    int end = start + 1;
    while (end < blocks.length
        && blocks[end] - blocks[end - 1] <= LARGEST_GAP_BLOCKS + 1
        && blocks[end] - blocks[start] < MOST_AT_ONCE) {
      end++;
    }
    return end;
  }

  private static void addError(
      Iterable<BlockError> errors, long block, List<BlockError> unreadable) {
    for (var error : errors) {
      // What the device does not have is not unreadable, nor what is not in a pack: it reads the
      // same from the new pack.
      if (error.block() == block
          && error.reason() == BlockError.Reason.READ_ERROR
          && !error.detail().equals(PackDevice.ABSENT)) {
        unreadable.add(error);
      }
    }
  }

  private boolean isInBase(long block, int at) {
    return base != null
        && base.read(block, baseBlock).isEmpty()
        && baseBlock.mismatch(MemorySegment.ofArray(content).asSlice(at, BLOCK)) < 0;
  }

  /** Zeros among pages cost nothing, and there may be too many of them to list. */
  private static boolean isPage(FrameKind kind) {
    return kind == FrameKind.INTERIOR || kind == FrameKind.LEAF;
  }

  /**
   * {@return whether a block lies where a conversion leaves another geometry block, and is one}
   *
   * <p>Whatever else lies there on a small volume, such a block counts as one of the start.
   */
  static boolean isSecondGeometry(long block, byte[] content, int at) {
    if (block < Volume.CONVERSION_START || block > Volume.CONVERSION_END) {
      return false;
    }
    for (int i = 0; i < GEOMETRY_MAGIC.length(); i++) {
      if (content[at + i] != GEOMETRY_MAGIC.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** {@return whether a block holds nothing but zeros} */
  static boolean isZero(byte[] content, int at) {
    return content[at] == 0
        && Arrays.equals(content, at, at + BLOCK - 1, content, at + 1, at + BLOCK);
  }

  /** {@return the blocks of a range for which the filter holds} */
  long[] find(long first, int count, Filter filter) {
    var found = new long[count];
    int foundCount = 0;
    for (int done = 0; done < count; done += MOST_AT_ONCE) {
      int some = Math.min(MOST_AT_ONCE, count - done);
      var part = buffer.asSlice(0, (long) some * BLOCK);
      var errors = device.read(first + done, part);
      MemorySegment.copy(part, ValueLayout.JAVA_BYTE, 0, content, 0, some * BLOCK);
      for (int i = 0; i < some; i++) {
        long block = first + done + i;
        if (!errors.contains(block) && filter.accepts(block, content, i * BLOCK)) {
          found[foundCount++] = block;
        }
      }
    }
    return Arrays.copyOf(found, foundCount);
  }

  @Override
  public void close() {
    codec.close();
    arena.close();
  }
}
