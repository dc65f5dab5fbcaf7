package io.vdotools.device.change;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.Overlay;
import io.vdotools.device.OverlayDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * What is to change on a device: the blocks of an overlay that differ from those below it.
 *
 * <p>Blocks that were written with what they hold anyway are left out, so that a change that was
 * made already is empty. But wherever anything changes the commit block comes along, changed or
 * not, if it can be read: as long as it is the same, nobody else has taken the device into use.
 */
public final class ChangeSet {
  private final Overlay overlay;
  private final long[] blocks;
  private final long commitBlock;

  private ChangeSet(Overlay overlay, long[] blocks, long commitBlock) {
    this.overlay = overlay;
    this.blocks = blocks;
    this.commitBlock = commitBlock;
  }

  /**
   * {@return what an overlay changes that keeps its changes in memory, from where they can always
   * be read}
   *
   * @param overlay the changes, over the device to be changed; it must not change any more
   * @param commitBlock as below
   * @throws IllegalArgumentException if the device has no such block
   */
  public static ChangeSet of(OverlayDevice overlay, long commitBlock) {
    try {
      return of((Overlay) overlay, commitBlock);
    } catch (DeviceException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * {@return what an overlay changes}
   *
   * @param overlay the changes, over the device to be changed; it must not change any more
   * @param commitBlock the block which makes the others valid (a volume's super block), written
   *     last; it need not change, and comes along nevertheless
   * @throws DeviceException if a change cannot be read from where it is kept
   * @throws IllegalArgumentException if the device has no such block
   */
  public static ChangeSet of(Overlay overlay, long commitBlock) throws DeviceException {
    if (commitBlock < 0 || commitBlock >= overlay.blockCount()) {
      throw new IllegalArgumentException("commit block " + commitBlock);
    }
    long[] written = overlay.changedBlocks();
    long[] changed = new long[written.length];
    int count = 0;
    try (Arena arena = Arena.ofConfined()) {
      var before = BlockBuffers.allocate(arena, 1);
      var after = BlockBuffers.allocate(arena, 1);
      for (long block : written) {
        overlay.read(block, after).orThrow(overlay);
        // What cannot be read has to be written, whatever is written.
        if (!overlay.base().read(block, before).isEmpty() || before.mismatch(after) >= 0) {
          changed[count++] = block;
        }
      }
      long[] blocks = Arrays.copyOf(changed, count);
      boolean isWitness =
          count > 0
              && Arrays.binarySearch(blocks, commitBlock) < 0
              && overlay.base().read(commitBlock, before).isEmpty();
      return new ChangeSet(
          overlay, isWitness ? withCommitBlock(blocks, commitBlock) : blocks, commitBlock);
    }
  }

  private static long[] withCommitBlock(long[] changed, long commitBlock) {
    var all = Arrays.copyOf(changed, changed.length + 1);
    all[changed.length] = commitBlock;
    Arrays.sort(all);
    return all;
  }

  /** {@return how many blocks are written, the commit block among them} */
  public int size() {
    return blocks.length;
  }

  /** {@return whether nothing changes} */
  public boolean isEmpty() {
    return blocks.length == 0;
  }

  /** {@return the device to be changed} */
  public BlockDevice device() {
    return overlay.base();
  }

  /** {@return the block which makes the others valid} */
  public long commitBlock() {
    return commitBlock;
  }

  /** {@return the blocks that are written, ascending} */
  public long[] blocks() {
    return blocks.clone();
  }

  /** {@return the block that changes as the {@code index}-th, ascending} */
  long block(int index) {
    return blocks[index];
  }

  /** Reads what a block is to hold. */
  void readNew(long block, MemorySegment into) throws DeviceException {
    overlay.read(block, into).orThrow(overlay);
  }
}
