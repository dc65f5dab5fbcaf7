package io.vdotools.engine.data;

import io.vdotools.VdoException;
import io.vdotools.engine.metadata.PbnLock;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.depot.ReferenceBlock;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What keeps writes of equal content together, so that the content is looked for once and written
 * at most once.
 *
 * <p>The first write is the agent: it asks the index, compares, and writes if it must; the others
 * wait. When there is a copy on the device, each write claims a reference to it; the lock holds the
 * copy until the last of them has recorded its reference. When no more references can be claimed,
 * the write that fails to becomes the agent of a new lock for the same name, and makes a second
 * copy.
 *
 * <p>Belongs to its hash zone.
 */
final class HashLock {
  private enum State {
    /** The index is being asked, or the copy that it named is being compared. */
    SEARCHING,
    /** The agent writes, or waits in the packer. */
    WRITING,
    /** There is a copy that may be referred to. */
    DEDUPING
  }

  private final HashZone zone;
  private final Pipeline pipeline;
  private final BlockName name;
  private final byte[] data;
  private final ArrayDeque<WriteRequest> waiting = new ArrayDeque<>();
  private State state = State.SEARCHING;
  private @Nullable WriteRequest agent;
  private @Nullable PbnLock copy;
  private long copyMapping;
  // Writes that refer to the copy and have not recorded it yet.
  private int members;
  private boolean isIndexOutOfDate;

  HashLock(HashZone zone, BlockName name, byte[] data) {
    this.zone = zone;
    this.pipeline = zone.pipeline();
    this.name = name;
    this.data = data;
  }

  BlockName name() {
    return name;
  }

  byte[] data() {
    return data;
  }

  private WriteRequest agent() {
    if (agent == null) {
      throw new IllegalStateException("a hash lock without an agent");
    }
    return agent;
  }

  private PbnLock copy() {
    if (copy == null) {
      throw new IllegalStateException("a hash lock without a copy");
    }
    return copy;
  }

  /** Begins with the first write. */
  void begin(WriteRequest first) {
    agent = first;
    pipeline.query(name, advice -> pipeline.enter(zone.section(), () -> advised(advice)));
  }

  /** Takes another write of the same content. */
  void join(WriteRequest request) {
    switch (state) {
      case SEARCHING -> waiting.add(request);
      case WRITING -> {
        waiting.add(request);
        agent().isWaitedFor();
      }
      case DEDUPING -> dedupe(request);
    }
  }

  private void advised(@Nullable Advice advice) {
    if (advice == null || !pipeline.isPossible(advice) || pipeline.isReadOnly()) {
      write();
      return;
    }
    var physical = pipeline.physicalZone(advice.pbn());
    pipeline.enter(
        physical.section(),
        () -> {
          var held = physical.holdDuplicate(advice.pbn());
          pipeline.enter(zone.section(), () -> held(advice, held));
        });
  }

  private void held(Advice advice, @Nullable PbnLock held) {
    if (held == null) {
      write();
      return;
    }
    long mapping = BlockMapEntry.pack(advice.pbn(), advice.state());
    var found = new byte[BlockSize.BLOCK];
    pipeline
        .reader()
        .read(
            mapping,
            found,
            pipeline.environment().sections().compute(),
            error -> {
              boolean isEqual = error == null && Arrays.equals(found, data);
              pipeline.enter(zone.section(), () -> compared(mapping, held, isEqual));
            });
  }

  private void compared(long mapping, PbnLock held, boolean isEqual) {
    if (isEqual && held.claim()) {
      pipeline.counters().duplicates.increment();
      copyBecame(mapping, held, agent());
    } else {
      if (!isEqual) {
        pipeline.counters().staleAdvice.increment();
      }
      pipeline.release(held);
      write();
    }
  }

  /** There is no copy to refer to: the agent, or another who can, makes one. */
  private void write() {
    state = State.WRITING;
    isIndexOutOfDate = true;
    if (!agent().hasAllocation()) {
      var able = waiting.stream().filter(WriteRequest::hasAllocation).findFirst();
      if (able.isEmpty()) {
        giveUp();
        return;
      }
      waiting.remove(able.get());
      waiting.addFirst(agent());
      agent = able.get();
    }
    if (pipeline.isReadOnly()) {
      giveUp();
    } else if (pipeline.compresses() && waiting.isEmpty() && agent().mayWaitForOthers()) {
      var packed = agent();
      pipeline.compute(() -> compress(packed));
    } else {
      writePlainly();
    }
  }

