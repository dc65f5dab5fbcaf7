package io.vdotools.tool.unpack;

import io.vdotools.VdoException;
import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockError;
import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.pack.FrameKind;
import io.vdotools.pack.PackDevice;
import io.vdotools.pack.PackHeader;
import io.vdotools.pack.PackSink;
import io.vdotools.tool.unpack.UnpackResult.Stretch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what a pack holds to an image that is all zeros, and remembers what is missing. */
final class ImageSink implements PackSink, AutoCloseable {
  private static final int BLOCK = BlockDevice.BLOCK_SIZE;
  private static final int MOST_AT_ONCE = 256;

  private final @Nullable WritableBlockDevice image;
  private final @Nullable PackDevice base;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = BlockBuffers.allocate(arena, MOST_AT_ONCE);
  private final List<Stretch> unreadable = new ArrayList<>();
  private final List<Stretch> lost = new ArrayList<>();
  private final List<String> damages = new ArrayList<>();
  private long written;
  private long zeros;
  private long kept;
  private long unreadableBlocks;

  /**
   * @param image where blocks go, all zeros at first; null to only look at them
   * @param base where blocks come from that are as they are in the base
   */
  ImageSink(@Nullable WritableBlockDevice image, @Nullable PackDevice base) {
    this.image = image;
    this.base = base;
  }

  @Override
  public void blocks(FrameKind kind, long[] blocks, byte[] content) throws DeviceException {
    written += blocks.length;
    if (image == null) {
      return;
    }
    for (int from = 0; from < blocks.length; ) {
      if (isZero(content, from)) {
        from++;
        continue;
      }
      int to = from + 1;
      while (to < blocks.length
          && to - from < MOST_AT_ONCE
          && blocks[to] == blocks[to - 1] + 1
          && !isZero(content, to)) {
        to++;
      }
      var part = buffer.asSlice(0, (long) (to - from) * BLOCK);
      MemorySegment.copy(
          content, from * BLOCK, part, ValueLayout.JAVA_BYTE, 0, (to - from) * BLOCK);
      image.write(blocks[from], part);
      from = to;
    }
  }

  /** Zeros are left out, so that the image stays sparse. */
  private static boolean isZero(byte[] content, int block) {
    int at = block * BLOCK;
    return content[at] == 0
        && Arrays.equals(content, at, at + BLOCK - 1, content, at + 1, at + BLOCK);
  }

  @Override
  public void zeros(long first, long count) {
    zeros += count;
  }

  @Override
  public void kept(long first, long count) throws VdoException {
    if (base == null) {
      throw new IllegalStateException("blocks of a base that is not there");
    }
    kept += count;
    for (long done = 0; done < count; done += MOST_AT_ONCE) {
      int some = (int) Math.min(MOST_AT_ONCE, count - done);
      var part = buffer.asSlice(0, (long) some * BLOCK);
      for (BlockError error : base.read(first + done, part)) {
        lost(error.block(), error.block(), 1, base.name() + ": " + error.detail());
      }
      if (image != null) {
        for (int i = 0; i < some; i++) {
          var block = part.asSlice((long) i * BLOCK, BLOCK);
          image.write(first + done + i, block);
        }
      }
    }
  }

  @Override
  public void unreadable(long first, long count, String reason) {
    unreadableBlocks += count;
    if (unreadable.size() < UnpackResult.MOST_LISTED) {
      unreadable.add(new Stretch(first, first + count - 1, count, reason));
    }
  }

  @Override
  public void lost(long first, long last, long count, String why) {
    if (lost.size() < UnpackResult.MOST_LISTED) {
      lost.add(new Stretch(first, last, count, why));
    }
  }

  @Override
  public void damaged(String why) {
    if (damages.size() < UnpackResult.MOST_LISTED) {
      damages.add(why);
    }
  }

  /** {@return what was taken and what not} */
  UnpackResult result(UnpackOptions options, PackHeader header, String digest) {
    return new UnpackResult(
        options, header, digest, written, zeros, kept, unreadable, unreadableBlocks, lost, damages);
  }

  @Override
  public void close() {
    arena.close();
  }
}
