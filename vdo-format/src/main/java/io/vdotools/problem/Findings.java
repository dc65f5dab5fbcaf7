package io.vdotools.problem;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * What a run found, in an order that does not depend on threads.
 *
 * <p>Of each code only the first problems by place are kept; the rest is counted. So a volume with
 * a hundred million wrong counts costs no more memory than one with a thousand.
 */
public final class Findings {
  /** Problems of one code that are kept unless asked otherwise. */
  public static final int DEFAULT_KEPT_PER_CODE = 1000;

  // One piece: to put one together of several takes ten milliseconds of each run.
  private static final Comparator<Finding> BY_PLACE =
      (one, other) -> {
        int order = Long.compare(one.problem().pbn(), other.problem().pbn());
        order = order != 0 ? order : Long.compare(one.problem().order(), other.problem().order());
        return order != 0 ? order : one.problem().evidence().compareTo(other.problem().evidence());
      };

  private static final class OfCode {
    /** In any order as long as all are kept; then the last by place comes first. */
    Collection<Finding> kept = new ArrayList<>();

    long count;
    Severity worst = Severity.INFO;
  }

  private final int keptPerCode;
  private final Map<ProblemCode, OfCode> byCode = new EnumMap<>(ProblemCode.class);

  /** Makes an empty collection that keeps {@link #DEFAULT_KEPT_PER_CODE} problems of each code. */
  public Findings() {
    this(DEFAULT_KEPT_PER_CODE);
  }

  /**
   * Makes an empty collection.
   *
   * @param keptPerCode problems of each code to keep, at least 1
   */
  public Findings(int keptPerCode) {
    if (keptPerCode < 1) {
      throw new IllegalArgumentException("keeps " + keptPerCode);
    }
    this.keptPerCode = keptPerCode;
  }

  /** Adds a problem with the severity of the catalogue. */
  public void add(Problem problem) {
    add(problem, problem.code().severity());
  }

  /** Adds a problem that is less bad than the catalogue says, because of the volume's state. */
  public synchronized void add(Problem problem, Severity severity) {
    var ofCode = byCode.computeIfAbsent(problem.code(), _ -> new OfCode());
    ofCode.count++;
    if (severity.compareTo(ofCode.worst) > 0) {
      ofCode.worst = severity;
    }
    var finding = new Finding(problem, severity);
    if (ofCode.kept.size() >= keptPerCode) {
      var lastFirst = lastFirst(ofCode);
      if (BY_PLACE.compare(finding, lastFirst.element()) >= 0) {
        return;
      }
      lastFirst.remove();
    }
    ofCode.kept.add(finding);
  }

  /** Most codes never come to be full, and need no order before they are asked for. */
  private static PriorityQueue<Finding> lastFirst(OfCode ofCode) {
    if (ofCode.kept instanceof PriorityQueue<Finding> queue) {
      return queue;
    }
    var queue = new PriorityQueue<>(BY_PLACE.reversed());
    queue.addAll(ofCode.kept);
    ofCode.kept = queue;
    return queue;
  }

  /** Counts problems of a code that were not worth keeping one by one. */
  public synchronized void addUncounted(ProblemCode code, Severity severity, long more) {
    if (more > 0) {
      var ofCode = byCode.computeIfAbsent(code, _ -> new OfCode());
      ofCode.count += more;
      if (severity.compareTo(ofCode.worst) > 0) {
        ofCode.worst = severity;
      }
    }
  }

  /** {@return how many problems of the code were found, kept or not} */
  public synchronized long count(ProblemCode code) {
    var ofCode = byCode.get(code);
    return ofCode == null ? 0 : ofCode.count;
  }

  /** {@return the codes found, in the order of the catalogue} */
  public synchronized List<ProblemCode> codes() {
    return List.copyOf(byCode.keySet());
  }

  /** {@return the problems kept of a code, by place} */
  public synchronized List<Finding> kept(ProblemCode code) {
    var ofCode = byCode.get(code);
    if (ofCode == null) {
      return List.of();
    }
    var kept = new ArrayList<>(ofCode.kept);
    kept.sort(BY_PLACE);
    return List.copyOf(kept);
  }

  /** {@return all problems kept, by code and place} */
  public List<Finding> all() {
    var all = new ArrayList<Finding>();
    for (var code : codes()) {
      all.addAll(kept(code));
    }
    return all;
  }

  /** {@return the worst severity found of a code} */
  public synchronized Severity worst(ProblemCode code) {
    var ofCode = byCode.get(code);
    return ofCode == null ? Severity.INFO : ofCode.worst;
  }

  /** {@return the worst severity found; {@link Severity#INFO} if nothing was found} */
  public synchronized Severity worst() {
    return byCode.values().stream()
        .map(c -> c.worst)
        .max(Comparator.naturalOrder())
        .orElse(Severity.INFO);
  }

  /** {@return whether anything found is more than worth knowing} */
  public boolean hasDefects() {
    return worst().isDefect();
  }
}
