package io.vdotools.model;

import io.vdotools.format.depot.SlabJournalEntry.Operation;

/**
 * An entry of a slab journal.
 *
 * @param index its index in its block, from 0
 * @param operation what it does
 * @param pbn the block whose count it changes
 */
public record SlabJournalEntryFields(int index, Operation operation, long pbn) {}
