/**
 * Requests to a running volume, from the caller to the metadata: locks of LBNs and of equal
 * content, deduplication, compression, flushes.
 *
 * <p>Start with {@link io.vdotools.engine.data.Pipeline}; a write's way is told in {@code
 * WriteRequest}. Nothing here knows how metadata reach the disk.
 */
@NullMarked
package io.vdotools.engine.data;

import org.jspecify.annotations.NullMarked;
