/**
 * What the tests of all modules share: golden volumes, what a volume holds, and field tables.
 *
 * <p>Start with {@link io.vdotools.testing.GoldenVolume}.
 */
@NullMarked
package io.vdotools.testing;

import org.jspecify.annotations.NullMarked;
