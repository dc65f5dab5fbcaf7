package io.vdotools.pack;

import io.vdotools.VdoException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What was read of frames, up to a weight; what was used last stays. Two threads that want the same
 * frame wait for one of them to read it.
 */
final class FrameCache<V> {
  private final long mostWeight;
  private final LinkedHashMap<Integer, Slot<V>> slots = new LinkedHashMap<>(16, 0.75f, true);
  private long weight;

  /** One frame. */
  static final class Slot<V> {
    private final int frame;
    private @Nullable V value;
    private long weight;

    private Slot(int frame) {
      this.frame = frame;
    }
  }

  /** Reads a frame. */
  interface Loader<V> {
    V load(int frame) throws VdoException;

    long weigh(V value);
  }

  FrameCache(long mostWeight) {
    this.mostWeight = mostWeight;
  }

  /** {@return what was or is now read of a frame} */
  V get(int frame, Loader<V> loader) throws VdoException {
    Slot<V> slot;
    synchronized (slots) {
      slot = slots.computeIfAbsent(frame, Slot::new);
    }
    synchronized (slot) {
      V known = slot.value;
      if (known == null) {
        known = loader.load(frame);
        slot.value = known;
        keep(slot, loader.weigh(known));
      }
      return known;
    }
  }

  private void keep(Slot<V> slot, long slotWeight) {
    synchronized (slots) {
      if (slots.get(slot.frame) != slot) {
        return;
      }
      slot.weight = slotWeight;
      weight += slotWeight;
      Iterator<Slot<V>> oldest = slots.values().iterator();
      while (weight > mostWeight && oldest.hasNext()) {
        var old = oldest.next();
        if (old != slot) {
          weight -= old.weight;
          oldest.remove();
        }
      }
    }
  }
}
