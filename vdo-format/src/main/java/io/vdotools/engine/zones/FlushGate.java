package io.vdotools.engine.zones;

import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Flushes of a device by several threads: those that ask while one is under way share the next. */
final class FlushGate {
  private final WritableBlockDevice device;
  private final Lock lock = new ReentrantLock();
  private final Condition hasEnded = lock.newCondition();
  private long started;
  private long ended;
  private boolean isRunning;
  private @Nullable DeviceException failure;

  FlushGate(WritableBlockDevice device) {
    this.device = device;
  }

  /**
   * Returns when a flush that began after this call has ended.
   *
   * @throws DeviceException if this or an earlier flush failed: what a failed flush left behind, no
   *     later one makes good
   */
  void flush() throws DeviceException {
    if (!becomeLeader()) {
      return;
    }
    DeviceException thrown = null;
    try {
      device.flush();
    } catch (DeviceException e) {
      thrown = e;
      throw e;
    } finally {
      endFlush(thrown);
    }
  }

  /**
   * Waits for a flush by somebody else; {@return whether there is none, and the caller flushes}.
   */
  private boolean becomeLeader() throws DeviceException {
    lock.lock();
    try {
      long mine = started + 1;
      while (ended < mine && isRunning) {
        hasEnded.awaitUninterruptibly();
      }
      if (failure != null) {
        throw failure;
      }
      if (ended >= mine) {
        return false;
      }
      isRunning = true;
      started++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void endFlush(@Nullable DeviceException thrown) {
    lock.lock();
    try {
      isRunning = false;
      ended = started;
      failure = thrown;
      hasEnded.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
