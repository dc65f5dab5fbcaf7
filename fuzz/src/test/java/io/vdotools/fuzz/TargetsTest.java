package io.vdotools.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What once failed, and a slice of what a fuzzer tries, without one. */
class TargetsTest {
  private static final Path TREE = Path.of(System.getProperty("vdotools.tree"));
  private static final Path KEPT = TREE.resolve("fuzz/kept");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  static List<String> targets() {
    return Targets.names();
  }

  private static void run(String target, byte[] input, String what) {
    try {
      Targets.named(target).run().accept(input);
    } catch (RuntimeException e) {
      throw new AssertionError(what + ": " + java.util.HexFormat.of().formatHex(input), e);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void whatWasKept(String target) {
    var kept = Storm.inputs(KEPT.resolve(target));

    assertTimeoutPreemptively(
        PATIENCE, () -> kept.forEach(input -> run(target, input, "a kept input")));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void whatASeedMakes(String target) {
    var mutator = new Mutator(target.hashCode(), Targets.named(target).longest());
    var kept = Storm.inputs(KEPT.resolve(target));

    assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          run(target, new byte[] {0}, "something that nobody touched");
          for (int i = 0; i < Targets.named(target).slice(); i++) {
            run(target, mutator.next(kept), "input " + i);
          }
        });
  }

  /** A name that is misspelt there would never be looked at. */
  @Test
  void whatIsKeptBelongsToATarget() throws IOException {
    try (Stream<Path> directories = Files.list(KEPT)) {
      assertThat(directories.map(d -> d.getFileName().toString())).isSubsetOf(targets());
    }
  }
}
