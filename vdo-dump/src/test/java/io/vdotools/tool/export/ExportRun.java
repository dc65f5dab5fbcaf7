package io.vdotools.tool.export;

import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.Leftovers;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Channels;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * One run of the command, as the shell would start it, in this process.
 *
 * @param status its exit status
 * @param out what it printed on standard output as text
 * @param err what it printed on standard error
 * @param content what it wrote to standard output as bytes
 */
record ExportRun(int status, String out, String err, MemorySegment content) {
  static ExportRun of(Object... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var bytes = new ByteArrayOutputStream();
    var console =
        new Console(
            new PrintWriter(out),
            new PrintWriter(err),
            Channels.newChannel(bytes),
            new Leftovers());
    var words = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    var status = CommandRunner.run(new ExportCommand(), console, words);
    console.flush();
    return new ExportRun(
        status.code(), out.toString(), err.toString(), MemorySegment.ofArray(bytes.toByteArray()));
  }

  byte[] bytes() {
    return content.toArray(ValueLayout.JAVA_BYTE);
  }

  JsonNode json() {
    return new ObjectMapper().readTree(out);
  }
}
