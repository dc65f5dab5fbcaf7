package io.vdotools.engine.zones;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.device.MemoryDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every execution owes to the steps that it runs. */
class ExecutionContractTest {
  private static final Sections SECTIONS = Sections.of(2, 2, 1);

  static Stream<Execution> executions() {
    return Stream.of(
        new ZonedExecution(SECTIONS, 1, 0, 0),
        new ZonedExecution(SECTIONS, 4, 2, 2),
        new LockingExecution(SECTIONS, 0),
        new LockingExecution(SECTIONS, 2),
        new SimulatedExecution(1),
        new SimulatedExecution(2));
  }

  @ParameterizedTest
  @MethodSource("executions")
  void stepsOfASectionNeverRunAtTheSameTime(Execution execution) {
    try (execution) {
      var section = SECTIONS.logical().getFirst();
      int steps = 20_000;
      var done = new CompletableFuture<Void>();
      // Plain fields: a race would lose increments.
      int[] count = {0};
      var left = new AtomicInteger(steps);
      for (int i = 0; i < steps; i++) {
        execution.enter(
            SECTIONS.compute(),
            () ->
                execution.enter(
                    section,
                    () -> {
                      count[0]++;
                      if (left.decrementAndGet() == 0) {
                        done.complete(null);
                      }
                    }));
      }
      execution.await(done);
      assertThat(count[0]).isEqualTo(steps);
    }
  }

  @ParameterizedTest
  @MethodSource("executions")
  void whatOneSectionDeliversToAnotherKeepsItsOrder(Execution execution) {
    try (execution) {
      var from = SECTIONS.journal();
      var to = SECTIONS.physical().get(1);
      int deliveries = 5_000;
      var done = new CompletableFuture<Void>();
      List<Integer> arrived = new ArrayList<>();
      int[] next = {0};
      for (int i = 0; i < deliveries; i++) {
        // Many threads come to the first section; the order is that in which they got there.
        execution.enter(
            SECTIONS.compute(),
            () ->
                execution.enter(
                    from,
                    () -> {
                      int number = next[0]++;
                      execution.deliver(
                          to,
                          () -> {
                            arrived.add(number);
                            if (arrived.size() == deliveries) {
                              done.complete(null);
                            }
                          });
                    }));
      }
      execution.await(done);
      assertThat(arrived).isEqualTo(IntStream.range(0, deliveries).boxed().toList());
    }
  }

  @ParameterizedTest
  @MethodSource("executions")
  void aBlockThatWasWrittenIsRead(Execution execution) {
    try (execution) {
      var disk = execution.disk(MemoryDevice.ofBlocks(10));
      var section = SECTIONS.logical().getFirst();
      var block = new byte[4096];
      block[17] = 42;
      var found = new byte[4096];
      var done = new CompletableFuture<Boolean>();
      disk.write(
          3,
          block,
          Disk.Order.AFTER_FLUSH_DURABLY,
          section,
          error -> disk.read(3, found, section, again -> done.complete(error == again)));
      execution.await(done);
      assertThat(done.join()).isTrue();
      assertThat(found).isEqualTo(block);
    }
  }

  @Test
  void anErrorOfTheProgramReachesWhoeverWaits() {
    try (var execution = new ZonedExecution(SECTIONS, 1, 0, 0)) {
      execution.enter(
          SECTIONS.journal(),
          () -> {
            throw new IllegalArgumentException("a mistake");
          });

      assertThatThrownBy(() -> execution.await(new CompletableFuture<Void>()))
          .isInstanceOf(IllegalStateException.class)
          .hasRootCauseMessage("a mistake");
    }
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    assertThat(order(5)).isEqualTo(order(5));
    assertThat(order(5)).isNotEqualTo(order(6));
  }

  private static List<Integer> order(long seed) {
    var order = new ArrayList<Integer>();
    try (var execution = new SimulatedExecution(seed)) {
      for (int i = 0; i < 100; i++) {
        int number = i;
        execution.enter(SECTIONS.journal(), () -> order.add(number));
      }
      assertThat(execution.run(1000)).isFalse();
    }
    return order;
  }
}
