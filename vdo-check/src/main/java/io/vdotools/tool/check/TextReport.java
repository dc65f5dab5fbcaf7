package io.vdotools.tool.check;

import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckResult;
import io.vdotools.check.Judgement;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.problem.Finding;
import io.vdotools.problem.Problem;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Severity;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A result as text for people: what the volume is, the problems, the worst first, and the verdict
 * as the last line, where a terminal shows it.
 */
final class TextReport {
  private static final int COLUMNS = 100;
  private static final int LBN_SETS_SHOWN = 4;

  private final CheckResult result;
  private final CheckOptions options;
  private final boolean isVerbose;
  private final Facts facts;

  TextReport(CheckResult result, CheckOptions options, boolean isVerbose) {
    this.result = result;
    this.options = options;
    this.isVerbose = isVerbose;
    this.facts = new Facts(result, options);
  }

  void print(PrintWriter out) {
    String name = result.volume().device().name();
    if (facts.verdict() != Facts.Verdict.UNCHECKABLE) {
      out.println(name + ": VDO volume");
      if (result.volume().hasSuperBlock()) {
        row(out, "state", facts.state());
      }
      printIdentity(out);
      if (result.volume().hasSuperBlock()) {
        printSizes(out);
      }
      if (facts.hasTally()) {
        printUse(out);
      }
      row(out, "checked", checked());
    }
    printProblems(out);
    out.println(name + ": " + facts.verdictText() + alsoFound());
  }

  /** What cannot be checked is told in one line; that there is more to be told belongs to it. */
  private String alsoFound() {
    if (isVerbose || facts.verdict() != Facts.Verdict.UNCHECKABLE) {
      return "";
    }
    String codes =
        result.findings().codes().stream()
            .filter(code -> isDefect(code) && code != facts.obstacle())
            .map(ProblemCode::id)
            .sorted()
            .collect(Collectors.joining(", "));
    return codes.isEmpty() ? "" : " (also found: " + codes + "; see --verbose)";
  }

  private static void row(PrintWriter out, String name, String value) {
    out.println("  " + name + " ".repeat(10 - name.length()) + value);
  }

  private void printIdentity(PrintWriter out) {
    var volume = result.volume();
    var geometry = volume.geometry();
    boolean hasGeometry = volume.geometryFormat().isSupported();
    if (!volume.hasSuperBlock()) {
      if (hasGeometry) {
        row(
            out,
            "identity",
            "UUID " + geometry.uuidValue() + ", nonce " + Long.toHexString(geometry.nonce()));
        row(out, "version", "geometry " + geometry.header().version());
      }
      return;
    }
    boolean isForeign = hasGeometry && geometry.nonce() != volume.nonce();
    row(
        out,
        "identity",
        (hasGeometry && !isForeign ? "UUID " + geometry.uuidValue() + ", " : "")
            + "nonce "
            + Long.toHexString(volume.nonce()));
    if (isForeign) {
      row(
          out,
          "geometry",
          "of another volume: UUID "
              + geometry.uuidValue()
              + ", nonce "
              + Long.toHexString(geometry.nonce()));
    }
    row(
        out,
        "version",
        "volume "
            + volume.superBlock().volumeVersion()
            + (hasGeometry
                ? ", geometry " + geometry.header().version()
                : ", geometry block damaged"));
  }

  private void printSizes(PrintWriter out) {
    var config = result.volume().superBlock().vdo().config();
    row(out, "logical", Facts.blocks(config.logicalBlocks()));
    row(out, "physical", Facts.blocks(config.physicalBlocks()));
    result
        .volume()
        .slabs()
        .ifPresent(slabs ->
            row(out, "slabs", slabs.slabCount() + ", each " + Facts.blocks(slabs.slabBlocks())));
  }

  private void printUse(PrintWriter out) {
    var tally = result.tally();
    row(
        out,
        "mapped",
        tally.mappings()
            + " logical blocks"
            + Facts.size(tally.mappings())
            + ": "
            + tally.plainMappings()
            + " plain, "
            + tally.compressedMappings()
            + " compressed, "
            + tally.zeroMappings()
            + " zero");
    if (tally.usedBlocks() > 0) {
      row(
          out,
          "used",
          tally.dataBlocks()
              + " data blocks"
              + Facts.size(tally.dataBlocks())
              + ", "
              + (tally.leafPages() + tally.interiorPages())
              + " block map pages"
              + (facts.areCountsRight() ? "" : ", by the stored counts"));
      row(out, "free", Facts.blocks(tally.freeBlocks()));
      if (facts.areCountsRight() && tally.mappings() > 0) {
        row(out, "saving", saving() + "% of the mapped blocks");
      }
    }
    if (result.judgement() == Judgement.AFTER_RECOVERY) {
      printJournal(out);
    }
  }

