package io.vdotools.engine.format;

import static java.util.Objects.requireNonNull;

import io.vdotools.format.index.IndexMemory;
import java.util.UUID;

/**
 * What a new volume is to be like. Whether it can be so, {@link VolumeLayout} tells.
 *
 * @param physicalBlocks its size on the device, from block 0 on
 * @param logicalBlocks the size of the device that it will export, or {@link #DEFAULT_LOGICAL}
 * @param slabBits the base-2 logarithm of the slab size in blocks, 13 to 23
 * @param indexMemory the memory of the deduplication index
 * @param isIndexSparse whether the index is sparse
 * @param uuid what {@code blkid} shows
 * @param nonce what tells this volume's structures from those of all others; {@code vdoformat}
 *     takes the microseconds since 1970
 */
public record FormatOptions(
    long physicalBlocks,
    long logicalBlocks,
    int slabBits,
    IndexMemory indexMemory,
    boolean isIndexSparse,
    UUID uuid,
    long nonce) {
  /** Asks for as many logical blocks as fit without any saving. */
  public static final long DEFAULT_LOGICAL = 0;

  /** Slabs of 2 GiB. */
  public static final int DEFAULT_SLAB_BITS = 19;

  /** Checks that nothing is missing. */
  public FormatOptions {
    requireNonNull(indexMemory);
    requireNonNull(uuid);
  }

  /** {@return what {@code vdoformat} takes if it is given no option} */
  public static FormatOptions defaults(long physicalBlocks, UUID uuid, long nonce) {
    return new FormatOptions(
        physicalBlocks,
        DEFAULT_LOGICAL,
        DEFAULT_SLAB_BITS,
        IndexMemory.DEFAULT,
        false,
        uuid,
        nonce);
  }

  /** {@return the same with another logical size} */
  public FormatOptions withLogicalBlocks(long blocks) {
    return new FormatOptions(
        physicalBlocks, blocks, slabBits, indexMemory, isIndexSparse, uuid, nonce);
  }

  /** {@return the same with slabs of another size} */
  public FormatOptions withSlabBits(int bits) {
    return new FormatOptions(
        physicalBlocks, logicalBlocks, bits, indexMemory, isIndexSparse, uuid, nonce);
  }

  /** {@return the same with another index} */
  public FormatOptions withIndex(IndexMemory memory, boolean isSparse) {
    return new FormatOptions(
        physicalBlocks, logicalBlocks, slabBits, memory, isSparse, uuid, nonce);
  }
}
