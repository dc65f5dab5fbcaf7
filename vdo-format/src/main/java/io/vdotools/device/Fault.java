package io.vdotools.device;

/**
 * One thing that goes wrong on a {@link FaultyDevice}.
 *
 * <p>Calls are counted from 1, reads, writes and flushes each on their own; calls with wrong
 * arguments do not count.
 */
public sealed interface Fault {
  /** A fault of one certain call. */
  sealed interface OfCall extends Fault {
    /** {@return which call of its sort it hits, from 1} */
    long call();
  }

  /** A fault of one certain read. */
  sealed interface OfRead extends OfCall {}

  /** A fault of one certain write. */
  sealed interface OfWrite extends OfCall {}

  /** A fault of one certain flush. */
  sealed interface OfFlush extends OfCall {}

  /** The block cannot be read until it is written, as a disk replaces a bad sector by a spare. */
  record UnreadableBlock(long block) implements Fault {}

  /** Every write that touches the block fails and changes nothing. */
  record UnwritableBlock(long block) implements Fault {}

  /** That read delivers no block at all; the next one may. */
  record FailedRead(long call) implements OfRead {
    public FailedRead {
      checkCall(call);
    }
  }

  /** That read delivers only its first blocks; the others are short reads. */
  record ShortRead(long call, long blocks) implements OfRead {
    public ShortRead {
      checkCall(call);
      checkNotNegative(blocks);
    }
  }

  /** That write fails and changes nothing. */
  record FailedWrite(long call) implements OfWrite {
    public FailedWrite {
      checkCall(call);
    }
  }

  /** That write happens and is reported as failed. */
  record UnreportedWrite(long call) implements OfWrite {
    public UnreportedWrite {
      checkCall(call);
    }
  }

  /** That write fails after its first sectors of 512 bytes, which happen. */
  record TornWrite(long call, long sectors) implements OfWrite {
    public TornWrite {
      checkCall(call);
      checkNotNegative(sectors);
    }
  }

  /** The power goes while that write waits in the cache; it is reported as failed. */
  record PowerCutAtWrite(long call) implements OfWrite {
    public PowerCutAtWrite {
      checkCall(call);
    }
  }

  /** That flush fails; see {@link FaultyDevice} for what becomes of the writes before it. */
  record FailedFlush(long call) implements OfFlush {
    public FailedFlush {
      checkCall(call);
    }
  }

  /** The power goes during that flush; it is reported as failed. */
  record PowerCutAtFlush(long call) implements OfFlush {
    public PowerCutAtFlush {
      checkCall(call);
    }
  }

  private static void checkCall(long call) {
    if (call < 1) {
      throw new IllegalArgumentException("calls are counted from 1, not " + call);
    }
  }

  private static void checkNotNegative(long count) {
    if (count < 0) {
      throw new IllegalArgumentException("negative count: " + count);
    }
  }
}
