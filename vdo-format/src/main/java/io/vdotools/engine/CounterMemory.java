package io.vdotools.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Memory for {@link ExactCounts}, of which one after the other has it.
 *
 * <p>A byte or more for each block of a volume is much. The system clears each page of it when it
 * is touched for the first time, which can take longer than the counting: what was touched is kept.
 */
public final class CounterMemory implements AutoCloseable {
  private final boolean isShared;
  private @Nullable Arena arena;
  private MemorySegment memory = MemorySegment.NULL;
  private boolean isLent;

  /**
   * Prepares; memory is taken when it is needed.
   *
   * @param readers how many threads will use it; one has to be the one that makes and closes it
   */
  public CounterMemory(int readers) {
    this.isShared = readers > 1;
  }

  /**
   * Lends memory that holds zeros, until it is {@linkplain #giveBack given back}.
   *
   * @param bytes how much, at least 0
   * @return the memory, at an address that a long can have
   * @throws IllegalStateException if somebody has it
   */
  MemorySegment take(long bytes) {
    if (isLent) {
      throw new IllegalStateException("somebody counts with this memory");
    }
    if (bytes > memory.byteSize()) {
      close();
      // Closing memory that threads share stops all of them for a moment.
      arena = isShared ? Arena.ofShared() : Arena.ofConfined();
      memory = arena.allocate(bytes, Long.BYTES);
    } else {
      memory.asSlice(0, bytes).fill((byte) 0);
    }
    isLent = true;
    return memory.asSlice(0, bytes);
  }

  /** Takes back what was lent. */
  void giveBack() {
    isLent = false;
  }

  @Override
  public void close() {
    if (arena != null) {
      arena.close();
      arena = null;
      memory = MemorySegment.NULL;
    }
  }
}
