package io.vdotools.engine.repair;

import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

  // What steps have given up so far; those of several runs once more, as others may lie within.
  private final Set<LbnSet> lost = new HashSet<>();
  private final List<LbnSet> lostRuns = new ArrayList<>();

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

  /**
   * Adds a step; may be called by several threads. What a step before it has given up already it
   * does not give up again: a page may be in the way of more than one of them.
   */
  public synchronized void add(RepairStep step) {
    var news = step.lost().stream().filter(set -> !isLost(set)).toList();
    news.forEach(this::lose);
    steps.add(news.size() == step.lost().size() ? step : step.withLost(news));
  }

  private boolean isLost(LbnSet set) {
    if (lost.contains(set)) {
      return true;
    }
    long first = set.first();
    return set.runs() == 1
        && lostRuns.stream()
            .flatMap(runs -> runs.within(first, first + set.length()).stream())
            .anyMatch(part -> part.equals(set));
  }

  private void lose(LbnSet set) {
    if (lost.add(set) && set.runs() > 1) {
      lostRuns.add(set);
    }
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
    lost.clear();
    lostRuns.clear();
    steps.forEach(step -> step.lost().forEach(this::lose));
  }

  /** {@return all steps, in the order in which structures depend on each other} */
  public synchronized List<RepairStep> steps() {
    return steps.stream().sorted(BY_PLACE).toList();
  }
}
