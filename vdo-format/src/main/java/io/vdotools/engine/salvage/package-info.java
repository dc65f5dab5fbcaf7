/**
 * Puts a damaged block map together again: finds the pages that nothing names any more, and places
 * them by evidence (format-spec/salvage.md).
 *
 * <p>{@link io.vdotools.engine.salvage.BlockMapSalvage} is where to start; what it did, could not
 * do and would not do is in its {@link io.vdotools.engine.salvage.SalvageReport}. It works on an
 * overlay, after the usable part of the recovery journal was applied to the block map there and
 * before reference counts are made anew. Reference counts are evidence here, nothing more: they are
 * not changed, and what exceeds 254 references to a block is for those who count.
 */
@NullMarked
package io.vdotools.engine.salvage;

import org.jspecify.annotations.NullMarked;
