package io.vdotools.tool.repair;

import io.vdotools.cli.ByteSize;
import io.vdotools.cli.ExitStatus;
import io.vdotools.device.change.UndoWriter;
import io.vdotools.engine.repair.RepairStep;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.problem.Finding;
import io.vdotools.problem.ProblemCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An outcome as text.
 *
 * @param outcome the outcome
 * @param path the volume, as the user named it
 * @param isVerbose whether to show every step
 */
record TextReport(Outcome outcome, Path path, boolean isVerbose) {
  private static final int STEPS_SHOWN = 5;
  private static final int LEFT_SHOWN = 20;
  private static final int LBN_SETS_SHOWN = 8;

  void print(PrintWriter out) {
    var plan = outcome.plan();
    if (outcome.status() == ExitStatus.OPERATIONAL) {
      // Of what cannot even be checked, one line has to be enough.
      out.println(path + ": " + whyNot(plan) + "; " + verdict());
      return;
    }
    if (!plan.steps().isEmpty()) {
      out.println(path + ": repair");
      printSteps(out);
      printLost(out);
      row(out, "plan", outcome.plan().plan().id());
      row(out, "changes", blocks(outcome.changes().size()));
      if (outcome.copy() == null) {
        row(
            out,
            "undo",
            outcome.undoFile()
                + ", "
                + ByteSize.ofBlocks(UndoWriter.fileBlocks(outcome.changes())));
      }
    }
    printLeft(out);
    out.println(path + ": " + verdict());
  }

  /** The worst that stands in the way, by what was looked at first. */
  private static String whyNot(RepairPlan plan) {
    var findings = plan.after().findings();
    return findings.all().stream()
        .filter(finding -> finding.severity() == findings.worst())
        .findFirst()
        .map(finding -> finding.problem().code().id() + " " + finding.problem().evidence())
        .orElse("it cannot be checked");
  }

  private static void row(PrintWriter out, String name, String value) {
    out.printf("  %-9s %s%n", name, value);
  }

  private static String blocks(long count) {
    return count == 1 ? "1 block" : count + " blocks";
  }

  private void printSteps(PrintWriter out) {
    Map<String, List<RepairStep>> byCode = new LinkedHashMap<>();
    for (var step : outcome.plan().steps()) {
      byCode.computeIfAbsent(step.codes().getFirst().id(), _ -> new ArrayList<>()).add(step);
    }
    byCode.forEach((id, steps) -> {
      out.println("  " + id + " " + steps.getFirst().codes().getFirst().title());
      int shown = isVerbose ? steps.size() : Math.min(STEPS_SHOWN, steps.size());
      for (var step : steps.subList(0, shown)) {
        printStep(out, step);
      }
      if (shown < steps.size()) {
        out.println("    and " + (steps.size() - shown) + " more steps; --verbose shows them");
      }
    });
  }

  private static void printStep(PrintWriter out, RepairStep step) {
    out.println(
        "    "
            + step.structure().title()
            + (step.pbn() < 0 ? "" : " at PBN " + step.pbn())
            + ": "
            + step.change());
    out.println("      " + step.confidence().title() + ": " + step.evidence());
    if (!step.lost().isEmpty()) {
      out.println("      gives up " + lbns(step.lost()));
    }
  }

  private void printLost(PrintWriter out) {
    var plan = outcome.plan();
    long unnamed = plan.unnamedBlocks();
    if (plan.lostBlocks() > 0) {
      row(out, "lost", lbns(plan.steps().stream().flatMap(s -> s.lost().stream()).toList()));
    } else if (unnamed == 0) {
      row(out, "lost", "nothing");
    }
    if (unnamed > 0) {
      row(
          out,
          plan.lostBlocks() > 0 ? "" : "lost",
          unnamed
              + (plan.lostBlocks() > 0 ? " more" : "")
              + " logical blocks, by the count in the super block: which ones is not known");
    }
  }

  private static String lbns(List<LbnSet> sets) {
    long size = sets.stream().mapToLong(LbnSet::size).sum();
    String shown =
        sets.stream().limit(LBN_SETS_SHOWN).map(LbnSet::toString).collect(Collectors.joining(", "));
    int hidden = sets.size() - LBN_SETS_SHOWN;
    return "LBN "
        + shown
        + (hidden > 0 ? " and " + hidden + (hidden == 1 ? " more place" : " more places") : "")
        + (size > 1 ? ": up to " + size + " logical blocks" : "");
  }

  private void printLeft(PrintWriter out) {
    var left = outcome.plan().left();
    if (left.isEmpty()) {
      return;
    }
    out.println("  still wrong" + (outcome.isApplied() ? "" : " after that"));
    for (Finding finding : left.stream().limit(LEFT_SHOWN).toList()) {
      var problem = finding.problem();
      out.println(
          "    "
              + problem.code().id()
              + " "
              + problem.structure().title()
              + (problem.pbn() < 0 ? "" : " at PBN " + problem.pbn())
              + ": "
              + problem.evidence());
    }
    if (left.size() > LEFT_SHOWN) {
      out.println("    and " + (left.size() - LEFT_SHOWN) + " more");
    }
  }

  private String nothingPossible() {
    return outcome.plan().after().findings().count(ProblemCode.DEVICE_TOO_SMALL) > 0
        ? "nothing was written: bring back the rest, or make the device as long as the volume, and"
            + " repair it then"
        : "nothing can be repaired; nothing was written, see vdo_check";
  }

  private String verdict() {
    var copy = outcome.copy();
    String unreadable =
        copy == null || copy.unreadable() == 0
            ? ""
            : "; " + blocks(copy.unreadable()) + " could not be read, and are zeros in the copy";
    String where =
        copy == null
            ? "'vdo_undo --apply " + outcome.undoFile() + "' takes it back"
            : copy.path() + " holds the result; the volume was not touched" + unreadable;
    return switch (outcome.verdict()) {
      case NOTHING_TO_DO -> "in order; nothing was written";
      case NOTHING_POSSIBLE -> nothingPossible();
      case READY -> "the result is in order; nothing was written, --apply writes it";
      case PROBLEMS_WOULD_BE_LEFT ->
          outcome.plan().leavesOnlyWhatWasExcluded()
              ? "what was to be repaired is in order then; nothing was written, --apply writes it"
              : "not all can be repaired; nothing was written, --apply --force writes what can";
      case DONE -> "repaired and in order; " + where;
      case DONE_WITH_PROBLEMS -> "repaired in part; " + where;
    };
  }
}
