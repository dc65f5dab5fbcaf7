package io.vdotools.engine.data;

import io.vdotools.VdoException;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.EngineException.Kind;
import io.vdotools.engine.metadata.BlockMapZone;
import io.vdotools.engine.metadata.CachedPage;
import io.vdotools.engine.metadata.Countdown;
import io.vdotools.engine.metadata.PbnLock;
import io.vdotools.engine.metadata.RecoveryJournal;
import io.vdotools.engine.metadata.ReferenceUpdate;
import io.vdotools.engine.zones.Disk;
import io.vdotools.engine.zones.Section;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.depot.SlabJournalEntry.Operation;
import io.vdotools.format.journal.JournalEntry;
import io.vdotools.format.journal.JournalFormat;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes or discards one logical block: the driver's {@code data_vio}.
 *
 * <p>The steps, in the order in which they are taken, and where:
 *
 * <pre>
 *   begin, found      logical   find the leaf page, making pages that are missing
 *   merge             compute   for a part of a block: read the rest
 *   allocated         logical   a block to write to; from here on the write is acknowledged
 *   hash              compute   its name
 *   HashLock          hash      a duplicate, a fragment, or a write
 *   log               logical   old and new mapping into the journal
 *   committed         journal   both counts change
 *   store             logical   the leaf changes
 *   end               logical   the next request of the LBN may begin
 * </pre>
 */
final class WriteRequest extends Request implements RecoveryJournal.Request {
  private static final int DATA_REMAPPING = 0;
  private static final long ZERO_MAPPING = BlockMapEntry.ZERO.pack();
  private static final long NO_MAPPING = BlockMapEntry.UNMAPPED.pack();

  /**
   * What to write.
   *
   * @param offset where in the block, in bytes
   * @param isDurable whether to acknowledge only what would survive a crash
   */
  record Extent(int offset, boolean isDurable) {}

  private final Pipeline pipeline;
  private final LogicalZone zone;
  private final boolean isDiscard;
  private final Extent extent;
  private final byte[] given;
  private final Outcome outcome;
  private final int slot;

  // The whole new content, once it is known.
  private byte[] data;
  private boolean isZero;
  private boolean isAcknowledged;
  private boolean hasBegun;
  private long generation;
  private @Nullable CachedPage leaf;
  private @Nullable PbnLock allocation;
  private @Nullable HashLock hashLock;
  private long newMapping;
  private long oldMapping;
  private volatile boolean isWaitedFor;

  private WriteRequest(
      Pipeline pipeline,
      long lbn,
      boolean isDiscard,
      Extent extent,
      byte[] given,
      Outcome outcome) {
    super(lbn);
    this.pipeline = pipeline;
    this.zone = pipeline.logicalZone(lbn);
    this.isDiscard = isDiscard;
    this.extent = extent;
    this.given = given;
    this.data = given;
    this.outcome = outcome;
    this.slot = BlockMapZone.slotOf(lbn);
  }

  /**
   * {@return a write of a block or a part of it}
   *
   * @param given the new bytes, which nobody changes any more
   */
  static WriteRequest write(
      Pipeline pipeline, long lbn, Extent extent, byte[] given, Outcome outcome) {
    return new WriteRequest(pipeline, lbn, false, extent, given, outcome);
  }

  /** {@return a discard of a whole block} */
  static WriteRequest discard(Pipeline pipeline, long lbn, Outcome outcome) {
    return new WriteRequest(
        pipeline, lbn, true, new Extent(0, false), Pipeline.ZERO_BLOCK, outcome);
  }

  private boolean isPartial() {
    return given.length < BlockSize.BLOCK;
  }

  @Override
  void refuse(EngineException error) {
    outcome.of(error);
  }

  @Override
  void start() {
    if (isDiscard) {
      pipeline.counters().discards.increment();
    } else {
      pipeline.counters().writes.increment();
      isZero = !isPartial() && Pipeline.isZero(data);
    }
    pipeline.enter(zone.section(), () -> zone.acquire(this));
  }

  @Override
  void begin() {
    if (pipeline.isReadOnly()) {
      end(pipeline.readOnlyError());
      return;
    }
    hasBegun = true;
    generation = zone.enterGeneration();
    zone.blockMap().findLeaf(lbn(), !isDiscard, this::found);
  }

  private void found(@Nullable CachedPage page, @Nullable EngineException error) {
    leaf = page;
    if (error != null) {
      end(error);
    } else if (page == null) {
      // A discard of what was never written.
      end(null);
    } else if (isPartial()) {
      readRest(page);
    } else {
      allocate();
    }
  }

  private void readRest(CachedPage page) {
    long packed = page.entry(slot);
    if (!zone.blockMap().isValidMapping(packed)) {
      end(
          new EngineException(
              Kind.BAD_MAPPING,
              "LBN "
                  + lbn()
                  + " is mapped to "
                  + BlockMapEntry.unpack(packed)
                  + "; see vdo_check"));
      return;
    }
    var merged = new byte[BlockSize.BLOCK];
    pipeline
        .reader()
        .read(
            packed,
            merged,
            zone.section(),
            error -> {
              if (error != null) {
                end(error);
              } else {
                pipeline.compute(() -> merge(merged));
              }
            });
  }

  private void merge(byte[] merged) {
    System.arraycopy(given, 0, merged, extent.offset, given.length);
    boolean isAllZero = Pipeline.isZero(merged);
    pipeline.enter(
        zone.section(),
        () -> {
          data = merged;
          isZero = isAllZero;
          allocate();
        });
  }

