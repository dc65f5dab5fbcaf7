package io.vdotools.tool.check;

import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import java.io.PrintWriter;
import java.io.StringWriter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * One run of the command, as the shell would start it, in this process.
 *
 * @param status its exit status
 * @param out what it printed on standard output
 * @param err what it printed on standard error
 */
record CheckRun(int status, String out, String err) {
  static CheckRun of(Object... arguments) {
    var words = new String[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      words[i] = arguments[i].toString();
    }
    var out = new StringWriter();
    var err = new StringWriter();
    var console = new Console(new PrintWriter(out), new PrintWriter(err));
    var status = CommandRunner.run(new CheckCommand(), console, words);
    console.flush();
    return new CheckRun(status.code(), out.toString(), err.toString());
  }

  JsonNode json() {
    return new ObjectMapper().readTree(out);
  }
}
