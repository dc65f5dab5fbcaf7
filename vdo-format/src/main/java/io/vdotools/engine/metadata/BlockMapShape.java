package io.vdotools.engine.metadata;

import io.vdotools.format.blockmap.Forest;

/**
 * The trees of the block map, and where they begin.
 *
 * @param forest which LBN lies in which slot
 * @param rootOrigin the PBN of the first root
 */
public record BlockMapShape(Forest forest, long rootOrigin) {}