  private void compress(WriteRequest request) {
    var fragment = pipeline.compress(data);
    if (fragment == null) {
      pipeline.enter(zone.section(), this::writePlainly);
    } else {
      var packer = pipeline.packer();
      pipeline.enter(
          packer.section(), () -> packer.add(new Packer.Member(request, this, fragment)));
    }
  }

  /** The agent is to be packed no longer. May be told from any section. */
  void isNotPacked() {
    pipeline.enter(zone.section(), this::writePlainly);
  }

  private void writePlainly() {
    if (pipeline.isReadOnly()) {
      giveUp();
      return;
    }
    agent().writeToAllocation(zone.section(), this::written);
  }

  private void written(@Nullable VdoException error) {
    if (error != null) {
      pipeline.enterReadOnlyMode(error);
      giveUp();
      return;
    }
    var lock = agent().takeAllocation();
    // The agent's own reference is the first.
    lock.share(1, ReferenceBlock.MAXIMUM - 1);
    copyBecame(Pipeline.plainMapping(lock.pbn()), lock, agent());
  }

  /**
   * The agent's content became a fragment of a compressed block. May be told from any section.
   *
   * @param shared the hold on the block, in which this lock has a share and a claim; null if the
   *     block could not be written, which has made the volume read-only
   * @param slot which fragment it is
   */
  void isPacked(@Nullable PbnLock shared, int slot) {
    pipeline.enter(
        zone.section(),
        () -> {
          if (shared == null) {
            giveUp();
            return;
          }
          long mapping = BlockMapEntry.pack(shared.pbn(), MappingState.ofFragment(slot));
          copyBecame(mapping, shared, agent());
        });
  }

  private void copyBecame(long mapping, PbnLock held, WriteRequest first) {
    state = State.DEDUPING;
    copy = held;
    copyMapping = mapping;
    agent = null;
    refer(first);
    while (!waiting.isEmpty() && state == State.DEDUPING) {
      dedupe(waiting.removeFirst());
    }
  }

  private void dedupe(WriteRequest request) {
    if (copy().claim()) {
      pipeline.counters().duplicates.increment();
      refer(request);
    } else {
      fork(request);
    }
  }

  /** Lets a write record its reference, which it has claimed. */
  private void refer(WriteRequest request) {
    members++;
    if (request.hasAllocation()) {
      pipeline.release(request.takeAllocation());
    }
    request.record(copyMapping, this);
  }

  private void fork(WriteRequest request) {
    var next = new HashLock(zone, name, data);
    // The index shall name the new copy.
    isIndexOutOfDate = false;
    next.agent = request;
    next.waiting.addAll(waiting);
    waiting.clear();
    zone.replace(next);
    next.write();
  }

  /** A write has recorded its reference, or failed to. Told from any section. */
  void leave(WriteRequest request) {
    pipeline.enter(
        zone.section(),
        () -> {
          members--;
          if (members == 0) {
            close();
          }
          pipeline.isOver(request);
        });
  }

  private void close() {
    boolean isCurrent = zone.remove(this);
    if (isCurrent && isIndexOutOfDate && !pipeline.isReadOnly()) {
      pipeline.update(
          name, new Advice(BlockMapEntry.pbn(copyMapping), BlockMapEntry.state(copyMapping)));
    }
    pipeline.release(copy());
  }

  /** Nothing can be written: all who rely on it fail. */
  private void giveUp() {
    zone.remove(this);
    var first = agent();
    first.fail(pipeline.isReadOnly() ? pipeline.readOnlyError() : Pipeline.noSpace(first));
    while (!waiting.isEmpty()) {
      var next = waiting.removeFirst();
      next.fail(pipeline.isReadOnly() ? pipeline.readOnlyError() : Pipeline.noSpace(next));
    }
  }
}
