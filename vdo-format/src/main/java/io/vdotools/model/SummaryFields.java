package io.vdotools.model;

import io.vdotools.format.depot.SlabSummaryEntry;

/**
 * The entry of a slab in the slab summary, as it is stored in the copy that counts.
 *
 * @param slab the slab
 * @param entry what is stored
 */
public record SummaryFields(int slab, SlabSummaryEntry entry) {}
