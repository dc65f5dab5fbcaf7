package io.vdotools.cli;

import com.sun.management.OperatingSystemMXBean;
import io.vdotools.check.CheckOptions;
import io.vdotools.engine.ForestWalk;
import java.lang.management.ManagementFactory;

/** What commands need to know of the machine to choose defaults. */
public final class Machine {
  /** Reads in flight where a device has to be waited for, enough to keep it busy. */
  public static final int READERS = 112;

  private Machine() {}

  /** {@return the cores that this process may use} */
  public static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** {@return a check of all metadata with all that the machine has} */
  public static CheckOptions checkOptions() {
    return CheckOptions.standard()
        .withThreads(cores(), Math.max(cores(), READERS))
        .withMemory(heapBytes(), ForestWalk.DEFAULT_WINDOW_PAGES)
        .withClock(System::nanoTime);
  }

  /**
   * {@return what the heap may grow to, in bytes: a quarter of the machine, or of the container
   * that this runs in, unless the user has said otherwise} To ask for the memory itself takes
   * twenty milliseconds.
   */
  public static long heapBytes() {
    return Runtime.getRuntime().maxMemory();
  }

  /** {@return the memory of the machine, or of the container that this runs in, in bytes} */
  public static long memoryBytes() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getTotalMemorySize();
  }
}
