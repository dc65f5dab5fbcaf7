package io.vdotools.engine.data;

/**
 * Where a block of a name may be found. Never trusted: whoever takes it compares first.
 *
 * @param pbn the data block
 * @param state the mapping state: a whole block, or a fragment of a compressed one
 */
public record Advice(long pbn, int state) {}
