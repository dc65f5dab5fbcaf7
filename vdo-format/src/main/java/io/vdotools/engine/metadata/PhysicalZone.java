package io.vdotools.engine.metadata;

import io.vdotools.engine.zones.Section;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabGeometry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Some of the slabs of a running volume: allocation, reference counts, and holds on data blocks.
 *
 * <p>Belongs to its section.
 */
public final class PhysicalZone {
  private final Section section;
  private final SummaryZone summary;
  private final List<Slab> slabs = new ArrayList<>();
  private final Map<Integer, Slab> slabsByNumber = new HashMap<>();
  private final Map<Long, PbnLock> locks = new HashMap<>();
  private final LinkedHashSet<Slab> unwritten = new LinkedHashSet<>();
  private SlabGeometry geometry;
  private @Nullable Slab open;
  private long neededUpTo;

  PhysicalZone(Section section, SummaryZone summary, SlabGeometry geometry) {
    this.section = section;
    this.summary = summary;
    this.geometry = geometry;
  }

  void add(Slab slab) {
    slabs.add(slab);
    slabsByNumber.put(slab.number(), slab);
  }

  /** Lets the depot be larger, and the summary lie elsewhere. */
  void move(SlabGeometry larger, long summaryStart) {
    geometry = larger;
    summary.move(summaryStart);
  }

  /** {@return where its steps run} */
  public Section section() {
    return section;
  }

  SummaryZone summary() {
    return summary;
  }

  private Slab slabOf(long pbn) {
    var slab = slabsByNumber.get(geometry.slabOf(pbn));
    if (slab == null) {
      throw new IllegalArgumentException("PBN " + pbn + " does not belong to " + section);
    }
    return slab;
  }

  /** {@return a hold on a block that nobody uses, null if there is none} */
  public @Nullable PbnLock allocate() {
    if (open == null || open.counts().free() == 0) {
      open = mostPreferred();
    }
    if (open == null) {
      return null;
    }
    var lock = PbnLock.exclusive(open.firstPbn() + open.counts().allocate());
    locks.put(lock.pbn(), lock);
    return lock;
  }

  private @Nullable Slab mostPreferred() {
    Slab best = null;
    int bestPriority = 0;
    for (var slab : slabs) {
      int priority = slab.priority();
      if (priority > bestPriority) {
        best = slab;
        bestPriority = priority;
      }
    }
    return best;
  }

  /**
   * {@return a shared hold on a block that may be a duplicate; null if nobody may refer to it now}
   *
   * @param pbn a data block of this zone
   */
  public @Nullable PbnLock holdDuplicate(long pbn) {
    var held = locks.get(pbn);
    if (held != null) {
      if (held.isExclusive()) {
        return null;
      }
      held.addHolder();
      return held;
    }
    var counts = slabOf(pbn).counts();
    int offset = geometry.offsetInSlab(pbn);
    int count = counts.count(offset);
    int limit = ReferenceBlock.MAXIMUM - count;
    if (limit <= 0) {
      return null;
    }
    if (count == ReferenceBlock.EMPTY) {
      // Old advice named it. Nobody may allocate it until the comparison is done.
      counts.setProvisional(offset);
    }
    var lock = PbnLock.shared(pbn, limit);
    locks.put(pbn, lock);
    return lock;
  }

  /** Gives a hold back; a block that nobody refers to and nobody holds any more is free. */
  public void release(PbnLock lock) {
    if (lock.removeHolder()) {
      locks.remove(lock.pbn());
      slabOf(lock.pbn()).counts().dropProvisional(geometry.offsetInSlab(lock.pbn()));
    }
  }

  boolean isHeld(long pbn) {
    return locks.containsKey(pbn);
  }

  /**
   * Changes a reference count; updates of a slab must come in the order of the recovery journal.
   */
  public void update(ReferenceUpdate update) {
    slabOf(update.pbn()).journal().add(update);
  }

  /** Writes all slab journal tails that need a recovery journal block, or an older one. */
  void commitTailsThatNeed(long sequence) {
    neededUpTo = Math.max(neededUpTo, sequence);
    for (var slab : List.copyOf(unwritten)) {
      if (slab.journal().hasTailEntries() && slab.journal().neededByTail() <= neededUpTo) {
        slab.journal().commitTail();
      }
    }
  }

  /** {@return the newest recovery journal block that slab journals should not need any more} */
  long neededUpTo() {
    return neededUpTo;
  }

  void hasUnwrittenUpdates(Slab slab) {
    unwritten.add(slab);
  }

  void hasNoUnwrittenUpdates(Slab slab) {
    unwritten.remove(slab);
  }

  /** Lets go of all that waits, since the volume has become read-only. */
  public void giveUp() {
    for (var slab : slabs) {
      slab.journal().giveUp();
      slab.proceedWithDrain();
    }
  }

  /** {@return the free blocks of all slabs} */
  public long freeBlocks() {
    long free = 0;
    for (var slab : slabs) {
      free += slab.counts().free();
    }
    return free;
  }

  /**
   * Brings all that the disk lacks to the disk.
   *
   * @param then runs when all is there, or when the volume has become read-only
   */
  public void drain(Runnable then) {
    var left = new Countdown(slabs.size() + 1, then);
    for (var slab : slabs) {
      slab.drain(left::countDown);
    }
    left.countDown();
  }
}
