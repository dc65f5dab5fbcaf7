package io.vdotools.engine.data;

import io.vdotools.engine.EngineException;
import io.vdotools.engine.EngineException.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Bounds how many requests are under way, and can let them come to an end. */
final class RequestPool {
  private enum Mode {
    /** Whatever comes starts as soon as there is room. */
    OPEN,
    /** Whatever comes waits until the pool is opened. */
    HELD,
    /** Whatever comes is refused. */
    CLOSED
  }

  private final int limit;
  private final Runnable onShortage;
  private final Lock lock = new ReentrantLock();
  private final ArrayDeque<Request> waiting = new ArrayDeque<>();
  private final List<Runnable> waitingOthers = new ArrayList<>();
  private Mode mode = Mode.OPEN;
  private int requests;
  private int others;
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
    Mode found;
    boolean hasRoom;
    lock.lock();
    try {
      found = mode;
      hasRoom = mode == Mode.OPEN && requests < limit;
      if (hasRoom) {
        requests++;
      } else if (mode != Mode.CLOSED) {
        waiting.add(request);
        isShort = mode == Mode.OPEN;
      }
    } finally {
      lock.unlock();
    }
    if (found == Mode.CLOSED) {
      request.refuse(notRunning());
    } else if (hasRoom) {
      request.start();
    } else if (found == Mode.OPEN) {
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
      next = mode == Mode.HELD ? null : waiting.poll();
      isShort = mode != Mode.HELD && !waiting.isEmpty();
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

  /**
   * As {@link #begin}, for what comes from outside.
   *
   * @param other begins it: now, or when the pool is opened
   * @return whether it begins; a closed pool refuses it
   */
  boolean admitOther(Runnable other) {
    Mode found;
    lock.lock();
    try {
      found = mode;
      switch (mode) {
        case OPEN -> others++;
        case HELD -> waitingOthers.add(other);
        case CLOSED -> {}
      }
    } finally {
      lock.unlock();
    }
    if (found == Mode.OPEN) {
      other.run();
    }
    return found != Mode.CLOSED;
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

  /** Takes requests again after {@link #close} or {@link #hold}, first those that wait. */
  void open() {
    List<Runnable> starting;
    lock.lock();
    try {
      mode = Mode.OPEN;
      starting = new ArrayList<>(waitingOthers);
      others += waitingOthers.size();
      waitingOthers.clear();
      while (requests < limit && !waiting.isEmpty()) {
        requests++;
        starting.add(waiting.remove()::start);
      }
      isShort = !waiting.isEmpty();
    } finally {
      lock.unlock();
    }
    starting.forEach(Runnable::run);
  }

  /** Takes no more requests, and runs something as soon as nothing is under way. */
  void close(Runnable then) {
    comeToRest(Mode.CLOSED, then);
  }

  /**
   * Lets all requests wait that were not started, and all that come, and runs something as soon as
   * nothing is under way.
   */
  void hold(Runnable then) {
    comeToRest(Mode.HELD, then);
  }

  private void comeToRest(Mode newMode, Runnable then) {
    @Nullable Runnable now;
    lock.lock();
    try {
      mode = newMode;
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
