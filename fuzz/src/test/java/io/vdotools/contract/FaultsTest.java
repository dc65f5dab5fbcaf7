package io.vdotools.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vdotools.cli.Content;
import io.vdotools.cli.Invocation;
import io.vdotools.testing.Loop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files that fail while a command is at work on them: the kernel is made to answer one system call
 * with an error, by {@code strace}, whatever the command does. What gets its name only when it is
 * complete has one before that nobody can foresee: {@link FailingFilesTest} lets such files fail.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FaultsTest {
  /** A class of calls, and how one of them goes wrong. */
  private record Fault(String calls, String how) {}

  private static final List<Fault> OF_READS =
      List.of(
          new Fault("pread64,read,preadv", "error=EIO"),
          // It says that it read a sector, and read nothing.
          new Fault("pread64", "retval=512"),
          new Fault("pread64", "retval=0"));

  private static final List<Fault> OF_WRITES =
      List.of(
          new Fault("pwrite64,write,pwritev", "error=EIO"),
          new Fault("pwrite64,write,pwritev,ftruncate,fallocate", "error=ENOSPC"),
          new Fault("pwrite64", "retval=512"),
          new Fault("fsync,fdatasync", "error=EIO"));

  @TempDir private static Path shared;
  private static Samples samples;

  @TempDir private Path scratch;
  private int runs;

  @BeforeAll
  static void makeSamples() {
    samples = new Samples(shared);
  }

  @BeforeEach
  void straceWorks() throws Exception {
    Loop.assumeInstalled("strace");
    assumeTrue(
        Loop.succeeds("strace", "-o", "/dev/null", "-e", "inject=fsync:error=EIO", "true"),
        "this user may not trace");
  }

  static List<Commands.Case> cases() {
    return Commands.cases();
  }

  static List<Commands.Case> someCases() {
    return ProcessTest.someCases().stream()
        .filter(c -> IntStream.range(0, files(c)).anyMatch(file -> !faults(c, file).isEmpty()))
        .toList();
  }

  private static boolean isFile(Invocation.Argument argument) {
    return !(argument instanceof Invocation.Word);
  }

  /** One write or read of a file of each kind of command; {@link FailingFilesTest} tries more. */
  @ParameterizedTest
  @MethodSource("someCases")
  void aFileThatFailsOnce(Commands.Case aCase) throws Exception {
    for (int file = files(aCase) - 1; file >= 0; file--) {
      // The writes come last, and a plan has none.
      for (var fault : faults(aCase, file).reversed()) {
        if (fault.how.equals("error=EIO") && tryFault(aCase, file, fault, 1)) {
          return;
        }
      }
    }
    fail("no call of " + aCase + " can fail");
  }

  @Tag("long")
  @Timeout(7200)
  @ParameterizedTest
  @MethodSource("cases")
  void everyFileFailsAtEveryCall(Commands.Case aCase) throws Exception {
    long most = Long.getLong("faults.most", 200);
    for (int file = 0; file < files(aCase); file++) {
      for (Fault fault : faults(aCase, file)) {
        for (long call : calls(most)) {
          if (!tryFault(aCase, file, fault, call)) {
            break;
          }
        }
      }
    }
  }

  /** All up to some number, and then ever fewer. */
  private static long[] calls(long most) {
    return LongStream.iterate(1, call -> call <= most, call -> call + Math.max(1, call / 8))
        .toArray();
  }

  private static int files(Commands.Case aCase) {
    return (int) aCase.invocation().arguments().stream().filter(FaultsTest::isFile).count();
  }

  private static List<Fault> faults(Commands.Case aCase, int file) {
    var all = new ArrayList<Fault>();
    var argument =
        aCase.invocation().arguments().stream().filter(FaultsTest::isFile).toList().get(file);
    if (!(argument instanceof Invocation.Output)) {
      all.addAll(OF_READS);
    }
    if (argument.equals(Invocation.creates(Content.UNDO_FILE))
        || argument instanceof Invocation.Target) {
      all.addAll(OF_WRITES);
    }
    return all;
  }

  /** {@return whether there was such a call} */
  private boolean tryFault(Commands.Case aCase, int file, Fault fault, long call) throws Exception {
    Path own = Files.createDirectory(scratch.resolve("run" + runs++));
    var stage = Stage.of(aCase, samples, own);
    var slot = stage.slots().get(file);
    var before = stage.everything();
    Path trace = own.resolveSibling("trace");
    String line =
        "exec strace -f --seccomp-bpf -qqq -o '%s' -P '%s' -e trace=%s -e inject=%s:%s:when=%d \"$@\""
            .formatted(trace, slot.path(), fault.calls, fault.calls, fault.how, call);

    var run = ToolProcess.run(line, own, List.of(), stage.command(), stage.words());

    boolean happened = Files.readString(trace).contains("(INJECTED)");
    String what = "%s, %s %s at call %d: %s".formatted(stage, fault.calls, fault.how, call, run);
    assertThat(run.status()).as(what).isIn(0, 1, 4, 8);
    assertThat(run.err()).as(what).doesNotContain("Exception", "internal error", " null");
    if (run.status() == 8) {
      assertThat((run.out() + run.err()).lines()).as(what).hasSize(1);
    }
    if (!happened) {
      assertThat(run.status()).as(what).isEqualTo(stage.ending().code());
    }
    stage.assertNothingIsHalf(before, run.status(), what);
    Stage.delete(own);
    return happened;
  }

  /** With a heap that is too small for anything: what it says is one line, or two with advice. */
  @ParameterizedTest
  @MethodSource("casesThatWrite")
  void hardlyAnyMemory(Commands.Case aCase) throws Exception {
    withHeap(aCase, 6);
  }

  /** With a little more it gets further before it has to give up. */
  @Tag("long")
  @ParameterizedTest
  @MethodSource("cases")
  void littleMemory(Commands.Case aCase) throws Exception {
    for (int megabytes : List.of(4, 6, 8, 10, 12, 16, 24)) {
      withHeap(aCase, megabytes);
    }
  }

  static List<Commands.Case> casesThatWrite() {
    return ProcessTest.writingCases();
  }

  private void withHeap(Commands.Case aCase, int megabytes) throws Exception {
    Path own = Files.createDirectory(scratch.resolve("small" + megabytes));
    var stage = Stage.of(aCase, samples, own);
    var before = stage.everything();
    var heap = List.of("-Xms%dm".formatted(megabytes), "-Xmx%dm".formatted(megabytes));

    var run = ToolProcess.run("exec \"$@\"", own, heap, stage.command(), stage.words());

    String what = stage + " in " + megabytes + " MiB: " + run;
    assertThat(run.status()).as(what).isIn(stage.ending().code(), 8);
    if (run.status() == 8) {
      assertThat(run.err())
          .as(what)
          .startsWith(aCase.registered().name() + ": out of memory")
          .hasLineCount(2);
    }
    stage.assertNothingIsHalf(before, run.status(), what);
  }
}
