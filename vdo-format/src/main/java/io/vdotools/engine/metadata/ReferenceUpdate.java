package io.vdotools.engine.metadata;

import io.vdotools.format.JournalPoint;
import io.vdotools.format.depot.SlabJournalEntry;
import io.vdotools.format.depot.SlabJournalEntry.Operation;

/**
 * A change of a reference count that a durable entry of the recovery journal asks for.
 *
 * @param pbn the data block
 * @param operation what changes
 * @param sequence the recovery journal block of the entry
 * @param point the entry's half, as slab journals keep it
 * @param applied runs in the block's physical zone when the count has changed, or when it will not,
 *     because the volume has become read-only
 */
public record ReferenceUpdate(
    long pbn, Operation operation, long sequence, long point, Runnable applied) {

  /** {@return the update for the mapping of an entry} */
  public static ReferenceUpdate increment(
      long pbn, Operation operation, long sequence, int index, Runnable applied) {
    return new ReferenceUpdate(
        pbn, operation, sequence, JournalPoint.pack(sequence, 2 * index), applied);
  }

  /** {@return the update for the unmapping of an entry, which comes behind that for its mapping} */
  public static ReferenceUpdate decrement(long pbn, long sequence, int index, Runnable applied) {
    return new ReferenceUpdate(
        pbn, Operation.DECREMENT, sequence, JournalPoint.pack(sequence, 2 * index + 1), applied);
  }

  boolean isBlockMapIncrement() {
    return operation == Operation.BLOCK_MAP_INCREMENT;
  }

  SlabJournalEntry entry(int offsetInSlab) {
    return new SlabJournalEntry(offsetInSlab, operation);
  }
}
