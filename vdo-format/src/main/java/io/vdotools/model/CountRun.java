package io.vdotools.model;

/**
 * Consecutive data blocks of one slab with the same reference count.
 *
 * @param firstPbn the first of them
 * @param blocks their number, at least 1
 * @param value the reference count of each, 0 to 254
 */
public record CountRun(long firstPbn, long blocks, int value) {}
