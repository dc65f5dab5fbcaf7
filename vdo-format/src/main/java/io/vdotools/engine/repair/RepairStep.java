package io.vdotools.engine.repair;

import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.util.List;

/**
 * One thing that a repair changes.
 *
 * @param treatment what kind of thing
 * @param codes the problems because of which it is done; never empty
 * @param structure the structure that is changed
 * @param pbn the PBN of the block, or of the first of the blocks; -1 if it is none in particular
 * @param change what is changed, in words
 * @param evidence what speaks for the change, in words
 * @param confidence how sure that is
 * @param lost the logical blocks whose content is given up with it; some may have been lost before
 */
public record RepairStep(
    Treatment treatment,
    List<ProblemCode> codes,
    Structure structure,
    long pbn,
    String change,
    String evidence,
    Confidence confidence,
    List<LbnSet> lost) {
  /** Copies the lists. */
  public RepairStep {
    codes = List.copyOf(codes);
    lost = lost.stream().filter(set -> !set.isEmpty()).toList();
    if (codes.isEmpty()) {
      throw new IllegalArgumentException("a step without a reason: " + change);
    }
  }

  /** {@return the same step, which gives up other logical blocks} */
  RepairStep withLost(List<LbnSet> others) {
    return new RepairStep(treatment, codes, structure, pbn, change, evidence, confidence, others);
  }

  /** {@return how many logical blocks are given up} */
  public long lostBlocks() {
    return lost.stream().mapToLong(LbnSet::size).sum();
  }
}
