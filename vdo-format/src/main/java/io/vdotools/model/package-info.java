/**
 * What a volume holds, free of how it lies on disk: plain records that pass between producers and
 * consumers as calls on {@link io.vdotools.model.VolumeVisitor}.
 *
 * <p>Start there: it says which calls come in which order, and what a copy of a volume made of them
 * has in common with the original. Numbers are block addresses (PBN, LBN) and counts of blocks.
 * Nothing here reads or writes anything, and nothing knows XML.
 */
@NullMarked
package io.vdotools.model;

import org.jspecify.annotations.NullMarked;
