package io.vdotools.cli;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What commands need to know of the machine to choose defaults. */
public final class Machine {
  private Machine() {}

  /** {@return the cores that this process may use} */
  public static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** {@return the memory of the machine, or of the container that this runs in, in bytes} */
  public static long memoryBytes() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getTotalMemorySize();
  }
}
