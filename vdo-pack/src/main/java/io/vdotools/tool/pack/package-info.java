/**
 * {@code vdo_pack}: chooses the blocks of a volume that are metadata and puts them into a pack.
 *
 * <p>Start at {@link io.vdotools.tool.pack.Packer}. How blocks are made small is known to {@code
 * io.vdotools.pack} alone.
 */
@NullMarked
package io.vdotools.tool.pack;

import org.jspecify.annotations.NullMarked;
