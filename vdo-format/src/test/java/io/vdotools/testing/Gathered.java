package io.vdotools.testing;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.engine.LogicalSink;
import io.vdotools.engine.LogicalSweep;
import io.vdotools.engine.LogicalSweep.Order;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Loss;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** All that a sweep over a volume tells, and that it tells of each LBN once. */
public final class Gathered implements LogicalSink {
  private final SortedMap<Long, Long> hashes = new TreeMap<>();
  private final SortedMap<Long, Long> untold = new TreeMap<>();
  private final List<Loss> losses = new ArrayList<>();
  private final List<Loss> suspects = new ArrayList<>();
  private long advanced;
  private long mapped;
  private long highest = -1;
  private boolean isInOrder = true;

  /** {@return what a sweep over all of a volume tells} */
  public static Gathered all(BlockDevice device, Order order, int threads) throws VdoException {
    var volume = LogicalVolume.open(Volume.open(device));
    return range(volume, 0, volume.logicalBlocks(), order, threads);
  }

  /** {@return what a sweep over a part of a volume tells} */
  public static Gathered range(LogicalVolume volume, long first, long end, Order order, int threads)
      throws VdoException {
    var gathered = new Gathered();
    try (var parallel = new Parallel(threads, threads, () -> 0)) {
      new LogicalSweep(volume, parallel, order).run(first, end, gathered);
    }
    gathered.checkCompleteness(first, end);
    return gathered;
  }

  private void checkCompleteness(long first, long end) {
    long at = first;
    for (var piece : untold.entrySet()) {
      if (piece.getKey() != at) {
        throw new AssertionError("LBN " + at + " is told of not once; next is " + piece);
      }
      at += piece.getValue();
    }
    if (at != end || advanced != end - first) {
      throw new AssertionError("told of LBNs to " + at + ", advanced by " + advanced);
    }
  }

  private void tell(long lbn, long count) {
    if (untold.put(lbn, count) != null || count <= 0) {
      throw new AssertionError(count + " from LBN " + lbn + " are told twice or are none");
    }
    isInOrder &= lbn > highest;
    highest = Math.max(highest, lbn);
  }

  @Override
  public synchronized void data(long lbn, MemorySegment blocks) {
    long count = blocks.byteSize() / BlockSize.BLOCK;
    tell(lbn, count);
    for (long i = 0; i < count; i++) {
      hashes.put(lbn + i, BlockHash.of(blocks.asSlice(i * BlockSize.BLOCK, BlockSize.BLOCK)));
    }
  }

  @Override
  public synchronized void hole(long lbn, long count) {
    tell(lbn, count);
  }

  @Override
  public synchronized void lost(long lbn, long count) {
    tell(lbn, count);
    // By way of sample, where whole pages are lost.
    hashes.put(lbn, BlockHash.UNREADABLE);
    for (long i = 1; i < Math.min(count, 100_000); i++) {
      hashes.put(lbn + i, BlockHash.UNREADABLE);
    }
  }

  @Override
  public synchronized void damage(Loss loss) {
    losses.add(loss);
  }

  @Override
  public synchronized void suspect(Loss loss) {
    suspects.add(loss);
  }

  @Override
  public synchronized void advance(long count, long mappedCount) {
    advanced += count;
    mapped += mappedCount;
  }

  /** {@return the hash of each block that is no hole; -1 for what is lost} */
  public SortedMap<Long, Long> hashes() {
    return hashes;
  }

  /** {@return the hash of a block} */
  public long hash(long lbn) {
    return hashes.getOrDefault(lbn, 0L);
  }

  /** {@return the losses by LBN} */
  public List<Loss> losses() {
    return sorted(losses);
  }

  /** {@return the suspects by LBN} */
  public List<Loss> suspects() {
    return sorted(suspects);
  }

  private static List<Loss> sorted(List<Loss> list) {
    return list.stream().sorted(Comparator.comparingLong(loss -> loss.lbns().first())).toList();
  }

  /** {@return the LBNs of all losses together} */
  public long lostBlocks() {
    return losses.stream().mapToLong(loss -> loss.lbns().size()).sum();
  }

  /** {@return the LBNs with a mapping} */
  public long mapped() {
    return mapped;
  }

  /** {@return whether all calls came by LBN} */
  public boolean isInOrder() {
    return isInOrder;
  }
}
