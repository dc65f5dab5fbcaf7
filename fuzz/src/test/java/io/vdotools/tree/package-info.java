/**
 * Tests that look at the whole tree instead of at what it does: formatting, tidiness, and which
 * package may know which.
 *
 * <p>Start with {@code LayersTest}: it is the picture of the architecture.
 */
@NullMarked
package io.vdotools.tree;

import org.jspecify.annotations.NullMarked;
