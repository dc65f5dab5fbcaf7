/**
 * The block map: sixty trees of pages that say where each logical block is stored.
 *
 * <p>{@link io.vdotools.format.blockmap.BlockMapPage} is the view of one page, {@link
 * io.vdotools.format.blockmap.BlockMapEntry} one mapping, {@link
 * io.vdotools.format.blockmap.Forest} the arithmetic between LBNs and places in the trees.
 */
@NullMarked
package io.vdotools.format.blockmap;

import org.jspecify.annotations.NullMarked;
