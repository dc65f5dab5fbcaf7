package io.vdotools.tool.check;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;

/** Keeps a generator from closing the standard output that it writes to. */
final class UnclosedWriter extends FilterWriter {
  UnclosedWriter(PrintWriter out) {
    super(out);
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
