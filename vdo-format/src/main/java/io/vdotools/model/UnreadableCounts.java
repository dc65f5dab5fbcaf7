package io.vdotools.model;

/**
 * Data blocks of one slab whose reference counts are lost.
 *
 * @param firstPbn the first of them
 * @param count their number, at least 1
 * @param cause what is wrong
 */
public record UnreadableCounts(long firstPbn, long count, UnreadableCause cause) {}
