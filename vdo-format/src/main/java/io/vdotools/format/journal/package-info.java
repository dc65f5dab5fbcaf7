/**
 * The recovery journal: both formats of its blocks and entries.
 *
 * <p>{@link io.vdotools.format.journal.RecoveryJournalBlock} is the view of one block; its entries
 * come out as {@link io.vdotools.format.journal.JournalEntry}. Which blocks count, and up to where,
 * is decided in {@code io.vdotools.engine}.
 */
@NullMarked
package io.vdotools.format.journal;

import org.jspecify.annotations.NullMarked;
