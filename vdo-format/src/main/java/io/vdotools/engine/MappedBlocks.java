package io.vdotools.engine;

import io.vdotools.device.BlockError;
import io.vdotools.device.BlockErrors;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.compress.CompressedBlock;
import io.vdotools.format.compress.Fragments;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads what some thousands of mappings name, in the order in which it lies on the device.
 *
 * <p>Where neighbours among the mappings are neighbours on the device they are read straight to
 * their place. Other blocks come in reads that take small gaps along, and are copied or inflated
 * from there. A block that several mappings name is read once, a fragment inflated once.
 *
 * <p>For one thread.
 */
final class MappedBlocks {
  private static final int BLOCK = BlockSize.BLOCK;

  // Sorted by these: PBN in the upper 36 bits, state in 4, place among the mappings in the rest.
  private static final int PLACE_BITS = 16;
  private static final int STATE_BITS = 4;
  private static final int PBN_SHIFT = STATE_BITS + PLACE_BITS;
  private static final long NEXT_NEIGHBOUR = (1L << PBN_SHIFT) + 1;

  // A run so long is worth a read of its own.
  private static final int LEAST_RUN = 8;
  // Reading a few blocks too many costs less than another read.
  private static final int LARGEST_GAP_BLOCKS = 3;

  private final LogicalVolume volume;
  private final MemorySegment scratch;
  private final int scratchBlocks;
  private final Fragments fragments = new Fragments();
  private final byte[] packed = new byte[BLOCK];
  private final CompressedBlock compressed = new CompressedBlock(MemorySegment.ofArray(packed));
  private final byte[] inflated = new byte[BLOCK];

  private boolean isCompressed;

  private long[] keys = new long[0];
  private int count;
  private @Nullable LossReason[] losses = new LossReason[0];
  private boolean[] isHole = new boolean[0];

  /**
   * @param volume the volume
   * @param scratch room for some blocks
   */
  MappedBlocks(LogicalVolume volume, MemorySegment scratch) {
    this.volume = volume;
    this.scratch = scratch;
    this.scratchBlocks = (int) (scratch.byteSize() / BLOCK);
  }

  /**
   * Reads.
   *
   * @param mappings packed entries
   * @param blocks how many of them, at most 32768
   * @param into where the content goes, a block for each mapping; what has none stays as it is
   */
  void read(long[] mappings, int blocks, MemorySegment into) {
    classify(mappings, blocks);
    int at = 0;
    while (at < count) {
      int run = runFrom(at);
      if (run >= LEAST_RUN || isAlone(at)) {
        readRun(at, run, into);
        at += run;
      } else {
        int behind = groupFrom(at);
        gather(at, behind, into);
        at = behind;
      }
    }
  }

  /** {@return whether a mapping of the last read has no block: it reads as zeros} */
  boolean isHole(int index) {
    return isHole[index];
  }

  /** {@return why there is no content for a mapping of the last read, null if there is} */
  @Nullable LossReason loss(int index) {
    return losses[index];
  }

  private void classify(long[] mappings, int blocks) {
    if (keys.length < blocks) {
      keys = new long[blocks];
      losses = new LossReason[blocks];
      isHole = new boolean[blocks];
    }
    count = 0;
    boolean isSorted = true;
    for (int i = 0; i < blocks; i++) {
      long packed = mappings[i];
      long pbn = BlockMapEntry.pbn(packed);
      losses[i] = null;
      isHole[i] = false;
      if (!BlockMapEntry.isValid(packed)) {
        losses[i] = LossReason.INVALID_MAPPING;
      } else if (pbn == 0) {
        isHole[i] = true;
      } else if (!volume.slabs().isDataBlock(pbn)) {
        losses[i] = LossReason.NOT_A_DATA_BLOCK;
      } else {
        long key = (pbn << PBN_SHIFT) | ((long) BlockMapEntry.state(packed) << PLACE_BITS) | i;
        isSorted &= count == 0 || keys[count - 1] < key;
        keys[count++] = key;
      }
    }
    if (!isSorted) {
      Arrays.sort(keys, 0, count);
    }
  }

  private long pbn(int at) {
    return keys[at] >>> PBN_SHIFT;
  }

  private int state(int at) {
    return (int) (keys[at] >>> PLACE_BITS) & ((1 << STATE_BITS) - 1);
  }

