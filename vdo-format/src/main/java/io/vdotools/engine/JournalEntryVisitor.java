package io.vdotools.engine;

import io.vdotools.format.journal.JournalEntry;

/** Takes the entries of a journal, one by one. */
@FunctionalInterface
public interface JournalEntryVisitor {
  /**
   * An entry.
   *
   * @param sequenceNumber the block that holds it
   * @param index its index in that block
   * @param entry the entry
   */
  void entry(long sequenceNumber, int index, JournalEntry entry);
}
