/**
 * The structures that say what a volume is: geometry block, super block and its components, layout.
 *
 * <p>Start with {@link io.vdotools.format.GeometryBlock} at PBN 0, which says where the {@link
 * io.vdotools.format.SuperBlock} lies. Decoding accepts every bit pattern and judges none; whether
 * a value makes sense is for the passes of the checker. Nothing here opens files.
 */
@NullMarked
package io.vdotools.format;

import org.jspecify.annotations.NullMarked;