  private void allocate() {
    if (isDiscard || isZero) {
      newMapping = isDiscard ? NO_MAPPING : ZERO_MAPPING;
      if (!isDiscard) {
        pipeline.counters().zeroBlocks.increment();
      }
      acknowledgeEarly();
      log();
    } else {
      zone.allocator().allocate(zone.section(), this::allocated);
    }
  }

  private void allocated(@Nullable PbnLock lock) {
    allocation = lock;
    if (lock != null) {
      acknowledgeEarly();
    }
    // Without a block it is not lost yet: it may turn out to be a duplicate.
    pipeline.compute(this::hash);
  }

  private void acknowledgeEarly() {
    if (!extent.isDurable) {
      acknowledge(null);
    }
  }

  private void acknowledge(@Nullable EngineException error) {
    if (!isAcknowledged) {
      isAcknowledged = true;
      outcome.of(error);
    }
  }

  /** {@return whether a read of the LBN may be answered from here; asked in the logical zone} */
  boolean hasNewContent() {
    return isAcknowledged;
  }

  /** Copies what a read that comes after this write finds. */
  void copyNewContent(byte[] into) {
    System.arraycopy(data, 0, into, 0, BlockSize.BLOCK);
  }

  private void hash() {
    var name = BlockName.of(data);
    var hashZone = pipeline.hashZone(name);
    pipeline.enter(hashZone.section(), () -> hashZone.enter(name, this));
  }

  /** {@return the whole new content, which does not change any more} */
  byte[] data() {
    return data;
  }

  boolean hasAllocation() {
    return allocation != null;
  }

  /** Takes the hold on the block that was allocated away from the request. */
  PbnLock takeAllocation() {
    var taken = allocation;
    if (taken == null) {
      throw new IllegalStateException("no block was allocated for LBN " + lbn());
    }
    allocation = null;
    return taken;
  }

  PbnLock allocation() {
    if (allocation == null) {
      throw new IllegalStateException("no block was allocated for LBN " + lbn());
    }
    return allocation;
  }

  @Override
  void isWaitedFor() {
    if (!isWaitedFor) {
      isWaitedFor = true;
      pipeline.enter(pipeline.packer().section(), () -> pipeline.packer().cancel(this));
    }
  }

  /** {@return whether the request may wait in the packer for others} */
  boolean mayWaitForOthers() {
    return !isWaitedFor && !extent.isDurable && !pipeline.mayNotWait();
  }

  long generation() {
    return generation;
  }

  /** Writes the new content to the block that was allocated. */
  void writeToAllocation(Section section, Consumer<@Nullable VdoException> then) {
    pipeline
        .environment()
        .disk()
        .write(allocation().pbn(), data, Disk.Order.PLAIN, section, then::accept);
  }

  /**
   * The new content is on the device: the new mapping can be recorded.
   *
   * @param mapping where it is, packed
   * @param lock the hash lock to leave at the end, null if there is none
   */
  void record(long mapping, @Nullable HashLock lock) {
    newMapping = mapping;
    hashLock = lock;
    pipeline.enter(zone.section(), this::log);
  }

  /** The content was not written: nothing else may happen for it. */
  void fail(EngineException error) {
    pipeline.enter(zone.section(), () -> end(error));
  }

  private CachedPage leaf() {
    if (leaf == null) {
      throw new IllegalStateException("no leaf page for LBN " + lbn());
    }
    return leaf;
  }

  private void log() {
    long packed = leaf().entry(slot);
    // What nobody can have written counts for nothing: the driver does not decrement for it either.
    oldMapping = zone.blockMap().isValidMapping(packed) ? packed : NO_MAPPING;
    pipeline.journal(this);
  }

  @Override
  public JournalEntry entry() {
    return new JournalEntry(
        JournalFormat.CURRENT,
        DATA_REMAPPING,
        leaf().pbn(),
        slot,
        BlockMapEntry.unpack(newMapping),
        BlockMapEntry.unpack(oldMapping));
  }

  @Override
  public void committed(long sequence, int index) {
    long newPbn = BlockMapEntry.pbn(newMapping);
    long oldPbn = BlockMapEntry.pbn(oldMapping);
    var left =
        new Countdown(
            1 + (newPbn == 0 ? 0 : 1) + (oldPbn == 0 ? 0 : 1),
            () -> pipeline.enter(zone.section(), () -> store(sequence)));
    // The increment first: both may be changes of one count.
    if (newPbn != 0) {
      pipeline.update(
          ReferenceUpdate.increment(
              newPbn, Operation.DATA_INCREMENT, sequence, index, left::countDown));
    }
    if (oldPbn != 0) {
      pipeline.update(ReferenceUpdate.decrement(oldPbn, sequence, index, left::countDown));
    }
    left.countDown();
  }

  @Override
  public void refused() {
    fail(pipeline.readOnlyError());
  }

  private void store(long sequence) {
    if (pipeline.isReadOnly()) {
      end(pipeline.readOnlyError());
      return;
    }
    zone.blockMap().store(leaf(), slot, newMapping, sequence);
    end(null);
  }

  private void end(@Nullable EngineException error) {
    if (error != null && isAcknowledged) {
      // Somebody relies on a write that will never be there.
      pipeline.enterReadOnlyMode(error);
    }
    if (leaf != null) {
      leaf.unpin();
      leaf = null;
    }
    if (hasBegun) {
      zone.leaveGeneration(generation);
    }
    zone.release(this);
    acknowledge(error);
    if (allocation != null) {
      pipeline.release(takeAllocation());
    }
    if (hashLock != null) {
      hashLock.leave(this);
    } else {
      pipeline.isOver(this);
    }
  }
}
