package io.vdotools.cli;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What has to be taken away if the process is ended before it has done so itself. */
public final class Leftovers {
  private final Set<Leftover> all = ConcurrentHashMap.newKeySet();

  /** Something that must not stay behind, such as a file that is not complete. */
  public final class Leftover implements AutoCloseable {
    private final Runnable removal;

    private Leftover(Runnable removal) {
      this.removal = removal;
    }

    /** It has become something that may stay, or was taken away. */
    @Override
    public void close() {
      all.remove(this);
    }
  }

  /**
   * Remembers something until it is closed.
   *
   * @param removal takes it away; may run in any thread, while others are still at work on it
   */
  public Leftover add(Runnable removal) {
    var leftover = new Leftover(removal);
    all.add(leftover);
    return leftover;
  }

  /** Takes everything away, as the process is about to end. */
  void discard() {
    all.forEach(leftover -> leftover.removal.run());
  }
}
