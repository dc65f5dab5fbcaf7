package io.vdotools.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Chunks are done once each, by as many threads as it pays to have. */
@Timeout(60)
class ParallelTest {
  /** A clock on which nothing takes time. */
  private static long standing() {
    return 0;
  }

  /** A clock on which everything takes a millisecond. */
  private static LongSupplier slow() {
    var now = new AtomicLong();
    return () -> now.addAndGet(1_000_000);
  }

  @Property(tries = 50)
  void everyChunkIsDoneOnce(
      @ForAll @IntRange(min = 1, max = 4) int cores,
      @ForAll @IntRange(max = 6) int moreReaders,
      @ForAll @IntRange(max = 300) int chunks,
      @ForAll boolean isSlow) {
    var done = new AtomicIntegerArray(Math.max(1, chunks));
    try (var parallel =
        new Parallel(cores, cores + moreReaders, isSlow ? slow() : ParallelTest::standing)) {
      parallel.forEach(
          chunks,
          (chunk, _) -> {
            parallel.pace().ended(parallel.pace().begin(), 1);
            done.incrementAndGet((int) chunk);
          });
    }
    for (int chunk = 0; chunk < chunks; chunk++) {
      assertThat(done.get(chunk)).isEqualTo(1);
    }
  }

  @Test
  void whileReadsAreFastThereAreAsManyThreadsAsCores() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    try (var parallel = new Parallel(2, 16, ParallelTest::standing)) {
      parallel.forEach(
          1000,
          (_, _) -> {
            threads.add(Thread.currentThread());
            parallel.pace().ended(parallel.pace().begin(), 1);
          });
    }
    assertThat(threads).hasSizeBetween(1, 2);
  }

  @Test
  void whenReadsAreSlowAllReadersWorkAtTheSameTime() {
    int readers = 5;
    var all = new CountDownLatch(readers);
    try (var parallel = new Parallel(1, readers, slow())) {
      parallel.forEach(
          1000,
          (_, _) -> {
            parallel.pace().ended(parallel.pace().begin(), 1);
            all.countDown();
            await(all);
          });
    }
    assertThat(all.getCount()).isZero();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aTaskThatFailsEndsTheWorkAndItsExceptionComesOut() {
    try (var parallel = new Parallel(1, 8, ParallelTest::standing)) {
      assertThatThrownBy(() ->
              parallel.forEach(
                  1000,
                  (chunk, _) -> {
                    if (chunk == 3) {
                      throw new IllegalStateException("the third");
                    }
                  }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the third");
    }
  }

  @Test
  void ofTwoThingsBothAreDoneAndEitherMayFail() {
    for (int cores = 1; cores <= 2; cores++) {
      try (var parallel = new Parallel(cores, 2, ParallelTest::standing)) {
        var done = new AtomicIntegerArray(8);
        parallel.both(
            () -> parallel.forEach(7, (chunk, _) -> done.incrementAndGet((int) chunk)),
            () -> done.incrementAndGet(7));
        for (int i = 0; i < 8; i++) {
          assertThat(done.get(i)).isEqualTo(1);
        }
        assertThatThrownBy(() ->
                parallel.both(
                    () -> {},
                    () -> {
                      throw new IllegalStateException("beside");
                    }))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("beside");
        assertThatThrownBy(() ->
                parallel.both(
                    () -> {
                      throw new IllegalStateException("here");
                    },
                    () -> {}))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("here");
      }
    }
  }

  @Test
  void aThreadGetsTheStateThatItHadBefore() throws InterruptedException {
    try (var parallel = new Parallel(2, 2, ParallelTest::standing)) {
      var states = parallel.states(Object::new);
      var mine = states.borrow();
      var other = new Object[1];
      var thread =
          new Thread(() -> {
            other[0] = states.borrow();
            states.giveBack(other[0]);
          });
      thread.start();
      thread.join();
      states.giveBack(mine);

      assertThat(other[0]).isNotSameAs(mine);
      assertThat(states.borrow()).isSameAs(mine);
    }
  }
}
