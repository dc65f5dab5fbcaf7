package io.vdotools.cli;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;

/**
 * What connects a command with the world: its streams, and what it leaves behind.
 *
 * @param out results: what a script reads
 * @param err progress and diagnostics: what a person reads
 * @param bytes standard output for results that are no text; used instead of {@code out}, not
 *     beside it
 * @param leftovers what has to go if the process ends before its time
 */
public record Console(
    PrintWriter out, PrintWriter err, WritableByteChannel bytes, Leftovers leftovers) {
  /** A console without standard output for bytes: those are thrown away. */
  public Console(PrintWriter out, PrintWriter err) {
    this(out, err, Channels.newChannel(OutputStream.nullOutputStream()), new Leftovers());
  }

  /** Sends on what was printed so far. */
  public void flush() {
    out.flush();
    err.flush();
  }
}
