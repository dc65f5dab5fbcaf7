/**
 * Recovery journal, slab depot and block map of a running volume: each part belongs to one section,
 * and writes what it changed while requests go on.
 *
 * <p>Start with {@link io.vdotools.engine.metadata.RecoveryJournal}, which decides the order of
 * everything. Nothing here knows where the data of requests come from or go to.
 */
@NullMarked
package io.vdotools.engine.metadata;

import org.jspecify.annotations.NullMarked;
