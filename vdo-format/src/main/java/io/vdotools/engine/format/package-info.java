/**
 * Making a new volume: from what the user wants to a layout, and from that to blocks.
 *
 * <p>Start with {@link io.vdotools.engine.format.VolumeLayout}, which is arithmetic alone, and
 * {@link io.vdotools.engine.format.VolumeFormatter}, which writes. {@link
 * io.vdotools.engine.format.OldContent} tells what a format would destroy. Nothing here knows where
 * a nonce comes from, who holds a device, or options.
 */
@NullMarked
package io.vdotools.engine.format;

import org.jspecify.annotations.NullMarked;
