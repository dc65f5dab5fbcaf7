package io.vdotools.pack;

import java.nio.charset.StandardCharsets;

/**
 * Why blocks could not be read: a line for each stretch of them, with the number of blocks, a
 * space, and the reason.
 */
final class UnreadableTexts {
  private UnreadableTexts() {}

  /** {@return the reason for the first block of each run} */
  static String[] decode(byte[] texts, BlockRuns runs) throws FormatFault {
    String[] lines = new String(texts, StandardCharsets.US_ASCII).split("\n", -1);
    var reasons = new String[runs.runs()];
    long at = 0;
    int line = -1;
    long end = 0;
    for (int run = 0; run < reasons.length; run++) {
      while (at >= end) {
        line++;
        if (line >= lines.length) {
          throw new FormatFault("a reason is missing");
        }
        end += length(lines[line]);
      }
      reasons[run] = PackWriter.oneLine(lines[line].substring(lines[line].indexOf(' ') + 1));
      at += runs.runLength(run);
    }
    return reasons;
  }

  private static long length(String line) throws FormatFault {
    int space = line.indexOf(' ');
    try {
      long length = space < 0 ? 0 : Long.parseLong(line, 0, space, 10);
      if (length > 0 && length <= BlockRuns.MOST_BLOCKS) {
        return length;
      }
    } catch (NumberFormatException _) {
      // The same as a number that cannot be.
    }
    throw new FormatFault("a reason is for an impossible number of blocks");
  }
}
