package io.vdotools.model;

import io.vdotools.format.blockmap.BlockMapEntry;

/**
 * A mapping that makes no sense.
 *
 * @param lbn the LBN that has it
 * @param entry what is stored
 * @param cause what is wrong with it
 */
public record UnreadableMapping(long lbn, BlockMapEntry entry, UnreadableCause cause) {}
