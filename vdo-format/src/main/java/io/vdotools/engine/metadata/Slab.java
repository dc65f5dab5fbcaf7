package io.vdotools.engine.metadata;

import io.vdotools.VdoException;
import io.vdotools.engine.SlabTail;
import io.vdotools.engine.zones.Disk;
import io.vdotools.format.depot.SlabConfig;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabSummaryEntry;
import org.jspecify.annotations.Nullable;

/** One slab of a running volume: its counts, its journal, and how the two reach the disk. */
final class Slab {
  private final int number;
  private final PhysicalZone zone;
  private final Environment environment;
  private final SlabGeometry geometry;
  private final ReferenceCounts counts;
  private final SlabJournal journal;
  private @Nullable Runnable onDrained;
  private boolean isCleaningSummary;

  Slab(
      int number,
      PhysicalZone zone,
      Environment environment,
      JournalLocks recoveryLocks,
      SlabGeometry geometry,
      SlabConfig config,
      SlabTail tail,
      byte @Nullable [] loadedCounts) {
    this.number = number;
    this.zone = zone;
    this.environment = environment;
    this.geometry = geometry;
    this.counts = new ReferenceCounts(geometry);
    if (loadedCounts != null) {
      counts.load(loadedCounts);
    }
    this.journal = new SlabJournal(this, environment, recoveryLocks, geometry, config, tail);
  }

  int number() {
    return number;
  }

  PhysicalZone zone() {
    return zone;
  }

  ReferenceCounts counts() {
    return counts;
  }

  SlabJournal journal() {
    return journal;
  }

  long firstPbn() {
    return geometry.slabStart(number);
  }

  int fullnessHint() {
    return geometry.fullnessHint(counts.free());
  }

  /**
   * {@return how much the slab is preferred when the next one to allocate from is chosen; 0 if it
   * is full}
   *
   * <p>As the driver ranks them: emptier ones first, but ones that were never used only when the
   * others are down to three quarters of their blocks or less.
   */
  int priority() {
    int free = counts.free();
    if (free == 0) {
      return 0;
    }
    int unopened = 1 + log2(geometry.dataBlocks() * 3L / 4);
    if (journal.isBlank()) {
      return unopened;
    }
    int priority = 1 + log2(free);
    return priority >= unopened ? priority + 1 : priority;
  }

  private static int log2(long value) {
    return Long.SIZE - 1 - Long.numberOfLeadingZeros(value);
  }

  /** Begins to write up to so many of the reference blocks that the disk lacks. */
  void writeCounts(int most) {
    int block = -1;
    for (int i = 0; i < most && !environment.readOnly().isEntered(); i++) {
      block = counts.nextToWrite(block + 1);
      if (block < 0) {
        return;
      }
      int index = block;
      environment
          .disk()
          .write(
              geometry.referenceStart(number) + index,
              counts.beginWrite(index, journal.lastPoint()),
              Disk.Order.AFTER_FLUSH,
              zone.section(),
              error -> countsWritten(index, error));
    }
  }

  private void countsWritten(int block, @Nullable VdoException error) {
    long kept = counts.endWrite(block);
    if (error != null) {
      environment.readOnly().enter(error);
    } else {
      journal.release(kept);
      if (counts.dirtyBlocks() == 0 && !counts.isWriting()) {
        cleanSummary();
      }
    }
    proceedWithDrain();
  }

  /** Lets the summary say that the counts on disk lack nothing. */
  private void cleanSummary() {
    var old = zone.summary().entry(number);
    isCleaningSummary = true;
    zone.summary()
        .update(
            number,
            new SlabSummaryEntry(old.tailBlockOffset(), fullnessHint(), true, false),
            () -> {
              isCleaningSummary = false;
              proceedWithDrain();
            });
  }

  /**
   * Brings all that the disk lacks to the disk: first what the journal holds, then counts, then the
   * summary.
   *
   * @param then runs when all is there, or when the volume has become read-only
   */
  void drain(Runnable then) {
    onDrained = then;
    proceedWithDrain();
  }

  void proceedWithDrain() {
    if (onDrained == null) {
      return;
    }
    if (!environment.readOnly().isEntered() && !isDrained()) {
      return;
    }
    var then = onDrained;
    onDrained = null;
    then.run();
  }

  private boolean isDrained() {
    journal.commitTail();
    if (journal.isBusy() || journal.hasTailEntries()) {
      return false;
    }
    if (counts.dirtyBlocks() > 0) {
      writeCounts(counts.dirtyBlocks());
    }
    if (counts.dirtyBlocks() > 0 || counts.isWriting() || isCleaningSummary) {
      return false;
    }
    if (zone.summary().entry(number).isDirty()) {
      cleanSummary();
      return false;
    }
    return true;
  }
}
