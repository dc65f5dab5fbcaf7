package io.vdotools.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which this process can end, each with the exit status that scripts rely on.
 *
 * <p>Left alone, the Java machine ends with 1 when a program error stops it, which {@code fsck}'s
 * numbering reads as "problems corrected", and with 130 when the user interrupts it.
 */
final class ProcessEnding {
  private static final int RESERVE_BYTES = 1 << 18;
  private static final byte[] NOTHING = {};
  private static final String ADVICE = "try again with VDO_JAVA_OPTIONS=-Xmx1g";

  private final String commandName;
  private final Console console;
  private boolean isStopping;
  private volatile boolean isDone;

  /** Given up when memory has run out, so that this can be told. */
  private volatile byte[] reserve = NOTHING;

  // For when even that is not enough: nothing is needed any more to write it.
  private final byte[] lastWords;
  private final OutputStream standardError = StandardOutput.errorsOfThisProcess();

  ProcessEnding(String commandName, Console console) {
    this.commandName = commandName;
    this.console = console;
    this.lastWords =
        (commandName + ": out of memory (Java heap space)\n" + ADVICE + "\n")
            .getBytes(StandardCharsets.UTF_8);
  }

  /** Catches what nobody else catches, in every thread, and interrupts by the user. */
  void install() {
    Thread.setDefaultUncaughtExceptionHandler((_, error) -> stopOn(error));
    reserve = new byte[RESERVE_BYTES];
    assert reserve.length > 0;
    Runtime.getRuntime().addShutdownHook(new Thread(this::cancelUnlessDone, "cancel"));
  }

  /** Ends the process in the ordinary way, with all that the Java machine does then. */
  void exit(ExitStatus status) {
    isDone = true;
    System.exit(status.code());
  }

  /**
   * Ends the process at once. There is nothing left to be done; the Java machine would first look
   * for a log that wants to know of it, which takes a tenth of a short run.
   */
  void exitAtOnce(ExitStatus status) {
    isDone = true;
    Runtime.getRuntime().halt(status.code());
  }

  private void stopOn(Throwable error) {
    isDone = true;
    if (!isFirst()) {
      // Memory runs out for several threads at once, and one of them has begun to tell it.
      awaitTheEnd();
    }
    try {
      reserve = NOTHING;
      console.leftovers().discard();
      report(error);
      console.flush();
    } catch (OutOfMemoryError | LinkageError _) {
      // A class that could not be set up for want of memory is reported as the latter.
      writeLastWords();
    } finally {
      // Whatever goes wrong here: the machine's own status would say that all is well again.
      Runtime.getRuntime().halt(ExitStatus.OPERATIONAL.code());
    }
  }

  /** Not by an atomic variable, which would have to be set up first. */
  private synchronized boolean isFirst() {
    boolean isFirst = !isStopping;
    isStopping = true;
    return isFirst;
  }

  private void awaitTheEnd() {
    while (true) {
      LockSupport.park(this);
    }
  }

  private void writeLastWords() {
    try {
      standardError.write(lastWords);
    } catch (IOException _) {
      // Nobody is there to be told; the status remains.
    }
  }

  private void report(Throwable error) {
    console.err().print(ProgressDisplay.clearing());
    var shortage = shortage(error);
    if (shortage != null) {
      // In pieces: what joins strings is set up at its first use, which takes memory.
      console.err().print(commandName);
      console.err().print(": out of memory (");
      console.err().print(shortage);
      console.err().println(")");
      console.err().println(ADVICE);
    } else {
      // A fault of ours; the trace is what a report needs.
      console.err().println(commandName + ": internal error, please report it: " + error);
      printFrames(error);
      for (var cause = error.getCause(); cause != null; cause = cause.getCause()) {
        console.err().println("  caused by " + cause);
        printFrames(cause);
      }
    }
  }

  private void printFrames(Throwable error) {
    for (StackTraceElement frame : error.getStackTrace()) {
      console.err().println("  at " + frame);
    }
  }

  /**
   * {@return what memory ran out, null if that is not what happened}
   *
   * <p>What the machine could not set up for want of memory it reports as an error of its own. Of a
   * class it does so only the first time. Later it remembers the name of the error, or not even
   * that if there was no memory for it.
   */
  private static @Nullable String shortage(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      // Not by a switch, which would have to be set up first.
      boolean isShortage =
          cause instanceof OutOfMemoryError
              || (cause instanceof ExceptionInInitializerError ofClass && isOfMemory(ofClass))
              || (cause instanceof NoClassDefFoundError ofClass && isWithoutReason(ofClass));
      if (isShortage) {
        return String.valueOf(cause.getMessage());
      }
      if (cause instanceof IllegalMonitorStateException && isOfLocks(cause)) {
        return "a thread could not wait";
      }
    }
    return null;
  }

  private static boolean isOfMemory(ExceptionInInitializerError ofClass) {
    String message = ofClass.getMessage();
    return message != null && message.contains(OutOfMemoryError.class.getName());
  }

  /**
   * {@return whether a lock was let go that was not held} Java's queues do that, and hide the error
   * itself, when memory runs out while they wait: they give the lock away for the time, take it
   * again, and that takes memory.
   */
  private static boolean isOfLocks(Throwable cause) {
    StackTraceElement[] frames = cause.getStackTrace();
    return frames.length > 0
        && frames[0].getClassName().startsWith("java.util.concurrent.locks.ReentrantLock");
  }

  private static boolean isWithoutReason(NoClassDefFoundError ofClass) {
    String message = ofClass.getMessage();
    return ofClass.getCause() == null
        && message != null
        && message.startsWith("Could not initialize class");
  }

  private void cancelUnlessDone() {
    if (!isDone) {
      console.leftovers().discard();
      console.err().println(ProgressDisplay.clearing() + commandName + ": cancelled");
      Runtime.getRuntime().halt(ExitStatus.CANCELLED.code());
    }
  }
}
