package io.vdotools.model;

/**
 * A live block of a slab journal, as its header describes it.
 *
 * @param slab the slab
 * @param sequenceNumber the block's number
 * @param head the oldest live block when it was written
 * @param recoveryPoint the recovery journal's point of its last entry, packed; see {@link
 *     io.vdotools.format.JournalPoint}
 * @param hasBlockMapIncrements whether its entries have type bits
 * @param entryCount the entries that it claims to hold
 */
public record SlabJournalBlockFields(
    int slab,
    long sequenceNumber,
    long head,
    long recoveryPoint,
    boolean hasBlockMapIncrements,
    int entryCount) {}
