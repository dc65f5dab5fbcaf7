package io.vdotools.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Shows on standard error how far a command has come: a bar on a terminal, a line every ten seconds
 * elsewhere if that was asked for, and nothing in the first half second.
 */
public final class ProgressDisplay implements AutoCloseable {
  /**
   * The columns of the terminal, set by the launcher where standard error is one; Java cannot tell
   * by itself.
   */
  private static final String TERMINAL_PROPERTY = "vdotools.terminal";

  private static final int USUAL_COLUMNS = 80;

  // Longer bars are no clearer.
  private static final int MOST_COLUMNS = 100;

  // Back to the first column, and erase to the end of the line.
  private static final String CLEAR = "\r\u001b[K";

  private static final Duration LONGEST_GOODBYE = Duration.ofMillis(500);

  /**
   * When something is shown.
   *
   * @param silence how long nothing is shown at first
   * @param interval how long each state is shown
   */
  record Pace(Duration silence, Duration interval) {
    static final Pace BAR = new Pace(Duration.ofMillis(500), Duration.ofMillis(200));
    static final Pace LINES = new Pace(Duration.ofSeconds(10), Duration.ofSeconds(10));
  }

  private record Phase(String name, long total, long startNanos) {}

  private final PrintWriter err;
  private final int columns;
  private final @Nullable Thread ticker;
  private final LongAdder done = new LongAdder();
  private volatile @Nullable Phase phase;
  private volatile boolean isClosed;

  /** {@code pace} is null for no display; {@code columns} is 0 for lines. */
  private ProgressDisplay(PrintWriter err, int columns, @Nullable Pace pace) {
    this.err = err;
    this.columns = columns;
    this.ticker =
        pace == null ? null : Thread.ofPlatform().daemon().name("progress").start(() -> tick(pace));
  }

  /**
   * {@return a display}
   *
   * @param console where it shows
   * @param isForced whether to show lines where there is no terminal; null to show nothing at all
   */
  public static ProgressDisplay of(Console console, @Nullable Boolean isForced) {
    if (isForced == null) {
      return new ProgressDisplay(console.err(), 0, null);
    }
    if (isOnTerminal()) {
      int columns = Integer.getInteger(TERMINAL_PROPERTY, USUAL_COLUMNS);
      // Serial consoles say 0.
      int usable = columns > 0 ? Math.min(columns, MOST_COLUMNS) : USUAL_COLUMNS;
      return bar(console, usable, Pace.BAR);
    }
    return isForced ? lines(console, Pace.LINES) : new ProgressDisplay(console.err(), 0, null);
  }

  static ProgressDisplay bar(Console console, int columns, Pace pace) {
    return new ProgressDisplay(console.err(), columns, pace);
  }

  static ProgressDisplay lines(Console console, Pace pace) {
    return new ProgressDisplay(console.err(), 0, pace);
  }

  /** {@return what has to be printed before a last message, so that no bar is left beside it} */
  static String clearing() {
    return isOnTerminal() ? CLEAR : "";
  }

  private static boolean isOnTerminal() {
    return System.getProperty(TERMINAL_PROPERTY) != null;
  }

  /** Begins a phase of so many steps. */
  public void begin(String name, long steps) {
    done.reset();
    phase = new Phase(name, Math.max(1, steps), System.nanoTime());
  }

  /** Some steps of the phase are done. */
  public void advance(long steps) {
    if (ticker != null) {
      done.add(steps);
    }
  }

  private void tick(Pace pace) {
    boolean isShown = false;
    try {
      Thread.sleep(pace.silence());
      while (!isClosed) {
        isShown |= show();
        Thread.sleep(pace.interval());
      }
    } catch (InterruptedException e) {
      // The command is done: there is nothing more to show.
      Thread.currentThread().interrupt();
    }
    if (isShown && columns > 0) {
      err.print(CLEAR);
      err.flush();
    }
  }

  private boolean show() {
    var current = phase;
    if (current == null) {
      return false;
    }
    var elapsed = Duration.ofNanos(System.nanoTime() - current.startNanos());
    var line = new ProgressLine(current.name(), done.sum(), current.total(), elapsed);
    if (columns > 0) {
      err.print(CLEAR + line.bar(columns));
    } else {
      err.println(line.plain());
    }
    err.flush();
    return true;
  }

  /** Takes the display away. Closing twice is harmless. */
  @Override
  public void close() {
    isClosed = true;
    if (ticker != null) {
      ticker.interrupt();
      try {
        ticker.join(LONGEST_GOODBYE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
