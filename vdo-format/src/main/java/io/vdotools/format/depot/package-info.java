/**
 * The slab depot: slabs, their reference counts and journals, and the slab summary.
 *
 * <p>{@link io.vdotools.format.depot.SlabGeometry} is the arithmetic between PBNs and slabs; the
 * other types are views of one block or records of one entry.
 */
@NullMarked
package io.vdotools.format.depot;

import org.jspecify.annotations.NullMarked;
