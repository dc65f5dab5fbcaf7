/**
 * Damaged volumes by the thousand, and what becomes of each.
 *
 * <p>{@link io.vdotools.corpus.Specimen} is one of them, made from its number alone. What a check
 * finds in it and how much of it can still be read is kept in {@code outcomes.txt}; a change of the
 * checker shows there, volume by volume. {@link io.vdotools.corpus.BitsTest} turns every bit of a
 * small volume round, one by one.
 */
package io.vdotools.corpus;
