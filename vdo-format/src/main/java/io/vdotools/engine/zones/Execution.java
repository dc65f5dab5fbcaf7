package io.vdotools.engine.zones;

import io.vdotools.device.WritableBlockDevice;
import java.util.concurrent.CompletableFuture;

/**
 * Runs the steps of requests, each in the section whose state it touches.
 *
 * <p>A request is written once, as steps that hand themselves on. What handing on means is decided
 * here: a message to the thread that owns the section, or taking the section's lock, or a draw from
 * a seed. Whichever it is, two steps of one section never run at the same time, and each sees what
 * earlier ones did. A step never waits: it leaves a continuation where it would have to.
 */
public interface Execution extends AutoCloseable {
  /**
   * Runs a step in a section, at any time after this call; unless the caller is itself a step,
   * perhaps before it returns.
   *
   * <p>Nothing is promised about the order of two steps that enter a section.
   */
  void enter(Section section, Runnable step);

  /**
   * Runs a step in a section like {@link #enter}, and keeps the order: what the steps of one
   * section deliver to another runs there in the order in which it was delivered.
   */
  void deliver(Section section, Runnable step);

  /** {@return a way to read and write the device without waiting} */
  Disk disk(WritableBlockDevice device);

  /**
   * Waits until a result is there. Not to be called from a step.
   *
   * @throws IllegalStateException if nothing is left to run that could bring the result, or
   *     everything was stopped
   */
  <T> void await(CompletableFuture<T> result);

  /**
   * Drops all steps and all input and output that have not begun, and lets nothing begin.
   *
   * <p>When this returns, no call of the device is under way; steps may be. Not to be called from a
   * call of the device.
   */
  void stop();

  /** Stops, and gives threads back. */
  @Override
  void close();
}
