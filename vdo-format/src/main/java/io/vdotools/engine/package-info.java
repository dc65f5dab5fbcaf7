/**
 * A volume as a whole: opening it, replaying its journals in memory, walking its block map,
 * counting its references.
 *
 * <p>Start with {@link io.vdotools.engine.Volume}. All addresses here are PBNs: the device that a
 * volume gives out already has the block offset of converted volumes taken into account. Nothing
 * here knows options or reports.
 */
@NullMarked
package io.vdotools.engine;

import org.jspecify.annotations.NullMarked;
