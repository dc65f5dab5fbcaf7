/**
 * What can befall the structures of a volume, for images that tests and exercises need: bytes are
 * changed as a failing disk, a lost write or a fault of a program changes them.
 *
 * <p>Start with {@link io.vdotools.engine.damage.Damage}, one thing done to a volume; {@link
 * io.vdotools.engine.damage.VolumeAreas} knows where the structures lie that it is done to. What a
 * check makes of a damage is not known here.
 */
@NullMarked
package io.vdotools.engine.damage;

import org.jspecify.annotations.NullMarked;
