package io.vdotools.engine;

import io.vdotools.format.Limits;
import java.util.Optional;

/**
 * Where the recovery journal lies, and which of its blocks count (format-spec, section 8).
 *
 * @param firstPbn the PBN of its first block
 * @param blocks its length, a power of two
 * @param nonce the volume's nonce
 * @param recoveryCountByte the low byte of the volume's count of recoveries
 * @param journalStart the super block's journal start
 */
public record JournalArea(
    long firstPbn, long blocks, long nonce, int recoveryCountByte, long journalStart) {
  /** {@return the area, or nothing if the numbers make no sense} */
  public static Optional<JournalArea> of(
      long firstPbn, long blocks, long nonce, int recoveryCountByte, long journalStart) {
    boolean isSane =
        firstPbn > 0
            && blocks > 0
            && Long.bitCount(blocks) == 1
            && blocks <= Limits.RECOVERY_JOURNAL_BLOCKS
            && firstPbn < Limits.PHYSICAL_BLOCKS
            && blocks <= Limits.PHYSICAL_BLOCKS - firstPbn
            && journalStart >= 0
            && journalStart < Limits.SEQUENCE_NUMBERS;
    return isSane
        ? Optional.of(new JournalArea(firstPbn, blocks, nonce, recoveryCountByte, journalStart))
        : Optional.empty();
  }

  /** {@return the place in the ring of the block with a sequence number} */
  public long position(long sequenceNumber) {
    return sequenceNumber & (blocks - 1);
  }

  /** {@return the PBN of the block with a sequence number} */
  public long pbn(long sequenceNumber) {
    return firstPbn + position(sequenceNumber);
  }

  /**
   * {@return how many blocks there can be from one sequence number to another, both included: none
   * if the second comes before the first, and a lap at most, as what is older was overwritten}
   *
   * <p>Sequence numbers come from the disk, and any 64 bits may: whoever counts from one to the
   * other, instead of so many, may count for ever.
   *
   * @param first a sequence number, unsigned
   * @param last another one, unsigned
   */
  public long blocksBetween(long first, long last) {
    if (Long.compareUnsigned(first, last) > 0) {
      return 0;
    }
    long distance = last - first;
    return Long.compareUnsigned(distance, blocks) < 0 ? distance + 1 : blocks;
  }
}
