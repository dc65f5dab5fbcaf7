package io.vdotools.engine.metadata;

import io.vdotools.VdoException;
import io.vdotools.engine.zones.Disk;
import io.vdotools.engine.zones.Section;
import io.vdotools.format.blockmap.BlockMapPage;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings changed block map pages to the disk while requests go on (format-spec, section 13).
 *
 * <p>Pages are kept by era: the recovery journal block of their oldest change that the disk lacks.
 * Each keeps that block from being reaped until it is written. A page is copied when its write
 * begins, so that it can change meanwhile; such a change keeps its own journal block.
 */
final class PageWriter {
  // Pages in a batch, behind one flush.
  private static final int BATCH = 64;

  private final Environment environment;
  private final Section section;
  private final JournalLocks locks;
  private final TreeMap<Long, LinkedHashSet<CachedPage>> dirty = new TreeMap<>();
  private final ArrayDeque<CachedPage> queue = new ArrayDeque<>();
  private long expiredUpTo;
  private int writesUnderWay;
  private boolean isFlushing;
  private @Nullable Runnable onDrained;

  PageWriter(Environment environment, Section section, JournalLocks locks) {
    this.environment = environment;
    this.section = section;
    this.locks = locks;
  }

  /** Remembers that a page has a change of a recovery journal block that the disk lacks. */
  void markDirty(CachedPage page, long sequence) {
    long before = page.dirtySince();
    if (before != CachedPage.CLEAN && before <= sequence) {
      return;
    }
    locks.holdForPage(sequence);
    if (before != CachedPage.CLEAN) {
      forget(page);
      locks.releaseForPage(before);
    }
    page.setDirtySince(sequence);
    dirty.computeIfAbsent(sequence, _ -> new LinkedHashSet<>()).add(page);
    if (sequence <= expiredUpTo) {
      writeSoon(page);
      writeBatch();
    }
  }

  private void forget(CachedPage page) {
    var era = dirty.get(page.dirtySince());
    if (era != null) {
      era.remove(page);
      if (era.isEmpty()) {
        dirty.remove(page.dirtySince());
      }
    }
    page.setDirtySince(CachedPage.CLEAN);
  }

  /** Writes all pages whose oldest change is in the given recovery journal block or before it. */
  void expire(long sequence) {
    expiredUpTo = Math.max(expiredUpTo, sequence);
    for (var era : dirty.headMap(expiredUpTo, true).values()) {
      era.forEach(this::enqueue);
    }
    writeBatch();
  }

  /** Writes a page when it is next in turn, if it is dirty. */
  void writeSoon(CachedPage page) {
    if (page.dirtySince() != CachedPage.CLEAN) {
      enqueue(page);
      writeBatch();
    }
  }

  private void enqueue(CachedPage page) {
    if (!page.isQueued()) {
      page.setQueued(true);
      queue.add(page);
    }
  }

  private void writeBatch() {
    if (isFlushing || writesUnderWay > 0 || queue.isEmpty() || environment.readOnly().isEntered()) {
      return;
    }
    isFlushing = true;
    environment.disk().flush(section, this::flushed);
  }

  private void flushed(@Nullable VdoException error) {
    isFlushing = false;
    if (error != null) {
      environment.readOnly().enter(error);
    }
    if (!environment.readOnly().isEntered()) {
      var batch = new ArrayList<CachedPage>();
      while (batch.size() < BATCH && !queue.isEmpty()) {
        batch.add(queue.remove());
      }
      writesUnderWay = batch.size();
      batch.forEach(this::write);
    }
    checkDrained();
  }

  private void write(CachedPage page) {
    long kept = page.dirtySince();
    forget(page);
    var bytes = page.bytes().clone();
    if (page.isOnDisk()) {
      write(page, bytes, Disk.Order.PLAIN, error -> written(page, kept, error));
      return;
    }
    // If the first write of a page tears, nothing of it may count: it says so itself.
    var whole = bytes.clone();
    new BlockMapPage(MemorySegment.ofArray(bytes)).setInitialized(false);
    write(
        page,
        bytes,
        Disk.Order.PLAIN,
        error -> {
          if (error != null || environment.readOnly().isEntered()) {
            written(page, kept, error);
          } else {
            write(page, whole, Disk.Order.AFTER_FLUSH, again -> written(page, kept, again));
          }
        });
  }

  private void write(CachedPage page, byte[] bytes, Disk.Order order, Disk.Completion completion) {
    environment.disk().write(page.pbn(), bytes, order, section, completion);
  }

  private void written(CachedPage page, long kept, @Nullable VdoException error) {
    writesUnderWay--;
    page.setQueued(false);
    if (error != null) {
      environment.readOnly().enter(error);
    } else if (!environment.readOnly().isEntered()) {
      page.setOnDisk();
      locks.releaseForPage(kept);
      if (page.dirtySince() != CachedPage.CLEAN && page.dirtySince() <= expiredUpTo) {
        enqueue(page);
      }
      writeBatch();
    }
    checkDrained();
  }

  /**
   * Writes all pages.
   *
   * @param then runs when the disk lacks nothing, or when the volume has become read-only
   */
  void drain(Runnable then) {
    onDrained = then;
    checkDrained();
  }

  /** Ends a {@link #drain} that can end no more. */
  void giveUp() {
    checkDrained();
  }

  private void checkDrained() {
    if (onDrained == null) {
      return;
    }
    if (!environment.readOnly().isEntered()) {
      for (var era : List.copyOf(dirty.values())) {
        era.forEach(this::enqueue);
      }
      writeBatch();
      if (!dirty.isEmpty() || !queue.isEmpty() || isFlushing || writesUnderWay > 0) {
        return;
      }
    }
    var then = onDrained;
    onDrained = null;
    then.run();
  }
}
