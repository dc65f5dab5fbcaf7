package io.vdotools.engine.data;

import io.vdotools.engine.zones.Section;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Some of the names of a running volume: which writes of equal content are under way.
 *
 * <p>Belongs to its section.
 */
public final class HashZone {
  private final Section section;
  private final Pipeline pipeline;
  private final Map<BlockName, HashLock> locks = new HashMap<>();

  HashZone(Section section, Pipeline pipeline) {
    this.section = section;
    this.pipeline = pipeline;
  }

  Section section() {
    return section;
  }

  Pipeline pipeline() {
    return pipeline;
  }

  /** Takes a write whose content has a name. */
  void enter(BlockName name, WriteRequest request) {
    var lock = locks.get(name);
    if (lock == null) {
      lock = new HashLock(this, name, request.data());
      locks.put(name, lock);
      lock.begin(request);
    } else if (Arrays.equals(lock.data(), request.data())) {
      lock.join(request);
    } else {
      pipeline.counters().collisions.increment();
      writeAlone(request);
    }
  }

  /** Writes content that shares its name with other content: nobody can find it by that name. */
  private void writeAlone(WriteRequest request) {
    if (!request.hasAllocation()) {
      request.fail(Pipeline.noSpace(request));
      return;
    }
    long mapping = Pipeline.plainMapping(request.allocation().pbn());
    request.writeToAllocation(
        section,
        error -> {
          if (error != null) {
            pipeline.enterReadOnlyMode(error);
            request.fail(pipeline.readOnlyError());
          } else {
            request.record(mapping, null);
          }
        });
  }

  /** Lets another lock stand for the name. */
  void replace(HashLock lock) {
    locks.put(lock.name(), lock);
  }

  /** {@return whether the lock stood for the name, and no longer does} */
  boolean remove(HashLock lock) {
    return locks.remove(lock.name(), lock);
  }
}
