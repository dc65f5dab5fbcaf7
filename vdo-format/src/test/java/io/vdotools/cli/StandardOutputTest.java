package io.vdotools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StandardOutputTest {
  @Test
  void aFullDiskIsRememberedThoughPrintWriterSwallowsIt() {
    var output = new StandardOutput(failing("No space left on device"));

    print(output);

    assertThat(output.failure()).hasMessage("No space left on device");
    assertThat(output.isBrokenPipe()).isFalse();
  }

  @Test
  void aReaderThatWentAwayIsKnown() {
    var output = new StandardOutput(failing("Broken pipe"));

    print(output);

    assertThat(output.isBrokenPipe()).isTrue();
  }

  @Test
  void whatIsWrittenIsNotAFailure() {
    var output = new StandardOutput(OutputStream.nullOutputStream());

    print(output);

    assertThat(output.failure()).isNull();
  }

  private static void print(StandardOutput output) {
    var writer = new PrintWriter(output, false, StandardCharsets.UTF_8);
    writer.println("a report");
    writer.flush();
  }

  private static OutputStream failing(String message) {
    return new OutputStream() {
      @Override
      public void write(int oneByte) throws IOException {
        throw new IOException(message);
      }
    };
  }
}
