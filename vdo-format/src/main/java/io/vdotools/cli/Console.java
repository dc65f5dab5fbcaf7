package io.vdotools.cli;

import java.io.PrintWriter;

/**
 * The two streams of a command.
 *
 * @param out results: what a script reads
 * @param err progress and diagnostics: what a person reads
 */
public record Console(PrintWriter out, PrintWriter err) {
  /** Sends on what was printed so far. */
  public void flush() {
    out.flush();
    err.flush();
  }
}
