/**
 * Little-endian structures over {@link java.lang.foreign.MemorySegment}: field tables, byte
 * strings, checksums.
 *
 * <p>Start with {@link io.vdotools.bytes.Struct}. Nothing here knows what VDO is.
 */
@NullMarked
package io.vdotools.bytes;

import org.jspecify.annotations.NullMarked;
