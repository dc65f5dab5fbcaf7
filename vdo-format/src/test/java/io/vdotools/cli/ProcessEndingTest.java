package io.vdotools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** Whole processes, since their exit status is what scripts see. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ProcessEndingTest {
  @Test
  void aCommandThatIsDoneEndsWithItsStatus() throws Exception {
    Process process = start("finish");

    assertThat(process.waitFor()).isEqualTo(ExitStatus.PROBLEMS_LEFT.code());
    assertThat(process.inputReader().readAllAsString()).isEqualTo("finished\n");
    assertThat(process.errorReader().readAllAsString()).isEmpty();
  }

  @Test
  void aProgramErrorIsNeverTakenForCorrectedProblems() throws Exception {
    Process process = start("fail");

    assertThat(process.waitFor()).isEqualTo(ExitStatus.OPERATIONAL.code());
    assertThat(process.errorReader().readAllAsString())
        .startsWith("vdo_sample: internal error, please report it: ")
        .contains("broken promise", "at io.vdotools.cli.ProcessEndingTest$Sample.run");
  }

  @Test
  void aProgramErrorInAnotherThreadEndsTheProcessToo() throws Exception {
    Process process = start("fail-elsewhere");

    assertThat(process.waitFor()).isEqualTo(ExitStatus.OPERATIONAL.code());
    assertThat(process.errorReader().readAllAsString()).contains("broken promise");
  }

  @Test
  void memoryThatRunsOutIsTold() throws Exception {
    Process process = start("devour");

    assertThat(process.waitFor()).isEqualTo(ExitStatus.OPERATIONAL.code());
    assertThat(process.errorReader().readAllAsString())
        .startsWith("vdo_sample: out of memory")
        .contains("VDO_JAVA_OPTIONS=-Xmx");
  }

  /** What is held in a static field is not freed by the end of the thread that filled it. */
  @Test
  void memoryThatIsGoneToTheLastByteIsToldTheSameWay() throws Exception {
    Process process = start("devour-all");

    assertThat(process.waitFor()).isEqualTo(ExitStatus.OPERATIONAL.code());
    assertThat(process.errorReader().readAllAsString())
        .startsWith("vdo_sample: out of memory")
        .contains("VDO_JAVA_OPTIONS=-Xmx")
        .hasLineCount(2);
  }

  @Test
  void memoryThatRunsOutWhileSomethingIsSetUpIsToldTheSameWay() throws Exception {
    Process process = start("devour-in-setup");

    assertThat(process.waitFor()).isEqualTo(ExitStatus.OPERATIONAL.code());
    assertThat(process.errorReader().readAllAsString())
        .startsWith("vdo_sample: out of memory (Java heap space)");
  }

  @Test
  void memoryThatRunsOutForManyThreadsIsToldOnce() throws Exception {
    Process process = start("devour-in-threads");

    assertThat(process.waitFor()).isEqualTo(ExitStatus.OPERATIONAL.code());
    assertThat(process.errorReader().readAllAsString())
        .startsWith("vdo_sample: out of memory (Java heap space)")
        .hasLineCount(2);
  }

  /** A queue of Java that has no memory to wait with does not say so. */
  @Test
  void memoryThatRunsOutWhileAThreadWaitsIsToldTheSameWay() throws Exception {
    Process process = start("lose-a-lock");

    assertThat(process.waitFor()).isEqualTo(ExitStatus.OPERATIONAL.code());
    assertThat(process.errorReader().readAllAsString())
        .startsWith("vdo_sample: out of memory (")
        .hasLineCount(2);
  }

  @Test
  void memoryThatRunsOutBeforeACommandIsDescribedIsToldTheSameWay() throws Exception {
    Process process = start("devour-in-description");

    assertThat(process.waitFor()).isEqualTo(ExitStatus.OPERATIONAL.code());
    assertThat(process.errorReader().readAllAsString())
        .startsWith("vdo_sample: out of memory (")
        .hasLineCount(2);
  }

  /** Who uses the class first gets the error itself, and whoever comes later another one. */
  @Test
  void aClassThatCouldNotBeSetUpForWantOfMemoryIsToldTheSameWay() throws Exception {
    Process process = start("devour-in-initialiser");

    assertThat(process.waitFor()).isEqualTo(ExitStatus.OPERATIONAL.code());
    assertThat(process.errorReader().readAllAsString())
        .startsWith("vdo_sample: out of memory (")
        .contains("Java heap space")
        .hasLineCount(2);
  }

  @Test
  void aCommandThatTheUserStopsSaysSo() throws Exception {
    Process process = start("wait");
    try (BufferedReader output = process.inputReader()) {
      assertThat(output.readLine()).isEqualTo("waiting");
      process.toHandle().destroy();
      assertThat(process.waitFor()).isEqualTo(ExitStatus.CANCELLED.code());
    }
    assertThat(process.errorReader().readAllAsString()).isEqualTo("vdo_sample: cancelled\n");
  }

  private static Process start(String what) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx32m",
            "-cp",
            System.getProperty("java.class.path"),
            Sample.class.getName(),
            what)
        .start();
  }

  /** Ends in the way that its argument names. */
  static final class Sample implements Command {
    private static final int THREADS = 8;
    private static Object[] held = {};
    private static boolean isDevouredInDescription;

    public static void main(String[] arguments) {
      isDevouredInDescription = List.of(arguments).contains("devour-in-description");
      CommandRunner.main(new Sample(), arguments);
    }

    @Override
    public String name() {
      return "vdo_sample";
    }

    @Override
    public CommandSpec spec() {
      if (isDevouredInDescription) {
        throw new OutOfMemoryError("Java heap space");
      }
      return CommandSpec.create()
          .name(name())
          .addPositional(PositionalParamSpec.builder().type(String.class).arity("1").build());
    }

    @Override
    public List<Invocation> invocations() {
      return List.of(Invocation.of(Invocation.word("finish")));
    }

    @Override
    public ExitStatus run(ParseResult arguments, Console console) {
      switch (arguments.matchedPositionalValue(0, "")) {
        case "finish" -> console.out().println("finished");
        case "fail" -> throw new IllegalStateException("broken promise");
        case "fail-elsewhere" -> {
          Thread.ofPlatform()
              .start(() -> {
                throw new IllegalStateException("broken promise");
              });
          sleep();
        }
        case "devour-in-setup" ->
            throw new BootstrapMethodError(new OutOfMemoryError("Java heap space"));
        case "devour-in-initialiser" -> {
          try {
            console.out().println(Needy.TABLE.length);
          } catch (OutOfMemoryError _) {
            // As another thread may do; from now on the class cannot be used.
          }
          console.out().println(Needy.TABLE.length);
        }
        case "devour-in-threads" -> {
          var all = new CyclicBarrier(THREADS);
          for (int i = 0; i < THREADS; i++) {
            Thread.ofPlatform().start(() -> devourWith(all));
          }
          sleep();
        }
        case "lose-a-lock" -> {
          Thread.ofPlatform().start(() -> new ReentrantLock().unlock());
          sleep();
        }
        case "devour-all" -> devourAll();
        case "devour" -> console.out().println(new long[Integer.MAX_VALUE / 2].length);
        default -> {
          console.out().println("waiting");
          console.flush();
          sleep();
        }
      }
      return ExitStatus.PROBLEMS_LEFT;
    }

    /** A class that takes more memory to set up than there is. */
    private static final class Needy {
      static final long[] TABLE = new long[Integer.MAX_VALUE / 2];
    }

    private static void devourWith(CyclicBarrier others) {
      try {
        others.await();
      } catch (InterruptedException | BrokenBarrierException e) {
        throw new IllegalStateException(e);
      }
      throw new OutOfMemoryError("Java heap space");
    }

    private static void devourAll() {
      for (int bytes = 1 << 16; bytes > 0; bytes /= 16) {
        try {
          while (true) {
            held = new Object[] {held, new byte[bytes]};
          }
        } catch (OutOfMemoryError _) {
          // Something smaller may still fit.
        }
      }
      while (true) {
        held = new Object[] {held};
      }
    }

    private static void sleep() {
      try {
        Thread.sleep(TimeUnit.MINUTES.toMillis(1));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
