package io.vdotools.tool.map;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.TreePlace;

/**
 * A use of a data block: a mapping to it, or the page of the block map that it is.
 *
 * @param pbn the block
 * @param place the slot that holds the mapping; or the page, with slot 0
 * @param isPage whether the block is a page
 * @param pagePbn the leaf page with the mapping; of a page the block itself
 * @param lbn the LBN of the mapping; of a page the first below it
 * @param entry the mapping; of a page "unmapped"
 */
record Reference(
    long pbn, TreePlace place, boolean isPage, long pagePbn, long lbn, BlockMapEntry entry) {}