  /** As VDO's own statistics count it. */
  private long saving() {
    var tally = result.tally();
    return Math.max(0, 100 * (tally.mappings() - tally.dataBlocks()) / tally.mappings());
  }

  private void printJournal(PrintWriter out) {
    var tally = result.tally();
    String ignored =
        tally.ignoredBlocks() > 0
            ? ", " + tally.ignoredBlocks() + " blocks behind a gap ignored"
            : "";
    if (tally.replayedEntries() == 0) {
      row(out, "journal", "nothing to replay" + ignored);
      return;
    }
    row(
        out,
        "journal",
        tally.replayedEntries()
            + " entries to replay"
            + (tally.missingDecrements() > 0
                ? ", " + tally.missingDecrements() + " decrements never logged"
                : "")
            + ignored);
    row(
        out,
        "replay",
        "changes "
            + tally.changedSlots()
            + " mappings, appends "
            + tally.appendedEntries()
            + " slab journal entries");
  }

  private String checked() {
    return switch (result.extent()) {
      case COMPLETE -> {
        String scope =
            switch (options.level()) {
              case QUICK -> "geometry block, super block, layout and slab summary only";
              case STANDARD -> "all metadata";
              case THOROUGH -> "all metadata and compressed blocks";
            };
        yield scope + ", " + result.judgement().title();
      }
      case LAYOUT_ONLY -> "geometry block and super block only";
      case IMPOSSIBLE -> "nothing else";
    };
  }

  private void printProblems(PrintWriter out) {
    shownOrder().filter(this::isShown).forEach(code -> printCode(out, code));
  }

  private Stream<ProblemCode> shownOrder() {
    var findings = result.findings();
    return findings.codes().stream()
        .sorted(
            Comparator.<ProblemCode, Severity>comparing(findings::worst)
                .reversed()
                .thenComparing(ProblemCode::id));
  }

  private boolean isDefect(ProblemCode code) {
    return result.findings().worst(code).isDefect();
  }

  /** What is only worth knowing is for those who ask for everything. */
  private boolean isShown(ProblemCode code) {
    return isVerbose || (isDefect(code) && facts.verdict() != Facts.Verdict.UNCHECKABLE);
  }

  private void printCode(PrintWriter out, ProblemCode code) {
    var findings = result.findings();
    long count = findings.count(code);
    var kept = findings.kept(code);
    out.println(
        code.id()
            + " "
            + findings.worst(code).title()
            + ": "
            + code.title()
            + (count > 1 ? " (" + count + " times)" : ""));
    for (var finding : isVerbose ? kept : kept.subList(0, Math.min(1, kept.size()))) {
      printFinding(out, finding);
    }
    if (isVerbose && count > kept.size()) {
      out.println("    and " + (count - kept.size()) + " more");
    }
    out.println("    repair: " + code.remedy().title());
  }

  private static void printFinding(PrintWriter out, Finding finding) {
    var problem = finding.problem();
    printClauses(out, "    " + place(problem) + ": " + problem.evidence());
    if (!problem.lbns().isEmpty()) {
      out.println("      affects " + lbns(problem.lbns()));
    }
  }

  /** Breaks a line that is too long, but only between clauses, so that each can be found. */
  private static void printClauses(PrintWriter out, String line) {
    String rest = line;
    while (rest.length() > COLUMNS) {
      int end = rest.lastIndexOf("; ", COLUMNS - 1);
      end = end < 0 ? rest.indexOf("; ") : end;
      if (end < 0) {
        break;
      }
      out.println(rest.substring(0, end + 1));
      rest = "      " + rest.substring(end + 2);
    }
    out.println(rest);
  }

  private static String place(Problem problem) {
    // The evidence of wrong counts names the blocks.
    if (problem instanceof Problem.CountProblem count) {
      return "slab " + count.slab();
    }
    return problem.structure().title() + (problem.pbn() < 0 ? "" : " at PBN " + problem.pbn());
  }

  private static String lbns(List<LbnSet> sets) {
    long size = sets.stream().mapToLong(LbnSet::size).sum();
    String shown =
        sets.stream().limit(LBN_SETS_SHOWN).map(LbnSet::toString).collect(Collectors.joining(", "));
    int hidden = sets.size() - LBN_SETS_SHOWN;
    return "LBN "
        + shown
        + (hidden > 0 ? " and " + hidden + (hidden == 1 ? " more place" : " more places") : "")
        + (size > 1 ? ": " + size + " logical blocks" : "");
  }
}
