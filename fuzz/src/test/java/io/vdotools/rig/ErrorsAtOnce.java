package io.vdotools.rig;

import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Prints what ends a test when it does. These tests take long, and what JUnit says at its own end
 * is lost with a run that is stopped before.
 */
final class ErrorsAtOnce
    implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable error)
      throws Throwable {
    print(context, error);
    throw error;
  }

  @Override
  public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable error)
      throws Throwable {
    print(context, error);
    throw error;
  }

  private static void print(ExtensionContext context, Throwable error) {
    if (error instanceof TestAbortedException) {
      return;
    }
    System.out.println(
        "FAILED at "
            + LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS)
            + " "
            + context.getDisplayName()
            + ": "
            + described(error));
  }

  /** {@return an error with the places that it came through, and what caused it} */
  static String described(Throwable error) {
    var lines = new StringBuilder();
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      lines.append(cause).append('\n');
      for (var frame : cause.getStackTrace()) {
        lines.append("  at ").append(frame).append('\n');
      }
    }
    return lines.toString();
  }
}
