package io.vdotools.engine;

/** Lets threads that work on numbered pieces hand them on in the order of the numbers. */
final class Turns {
  private long next;
  private boolean isStopped;

  /**
   * Waits for the turn of a piece.
   *
   * @return whether it came; not if the others were stopped
   */
  synchronized boolean await(long number) {
    try {
      while (next != number && !isStopped) {
        wait();
      }
      return !isStopped;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    }
  }

  /** Gives the turn to the piece behind this one. */
  synchronized void end(long number) {
    if (next == number) {
      next = number + 1;
      notifyAll();
    }
  }

  /** Lets nobody wait any more. */
  synchronized void stop() {
    isStopped = true;
    notifyAll();
  }
}
