package io.vdotools.device;

import static io.vdotools.device.PendingSector.SECTORS_PER_BLOCK;
import static io.vdotools.device.PendingSector.SECTOR_SIZE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The volatile cache of a simulated disk: what each sector was written with since it was flushed.
 */
final class SectorCache {
  /** What one sector was written with, oldest first. */
  private static final class History {
    final List<Long> writes = new ArrayList<>();
    final List<byte[]> contents = new ArrayList<>();

    /** Whether the next flush will bring the newest content to the disk. */
    boolean isFlushable;
  }

  private final SortedMap<Long, History> sectors = new TreeMap<>();

  /** Keeps the first sectors of a write. */
  void add(long write, long firstBlock, MemorySegment from, long sectorCount) {
    for (long i = 0; i < sectorCount; i++) {
      long sector = sectorOf(firstBlock) + i;
      History history = sectors.computeIfAbsent(sector, _ -> new History());
      history.writes.add(write);
      history.contents.add(
          from.asSlice(i * SECTOR_SIZE, SECTOR_SIZE).toArray(ValueLayout.JAVA_BYTE));
      history.isFlushable = true;
    }
  }

  /**
   * Puts the newest content of each sector over what was read from the disk.
   *
   * @param first the first block read
   * @param count how many blocks were read, those beyond the end not counted
   * @return the errors of the read without those of blocks that the cache holds in full
   */
  BlockErrors overlay(long first, long count, MemorySegment into, BlockErrors errors) {
    Set<Long> fullBlocks = new HashSet<>();
    for (long block : blocksOf(sectors.subMap(sectorOf(first), sectorOf(first + count)))) {
      MemorySegment target = BlockRange.blocksOf(into, block - first, 1);
      var ofBlock = sectorsOf(block);
      ofBlock.forEach((sector, history) -> put(target, sector, history.contents.getLast()));
      if (ofBlock.size() == SECTORS_PER_BLOCK) {
        fullBlocks.add(block);
      }
    }
    return errors.without(fullBlocks::contains);
  }

  /** Brings everything that a flush still can bring to the disk there. */
  void flushTo(WritableBlockDevice disk) throws DeviceException {
    for (long block : blocksOf(sectors)) {
      Map<Long, History> flushable = new TreeMap<>(sectorsOf(block));
      flushable.values().removeIf(history -> !history.isFlushable);
      MemorySegment content = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
      if (flushable.size() < SECTORS_PER_BLOCK) {
        disk.read(block, content).orThrow(disk);
      }
      flushable.forEach((sector, history) -> put(content, sector, history.contents.getLast()));
      disk.write(block, content);
    }
    sectors.values().removeIf(history -> history.isFlushable);
    disk.flush();
  }

  /** A flush failed: later ones take what was written before for done, as Linux does. */
  void giveUpFlushing() {
    sectors.values().forEach(history -> history.isFlushable = false);
  }

  /** {@return the sectors that may be lost, ascending} */
  List<PendingSector> pending() {
    List<PendingSector> pending = new ArrayList<>();
    sectors.forEach((sector, history) -> pending.add(new PendingSector(sector, history.writes)));
    return pending;
  }

  /** {@return the disk after a power cut with the given outcome} */
  OverlayDevice afterCrash(WritableBlockDevice disk, CrashOutcome outcome) throws DeviceException {
    OverlayDevice after = OverlayDevice.over(disk);
    for (long block : blocksOf(sectors)) {
      MemorySegment content = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
      disk.read(block, content).orThrow(disk);
      sectorsOf(block)
          .forEach((sector, history) -> {
            int kept = outcome.writesKept(new PendingSector(sector, history.writes));
            if (kept > 0) {
              put(content, sector, history.contents.get(kept - 1));
            }
          });
      after.write(block, content);
    }
    return after;
  }

  private static void put(MemorySegment block, long sector, byte[] content) {
    long offset = sector % SECTORS_PER_BLOCK * SECTOR_SIZE;
    MemorySegment.copy(content, 0, block, ValueLayout.JAVA_BYTE, offset, SECTOR_SIZE);
  }

  private static long sectorOf(long block) {
    return block * SECTORS_PER_BLOCK;
  }

  private SortedMap<Long, History> sectorsOf(long block) {
    return sectors.subMap(sectorOf(block), sectorOf(block + 1));
  }

  private static List<Long> blocksOf(SortedMap<Long, History> sectors) {
    return sectors.keySet().stream().map(sector -> sector / SECTORS_PER_BLOCK).distinct().toList();
  }
}
