package io.vdotools.engine;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.format.BlockSize;
import io.vdotools.format.JournalPoint;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabJournalEntry.Operation;
import io.vdotools.format.depot.SlabSummaryEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The reference counts of one slab as a load computes them: those on disk, brought forward by the
 * live part of the slab journal and by what a crash recovery appends to it (format-spec, section
 * 13).
 *
 * <p>One object serves many slabs, one after the other, from one thread; its buffers are as large
 * as a slab's counts.
 */
public final class SlabReplay implements AutoCloseable {
  private static final int JOURNAL_READ_BLOCKS = 64;

  private final Arena arena;
  private final BlockDevice device;
  private final SlabGeometry slabs;
  private final long nonce;
  private final SlabObserver observer;
  private final MemorySegment referenceBytes;
  private final byte[] counts;
  private final MemorySegment ofCounts;
  private final byte[] countsOnDisk;
  private final long[] commitPoints;
  private final MemorySegment journalBytes;

  private int slab;
  private SlabSummaryEntry entry;
  private SlabTail tail;
  private long lastPoint;
  private boolean isUntouched;
  private boolean changedByJournal;

  /**
   * Makes the buffers, for the thread that calls.
   *
   * @param device the volume's blocks
   * @param slabs the slabs
   * @param nonce the volume's nonce
   * @param observer is told what is seen on the way
   */
  public SlabReplay(BlockDevice device, SlabGeometry slabs, long nonce, SlabObserver observer) {
    this(device, slabs, nonce, observer, Arena.ofConfined());
  }

  /**
   * Makes the buffers.
   *
   * @param device the volume's blocks
   * @param slabs the slabs
   * @param nonce the volume's nonce
   * @param observer is told what is seen on the way
   * @param arena owns the buffers, and is closed with this; decides which threads may use it
   */
  public SlabReplay(
      BlockDevice device, SlabGeometry slabs, long nonce, SlabObserver observer, Arena arena) {
    this.arena = arena;
    this.device = device;
    this.slabs = slabs;
    this.nonce = nonce;
    this.observer = observer;
    int blocks = slabs.usedReferenceBlocks();
    this.referenceBytes = BlockBuffers.allocate(arena, blocks);
    this.counts = new byte[blocks * ReferenceBlock.COUNTS_PER_BLOCK];
    this.ofCounts = MemorySegment.ofArray(counts);
    this.countsOnDisk = new byte[counts.length];
    this.commitPoints = new long[blocks * BlockSize.SECTORS_PER_BLOCK];
    this.journalBytes =
        BlockBuffers.allocate(arena, Math.min(JOURNAL_READ_BLOCKS, slabs.journalBlocks()));
    this.entry = slabs.unusedEntry();
    this.tail = new SlabTail(SlabTail.Origin.UNUSED, 1, 1, JournalPoint.NONE, JournalPoint.NONE);
  }

  /** {@return what one of these takes for the slabs of a volume, in bytes, little things aside} */
  public static long memoryBytes(SlabGeometry slabs) {
    return (long) slabs.usedReferenceBlocks()
        * (BlockSize.BLOCK + 2L * ReferenceBlock.COUNTS_PER_BLOCK);
  }

  /**
   * Computes the counts of a slab.
   *
   * @param slabNumber the slab
   * @param summaryEntry its authoritative summary entry
   * @param appends what a crash recovery appends to its journal, if anything
   */
  public void load(int slabNumber, SlabSummaryEntry summaryEntry, @Nullable SlabAppends appends) {
    slab = slabNumber;
    entry = summaryEntry;
    tail = SlabTail.read(device, slabs, slab, entry, nonce);
    lastPoint = tail.lastEntry();
    changedByJournal = false;
    var added = appends != null && appends.size() > 0 ? appends : null;
    isUntouched = !entry.loadRefCounts() && !entry.isDirty() && added == null;
    if (added != null) {
      lastPoint = added.point(added.size() - 1);
    }
    observer.tail(slab, entry, tail);
    if (entry.loadRefCounts()) {
      loadCounts();
    } else {
      Arrays.fill(counts, (byte) 0);
      Arrays.fill(commitPoints, JournalPoint.NONE);
    }
    if (isUntouched) {
      return;
    }
    if (entry.isDirty() || added != null) {
      System.arraycopy(counts, 0, countsOnDisk, 0, counts.length);
      if (entry.isDirty() && tail.origin() == SlabTail.Origin.BLOCK) {
        replayLiveBlocks();
      }
      if (added != null) {
        for (int i = 0; i < added.size(); i++) {
          apply(added.offsetInSlab(i), added.operation(i), added.point(i));
        }
      }
      changedByJournal = !Arrays.equals(counts, countsOnDisk);
    }
  }

  private void loadCounts() {
    long first = slabs.referenceStart(slab);
    var errors = device.read(first, referenceBytes);
    for (int i = 0; i < slabs.usedReferenceBlocks(); i++) {
      if (errors.contains(first + i)) {
        forget(i);
        observer.unreadableReferenceBlock(slab, first + i);
      } else {
        takeBlock(i, first + i);
      }
    }
    int provisional = CountBytes.count(counts, counts.length, ReferenceBlock.PROVISIONAL);
    if (provisional > 0) {
      CountBytes.replace(counts, ReferenceBlock.PROVISIONAL, ReferenceBlock.EMPTY);
    }
    observer.counts(slab, provisional, firstStrayCount());
  }

