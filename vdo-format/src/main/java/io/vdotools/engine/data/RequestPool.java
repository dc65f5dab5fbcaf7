package io.vdotools.engine.data;

import io.vdotools.engine.EngineException;
import io.vdotools.engine.EngineException.Kind;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Bounds how many requests are under way, and can let them come to an end. */
final class RequestPool {
  private final int limit;
  private final Runnable onShortage;
  private final Lock lock = new ReentrantLock();
  private final ArrayDeque<Request> waiting = new ArrayDeque<>();
  private int requests;
  private int others;
  private boolean isClosed;
  private volatile boolean isShort;
  private @Nullable Runnable onEmpty;

  /**
   * @param limit how many requests may be under way
   * @param onShortage is run when one more has to wait
   */
  RequestPool(int limit, Runnable onShortage) {
    this.limit = limit;
    this.onShortage = onShortage;
  }

  /** {@return why a closed pool takes nothing} */
  static EngineException notRunning() {
    return new EngineException(Kind.NOT_RUNNING, "the volume is suspended or closed");
  }

  /** Starts a request, now or when there is room for it; refuses it while the pool is closed. */
  void admit(Request request) {
    boolean isRefused;
    boolean hasRoom;
    lock.lock();
    try {
      isRefused = isClosed;
      hasRoom = !isClosed && requests < limit;
      if (hasRoom) {
        requests++;
      } else if (!isClosed) {
        waiting.add(request);
        isShort = true;
      }
    } finally {
      lock.unlock();
    }
    if (isRefused) {
      request.refuse(notRunning());
    } else if (hasRoom) {
      request.start();
    } else {
      onShortage.run();
    }
  }

  /** {@return whether requests wait for others to be over} */
  boolean isShort() {
    return isShort;
  }

  /** A request is over. */
  void dismiss(Request request) {
    @Nullable Request next;
    @Nullable Runnable then = null;
    lock.lock();
    try {
      next = waiting.poll();
      isShort = !waiting.isEmpty();
      if (next == null) {
        requests--;
        then = emptied();
      }
    } finally {
      lock.unlock();
    }
    if (next != null) {
      next.start();
    } else if (then != null) {
      then.run();
    }
  }

  /** Something began that is no request, but has to be waited for as well. */
  void begin() {
    lock.lock();
    try {
      others++;
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #begin}; {@return whether the pool is open, without which nothing begins}. */
  boolean beginUnlessClosed() {
    lock.lock();
    try {
      if (!isClosed) {
        others++;
      }
      return !isClosed;
    } finally {
      lock.unlock();
    }
  }

  /** Something that is no request is over. */
  void end() {
    @Nullable Runnable then;
    lock.lock();
    try {
      others--;
      then = emptied();
    } finally {
      lock.unlock();
    }
    if (then != null) {
      then.run();
    }
  }

  private @Nullable Runnable emptied() {
    if (requests > 0 || others > 0) {
      return null;
    }
    var then = onEmpty;
    onEmpty = null;
    return then;
  }

  /** Takes requests again after {@link #close}. */
  void open() {
    lock.lock();
    try {
      isClosed = false;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more requests, and runs something as soon as nothing is under way. */
  void close(Runnable then) {
    @Nullable Runnable now;
    lock.lock();
    try {
      isClosed = true;
      onEmpty = then;
      now = emptied();
    } finally {
      lock.unlock();
    }
    if (now != null) {
      now.run();
    }
  }
}
