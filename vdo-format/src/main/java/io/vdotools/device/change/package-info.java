/**
 * The one way in which an existing device is changed: what is to change is computed on an overlay,
 * the old contents go to an undo file first, then the changes are written in an order in which
 * nothing can get lost.
 *
 * <p>Start reading at {@link io.vdotools.device.change.WriteGate}. Knows blocks, and nothing of
 * what they mean but that one of them, written last and alone, makes the others valid.
 */
@NullMarked
package io.vdotools.device.change;

import org.jspecify.annotations.NullMarked;
