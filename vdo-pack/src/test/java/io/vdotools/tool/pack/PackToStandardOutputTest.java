package io.vdotools.tool.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.Leftovers;
import io.vdotools.testing.ToolRun;
import io.vdotools.testing.VolumeFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pack can go down a pipe: it is the one that goes to a file. */
class PackToStandardOutputTest {
  @TempDir private Path scratch;
  private Path volume;
  private final StringWriter messages = new StringWriter();

  @BeforeEach
  void unpackVolume() {
    volume = VolumeFile.unpack("dirty-young", scratch).path();
  }

  private int pack(OutputStream bytes) {
    var printer = new PrintWriter(messages);
    var console = new Console(printer, printer, Channels.newChannel(bytes), new Leftovers());
    var status =
        CommandRunner.run(new PackCommand(), console, volume.toString(), "-o", "-", "--quiet");
    console.flush();
    return status.code();
  }

  @Test
  void thePackIsTheSameAsInAFile() throws Exception {
    var bytes = new ByteArrayOutputStream();
    Path file = scratch.resolve("pack");

    assertThat(pack(bytes)).isZero();
    assertThat(ToolRun.of(new PackCommand(), volume, "-o", file).status()).isZero();

    assertThat(messages.toString()).isEmpty();
    assertThat(bytes.toByteArray()).isEqualTo(Files.readAllBytes(file));
  }

  /** Whoever owns standard output says why, as for every command. */
  @Test
  void anOutputThatTakesNoMoreIsAnError() {
    var full =
        new OutputStream() {
          @Override
          public void write(int oneByte) throws IOException {
            write(new byte[] {(byte) oneByte}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int start, int length) throws IOException {
            throw new IOException("No space left on device");
          }
        };

    assertThat(pack(full)).isEqualTo(8);
  }
}
