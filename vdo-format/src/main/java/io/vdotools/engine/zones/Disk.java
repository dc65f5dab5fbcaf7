package io.vdotools.engine.zones;

import io.vdotools.device.DeviceException;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes of single blocks that do not make the caller wait.
 *
 * <p>Calls run in any order and beside each other; whoever needs an order starts the second when
 * the first is done. Arrays belong to the call until it is done.
 */
public interface Disk {
  /** What has to be durable around a write. */
  enum Order {
    /** Nothing. */
    PLAIN,
    /** All writes that were done when this one was submitted are made durable before it. */
    AFTER_FLUSH,
    /** As {@link #AFTER_FLUSH}, and the write itself is durable when it is done. */
    AFTER_FLUSH_DURABLY
  }

  /** What goes on when a call is done. */
  @FunctionalInterface
  interface Completion {
    /**
     * The call is done.
     *
     * @param error why it failed, null if it did not
     */
    void done(@Nullable DeviceException error);
  }

  /**
   * Reads a block.
   *
   * @param pbn which
   * @param into 4096 bytes
   * @param section where to go on
   * @param completion how to go on
   */
  void read(long pbn, byte[] into, Section section, Completion completion);

  /**
   * Writes a block.
   *
   * @param pbn which
   * @param from 4096 bytes
   * @param order what has to be durable
   * @param section where to go on
   * @param completion how to go on
   */
  void write(long pbn, byte[] from, Order order, Section section, Completion completion);

  /**
   * Makes all writes that are done by now durable.
   *
   * @param section where to go on
   * @param completion how to go on
   */
  void flush(Section section, Completion completion);
}
