package io.vdotools.engine.data;

import java.util.concurrent.atomic.LongAdder;

/** What an engine has done, counted from all threads. */
public final class Counters {
  /** Blocks that were read. */
  public final LongAdder reads = new LongAdder();

  /** Blocks that were written, in whole or in part. */
  public final LongAdder writes = new LongAdder();

  /** Blocks that were discarded. */
  public final LongAdder discards = new LongAdder();

  /** Flushes. */
  public final LongAdder flushes = new LongAdder();

  /** Writes of zeros, for which no block was taken. */
  public final LongAdder zeroBlocks = new LongAdder();

  /** Writes that refer to a block that was there. */
  public final LongAdder duplicates = new LongAdder();

  /** Advice of the index that the comparison did not confirm. */
  public final LongAdder staleAdvice = new LongAdder();

  /** Blocks of one name and different content, met at the same time. */
  public final LongAdder collisions = new LongAdder();

  /** Fragments that were packed into compressed blocks. */
  public final LongAdder fragments = new LongAdder();

  /** Compressed blocks that were written. */
  public final LongAdder compressedBlocks = new LongAdder();
}
