package io.vdotools.engine.repair;

import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Gathers the steps of a repair, and knows which problems are to be treated at all. */
public final class RepairLog {
  private static final Comparator<RepairStep> BY_PLACE =
      Comparator.comparing(RepairStep::treatment)
          .thenComparing(step -> step.codes().getFirst())
          .thenComparingLong(RepairStep::pbn)
          .thenComparing(RepairStep::change);

  private final Predicate<ProblemCode> wanted;
  private final List<RepairStep> steps = new ArrayList<>();

  /**
   * Makes an empty log.
   *
   * @param wanted the problems to treat
   */
  public RepairLog(Predicate<ProblemCode> wanted) {
    this.wanted = wanted;
  }

  /** {@return whether a problem is to be treated} */
  public boolean isWanted(ProblemCode code) {
    return wanted.test(code);
  }

  /** Adds a step; may be called by several threads. */
  public synchronized void add(RepairStep step) {
    steps.add(step);
  }

  /** Adds a step with which nothing is lost. */
  public void add(
      ProblemCode code,
      Structure structure,
      long pbn,
      String change,
      String evidence,
      Confidence confidence) {
    add(code, structure, pbn, change, evidence, confidence, List.of());
  }

  /** Adds a step. */
  public void add(
      ProblemCode code,
      Structure structure,
      long pbn,
      String change,
      String evidence,
      Confidence confidence,
      List<LbnSet> lost) {
    add(
        new RepairStep(
            Treatment.of(code), List.of(code), structure, pbn, change, evidence, confidence, lost));
  }

  /** {@return how many steps there are} */
  public synchronized int size() {
    return steps.size();
  }

  /** Forgets the steps after the first so many: what they did was discarded. */
  public synchronized void truncate(int size) {
    steps.subList(size, steps.size()).clear();
  }

  /** {@return all steps, in the order in which structures depend on each other} */
  public synchronized List<RepairStep> steps() {
    return steps.stream().sorted(BY_PLACE).toList();
  }
}
