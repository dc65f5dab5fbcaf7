package io.vdotools.cli;

import org.jspecify.annotations.Nullable;

/**
 * The ways in which this process can end, each with the exit status that scripts rely on.
 *
 * <p>Left alone, the Java machine ends with 1 when a program error stops it, which {@code fsck}'s
 * numbering reads as "problems corrected", and with 130 when the user interrupts it.
 */
final class ProcessEnding {
  private final String commandName;
  private final Console console;
  private volatile boolean isDone;

  ProcessEnding(String commandName, Console console) {
    this.commandName = commandName;
    this.console = console;
  }

  /** Catches what nobody else catches, in every thread, and interrupts by the user. */
  void install() {
    Thread.setDefaultUncaughtExceptionHandler((_, error) -> stopOn(error));
    Runtime.getRuntime().addShutdownHook(new Thread(this::cancelUnlessDone, "cancel"));
  }

  /** Ends the process in the ordinary way. */
  void exit(ExitStatus status) {
    isDone = true;
    System.exit(status.code());
  }

  private void stopOn(Throwable error) {
    isDone = true;
    console.leftovers().discard();
    console.err().print(ProgressDisplay.clearing());
    var shortage = shortage(error);
    if (shortage != null) {
      console.err().println(commandName + ": out of memory (" + shortage.getMessage() + ")");
      console.err().println("try again with VDO_JAVA_OPTIONS=-Xmx1g");
    } else {
      // A fault of ours; the trace is what a report needs.
      console.err().println(commandName + ": internal error, please report it: " + error);
      for (StackTraceElement frame : error.getStackTrace()) {
        console.err().println("  at " + frame);
      }
    }
    console.flush();
    Runtime.getRuntime().halt(ExitStatus.OPERATIONAL.code());
  }

  /** What the machine could not set up for want of memory it reports as an error of its own. */
  private static @Nullable OutOfMemoryError shortage(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError shortage) {
        return shortage;
      }
    }
    return null;
  }

  private void cancelUnlessDone() {
    if (!isDone) {
      console.leftovers().discard();
      console.err().println(ProgressDisplay.clearing() + commandName + ": cancelled");
      Runtime.getRuntime().halt(ExitStatus.CANCELLED.code());
    }
  }
}
