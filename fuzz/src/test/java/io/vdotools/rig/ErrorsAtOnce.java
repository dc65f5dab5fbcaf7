package io.vdotools.rig;

import java.time.LocalTime;
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
            + LocalTime.now().truncatedTo(ChronoUnit.SECONDS)
            + " "
            + context.getDisplayName());
    error.printStackTrace(System.out);
  }
}
