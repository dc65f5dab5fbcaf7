package io.vdotools.tool.unpack;

import io.vdotools.cli.ByteSize;
import io.vdotools.tool.unpack.UnpackResult.Stretch;
import java.io.PrintWriter;
import java.util.List;

/** A result as text for people: what was unpacked, what is missing, the verdict as last line. */
final class TextReport {
  private final UnpackResult result;

  TextReport(UnpackResult result) {
    this.result = result;
  }

  void print(PrintWriter out) {
    var options = result.options();
    out.println(
        options.pack()
            + ": "
            + options.output().map(image -> "unpacked to " + image).orElse("verified"));
    row(out, "blocks", ByteSize.ofBlocks(result.written()));
    row(out, "zeros", ByteSize.ofBlocks(result.zeros()));
    if (result.kept() > 0) {
      row(out, "from base", ByteSize.ofBlocks(result.kept()));
    }
    if (!result.digest().isEmpty()) {
      row(out, "digest", result.digest());
    }
    list(out, "could not be read when the pack was made", result.unreadable());
    list(out, "missing", result.lost());
    result.damages().forEach(damage -> out.println("damaged: " + damage));
    out.println(options.pack() + ": " + verdict(result));
  }

  private static void row(PrintWriter out, String title, String value) {
    out.println("  " + title + " ".repeat(12 - title.length()) + value);
  }

  private static void list(PrintWriter out, String what, List<Stretch> stretches) {
    for (var stretch : stretches) {
      String blocks =
          stretch.first() == stretch.last()
              ? "block " + stretch.first()
              : "blocks " + stretch.first() + " to " + stretch.last();
      boolean isAll = stretch.count() == stretch.last() - stretch.first() + 1;
      out.println(
          what
              + ": "
              + (isAll ? "" : stretch.count() + " of ")
              + blocks
              + " ("
              + stretch.why()
              + ")");
    }
    if (stretches.size() == UnpackResult.MOST_LISTED) {
      out.println(what + ": perhaps more, which are too many to list");
    }
  }

  /** {@return the whole in one sentence} */
  static String verdict(UnpackResult result) {
    if (!result.isWhole()) {
      return "damaged; what is missing reads as zeros in the image";
    }
    return result.unreadable().isEmpty()
        ? "whole"
        : "whole; some blocks could not be read when it was made";
  }
}
