/**
 * The checker: passes over a volume, each of which verifies some of its invariants (format-spec,
 * section 12).
 *
 * <p>Start with {@link io.vdotools.check.VolumeCheck}. The passes lie in the library and not in a
 * command, since whatever writes a volume has its result proven by them. They add findings; they do
 * not print, decide on repair, or stop at the first problem.
 */
@NullMarked
package io.vdotools.check;

import org.jspecify.annotations.NullMarked;
