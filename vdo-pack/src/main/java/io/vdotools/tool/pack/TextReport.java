package io.vdotools.tool.pack;

import io.vdotools.cli.ByteSize;
import io.vdotools.device.BlockDevice;
import io.vdotools.pack.FrameKind;
import java.io.PrintWriter;
import java.util.Locale;

/** A result as text for people. */
final class TextReport {
  private final PackResult result;

  TextReport(PackResult result) {
    this.result = result;
  }

  void print(PrintWriter out) {
    var tally = result.tally();
    out.println(result.volume().device().name() + ": packed into " + result.options().outputName());
    for (var kind : FrameKind.values()) {
      if (tally.blocks(kind) > 0) {
        out.println("  " + pad(title(kind), 20) + blocks(kind));
      }
    }
    long raw = tally.allBlocks() * BlockDevice.BLOCK_SIZE;
    out.println(
        "  "
            + pad("in all", 20)
            + ByteSize.ofBlocks(tally.allBlocks())
            + " in "
            + result.bytes()
            + " bytes, "
            + "%.1f".formatted((double) raw / result.bytes())
            + " to 1");
    out.println("  " + pad("digest", 20) + result.digest());
    if (result.isScanned()) {
      out.println("  " + pad("search", 20) + "all data blocks were read in search of lost pages");
    }
  }

  private String blocks(FrameKind kind) {
    long bytes = result.tally().bytes(kind);
    return ByteSize.ofBlocks(result.tally().blocks(kind))
        + (bytes == 0 ? "" : " in " + bytes + " bytes");
  }

  private static String pad(String title, int width) {
    return title + " ".repeat(Math.max(1, width - title.length()));
  }

  /** {@return a kind of blocks in words} */
  static String title(FrameKind kind) {
    return switch (kind) {
      case START -> "start, super block";
      case INTERIOR -> "interior pages";
      case LEAF -> "leaf pages";
      case REFERENCE -> "reference counts";
      case SLAB_JOURNAL -> "slab journals";
      case SUMMARY -> "slab summary";
      case FOUND -> "found by signature";
      case ZERO -> "zeros";
      case KEPT -> "as in the base";
      case RECOVERY_JOURNAL, INDEX, DATA, UNREADABLE, DIRECTORY ->
          kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    };
  }
}
