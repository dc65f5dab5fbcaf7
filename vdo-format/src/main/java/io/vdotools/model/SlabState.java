package io.vdotools.model;

/**
 * A slab.
 *
 * @param number its number, from 0
 * @param isUsed whether it was ever used: whether its counts are stored. Those of a slab that was
 *     never used are all 0, whatever lies on disk
 */
public record SlabState(int number, boolean isUsed) {}
