package io.vdotools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Caching;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataReaderTest {
  @TempDir Path folder;

  @Test
  void theBlocksOfAVolumeAreReadAndLaidEndToEnd() throws Exception {
    // Slabs so large that their counts are the longest runs.
    var plan = new VolumePlan(1_600_000, 60_000, 19, Shape.SEQUENTIAL, 60_000, 1);
    Path volume = folder.resolve("volume");
    try (var device = FileDevice.create(volume, 1_600_000, Caching.PAGE_CACHE)) {
      MetadataWriter.write(plan, device);
    }
    Path flat = folder.resolve("flat");

    assertThat(run("--threads", "2", volume.toString()))
        .matches("(?s)\\d+ blocks in \\d+ reads: .*");
    assertThat(run("--flat", flat.toString(), volume.toString())).isEmpty();
    assertThat(Files.size(flat)).isPositive();
  }

  private static String run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var console = new Console(new PrintWriter(out), new PrintWriter(err));
    var status = CommandRunner.run(new MetadataReader(), console, arguments);
    console.flush();
    assertThat(err.toString()).isEmpty();
    assertThat(status.code()).isZero();
    return out.toString();
  }
}
