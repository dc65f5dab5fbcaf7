package io.vdotools.engine;

import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockErrors;
import io.vdotools.format.blockmap.BlockMapPage;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A volume as it reads after the recovery journal has been replayed into the block map.
 *
 * <p>An overlay that holds mappings instead of blocks: a page is changed when it is read. So its
 * size depends on the journal alone, however many pages the journal touches.
 */
public final class ReplayedDevice implements BlockDevice {
  private final BlockDevice base;
  private final BlockMapPatches patches;
  private final long nonce;
  private final Set<Long> filled = ConcurrentHashMap.newKeySet();

  /**
   * Lays replayed mappings over a volume.
   *
   * @param base the volume's blocks, which are not closed with this
   * @param patches the mappings, sealed
   * @param nonce the volume's nonce
   */
  public ReplayedDevice(BlockDevice base, BlockMapPatches patches, long nonce) {
    this.base = base;
    this.patches = patches;
    this.nonce = nonce;
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
    long end = firstBlock + into.byteSize() / BLOCK_SIZE;
    for (int i = patches.firstPageFrom(firstBlock);
        i < patches.pageCount() && patches.page(i) < end;
        i++) {
      long pbn = patches.page(i);
      if (!errors.contains(pbn)) {
        apply(pbn, into.asSlice((pbn - firstBlock) * BLOCK_SIZE, BLOCK_SIZE));
      }
    }
    return errors;
  }

  @Override
  public int mostAnnounced() {
    return base.mostAnnounced();
  }

  @Override
  public void announce(long[] blocks, int count) {
    base.announce(blocks, count);
  }

  private void apply(long pbn, MemorySegment bytes) {
    var page = new BlockMapPage(bytes);
    switch (page.validity(nonce, pbn)) {
      case VALID -> {}
      case INVALID -> {
        page.format(nonce, pbn);
        filled.add(pbn);
      }
      // The driver gives up on such a page: it stays as it is, for the checker to report.
      case BAD -> {
        return;
      }
    }
    patches.forEachSlot(pbn, page::setEntry);
  }

  /**
   * {@return whether a block that was read held no page of the volume, so that the replay makes one
   * of it: a new page, or one that was lost}
   */
  public boolean isFilled(long pbn) {
    return filled.contains(pbn);
  }

  /** Does nothing: the device below belongs to whoever opened it. */
  @Override
  public void close() {}
}
