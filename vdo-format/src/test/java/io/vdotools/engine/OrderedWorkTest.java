package io.vdotools.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.VdoException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Units are worked on by several threads, and begin and end in order on the one that asks. */
@Timeout(30)
class OrderedWorkTest {
  /** Numbers, each a unit. */
  private static final class Numbers implements OrderedWork<Integer> {
    private final int count;
    private final IntConsumer task;
    private final Thread owner = Thread.currentThread();
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentLinkedQueue<Integer> done = new ConcurrentLinkedQueue<>();
    private final Set<Thread> workers = ConcurrentHashMap.newKeySet();
    private final List<Integer> ended = new ArrayList<>();
    private int next;
    private int mostOpen;

    Numbers(int count, IntConsumer task) {
      this.count = count;
      this.task = task;
    }

    @Override
    public @Nullable Integer begin() {
      assertThat(Thread.currentThread()).isSameAs(owner);
      mostOpen = Math.max(mostOpen, open.incrementAndGet());
      return next < count ? next++ : null;
    }

    @Override
    public void work(Integer unit) {
      workers.add(Thread.currentThread());
      task.accept(unit);
      done.add(unit);
    }

    @Override
    public void end(Integer unit) throws VdoException {
      assertThat(Thread.currentThread()).isSameAs(owner);
      assertThat(done).contains(unit);
      open.decrementAndGet();
      ended.add(unit);
      if (unit == 77) {
        throw new EndlessBlockMapException("unit 77");
      }
    }
  }

  private static void run(Numbers numbers, int cores, int readers, int depth) throws VdoException {
    try (var parallel = new Parallel(cores, readers, System::nanoTime)) {
      parallel.inOrder(numbers, depth);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 4, 3", "2, 2, 7", "3, 16, 18", "4, 4, 100"})
  void allOfThemEndInOrder(int cores, int readers, int depth) throws VdoException {
    var numbers =
        new Numbers(
            70,
            unit -> {
              if (unit % 7 == 0) {
                LockSupport.parkNanos(50_000);
              }
            });

    run(numbers, cores, readers, depth);

    assertThat(numbers.ended).isEqualTo(IntStream.range(0, 70).boxed().toList());
    assertThat(numbers.mostOpen).isLessThanOrEqualTo(depth + 1);
    if (readers == 1) {
      assertThat(numbers.workers).containsExactly(Thread.currentThread());
    } else {
      assertThat(numbers.workers).doesNotContain(Thread.currentThread());
    }
  }

  @Test
  void nothingToDoIsDoneAtOnce() throws VdoException {
    var numbers = new Numbers(0, _ -> {});

    run(numbers, 2, 4, 3);

    assertThat(numbers.ended).isEmpty();
  }

  @Test
  void whatAnEndThrowsStopsAll() {
    var numbers = new Numbers(1000, _ -> {});

    assertThatThrownBy(() -> run(numbers, 2, 4, 5)).isInstanceOf(EndlessBlockMapException.class);
    assertThat(numbers.ended).hasSize(78);
    assertThat(numbers.next).isLessThan(90);
  }

  @Test
  void whatAWorkerThrowsComesWhenItIsItsTurn() {
    var numbers =
        new Numbers(
            50,
            unit -> {
              if (unit == 20) {
                throw new ArithmeticException("unit 20");
              }
            });

    assertThatThrownBy(() -> run(numbers, 2, 4, 5))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("unit 20");
    assertThat(numbers.ended).isEqualTo(IntStream.range(0, 20).boxed().toList());
  }
}
