package io.vdotools.testing;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * One run of a command, as the shell would start it, in this process.
 *
 * @param status its exit status
 * @param out what it printed on standard output
 * @param err what it printed on standard error
 */
public record ToolRun(int status, String out, String err) {
  /** Runs a command with arguments, which become words. */
  public static ToolRun of(Command command, Object... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var console = new Console(new PrintWriter(out), new PrintWriter(err));
    var status =
        CommandRunner.run(
            command,
            console,
            Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    console.flush();
    return new ToolRun(status.code(), out.toString(), err.toString());
  }

  /** {@return standard output as a JSON document} */
  public JsonNode json() {
    return new ObjectMapper().readTree(out);
  }

  /** {@return in what the document on standard output disagrees with the published schema} */
  public List<String> schemaErrors(String command) {
    String schema = schema(command);
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(schema)
        .validate(out, InputFormat.JSON)
        .stream()
        .map(Object::toString)
        .toList();
  }

  /** {@return what is wrong with the published schema itself} */
  public static List<String> errorsOfSchema(String command) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"))
        .validate(schema(command), InputFormat.JSON)
        .stream()
        .map(Object::toString)
        .toList();
  }

  private static String schema(String command) {
    try (InputStream in =
        ToolRun.class.getResourceAsStream("/schema/" + command + ".schema.json")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
