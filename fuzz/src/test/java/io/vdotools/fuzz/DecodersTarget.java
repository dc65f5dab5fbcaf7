package io.vdotools.fuzz;

import io.vdotools.format.BlockSize;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.compress.CompressedBlock;
import io.vdotools.format.compress.Fragments;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabSummaryEntry;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.format.journal.RecoveryJournalBlock;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Decodes a block as the structure that the first byte names: any bytes are values, and are encoded
 * as what they were.
 *
 * <p>The second byte says from where on entries are looked at: a few each time, since a structure
 * has hundreds that are all alike. The rest of the block is zeros. Buffers are kept from one run to
 * the next, and only what the last one left is cleared: a run takes less time than it takes to fill
 * a block.
 */
public final class DecodersTarget {
  private static final int KINDS = 8;
  private static final int START = 2;
  private static final int LOOKED_AT = 8;
  private static final int SLOTS = 14;

  private static final ThreadLocal<Buffers> BUFFERS = ThreadLocal.withInitial(Buffers::new);

  private DecodersTarget() {}

  private static final class Buffers {
    private final byte[] block = new byte[BlockSize.BLOCK];
    private final MemorySegment segment = MemorySegment.ofArray(block);
    private final MemorySegment encoded = MemorySegment.ofArray(new byte[BlockSize.BLOCK]);
    private final byte[] content = new byte[BlockSize.BLOCK];
    private final Fragments fragments = new Fragments();
    private int filled;

    void fill(byte[] input) {
      int length = Math.min(input.length - START, block.length);
      System.arraycopy(input, START, block, 0, length);
      if (filled > length) {
        Arrays.fill(block, length, filled, (byte) 0);
      }
      filled = length;
    }
  }

  /** Runs on one input. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length <= START) {
      return;
    }
    var buffers = BUFFERS.get();
    buffers.fill(input);
    var block = buffers.segment;
    int from = Byte.toUnsignedInt(input[1]);
    switch (Byte.toUnsignedInt(input[0]) % KINDS) {
      case 0 -> geometry(block, buffers.encoded);
      case 1 -> superBlock(block, buffers.encoded);
      case 2 -> page(new BlockMapPage(block), from);
      case 3 -> slabJournal(new SlabJournalBlock(block), from);
      case 4 -> recoveryJournal(new RecoveryJournalBlock(block), JournalFormat.CURRENT, from);
      case 5 -> recoveryJournal(new RecoveryJournalBlock(block), JournalFormat.V1, from);
      case 6 -> compressed(new CompressedBlock(block), buffers, from);
      default -> summaryAndCounts(block, buffers.encoded, from);
    }
  }

  private static void same(MemorySegment decoded, MemorySegment encoded, long bytes) {
    if (MemorySegment.mismatch(decoded, 0, bytes, encoded, 0, bytes) >= 0) {
      throw new IllegalStateException("what was decoded is encoded otherwise");
    }
  }

  private static void geometry(MemorySegment block, MemorySegment encoded) {
    encoded.copyFrom(block);
    GeometryBlock.decode(block).encode(encoded);
    same(block, encoded, BlockSize.BLOCK);
  }

  private static void superBlock(MemorySegment block, MemorySegment encoded) {
    encoded.copyFrom(block);
    SuperBlock.decode(block).encode(encoded);
    same(block, encoded, BlockSize.BLOCK);
  }

  private static void page(BlockMapPage page, int from) {
    int last = Math.min(from + LOOKED_AT, BlockMapPage.ENTRIES);
    for (int slot = from; slot < last; slot++) {
      long packed = page.entry(slot);
      var entry = BlockMapEntry.unpack(packed);
      if (BlockMapEntry.pack(entry.pbn(), entry.state()) != packed) {
        throw new IllegalStateException("entry " + packed);
      }
    }
  }

  private static void slabJournal(SlabJournalBlock block, int from) {
    int last = Math.min(from + LOOKED_AT, Math.min(block.entryCount(), block.capacity()));
    for (int i = from; i < last; i++) {
      block.entry(i);
    }
  }

  private static void recoveryJournal(RecoveryJournalBlock block, JournalFormat format, int from) {
    int sector = 1 + from % (BlockSize.SECTORS_PER_BLOCK - 1);
    int last =
        Math.min(LOOKED_AT, Math.min(block.sectorEntryCount(sector), format.capacity(sector)));
    for (int i = 0; i < last; i++) {
      block.entry(format, sector, i);
    }
    block.isSectorValid(format, sector);
  }

  private static void compressed(CompressedBlock block, Buffers buffers, int from) {
    block
        .fragment(from % SLOTS)
        .ifPresent(fragment -> buffers.fragments.inflate(fragment, buffers.content));
    block.isPackedAsDriversDo();
  }

  private static void summaryAndCounts(MemorySegment block, MemorySegment encoded, int from) {
    var one = block.asSlice((long) from * SlabSummaryEntry.SIZE_BYTES);
    SlabSummaryEntry.decode(one).encode(encoded);
    same(one, encoded, SlabSummaryEntry.SIZE_BYTES);
    new ReferenceBlock(block);
  }
}
