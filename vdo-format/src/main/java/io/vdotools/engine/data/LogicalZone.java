package io.vdotools.engine.data;

import io.vdotools.engine.metadata.AllocationSelector;
import io.vdotools.engine.metadata.BlockMapZone;
import io.vdotools.engine.zones.Execution;
import io.vdotools.engine.zones.Section;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Some of the LBNs of a running volume: who works on which, and which flush waits for whom.
 *
 * <p>Belongs to its section.
 */
public final class LogicalZone {
  private final Execution execution;
  private final Section section;
  private final BlockMapZone blockMap;
  private final AllocationSelector allocator;
  private final Map<Long, LbnLock> locks = new HashMap<>();
  // Writes under way, by the generation in which they began.
  private final TreeMap<Long, Integer> generations = new TreeMap<>();
  private final TreeMap<Long, Runnable> closing = new TreeMap<>();
  private long generation;

  /** Who works on an LBN, and who is next. */
  private static final class LbnLock {
    private Request holder;
    private final ArrayDeque<Request> waiting = new ArrayDeque<>();

    LbnLock(Request holder) {
      this.holder = holder;
    }
  }

  /**
   * @param execution runs steps
   * @param section the zone's
   * @param blockMap the zone's trees
   * @param allocator where the zone's writes get their blocks
   */
  public LogicalZone(
      Execution execution, Section section, BlockMapZone blockMap, AllocationSelector allocator) {
    this.execution = execution;
    this.section = section;
    this.blockMap = blockMap;
    this.allocator = allocator;
  }

  /** {@return where its steps run} */
  public Section section() {
    return section;
  }

  /** {@return its trees} */
  public BlockMapZone blockMap() {
    return blockMap;
  }

  AllocationSelector allocator() {
    return allocator;
  }

  /** Lets a request begin once all earlier ones of its LBN are over. */
  void acquire(Request request) {
    var lock = locks.get(request.lbn());
    if (lock == null) {
      locks.put(request.lbn(), new LbnLock(request));
      request.begin();
    } else if (request instanceof ReadRequest read
        && lock.waiting.isEmpty()
        && lock.holder instanceof WriteRequest write
        && write.hasNewContent()) {
      read.answer(write);
    } else {
      lock.waiting.add(request);
      lock.holder.isWaitedFor();
    }
  }

  /** Lets the next request of the LBN begin. */
  void release(Request request) {
    var lock = locks.get(request.lbn());
    if (lock == null || lock.holder != request) {
      throw new IllegalStateException("LBN " + request.lbn() + " is not held by this request");
    }
    var next = lock.waiting.poll();
    if (next == null) {
      locks.remove(request.lbn());
      return;
    }
    lock.holder = next;
    if (!lock.waiting.isEmpty()) {
      next.isWaitedFor();
    }
    // Not at once: a long row of requests would become a deep stack.
    execution.enter(section, next::begin);
  }

  /** {@return the generation of a write that begins now, which has to be left again} */
  long enterGeneration() {
    generations.merge(generation, 1, Integer::sum);
    return generation;
  }

  void leaveGeneration(long number) {
    generations.merge(number, -1, (a, b) -> a + b == 0 ? null : a + b);
    closeFinished();
  }

  /**
   * Lets later writes belong to another generation.
   *
   * @param number the generation that ends
   * @param then runs when no write of it, or of an earlier one, is under way
   */
  void closeGeneration(long number, Runnable then) {
    generation = Math.max(generation, number + 1);
    closing.put(number, then);
    closeFinished();
  }

  private void closeFinished() {
    while (!closing.isEmpty()
        && (generations.isEmpty() || generations.firstKey() > closing.firstKey())) {
      closing.pollFirstEntry().getValue().run();
    }
  }
}
