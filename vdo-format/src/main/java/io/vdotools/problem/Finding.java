package io.vdotools.problem;

/**
 * A problem and how bad it is in the state that the volume is in.
 *
 * @param problem the problem
 * @param severity the catalogue's severity, or less
 */
public record Finding(Problem problem, Severity severity) {}
