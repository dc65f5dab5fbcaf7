package io.vdotools.tool.export;

import io.vdotools.cli.ByteSize;
import io.vdotools.engine.Loss;
import io.vdotools.engine.LossReason;
import java.io.PrintWriter;

/** A result as text for people: what was exported, what was lost, the verdict as the last line. */
final class TextReport {
  private final ExportResult result;
  private final String name;

  TextReport(ExportResult result) {
    this.result = result;
    this.name = result.volume().device().name();
  }

  void print(PrintWriter out) {
    out.println(name + ": exported to " + result.options().outputName());
    row(out, "range", range());
    row(out, "content", result.volume().view().title());
    row(out, "data", ByteSize.ofBlocks(result.dataBlocks()));
    row(out, "holes", ByteSize.ofBlocks(result.holeBlocks()));
    if (result.lostBlocks() > 0) {
      row(out, "lost", ByteSize.ofBlocks(result.lostBlocks()) + ", " + filled());
    }
    result.volume().doubts().forEach(doubt -> row(out, "doubt", doubt));
    result.notes().forEach(note -> row(out, "note", note));
    result.losses().forEach(loss -> out.println(line(loss)));
    if (result.unlisted() > 0) {
      out.println("and " + result.unlisted() + " more places, which are too many to list");
    }
    out.println(name + ": " + verdict(result));
  }

  private static void row(PrintWriter out, String title, String value) {
    out.println("  " + title + " ".repeat(10 - title.length()) + value);
  }

  private String range() {
    return "LBN "
        + result.first()
        + ".."
        + (result.end() - 1)
        + ": "
        + ByteSize.ofBlocks(result.blocks());
  }

  private String filled() {
    return result.options().fill().isPresent() ? "filled with the pattern" : "zeros in the output";
  }

  private static String line(Loss loss) {
    return "LBN " + loss.lbns() + ": " + loss.reason().title() + " (" + place(loss) + ")";
  }

  private static String place(Loss loss) {
    String pbn = "PBN " + loss.pbn();
    if (loss.height() != Loss.NO_PAGE) {
      return pbn + ", height " + loss.height();
    }
    boolean isOne =
        loss.lbns().length() == 1
            || loss.reason() == LossReason.BAD_FRAGMENT
            || loss.reason() == LossReason.NOT_COMPRESSED;
    return isOne ? pbn : pbn + " and following";
  }

  /** {@return how it went, in words} */
  static String verdict(ExportResult result) {
    if (result.lostBlocks() > 0) {
      return ByteSize.ofBlocks(result.lostBlocks())
          + " of "
          + result.blocks()
          + (result.lostBlocks() == 1 ? " is lost" : " are lost")
          + "; all others are exported";
    }
    return result.isWhole()
        ? "everything is exported"
        : "everything that can be found is exported; see the doubts above, and vdo_check";
  }
}
