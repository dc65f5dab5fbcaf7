package io.vdotools.engine.zones;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.jctools.queues.atomic.MpscUnboundedAtomicArrayQueue;
import org.junit.jupiter.api.Test;

/** What a worker's inbox promises about waking the worker, and what it does not. */
class InboxTest {
  /**
   * While a sender begins a chunk its message has a place but does not count yet. That is why a
   * fence comes between a message and the look for a parked worker.
   */
  @Test
  void theQueueMayCallItselfEmptyAfterASenderHasTakenItsPlace() {
    var inbox = new MpscUnboundedAtomicArrayQueue<String>(2);
    var seen = new HashSet<Boolean>();
    for (int i = 0; i < 10; i++) {
      inbox.fill(
          () -> {
            if (seen.size() < 2 && inbox.size() > 1) {
              inbox.drain(_ -> {});
              seen.add(inbox.isEmpty());
            }
            return "message";
          },
          1);
    }
    assertThat(seen).contains(true);
  }
}
