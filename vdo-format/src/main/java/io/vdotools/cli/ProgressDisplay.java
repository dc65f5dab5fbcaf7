package io.vdotools.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows on standard error how far a command has come: a bar on a terminal, a line every ten seconds
 * elsewhere if that was asked for, and nothing in the first half second.
 */
public final class ProgressDisplay implements AutoCloseable {
  /** Set by the launcher where standard error is a terminal, which Java cannot tell by itself. */
  private static final String TERMINAL_PROPERTY = "vdotools.terminal";

  private static final long QUIET_MILLIS = 500;
  private static final long LINE_MILLIS = 10_000;
  private static final int BAR_MILLIS = 200;
  private static final int COLUMNS = 80;

  private enum Form {
    NONE,
    BAR,
    LINES
  }

  private final Form form;
  private final PrintWriter err;
  private final @Nullable Thread ticker;
  private final LongAdder done = new LongAdder();
  private volatile String phase = "";
  private volatile long total = 1;
  private volatile boolean isClosed;

  private ProgressDisplay(Form form, PrintWriter err) {
    this.form = form;
    this.err = err;
    this.ticker =
        form == Form.NONE ? null : Thread.ofPlatform().daemon().name("progress").start(this::tick);
  }

  /**
   * {@return a display}
   *
   * @param console where it shows
   * @param isForced whether to show lines where there is no terminal; null to show nothing at all
   */
  public static ProgressDisplay of(Console console, @Nullable Boolean isForced) {
    if (isForced == null) {
      return new ProgressDisplay(Form.NONE, console.err());
    }
    if (Boolean.getBoolean(TERMINAL_PROPERTY)) {
      return new ProgressDisplay(Form.BAR, console.err());
    }
    return new ProgressDisplay(isForced ? Form.LINES : Form.NONE, console.err());
  }

  /** Begins a phase of so many steps. */
  public void begin(String name, long steps) {
    done.reset();
    total = Math.max(1, steps);
    phase = name;
  }

  /** Some steps of the phase are done. */
  public void advance(long steps) {
    if (form != Form.NONE) {
      done.add(steps);
    }
  }

  private void tick() {
    try {
      if (form == Form.LINES) {
        while (!isClosed) {
          Thread.sleep(LINE_MILLIS);
          line();
        }
      } else {
        Thread.sleep(QUIET_MILLIS);
        bars();
      }
    } catch (InterruptedException e) {
      // The command is done: there is nothing more to show.
      Thread.currentThread().interrupt();
    }
  }

  private void line() {
    if (!isClosed) {
      long sum = done.sum();
      err.println(
          String.format(Locale.ROOT, "%s: %d of %d (%d%%)", phase, sum, total, percent(sum)));
    }
  }

  private long percent(long sum) {
    return Math.min(100, (long) (100.0 * sum / total));
  }

  private void bars() throws InterruptedException {
    while (!isClosed) {
      String shown = phase;
      try (ProgressBar bar =
          new ProgressBarBuilder()
              .setTaskName(shown)
              .setInitialMax(total)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(BAR_MILLIS)
              .setMaxRenderedLength(COLUMNS)
              .clearDisplayOnFinish()
              .build()) {
        while (!isClosed && phase.equals(shown)) {
          bar.stepTo(Math.min(done.sum(), total));
          Thread.sleep(BAR_MILLIS);
        }
      }
    }
  }

  /** Takes the display away. Closing twice is harmless. */
  @Override
  public void close() {
    isClosed = true;
    if (ticker != null) {
      ticker.interrupt();
      try {
        ticker.join(QUIET_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
