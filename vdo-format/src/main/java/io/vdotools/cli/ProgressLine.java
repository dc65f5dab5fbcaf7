package io.vdotools.cli;

import java.time.Duration;

/**
 * How far a phase of a command has come, in one line.
 *
 * <p>No library does this here. {@code me.tongfei:progressbar} 0.10.2 was tried: on 40 columns it
 * cuts a line off in the middle of a number ({@code 200000/1000000 (0:0}), which makes it another
 * number; it measures text with jline, 1.4 MB, and where that is left out it shows nothing at all
 * and tells nobody; and the silence at the start, the plain lines for logs and the phases would
 * still have to be written. With a renderer of our own nothing but its timer would be left.
 *
 * @param phase what is being done, in words
 * @param done the steps done
 * @param total all steps, at least 1
 * @param elapsed the time since the phase began
 */
record ProgressLine(String phase, long done, long total, Duration elapsed) {
  private static final int LEAST_BAR = 8;

  ProgressLine {
    // Totals are estimates.
    done = Math.clamp(done, 0, total);
  }

  /** {@return the line for a log: {@code block map: 104 of 254 (40%), 35/s, 0:04 left}} */
  String plain() {
    return phase + ": " + done + " of " + total + " (" + percent() + "%)" + outlook();
  }

  /**
   * {@return the line for a terminal: {@code block map 40% [==== ] 104/254, 35/s, 0:04 left}}
   *
   * @param columns the width of the terminal, which the line does not fill
   */
  String bar(int columns) {
    String start = phase + " " + percent() + "%";
    String end = done + "/" + total + outlook();
    int width = columns - 1 - start.length() - end.length() - " [] ".length();
    if (width < LEAST_BAR) {
      String text = start + " " + end;
      // A number that is cut off would be another number.
      return text.length() < columns
          ? text
          : start.substring(0, Math.clamp(columns - 1L, 0, start.length()));
    }
    int filled = (int) ((double) done / total * width);
    return start + " [" + "=".repeat(filled) + " ".repeat(width - filled) + "] " + end;
  }

  private long percent() {
    return (long) (100.0 * done / total);
  }

  /** The rate and the time left, as soon as there is something to tell them by. */
  private String outlook() {
    double seconds = elapsed.toMillis() / 1000.0;
    if (done == 0 || seconds == 0) {
      return "";
    }
    double rate = done / seconds;
    long tenths = (long) (10 * rate);
    String shown = tenths < 100 ? tenths / 10 + "." + tenths % 10 : "" + tenths / 10;
    return ", " + shown + "/s, " + clock((long) Math.ceil((total - done) / rate)) + " left";
  }

  private static String clock(long seconds) {
    String minutesAndSeconds = seconds / 60 % 60 + ":" + twoDigits(seconds % 60);
    return seconds < 3600
        ? minutesAndSeconds
        : seconds / 3600 + ":" + twoDigits(seconds / 60 % 60) + ":" + twoDigits(seconds % 60);
  }

  private static String twoDigits(long number) {
    return number < 10 ? "0" + number : "" + number;
  }
}
