package io.vdotools.engine.zones;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vdotools.device.DeviceException;
import io.vdotools.engine.zones.Disk.Order;
import io.vdotools.testing.GatedDevice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A disk on a device whose calls take as long as the test says. */
class DiskTest {
  private static final Sections SECTIONS = Sections.of(2, 2, 1);
  private static final Duration SOON = Duration.ofSeconds(20);

  private final GatedDevice device = new GatedDevice(100);

  static Stream<Execution> executionsWithDiskThreads() {
    return Stream.of(
        new ZonedExecution(SECTIONS, 1, 0, 1),
        new ZonedExecution(SECTIONS, 2, 1, 2),
        new LockingExecution(SECTIONS, 1),
        new LockingExecution(SECTIONS, 2));
  }

  private static final class Call {
    private final CompletableFuture<@Nullable DeviceException> future = new CompletableFuture<>();

    void done(@Nullable DeviceException error) {
      future.complete(error);
    }

    @Nullable DeviceException await(Execution execution) {
      execution.await(future);
      return future.join();
    }
  }

  private static Call write(Disk disk, long pbn, Order order) {
    var call = new Call();
    disk.write(pbn, new byte[4096], order, SECTIONS.journal(), call::done);
    return call;
  }

  private static Call read(Disk disk, long pbn) {
    var call = new Call();
    disk.read(pbn, new byte[4096], SECTIONS.journal(), call::done);
    return call;
  }

  private static Call flush(Disk disk) {
    var call = new Call();
    disk.flush(SECTIONS.journal(), call::done);
    return call;
  }

  @ParameterizedTest
  @MethodSource("executionsWithDiskThreads")
  void readsAndWritesGoOnWhileTheDeviceFlushes(Execution execution) {
    try (execution) {
      var disk = execution.disk(device);
      device.holdFlushes();
      var flush = flush(disk);
      device.awaitFlushUnderWay();

      assertTimeoutPreemptively(
          SOON,
          () -> {
            assertThat(write(disk, 1, Order.PLAIN).await(execution)).isNull();
            assertThat(read(disk, 1).await(execution)).isNull();
          });

      assertThat(flush.future).isNotDone();
      device.letFlushesGo();
      assertThat(flush.await(execution)).isNull();
    }
  }

  @ParameterizedTest
  @MethodSource("executionsWithDiskThreads")
  void allThatNeedAFlushWhileOneIsUnderWayShareTheNext(Execution execution) {
    try (execution) {
      var disk = execution.disk(device);
      device.holdFlushes();
      var calls = new ArrayList<>(List.of(flush(disk)));
      device.awaitFlushUnderWay();
      for (int pbn = 1; pbn < 50; pbn++) {
        calls.add(write(disk, pbn, Order.AFTER_FLUSH));
      }
      device.letFlushesGo();

      for (var call : calls) {
        assertThat(call.await(execution)).isNull();
      }
      assertThat(device.flushes()).isEqualTo(2);
      assertThat(device.writes()).isEqualTo(49);
    }
  }

  @ParameterizedTest
  @MethodSource("executionsWithDiskThreads")
  void aDurableWriteLiesBetweenTwoFlushes(Execution execution) {
    try (execution) {
      var disk = execution.disk(device);
      assertThat(write(disk, 7, Order.AFTER_FLUSH_DURABLY).await(execution)).isNull();

      assertThat(device.calls()).containsExactly("flush", "write 7", "flush");
    }
  }

  @ParameterizedTest
  @MethodSource("executionsWithDiskThreads")
  void afterAFailedFlushNoneSucceeds(Execution execution) {
    try (execution) {
      var disk = execution.disk(device);
      device.failNextFlush();

      assertThat(write(disk, 1, Order.AFTER_FLUSH).await(execution)).isNotNull();
      assertThat(flush(disk).await(execution)).isNotNull();
      assertThat(write(disk, 2, Order.PLAIN).await(execution)).isNull();
      assertThat(device.calls()).containsExactly("flush", "write 2");
    }
  }

  static Stream<Execution> executions() {
    return Stream.of(
        new ZonedExecution(SECTIONS, 1, 0, 0),
        new ZonedExecution(SECTIONS, 2, 1, 2),
        new LockingExecution(SECTIONS, 1));
  }

  @ParameterizedTest
  @MethodSource("executions")
  void aStopWaitsForTheCallUnderWayAndLetsNoneBegin(Execution execution)
      throws InterruptedException {
    var disk = execution.disk(device);
    device.holdWrites();
    for (int pbn = 1; pbn < 50; pbn++) {
      write(disk, pbn, Order.PLAIN);
    }
    device.awaitWriteUnderWay();

    var stopper = Thread.ofPlatform().start(execution::stop);
    assertThat(stopper.join(Duration.ofMillis(50))).as("a call is under way").isFalse();
    device.letWritesGo();
    stopper.join();

    long atStop = device.writes();
    execution.close();
    assertThat(device.writes()).isEqualTo(atStop).isLessThan(49);
    assertThat(device.callsUnderWay()).isZero();
  }
}
