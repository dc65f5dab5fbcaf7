package io.vdotools.engine.zones;

import java.lang.foreign.MemorySegment;

/** Memory that callers lend to an engine, whose threads they do not know. */
public final class SharedMemory {
  // Stands for the threads of all executions.
  private static final Thread ANOTHER = Thread.ofPlatform().unstarted(() -> {});

  private SharedMemory() {}

  /** {@return whether any thread may write to some memory} */
  public static boolean isWritable(MemorySegment memory) {
    return !memory.isReadOnly() && memory.isAccessibleBy(ANOTHER);
  }
}