  /** What cannot be read counts as empty, and as never written. */
  private void forget(int index) {
    int from = index * ReferenceBlock.COUNTS_PER_BLOCK;
    Arrays.fill(counts, from, from + ReferenceBlock.COUNTS_PER_BLOCK, (byte) 0);
    int sector = index * BlockSize.SECTORS_PER_BLOCK;
    Arrays.fill(commitPoints, sector, sector + BlockSize.SECTORS_PER_BLOCK, JournalPoint.NONE);
  }

  /** A method of its own: so little code is compiled well at once, a loop around it is not. */
  private void takeBlock(int index, long pbn) {
    var block =
        new ReferenceBlock(referenceBytes.asSlice((long) index * BlockSize.BLOCK, BlockSize.BLOCK));
    for (int sector = 0; sector < BlockSize.SECTORS_PER_BLOCK; sector++) {
      int at = index * BlockSize.SECTORS_PER_BLOCK + sector;
      commitPoints[at] = block.commitPoint(sector);
      MemorySegment.copy(
          block.bytes(),
          ReferenceBlock.offsetOf(sector * ReferenceBlock.COUNTS_PER_SECTOR),
          ofCounts,
          (long) at * ReferenceBlock.COUNTS_PER_SECTOR,
          ReferenceBlock.COUNTS_PER_SECTOR);
    }
    observer.referenceBlock(slab, pbn, block, lastPoint);
  }

  /**
   * The offset of the first count behind the data blocks that is not empty, -1 if there is none.
   */
  private int firstStrayCount() {
    for (int i = slabs.dataBlocks(); i < counts.length; i++) {
      if (counts[i] != ReferenceBlock.EMPTY) {
        return i;
      }
    }
    return -1;
  }

  private void replayLiveBlocks() {
    long head = tail.head();
    long end = tail.tail();
    if (head < 1 || head > end - 1 || end - head > slabs.journalBlocks()) {
      observer.impossibleHead(slab, tail);
      return;
    }
    long perRead = journalBytes.byteSize() / BlockSize.BLOCK;
    long sequence = head;
    long start = slabs.journalStart(slab);
    while (sequence < end) {
      int position = slabs.journalPosition(sequence);
      long count = Math.min(Math.min(perRead, end - sequence), slabs.journalBlocks() - position);
      var errors = device.read(start + position, journalBytes.asSlice(0, count * BlockSize.BLOCK));
      for (int i = 0; i < count; i++) {
        long pbn = start + position + i;
        var block =
            new SlabJournalBlock(journalBytes.asSlice((long) i * BlockSize.BLOCK, BlockSize.BLOCK));
        if (errors.contains(pbn)) {
          observer.unreadableJournalBlock(slab, pbn, sequence + i);
        } else if (observer.journalBlock(slab, pbn, sequence + i, block)) {
          applyBlock(block, sequence + i);
        }
      }
      sequence += count;
    }
  }

  private void applyBlock(SlabJournalBlock block, long sequence) {
    int entries = Math.min(block.entryCount(), block.capacity());
    for (int i = 0; i < entries; i++) {
      apply(block.entryOffsetInSlab(i), block.entryOperation(i), JournalPoint.pack(sequence, i));
    }
  }

  private void apply(int offset, Operation operation, long point) {
    if (offset >= slabs.dataBlocks()) {
      observer.entryOutsideSlab(slab, offset, point);
      return;
    }
    if (!JournalPoint.isBefore(commitPoints[offset / ReferenceBlock.COUNTS_PER_SECTOR], point)) {
      return;
    }
    int before = counts[offset] & 0xff;
    int after =
        switch (operation) {
          case DATA_INCREMENT -> before < ReferenceBlock.MAXIMUM ? before + 1 : -1;
          case DECREMENT -> before - 1;
          case BLOCK_MAP_INCREMENT -> before == ReferenceBlock.EMPTY ? ReferenceBlock.MAXIMUM : -1;
        };
    if (after < 0) {
      observer.impossibleChange(slab, offset, operation, before, point);
    } else {
      counts[offset] = (byte) after;
    }
  }

  /** {@return whether the slab has neither counts nor a journal: all its counts are 0} */
  public boolean isUntouched() {
    return isUntouched;
  }

  /**
   * {@return the counts by offset in the slab, never 255; valid until the next load, and at least
   * as many as the slab has data blocks}
   */
  public byte[] counts() {
    return counts;
  }

  /** {@return where the slab journal stands on disk} */
  public SlabTail tail() {
    return tail;
  }

  /** {@return the point of the last entry of the slab journal, with what was appended} */
  public long lastPoint() {
    return lastPoint;
  }

  /** {@return the largest commit point of all sectors} */
  public long largestCommitPoint() {
    long largest = JournalPoint.NONE;
    for (long point : commitPoints) {
      if (JournalPoint.isBefore(largest, point)) {
        largest = point;
      }
    }
    return largest;
  }

  /** {@return whether the journal changed a count that the reference blocks hold} */
  public boolean changedByJournal() {
    return changedByJournal;
  }

  /** {@return the data blocks with the count 0} */
  public int freeBlocks() {
    return CountBytes.count(counts, slabs.dataBlocks(), ReferenceBlock.EMPTY);
  }

  @Override
  public void close() {
    arena.close();
  }
}
