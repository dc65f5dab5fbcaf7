package io.vdotools.device;

import static io.vdotools.device.PendingSector.SECTORS_PER_BLOCK;
import static io.vdotools.device.PendingSector.SECTOR_SIZE;
import static java.util.Objects.requireNonNull;

import io.vdotools.device.BlockError.Reason;
import io.vdotools.device.DeviceException.Kind;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A disk that fails as planned: for tests of whatever reads damaged disks, or must survive that
 * power goes.
 *
 * <p>The fault model:
 *
 * <ul>
 *   <li>A sector of 512 bytes is written whole or not at all. Nothing else is atomic: of a block,
 *       or of several, any sectors may have been written when a write fails or power goes.
 *   <li>With {@linkplain #withVolatileCache a volatile cache}, a write that returned is seen by all
 *       later reads, but reaches the disk below only with the next flush. When power goes before
 *       that, each sector holds what was last flushed, or what any of the writes since put there,
 *       independently of all other sectors. It never holds anything else, and what was flushed
 *       never gets lost.
 *   <li>Without that cache, a write reaches the disk below at once, and power cannot be cut.
 *   <li>After a failed flush the sectors written before it stay in doubt for good: a later flush
 *       that succeeds brings only what was written after the failed one, as on Linux, where the
 *       page cache counts a page as clean once its write-back failed.
 *   <li>Once power is cut, every read, write and flush fails.
 *   <li>Damage that no call brings about (a disk that corrupts what it holds, writes to a wrong
 *       place, or acknowledges a flush it did not do) is not modelled here.
 * </ul>
 *
 * <p>Calls from several threads are served one after the other. The disk below belongs to whoever
 * opened it; closing this device neither flushes nor closes it.
 */
public final class FaultyDevice implements WritableBlockDevice {
  private final WritableBlockDevice disk;
  private final @Nullable SectorCache cache;

  private final Set<Long> unreadable = new HashSet<>();
  private final Set<Long> unwritable = new HashSet<>();
  private final Map<Long, Fault.OfRead> readFaults = new HashMap<>();
  private final Map<Long, Fault.OfWrite> writeFaults = new HashMap<>();
  private final Map<Long, Fault.OfFlush> flushFaults = new HashMap<>();

  private long readCount;
  private long writeCount;
  private long flushCount;
  private boolean isPowerOff;

  private FaultyDevice(WritableBlockDevice disk, @Nullable SectorCache cache, Fault... faults) {
    this.disk = requireNonNull(disk);
    this.cache = cache;
    for (Fault fault : faults) {
      plan(fault);
    }
  }

  /**
   * {@return a disk whose writes last at once, with the given faults}
   *
   * @throws IllegalArgumentException if two faults hit one call, or one is a power cut
   */
  public static FaultyDevice over(WritableBlockDevice disk, Fault... faults) {
    for (Fault fault : faults) {
      if (fault instanceof Fault.PowerCutAtWrite || fault instanceof Fault.PowerCutAtFlush) {
        throw new IllegalArgumentException(fault + " needs a volatile cache");
      }
    }
    return new FaultyDevice(disk, null, faults);
  }

  /**
   * {@return a disk whose writes last only once they are flushed, with the given faults}
   *
   * @throws IllegalArgumentException if two faults hit one call
   */
  public static FaultyDevice withVolatileCache(WritableBlockDevice disk, Fault... faults) {
    return new FaultyDevice(disk, new SectorCache(), faults);
  }

  private void plan(Fault fault) {
    Fault other =
        switch (fault) {
          case Fault.UnreadableBlock(long block) -> unreadable.add(block) ? null : fault;
          case Fault.UnwritableBlock(long block) -> unwritable.add(block) ? null : fault;
          case Fault.OfRead ofRead -> readFaults.put(ofRead.call(), ofRead);
          case Fault.OfWrite ofWrite -> writeFaults.put(ofWrite.call(), ofWrite);
          case Fault.OfFlush ofFlush -> flushFaults.put(ofFlush.call(), ofFlush);
        };
    if (other != null) {
      throw new IllegalArgumentException("two faults at once: " + other + " and " + fault);
    }
  }

  /** {@return how many reads there were, failed ones included} */
  public synchronized long readCount() {
    return readCount;
  }

  /** {@return how many writes there were, failed ones included} */
  public synchronized long writeCount() {
    return writeCount;
  }

  /** {@return how many flushes there were, failed ones included} */
  public synchronized long flushCount() {
    return flushCount;
  }

  /** {@return whether power was cut, by a fault or by a crash} */
  public synchronized boolean isPowerOff() {
    return isPowerOff;
  }

  @Override
  public String name() {
    return disk.name();
  }

  @Override
  public long sizeBytes() {
    return disk.sizeBytes();
  }

  @Override
  public synchronized BlockErrors read(long firstBlock, MemorySegment into) {
    BlockRange range = BlockRange.ofRead(firstBlock, into);
    long within = range.countWithin(blockCount());
    readCount++;
    BlockErrors fromDisk = disk.read(firstBlock, into);
    if (cache != null && within > 0) {
      fromDisk = cache.overlay(firstBlock, within, into, fromDisk);
    }
    Fault.OfRead fault = readFaults.get(readCount);
    var errors = new BlockErrors.Collector();
    for (long i = 0; i < within; i++) {
      BlockError error = plannedError(fault, firstBlock + i, i);
      if (error != null) {
        errors.add(error);
        BlockRange.blocksOf(into, i, 1).fill((byte) 0);
      }
    }
    BlockErrors planned = errors.collected();
    fromDisk.without(planned::contains).forEach(errors::add);
    return errors.collected();
  }

  private @Nullable BlockError plannedError(Fault.@Nullable OfRead fault, long block, long index) {
    if (isPowerOff) {
      return new BlockError(block, Reason.READ_ERROR, "the power is off");
    }
    if (unreadable.contains(block)) {
      return new BlockError(block, Reason.READ_ERROR, "planned unreadable block");
    }
    return switch (fault) {
      case null -> null;
      case Fault.FailedRead _ -> new BlockError(block, Reason.READ_ERROR, "planned failed read");
      case Fault.ShortRead(_, long blocks) ->
          index < blocks ? null : new BlockError(block, Reason.SHORT_READ, "planned short read");
    };
  }

  @Override
  public synchronized void write(long firstBlock, MemorySegment from) throws DeviceException {
    BlockRange range = BlockRange.ofWrite(this, firstBlock, from);
    writeCount++;
    checkPower(Kind.WRITE_FAILED);
    for (long i = 0; i < range.count(); i++) {
      if (unwritable.contains(firstBlock + i)) {
        throw planned(new Fault.UnwritableBlock(firstBlock + i), Kind.WRITE_FAILED);
      }
    }
    long allSectors = range.count() * SECTORS_PER_BLOCK;
    Fault.OfWrite fault = writeFaults.get(writeCount);
    switch (fault) {
      case null -> writeSectors(firstBlock, from, allSectors);
      case Fault.FailedWrite _ -> {}
      case Fault.UnreportedWrite _ -> writeSectors(firstBlock, from, allSectors);
      case Fault.TornWrite(_, long sectors) ->
          writeSectors(firstBlock, from, Math.min(sectors, allSectors));
      case Fault.PowerCutAtWrite _ -> {
        writeSectors(firstBlock, from, allSectors);
        isPowerOff = true;
      }
    }
    if (fault != null) {
      throw planned(fault, Kind.WRITE_FAILED);
    }
  }

  private void writeSectors(long firstBlock, MemorySegment from, long sectorCount)
      throws DeviceException {
    long wholeBlocks = sectorCount / SECTORS_PER_BLOCK;
    if (cache != null) {
      cache.add(writeCount, firstBlock, from, sectorCount);
    } else {
      disk.write(firstBlock, BlockRange.blocksOf(from, 0, wholeBlocks));
      long moreBytes = sectorCount % SECTORS_PER_BLOCK * SECTOR_SIZE;
      if (moreBytes > 0) {
        MemorySegment torn = MemorySegment.ofArray(new byte[BLOCK_SIZE]);
        disk.read(firstBlock + wholeBlocks, torn).orThrow(disk);
        MemorySegment.copy(from, wholeBlocks * BLOCK_SIZE, torn, 0, moreBytes);
        disk.write(firstBlock + wholeBlocks, torn);
      }
    }
    for (long i = 0; i < wholeBlocks; i++) {
      unreadable.remove(firstBlock + i);
    }
  }

  @Override
  public synchronized void flush() throws DeviceException {
    flushCount++;
    checkPower(Kind.FLUSH_FAILED);
    Fault.OfFlush fault = flushFaults.get(flushCount);
    switch (fault) {
      case null -> flushCache();
      case Fault.FailedFlush _ -> {
        if (cache != null) {
          cache.giveUpFlushing();
        }
      }
      case Fault.PowerCutAtFlush _ -> isPowerOff = true;
    }
    if (fault != null) {
      throw planned(fault, Kind.FLUSH_FAILED);
    }
  }

  private void flushCache() throws DeviceException {
    if (cache == null) {
      disk.flush();
    } else {
      cache.flushTo(disk);
    }
  }

  /** {@return the sectors whose newest content is not certain to survive a power cut, ascending} */
  public synchronized List<PendingSector> pendingSectors() {
    return cache == null ? List.of() : cache.pending();
  }

  /**
   * Cuts the power, if it is still on, and tells what the disk then holds.
   *
   * <p>May be called again for other outcomes of the same power cut.
   *
   * @return the disk after the crash, an overlay over the disk below, which itself is not touched
   * @throws DeviceException if the disk below cannot be read
   * @throws IllegalStateException if this device has no volatile cache
   */
  public synchronized OverlayDevice crash(CrashOutcome outcome) throws DeviceException {
    if (cache == null) {
      throw new IllegalStateException("without a volatile cache nothing can be lost");
    }
    isPowerOff = true;
    return cache.afterCrash(disk, outcome);
  }

  /**
   * Cuts the power, if it is still on, and tells what the disk then holds in one of the possible
   * outcomes.
   *
   * @param seed chooses the outcome; the same seed after the same calls gives the same content
   * @return the disk after the crash, an overlay over the disk below, which itself is not touched
   * @throws DeviceException if the disk below cannot be read
   * @throws IllegalStateException if this device has no volatile cache
   */
  public OverlayDevice crash(long seed) throws DeviceException {
    return crash(CrashOutcome.ofSeed(seed, pendingSectors()));
  }

  @Override
  public void close() {}

  private void checkPower(Kind kind) throws DeviceException {
    if (isPowerOff) {
      throw new DeviceException(kind, name() + ": the power is off");
    }
  }

  private DeviceException planned(Fault fault, Kind kind) {
    return new DeviceException(kind, name() + ": planned " + fault);
  }
}
