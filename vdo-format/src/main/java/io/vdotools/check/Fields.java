package io.vdotools.check;

import io.vdotools.problem.Findings;
import io.vdotools.problem.Problem.FieldProblem;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;

/**
 * Checks fields of one structure in one block.
 *
 * @param findings where problems go
 * @param structure the structure
 * @param pbn its PBN
 */
record Fields(Findings findings, Structure structure, long pbn) {
  /** Reports a field unless the condition holds. */
  void check(boolean holds, ProblemCode code, String field, Object stored, Object expected) {
    if (!holds) {
      findings.add(
          new FieldProblem(
              code, structure, pbn, field, String.valueOf(stored), String.valueOf(expected)));
    }
  }

  /** Reports a field unless it has the one value that it must have. */
  void checkEquals(ProblemCode code, String field, long stored, long expected) {
    check(
        stored == expected,
        code,
        field,
        Long.toUnsignedString(stored),
        Long.toUnsignedString(expected));
  }

  static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }
}
