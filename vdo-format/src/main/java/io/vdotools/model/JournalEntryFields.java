package io.vdotools.model;

import io.vdotools.format.journal.JournalEntry;

/**
 * An entry of the recovery journal.
 *
 * @param index its index in its block, from 0
 * @param entry what it says
 */
public record JournalEntryFields(int index, JournalEntry entry) {}
