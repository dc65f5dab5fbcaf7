/**
 * Makes volumes that are large enough to measure with.
 *
 * <p>Start at {@link io.vdotools.bench.VolumePlan}: a size, a {@link io.vdotools.bench.Shape}, a
 * number of mappings and a seed. Everything follows from these by arithmetic alone: {@link
 * io.vdotools.bench.Content} says which data block an LBN maps to and how often a data block is
 * mapped, {@link io.vdotools.bench.Allocation} where the data blocks and the pages of the block map
 * lie. Both work in both directions, so that {@link io.vdotools.bench.MetadataWriter} needs no
 * tables that grow with the volume: it writes the leaf pages in the order of the LBNs, and the
 * counts in the order of the PBNs.
 *
 * <p>A volume made here holds metadata only: it is clean and consistent, and its data blocks are
 * holes in a sparse file.
 */
@NullMarked
package io.vdotools.bench;

import org.jspecify.annotations.NullMarked;
