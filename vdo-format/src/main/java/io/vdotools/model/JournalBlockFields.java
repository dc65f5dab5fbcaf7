package io.vdotools.model;

import io.vdotools.format.journal.JournalFormat;

/**
 * A block of the recovery journal, as its header describes it.
 *
 * @param sequenceNumber its number
 * @param format its format
 * @param blockMapHead the oldest block whose entries the block map may lack
 * @param slabJournalHead the oldest block whose entries the slab journals may lack
 * @param entryCount the entries that it claims to hold
 * @param logicalBlocksUsed LBNs in use before its entries
 * @param blockMapDataBlocks pages of the block map before its entries
 */
public record JournalBlockFields(
    long sequenceNumber,
    JournalFormat format,
    long blockMapHead,
    long slabJournalHead,
    int entryCount,
    long logicalBlocksUsed,
    long blockMapDataBlocks) {}