  private int place(int at) {
    return (int) keys[at] & ((1 << PLACE_BITS) - 1);
  }

  private boolean isPlain(int at) {
    return state(at) == MappingState.UNCOMPRESSED;
  }

  /** {@return how many plain blocks from here on are neighbours in both orders} */
  private int runFrom(int at) {
    if (!isPlain(at)) {
      return 0;
    }
    int behind = at + 1;
    while (behind < count && keys[behind] == keys[behind - 1] + NEXT_NEIGHBOUR) {
      behind++;
    }
    return behind - at;
  }

  private boolean startsLongRun(int at) {
    int last = at + LEAST_RUN - 1;
    if (last >= count || !isPlain(at)) {
      return false;
    }
    for (int next = at + 1; next <= last; next++) {
      if (keys[next] != keys[next - 1] + NEXT_NEIGHBOUR) {
        return false;
      }
    }
    return true;
  }

  /** {@return whether a plain block would be read without company} */
  private boolean isAlone(int at) {
    return isPlain(at) && (at + 1 == count || pbn(at + 1) - pbn(at) > LARGEST_GAP_BLOCKS + 1);
  }

  private void readRun(int at, int run, MemorySegment into) {
    var errors =
        volume.device().read(pbn(at), into.asSlice((long) place(at) * BLOCK, (long) run * BLOCK));
    for (var error : errors) {
      losses[place(at) + (int) (error.block() - pbn(at))] = reason(error);
    }
  }

  private static LossReason reason(BlockError error) {
    return switch (error.reason()) {
      case READ_ERROR -> LossReason.READ_ERROR;
      case SHORT_READ, BEYOND_END -> LossReason.BEYOND_END;
    };
  }

  /** {@return the end of what is read together from here on} */
  private int groupFrom(int at) {
    int behind = at + 1;
    while (behind < count
        && pbn(behind) - pbn(behind - 1) <= LARGEST_GAP_BLOCKS + 1
        && pbn(behind) - pbn(at) < scratchBlocks
        && (pbn(behind) == pbn(behind - 1) || !startsLongRun(behind))) {
      behind++;
    }
    return behind;
  }

  private void gather(int from, int to, MemorySegment into) {
    long first = pbn(from);
    var errors = volume.device().read(first, scratch.asSlice(0, (pbn(to - 1) - first + 1) * BLOCK));
    for (int at = from; at < to; at++) {
      var source = scratch.asSlice((pbn(at) - first) * BLOCK, BLOCK);
      long target = (long) place(at) * BLOCK;
      if (!errors.isEmpty() && errors.contains(pbn(at))) {
        losses[place(at)] = reasonOf(errors, pbn(at));
      } else if (isPlain(at)) {
        MemorySegment.copy(source, 0, into, target, BLOCK);
      } else {
        losses[place(at)] = inflate(at, from, source, into);
      }
    }
  }

  private static LossReason reasonOf(BlockErrors errors, long pbn) {
    for (var error : errors) {
      if (error.block() == pbn) {
        return reason(error);
      }
    }
    throw new IllegalStateException("no error at PBN " + pbn);
  }

  private @Nullable LossReason inflate(
      int at, int groupStart, MemorySegment source, MemorySegment into) {
    long target = (long) place(at) * BLOCK;
    if (at > groupStart && keys[at] >>> PLACE_BITS == keys[at - 1] >>> PLACE_BITS) {
      var loss = losses[place(at - 1)];
      if (loss == null) {
        MemorySegment.copy(into, (long) place(at - 1) * BLOCK, into, target, BLOCK);
      }
      return loss;
    }
    // Fragments of one block follow each other.
    if (at == groupStart || pbn(at) != pbn(at - 1) || isPlain(at - 1)) {
      MemorySegment.copy(source, ValueLayout.JAVA_BYTE, 0, packed, 0, BLOCK);
      isCompressed = compressed.version().equals(CompressedBlock.VERSION);
    }
    if (!isCompressed) {
      return LossReason.NOT_COMPRESSED;
    }
    int slot = MappingState.fragment(state(at));
    int offset = compressed.fragmentOffset(slot);
    if (offset < 0 || !fragments.inflate(packed, offset, compressed.size(slot), inflated)) {
      return LossReason.BAD_FRAGMENT;
    }
    MemorySegment.copy(inflated, 0, into, ValueLayout.JAVA_BYTE, target, BLOCK);
    return null;
  }
}
