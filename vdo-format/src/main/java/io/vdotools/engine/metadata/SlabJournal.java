package io.vdotools.engine.metadata;

import io.vdotools.VdoException;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.SlabTail;
import io.vdotools.engine.zones.Disk;
import io.vdotools.format.BlockSize;
import io.vdotools.format.JournalPoint;
import io.vdotools.format.depot.SlabConfig;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabSummaryEntry;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The journal of one slab while the volume runs (format-spec, sections 6 and 13).
 *
 * <p>Updates come in the order of the recovery journal, and each takes effect in the counts as soon
 * as it has its place here. A block is written once: when it is full, or when somebody needs it on
 * disk. While a block that is not full is on its way to the disk and into the summary, updates
 * wait: if that block got lost in a crash, a replay would put them into its place, and the commit
 * points of reference blocks would then name wrong entries.
 */
final class SlabJournal {
  private final Slab slab;
  private final Environment environment;
  private final JournalLocks recoveryLocks;
  private final SlabGeometry geometry;
  private final SlabConfig config;
  private final long flushingDeadline;
  private final ArrayDeque<ReferenceUpdate> waiting = new ArrayDeque<>();

  private final byte[] bytes = new byte[BlockSize.BLOCK];
  private final SlabJournalBlock tailBlock = new SlabJournalBlock(MemorySegment.ofArray(bytes));
  private long head;
  private long tail;
  private long recoveryPoint;
  private long lastPoint;

  // By place in the ring: who keeps a block from being reaped, and what it keeps itself.
  private final int[] keepers;
  private final long[] recoveryBlock;
  private final TreeSet<Long> beingWritten = new TreeSet<>();
  // All blocks before this one are named by the summary on disk.
  private long summarised;
  private boolean isSummarising;
  private boolean isReaping;
  private boolean isPartialUnderWay;

  SlabJournal(
      Slab slab,
      Environment environment,
      JournalLocks recoveryLocks,
      SlabGeometry geometry,
      SlabConfig config,
      SlabTail loaded) {
    this.slab = slab;
    this.environment = environment;
    this.recoveryLocks = recoveryLocks;
    this.geometry = geometry;
    this.config = config;
    long deadline = config.blockingThreshold() - 5;
    // In a very short journal the thresholds are in no order: what blocks must also flush.
    this.flushingDeadline =
        Math.min(Math.max(deadline, config.flushingThreshold()), config.blockingThreshold());
    this.keepers = new int[geometry.journalBlocks()];
    this.recoveryBlock = new long[geometry.journalBlocks()];
    // A load leaves nothing that would have to be replayed.
    this.head = loaded.tail();
    this.tail = loaded.tail();
    this.summarised = loaded.tail();
    this.recoveryPoint = loaded.recoveryPoint();
    this.lastPoint = loaded.lastEntry();
    begin();
  }

  private void begin() {
    tailBlock.format(head, tail, environment.nonce());
  }

  /** {@return the point of the last update that took effect} */
  long lastPoint() {
    return lastPoint;
  }

  /** {@return whether the journal was never written and has nothing to write} */
  boolean isBlank() {
    return tail == 1 && tailBlock.entryCount() == 0;
  }

  /** {@return whether there are updates that are in no block on disk} */
  boolean hasTailEntries() {
    return tailBlock.entryCount() > 0;
  }

  /** {@return the oldest recovery journal block that the unwritten updates need} */
  long neededByTail() {
    return recoveryBlock[place(tail)];
  }

  /** {@return whether blocks are on their way to the disk or into the summary} */
  boolean isBusy() {
    return !waiting.isEmpty() || !beingWritten.isEmpty() || isSummarising || isReaping;
  }

  private int place(long sequence) {
    return geometry.journalPosition(sequence);
  }

  void add(ReferenceUpdate update) {
    waiting.add(update);
    if (environment.readOnly().isEntered()) {
      giveUp();
    } else {
      addWaiting();
    }
  }

  private void addWaiting() {
    @Nullable ReferenceUpdate next;
    while (!isPartialUnderWay
        && (next = waiting.peek()) != null
        && !environment.readOnly().isEntered()) {
      if (next.isBlockMapIncrement() && tailBlock.entryCount() >= SlabJournalBlock.FULL_ENTRIES) {
        // It needs type bits, for which the block has no room any more.
        commitTail();
        continue;
      }
      if (tailBlock.entryCount() == 0 && !mayBegin(next)) {
        return;
      }
      waiting.remove();
      place(next);
      if (tailBlock.entryCount() == tailBlock.capacity()) {
        commitTail();
      }
    }
    if (hasTailEntries() && neededByTail() <= slab.zone().neededUpTo()) {
      commitTail();
    }
  }

