/**
 * {@code vdo_unpack}: makes an image of a pack again, or gets out of a damaged one what is left.
 *
 * <p>Start at {@link io.vdotools.tool.unpack.Unpacker}.
 */
@NullMarked
package io.vdotools.tool.unpack;

import org.jspecify.annotations.NullMarked;
