package io.vdotools.engine;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockError;
import io.vdotools.format.journal.RecoveryJournalBlock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What one look at every block of the recovery journal tells: where it may begin and end
 * (format-spec, section 13).
 *
 * @param found whether a block counts at all
 * @param top the highest sequence number of a block that counts; the journal start if there is none
 * @param blockMapHead the highest of their block map heads
 * @param slabJournalHead the highest of their slab journal heads
 * @param unreadable how many blocks could not be read
 */
public record JournalScan(
    boolean found, long top, long blockMapHead, long slabJournalHead, long unreadable) {
  private static final int BLOCKS_PER_READ = 256;

  /** What is told of each block while the journal is scanned. */
  public interface Visitor {
    /**
     * A block.
     *
     * @param position its place in the ring
     * @param block the block, valid until the next call
     */
    void block(long position, RecoveryJournalBlock block);

    /** A block that cannot be read. */
    void unreadable(long position, BlockError error);
  }

  /** {@return the result of reading the whole journal once, in the order of its blocks} */
  public static JournalScan of(BlockDevice device, JournalArea area, Visitor visitor) {
    var sum = new Sum(area);
    try (var arena = Arena.ofConfined()) {
      var buffer = BlockBuffers.allocate(arena, (int) Math.min(BLOCKS_PER_READ, area.blocks()));
      int perRead = (int) (buffer.byteSize() / BlockDevice.BLOCK_SIZE);
      // The journal may claim to be longer than the device: nothing lies behind its end.
      long blocks = Math.min(area.blocks(), Math.max(0, device.blockCount() - area.firstPbn()));
      for (long position = 0; position < blocks; position += perRead) {
        int count = (int) Math.min(perRead, blocks - position);
        long first = area.firstPbn() + position;
        var errors = device.read(first, buffer.asSlice(0, (long) count * BlockDevice.BLOCK_SIZE));
        for (var error : errors) {
          sum.unreadable++;
          visitor.unreadable(error.block() - area.firstPbn(), error);
        }
        for (int i = 0; i < count; i++) {
          if (!errors.contains(first + i)) {
            sum.take(buffer, i, position + i, visitor);
          }
        }
      }
    }
    return sum.scan();
  }

  /** What the blocks so far tell. */
  private static final class Sum {
    private final JournalArea area;
    private boolean found;
    private long top;
    private long blockMapHead;
    private long slabJournalHead;
    private long unreadable;

    Sum(JournalArea area) {
      this.area = area;
      this.top = area.journalStart();
    }

    /** A method of its own: so little code is compiled well at once, the loop around it is not. */
    void take(MemorySegment buffer, int index, long position, Visitor visitor) {
      var block =
          new RecoveryJournalBlock(
              buffer.asSlice((long) index * BlockDevice.BLOCK_SIZE, BlockDevice.BLOCK_SIZE));
      visitor.block(position, block);
      if (!block.isValid(area.nonce(), area.recoveryCountByte())
          || area.position(block.sequenceNumber()) != position) {
        return;
      }
      if (Long.compareUnsigned(block.sequenceNumber(), top) >= 0) {
        found = true;
        top = block.sequenceNumber();
      }
      if (found) {
        blockMapHead = maxUnsigned(blockMapHead, block.blockMapHead());
        slabJournalHead = maxUnsigned(slabJournalHead, block.slabJournalHead());
      }
    }

    JournalScan scan() {
      return new JournalScan(found, top, blockMapHead, slabJournalHead, unreadable);
    }
  }

  /** {@return the older of the two heads: where the live part of the journal begins} */
  public long head() {
    return Long.compareUnsigned(blockMapHead, slabJournalHead) <= 0
        ? blockMapHead
        : slabJournalHead;
  }

  private static long maxUnsigned(long a, long b) {
    return Long.compareUnsigned(a, b) >= 0 ? a : b;
  }
}
