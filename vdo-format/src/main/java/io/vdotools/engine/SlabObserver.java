package io.vdotools.engine;

import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabJournalEntry.Operation;
import io.vdotools.format.depot.SlabSummaryEntry;

/** Is told what {@link SlabReplay} sees in a slab. All methods do nothing unless overridden. */
public interface SlabObserver {
  /** Takes no notice of anything. */
  SlabObserver NONE = new SlabObserver() {};

  /** Where the slab journal stands. */
  default void tail(int slab, SlabSummaryEntry entry, SlabTail tail) {}

  /**
   * A block of reference counts.
   *
   * @param slab the slab
   * @param pbn the block
   * @param block its content
   * @param lastPoint the point of the last entry of the slab journal
   */
  default void referenceBlock(int slab, long pbn, ReferenceBlock block, long lastPoint) {}

  /** A block of reference counts that cannot be read: its counts are taken for 0. */
  default void unreadableReferenceBlock(int slab, long pbn) {}

  /**
   * All counts are loaded.
   *
   * @param slab the slab
   * @param provisional how many were provisional
   * @param firstStray the offset of the first count behind the data that is not 0, -1 if none
   */
  default void counts(int slab, int provisional, int firstStray) {}

  /** The oldest live block cannot be what the last one says: no block is replayed. */
  default void impossibleHead(int slab, SlabTail tail) {}

  /** A live block of the slab journal that cannot be read. */
  default void unreadableJournalBlock(int slab, long pbn, long sequenceNumber) {}

  /**
   * A live block of the slab journal.
   *
   * @param slab the slab
   * @param pbn where it was read
   * @param sequenceNumber the sequence number that belongs there
   * @param block its content
   * @return whether to apply its entries
   */
  default boolean journalBlock(int slab, long pbn, long sequenceNumber, SlabJournalBlock block) {
    return block.sequenceNumber() == sequenceNumber;
  }

  /** An entry that names a block outside the slab's data; it is passed over. */
  default void entryOutsideSlab(int slab, int offset, long point) {}

  /** An entry that cannot be applied to its count; it is passed over. */
  default void impossibleChange(int slab, int offset, Operation operation, int count, long point) {}
}
