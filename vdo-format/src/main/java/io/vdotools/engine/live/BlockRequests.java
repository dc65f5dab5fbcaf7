package io.vdotools.engine.live;

import io.vdotools.engine.data.Outcome;
import io.vdotools.engine.data.Pipeline;
import io.vdotools.format.BlockSize;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Takes what callers ask for in bytes apart into requests for single blocks. */
final class BlockRequests {
  private static final int BLOCK = BlockSize.BLOCK;
  // Blocks of one discard that are under way at once.
  private static final int DISCARD_WINDOW = 256;

  private final Pipeline pipeline;

  BlockRequests(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** Reads whole blocks, at least one. */
  void read(long offset, MemorySegment into, Outcome outcome) {
    int count = Math.toIntExact(into.byteSize() / BLOCK);
    var batch = new Batch(count, outcome);
    for (int i = 0; i < count; i++) {
      var block = new byte[BLOCK];
      var target = into.asSlice((long) i * BLOCK, BLOCK);
      pipeline.read(
          offset / BLOCK + i,
          block,
          error -> {
            if (error == null) {
              MemorySegment.copy(block, 0, target, ValueLayout.JAVA_BYTE, 0, BLOCK);
            }
            batch.of(error);
          });
    }
  }

  /** Writes whole sectors, at least one. */
  void write(long offset, MemorySegment from, boolean isDurable, Outcome outcome) {
    var batch = new Batch(blocksTouched(offset, from.byteSize()), outcome);
    long at = 0;
    while (at < from.byteSize()) {
      int inBlock = (int) ((offset + at) % BLOCK);
      int length = (int) Math.min(BLOCK - inBlock, from.byteSize() - at);
      var bytes = from.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
      pipeline.write((offset + at) / BLOCK, inBlock, bytes, isDurable, batch);
      at += length;
    }
  }

  private static int blocksTouched(long offset, long length) {
    return Math.toIntExact((offset + length - 1) / BLOCK - offset / BLOCK + 1);
  }

  /** Discards whole sectors, at least one. */
  void discard(long offset, long length, Outcome outcome) {
    long end = offset + length;
    long firstWhole = Math.ceilDiv(offset, BLOCK);
    long lastWhole = end / BLOCK;
    if (firstWhole > lastWhole) {
      zero(offset, length, new Batch(1, outcome));
      return;
    }
    var batch = new Batch(3, outcome);
    zero(offset, firstWhole * BLOCK - offset, batch);
    zero(lastWhole * BLOCK, end - lastWhole * BLOCK, batch);
    discardWhole(firstWhole, lastWhole, batch);
  }

  private void zero(long offset, long length, Batch batch) {
    if (length == 0) {
      batch.of(null);
    } else {
      int inBlock = (int) (offset % BLOCK);
      pipeline.write(offset / BLOCK, inBlock, new byte[(int) length], false, batch);
    }
  }

  /** Discards blocks, some at a time: a discard may be as large as the volume. */
  private void discardWhole(long from, long to, Outcome outcome) {
    if (from == to) {
      outcome.of(null);
      return;
    }
    long next = Math.min(to, from + DISCARD_WINDOW);
    var window =
        new Batch(
            (int) (next - from),
            error -> {
              if (error != null) {
                outcome.of(error);
              } else {
                discardWhole(next, to, outcome);
              }
            });
    for (long lbn = from; lbn < next; lbn++) {
      pipeline.discard(lbn, window);
    }
  }
}
