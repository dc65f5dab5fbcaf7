package io.vdotools.fuzz;

import io.vdotools.cli.Command;
import io.vdotools.testing.ToolRun;
import io.vdotools.testing.VolumeBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Hands lists of bad sectors to {@code vdo_map}: answered, or refused in a line that says where.
 *
 * <p>A byte below 32 stands for a piece of such a list, any other for itself.
 */
public final class BadSectorsTarget {
  private static final List<String> PIECES =
      List.of(
          "\n",
          "-",
          "..",
          " ",
          "0",
          "1",
          "8",
          "504",
          "600",
          "611",
          "99999",
          "8589934591",
          "999999999999999",
          "1000000000000000",
          "# ",
          "sector ",
          "\t",
          "\r\n",
          "[12.3] I/O error, dev sdb, sector 504 op 0x0:(READ)\n",
          "sector 504",
          "-1",
          "600-611",
          "611-600",
          "0..18446744073709551615",
          "\u00a0",
          "\u0661",
          "Sector 1",
          "xsector 5",
          "sector",
          "0x10",
          "\u0000",
          "\n\n");

  private static final Command MAP = Scene.command("vdo_map");
  private static final Path VOLUME =
      Scene.image(
          "mapped.img", VolumeBuilder.ofSlabs(2, 256, 16, 3000).plainRange(0, 10).build().device());
  private static final Path LIST = Scene.file("sectors");

  private BadSectorsTarget() {}

  /** Runs on one input. */
  public static void fuzzerTestOneInput(byte[] input) {
    var list = new StringBuilder();
    for (byte b : input) {
      list.append(b >= 0 && b < PIECES.size() ? PIECES.get(b) : (char) (b & 0xff));
    }
    try {
      Files.writeString(LIST, list, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var run = ToolRun.of(MAP, "--bad-sectors", LIST, VOLUME);
    boolean isAnswer = run.status() == 0 && run.err().isEmpty();
    boolean isRefusal =
        run.status() == 8 && run.err().lines().count() == 1 && run.err().contains(LIST.toString());
    if (!isAnswer && !isRefusal) {
      throw new IllegalStateException("'" + list + "' is answered with " + run);
    }
  }
}
