/**
 * What can be wrong with a volume, as data.
 *
 * <p>{@link io.vdotools.problem.ProblemCode} is the catalogue, {@link io.vdotools.problem.Problem}
 * one thing found wrong with its evidence, {@link io.vdotools.problem.Findings} what a run found.
 * Nothing here reads a volume or prints anything.
 */
@NullMarked
package io.vdotools.problem;

import org.jspecify.annotations.NullMarked;
