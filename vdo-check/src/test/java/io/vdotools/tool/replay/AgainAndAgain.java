package io.vdotools.tool.replay;

import io.vdotools.cli.Command;
import io.vdotools.testing.ToolRun;
import io.vdotools.tool.undo.UndoCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process that replays a volume and takes that back, for ever: to be killed. */
final class AgainAndAgain {
  private AgainAndAgain() {}

  /**
   * Runs until it is killed.
   *
   * @param arguments the volume and the undo file
   */
  public static void main(String[] arguments) throws IOException {
    System.out.println("begun");
    while (true) {
      run(new ReplayCommand(), "--apply", "--undo", arguments[1], arguments[0]);
      run(new UndoCommand(), "--apply", arguments[1]);
      Files.delete(Path.of(arguments[1]));
    }
  }

  private static void run(Command command, Object... arguments) {
    var run = ToolRun.of(command, arguments);
    if (run.status() != 0) {
      System.out.println(run);
      System.exit(1);
    }
  }
}