  /** Looks at the room left before a block is begun; {@return whether there is enough}. */
  private boolean mayBegin(ReferenceUpdate first) {
    long length = tail - head;
    var counts = slab.counts();
    if (length >= flushingDeadline) {
      slab.writeCounts(counts.dirtyBlocks());
    } else if (length >= config.flushingThreshold()) {
      slab.writeCounts(
          Math.toIntExact(Math.max(1, counts.dirtyBlocks() / (flushingDeadline - length + 1))));
    }
    if (length >= config.blockingThreshold()) {
      return false;
    }
    recoveryBlock[place(tail)] = first.sequence();
    recoveryLocks.holdForSlabJournal(first.sequence());
    slab.zone().hasUnwrittenUpdates(slab);
    // Kept by itself until the summary names it.
    keepers[place(tail)] = 1;
    return true;
  }

  private void place(ReferenceUpdate update) {
    if (!JournalPoint.isBefore(recoveryPoint, update.point())) {
      contradiction("has an update out of order: " + JournalPoint.toString(update.point()));
      update.applied().run();
      return;
    }
    var counts = slab.counts();
    boolean isFirstEver = isBlank();
    int offset = geometry.offsetInSlab(update.pbn());
    tailBlock.append(update.entry(offset), update.point());
    recoveryPoint = update.point();
    lastPoint = JournalPoint.pack(tail, tailBlock.entryCount() - 1);
    if (!counts.apply(offset, update.operation(), slab.zone().isHeld(update.pbn()))) {
      contradiction(
          "cannot apply "
              + update.operation()
              + " to the count "
              + counts.count(offset)
              + " of PBN "
              + update.pbn());
      update.applied().run();
      return;
    }
    if (isFirstEver) {
      // So that all reference blocks are on disk before the journal's first block is reaped.
      for (int block = 0; block < counts.blockCount(); block++) {
        keepForCounts(block);
      }
    } else {
      keepForCounts(ReferenceCounts.blockOf(offset));
    }
    update.applied().run();
  }

  private void keepForCounts(int referenceBlock) {
    if (slab.counts().markDirty(referenceBlock, tail)) {
      keepers[place(tail)]++;
    }
  }

  /** Lets the requests go on whose updates wait: they will find that the volume is read-only. */
  void giveUp() {
    while (!waiting.isEmpty()) {
      waiting.remove().applied().run();
    }
  }

  private void contradiction(String what) {
    environment
        .readOnly()
        .enter(
            new EngineException(
                EngineException.Kind.CORRUPT_METADATA,
                "slab " + slab.number() + " " + what + "; see vdo_check"));
  }

  /** Writes the block that is being filled, if there is something in it. */
  void commitTail() {
    if (!hasTailEntries() || environment.readOnly().isEntered()) {
      return;
    }
    long sequence = tail++;
    isPartialUnderWay = tailBlock.entryCount() < tailBlock.capacity();
    tailBlock.setHead(head);
    beingWritten.add(sequence);
    slab.zone().hasNoUnwrittenUpdates(slab);
    environment
        .disk()
        .write(
            geometry.journalStart(slab.number()) + place(sequence),
            bytes.clone(),
            Disk.Order.PLAIN,
            slab.zone().section(),
            error -> written(sequence, error));
    begin();
  }

  private void written(long sequence, @Nullable VdoException error) {
    beingWritten.remove(sequence);
    if (error != null) {
      environment.readOnly().enter(error);
    }
    summarise();
    slab.proceedWithDrain();
  }

  /** Lets the summary name all blocks up to the first that is not on the device. */
  private void summarise() {
    long end = beingWritten.isEmpty() ? tail : beingWritten.first();
    if (isSummarising || end == summarised || environment.readOnly().isEntered()) {
      return;
    }
    isSummarising = true;
    var summary = slab.zone().summary();
    var entry =
        new SlabSummaryEntry(
            place(end),
            slab.fullnessHint(),
            summary.entry(slab.number()).loadRefCounts() || head > 1,
            true);
    summary.update(slab.number(), entry, () -> summarisedUpTo(end));
  }

  private void summarisedUpTo(long end) {
    isSummarising = false;
    for (long sequence = summarised; sequence < end; sequence++) {
      recoveryLocks.releaseForSlabJournal(recoveryBlock[place(sequence)]);
      keepers[place(sequence)]--;
    }
    summarised = end;
    if (summarised == tail) {
      isPartialUnderWay = false;
    }
    summarise();
    reap();
    addWaiting();
    slab.proceedWithDrain();
  }

  /** Gives a block back that was kept for a reference block, which is on the device now. */
  void release(long sequence) {
    keepers[place(sequence)]--;
    reap();
  }

  private void reap() {
    long reached = head;
    while (reached < summarised && keepers[place(reached)] == 0) {
      reached++;
    }
    if (isReaping || reached == head || environment.readOnly().isEntered()) {
      return;
    }
    isReaping = true;
    long newHead = reached;
    environment.disk().flush(slab.zone().section(), error -> reaped(newHead, error));
  }

  private void reaped(long newHead, @Nullable VdoException error) {
    isReaping = false;
    if (error != null) {
      environment.readOnly().enter(error);
    } else {
      head = newHead;
      reap();
      addWaiting();
    }
    slab.proceedWithDrain();
  }
}
