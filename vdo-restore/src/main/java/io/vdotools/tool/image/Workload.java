package io.vdotools.tool.image;

import io.vdotools.VdoException;
import io.vdotools.engine.EngineException;
import io.vdotools.format.BlockSize;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/**
 * Writes and discards that depend on the arguments alone; those of the rig's workload {@code wl}
 * with the same numbers are the same.
 *
 * @param seed what chooses them
 * @param count how many there are
 * @param first the first LBN that is touched
 * @param range how many LBNs from there on
 * @param isSequential whether they are touched one after the other, again from the first after the
 *     last; otherwise at random
 * @param shares how many per cent write what
 * @param distinct how many different duplicates there are
 * @param flushEvery after how many of them to flush, 0 for never
 */
record Workload(
    long seed,
    long count,
    long first,
    long range,
    boolean isSequential,
    Shares shares,
    long distinct,
    long flushEvery) {
  // Answers that have come need not be remembered: memory does not depend on the count.
  private static final int MOST_REMEMBERED = 1 << 14;
  private static final int WORDS = BlockSize.BLOCK / Long.BYTES;
  private static final int LEAST_NOISE_WORDS = 8;
  private static final int NOISE_WORDS = 150;

  /**
   * Per cent of operations, at most 100 together; the rest does nothing.
   *
   * @param unique that write a block like no other
   * @param duplicate one of a few blocks
   * @param compressible a block that compresses well
   * @param zero zeros
   * @param discard that discard the block
   */
  record Shares(long unique, long duplicate, long compressible, long zero, long discard) {
    long sum() {
      return unique + duplicate + compressible + zero + discard;
    }
  }

  /** What an operation does. */
  enum Kind {
    UNIQUE,
    DUPLICATE,
    COMPRESSIBLE,
    ZERO,
    DISCARD,
    NOTHING
  }

  private static long mix(long x) {
    long y = x + 0x9e3779b97f4a7c15L;
    y = (y ^ (y >>> 30)) * 0xbf58476d1ce4e5b9L;
    y = (y ^ (y >>> 27)) * 0x94d049bb133111ebL;
    return y ^ (y >>> 31);
  }

  private long chance(long number) {
    return mix(mix(seed) + number);
  }

  /** {@return the LBN that an operation touches} */
  long lbn(long number) {
    return first
        + (isSequential ? number % range : Long.remainderUnsigned(mix(chance(number)), range));
  }

  /** {@return what an operation does} */
  Kind kind(long number) {
    long percent = Long.remainderUnsigned(chance(number), 100);
    long[] all = {
      shares.unique, shares.duplicate, shares.compressible, shares.zero, shares.discard
    };
    for (int kind = 0; kind < all.length; kind++) {
      if (percent < all[kind]) {
        return Kind.values()[kind];
      }
      percent -= all[kind];
    }
    return Kind.NOTHING;
  }

  /** {@return the block that is there after an operation that is not nothing} */
  byte[] content(long number) {
    long chance = chance(number);
    return switch (kind(number)) {
      case UNIQUE -> noise(mix(chance ^ 1), WORDS);
      case DUPLICATE -> noise(mix(Long.remainderUnsigned(mix(chance ^ 2), distinct)), WORDS);
      case COMPRESSIBLE ->
          noise(
              mix(chance ^ 3),
              LEAST_NOISE_WORDS + (int) Long.remainderUnsigned(mix(chance ^ 4), NOISE_WORDS));
      case ZERO, DISCARD, NOTHING -> new byte[BlockSize.BLOCK];
    };
  }

  private static byte[] noise(long id, int words) {
    var block = ByteBuffer.allocate(BlockSize.BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    long word = id;
    for (int i = 0; i < words; i++) {
      word = mix(word);
      block.putLong(word);
    }
    return block.array();
  }

  /** How far a run of a workload has come. */
  static final class Reached {
    private long begun;
    private long durable;

    /** {@return operations that were sent, whether or not they were answered} */
    long begun() {
      return begun;
    }

    /** {@return operations, from the first, that a flush has covered} */
    long durable() {
      return durable;
    }
  }

  /**
   * Does all of it, and flushes at the end.
   *
   * @param reached learns how far it came, for when it fails
   * @param progress learns of each operation
   */
  void run(Session session, Reached reached, LongConsumer progress) throws VdoException {
    var busy = new HashMap<Long, CompletableFuture<Void>>();
    for (long number = 0; number < count; number++) {
      if (kind(number) != Kind.NOTHING) {
        long lbn = lbn(number);
        // The order of two requests for one block is decided only once the first is answered.
        var before = busy.get(lbn);
        if (before != null && !before.isDone()) {
          session.volume().await(before);
        }
        reached.begun = number + 1;
        var answer = send(session, number, lbn);
        busy.put(lbn, answer);
        session.add(answer);
        if (busy.size() > MOST_REMEMBERED) {
          busy.values().removeIf(CompletableFuture::isDone);
        }
      }
      if (flushEvery > 0 && (number + 1) % flushEvery == 0) {
        flush(session, reached, number + 1);
        busy.clear();
      }
      progress.accept(1);
    }
    flush(session, reached, count);
  }

  private CompletableFuture<Void> send(Session session, long number, long lbn) {
    long offset = lbn * BlockSize.BLOCK;
    return kind(number) == Kind.DISCARD
        ? session.volume().discard(offset, BlockSize.BLOCK)
        : session.volume().write(offset, MemorySegment.ofArray(content(number)));
  }

  private static void flush(Session session, Reached reached, long end) throws EngineException {
    session.flush();
    reached.durable = end;
    reached.begun = Math.max(reached.begun, end);
  }
}
