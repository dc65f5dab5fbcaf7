package io.vdotools.device.change;

import static java.util.Objects.requireNonNull;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockErrors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A device that remembers what was read from it, so that it can be told later whether all of that
 * is still there.
 *
 * <p>Of each block it is remembered that it was read, or could not be; of each {@value
 * #REGION_BLOCKS} blocks the sum of 64-bit hashes of those read. That takes two bytes for each
 * block read, and where most are read one bit. What is read again is taken for what it was the
 * first time: if it was not, it is not what is there in the end either, or it does not matter. Only
 * a block that could be read once, and then not, does: that is told as a change, though it may be
 * there in the end.
 *
 * <p>Reads may come from several threads. The device below belongs to whoever opened it.
 */
public final class RecordingDevice implements BlockDevice {
  /** Blocks for which one sum is kept. */
  static final int REGION_BLOCKS = 1 << 16;

  private static final int VERIFIED_AT_ONCE = 256;

  private static final long NONE = -1;

  private final BlockDevice base;
  private final ConcurrentNavigableMap<Long, ReadRegion> regions = new ConcurrentSkipListMap<>();
  private final ConcurrentNavigableMap<Long, ReadRegion> unreadable = new ConcurrentSkipListMap<>();
  private volatile long failedLater = NONE;

  private RecordingDevice(BlockDevice base) {
    this.base = requireNonNull(base);
  }

  /** {@return a device that remembers what is read from it from now on} */
  public static RecordingDevice over(BlockDevice base) {
    return new RecordingDevice(base);
  }

  @Override
  public String name() {
    return base.name();
  }

  @Override
  public long sizeBytes() {
    return base.sizeBytes();
  }

  @Override
  public BlockErrors read(long firstBlock, MemorySegment into) {
    var errors = base.read(firstBlock, into);
    long count = Math.clamp(base.blockCount() - firstBlock, 0, into.byteSize() / BLOCK_SIZE);
    for (long i = 0; i < count; i++) {
      record(firstBlock + i, into.asSlice(i * BLOCK_SIZE, BLOCK_SIZE), errors);
    }
    return errors;
  }

  /** {@inheritDoc} What is passed over that way was read, and held zeros. */
  @Override
  public long nextData(long block, long end) {
    long data = base.nextData(block, end);
    for (long zeros = block; zeros < data; ) {
      long first = zeros / REGION_BLOCKS * REGION_BLOCKS;
      long behind = Math.min(data, first + REGION_BLOCKS);
      region(regions, zeros).addZeros((int) (zeros - first), (int) (behind - first));
      zeros = behind;
    }
    return data;
  }

  @Override
  public long nextHole(long block, long end) {
    return base.nextHole(block, end);
  }

  private static ReadRegion region(ConcurrentNavigableMap<Long, ReadRegion> regions, long block) {
    return regions.computeIfAbsent(block / REGION_BLOCKS, _ -> new ReadRegion(REGION_BLOCKS));
  }

  private void record(long block, MemorySegment content, BlockErrors errors) {
    var region = region(regions, block);
    int place = (int) (block % REGION_BLOCKS);
    boolean isKnown = region.contains(place);
    if (!errors.isEmpty() && errors.contains(block)) {
      var failed = region(unreadable, block);
      if (isKnown && !failed.contains(place)) {
        failedLater = block;
      }
      failed.add(place, 0);
    }
    if (!isKnown) {
      region.add(place, hash(block, content, errors));
    }
  }

  private static long hash(long block, MemorySegment content, BlockErrors errors) {
    return !errors.isEmpty() && errors.contains(block)
        ? BlockHash.ofUnreadable(block)
        : BlockHash.ofRead(block, content);
  }

  /** {@return how many blocks were read, each counted once} */
  public long blocksRead() {
    return regions.values().stream().mapToLong(ReadRegion::size).sum();
  }

  /** {@return a hash of all that was read so far} */
  long fingerprint() {
    long hash = BlockHash.mix(base.blockCount());
    for (var entry : regions.entrySet()) {
      hash = BlockHash.mix(hash + entry.getKey());
      hash = BlockHash.mix(hash + entry.getValue().places());
      hash = BlockHash.mix(hash + entry.getValue().sum());
    }
    return hash;
  }

  /**
   * Reads all of it again.
   *
   * @throws PlanException of kind {@link PlanException.Kind#CHANGED_SINCE} if anything is not as it
   *     was read, or could not be read each time
   */
  public void checkUnchanged() throws PlanException {
    long failed = failedLater;
    if (failed != NONE) {
      throw new PlanException(
          PlanException.Kind.CHANGED_SINCE,
          ("%s: block %d could be read at first, and then not: the plan was made without it, and"
                  + " nothing was written; make a new plan")
              .formatted(name(), failed));
    }
    try (Arena arena = Arena.ofConfined()) {
      var buffer = BlockBuffers.allocate(arena, VERIFIED_AT_ONCE);
      for (var entry : regions.entrySet()) {
        var region = entry.getValue();
        long first = entry.getKey() * REGION_BLOCKS;
        if (sumNow(region, first, buffer) != region.sum()) {
          throw new PlanException(
              PlanException.Kind.CHANGED_SINCE,
              ("%s: a block from %d to %d has changed since the plan was made from it, or cannot be"
                      + " read any more; nothing was written: stop what else writes to it, and make"
                      + " a new plan")
                  .formatted(name(), first + region.first(), first + region.last()));
        }
      }
    }
  }

  private long sumNow(ReadRegion region, long first, MemorySegment buffer) {
    long sum = 0;
    for (int from = region.next(0); from >= 0; ) {
      int to = region.nextUnread(from);
      sum += sumNow(first + from, first + to, buffer);
      from = region.next(to);
    }
    return sum;
  }

  private long sumNow(long from, long to, MemorySegment buffer) {
    long sum = 0;
    for (long block = from; block < to; ) {
      long data = base.nextData(block, to);
      sum += (data - block) * BlockHash.READ_ZEROS;
      int count = data == to ? 0 : (int) Math.min(VERIFIED_AT_ONCE, base.nextHole(data, to) - data);
      var part = buffer.asSlice(0, (long) count * BLOCK_SIZE);
      var errors = count == 0 ? BlockErrors.NONE : base.read(data, part);
      for (int i = 0; i < count; i++) {
        sum += hash(data + i, part.asSlice((long) i * BLOCK_SIZE, BLOCK_SIZE), errors);
      }
      block = data + count;
    }
    return sum;
  }

  /** Does nothing: the device below is not this object's to close. */
  @Override
  public void close() {}
}
