package io.vdotools.engine;

import io.vdotools.device.BlockDevice;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapPage;
import java.lang.foreign.MemorySegment;

/**
 * Pages in ascending order, read into one buffer with as few reads as pay: pages that lie close
 * together come with what is between them.
 */
final class ScatteredRead {
  // Reading a few blocks too many costs less than another read.
  private static final int LARGEST_GAP_BLOCKS = 3;

  private final MemorySegment buffer;
  private final long[] offsets;
  private final boolean[] unreadable;

  private ScatteredRead(MemorySegment buffer, int pages) {
    this.buffer = buffer;
    this.offsets = new long[pages];
    this.unreadable = new boolean[pages];
  }

  /**
   * {@return the pages {@code from} to {@code to - 1} of a list}
   *
   * @param buffer room for at least as many blocks as pages
   */
  static ScatteredRead of(
      BlockDevice device, PageList pages, int from, int to, MemorySegment buffer) {
    var result = new ScatteredRead(buffer, to - from);
    long room = buffer.byteSize() / BlockSize.BLOCK;
    long used = 0;
    for (int i = from; i < to; ) {
      long first = pages.pbn(i);
      int end = i + 1;
      // What is left after this run must still hold the remaining pages one by one.
      while (end < to
          && pages.pbn(end) - pages.pbn(end - 1) <= LARGEST_GAP_BLOCKS + 1
          && used + (pages.pbn(end) - first + 1) + (to - end - 1) <= room) {
        end++;
      }
      long blocks = pages.pbn(end - 1) - first + 1;
      var errors =
          device.read(first, buffer.asSlice(used * BlockSize.BLOCK, blocks * BlockSize.BLOCK));
      for (int j = i; j < end; j++) {
        result.offsets[j - from] = (used + pages.pbn(j) - first) * BlockSize.BLOCK;
        result.unreadable[j - from] = !errors.isEmpty() && errors.contains(pages.pbn(j));
      }
      used += blocks;
      i = end;
    }
    return result;
  }

  long offset(int index) {
    return offsets[index];
  }

  boolean isUnreadable(int index) {
    return unreadable[index];
  }

  BlockMapPage page(int index) {
    return ForestWalk.pageAt(buffer, offsets[index]);
  }
}
