/**
 * The root of the library: the one exception type that all of its packages share.
 *
 * <p>Read on in {@code bytes} (numbers in memory), {@code device} (where blocks come from) and
 * {@code format} (what the blocks mean); {@code engine} and {@code check} stand on these three.
 * Nothing here knows any of them.
 */
@NullMarked
package io.vdotools;

import org.jspecify.annotations.NullMarked;
