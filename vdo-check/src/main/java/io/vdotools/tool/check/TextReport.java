package io.vdotools.tool.check;

import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckResult;
import io.vdotools.check.Judgement;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.problem.Finding;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Severity;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A result as text for people: the verdict, what the volume is, and the problems, the worst first.
 */
final class TextReport {
  private static final int LBN_SETS_SHOWN = 4;

  private final CheckResult result;
  private final CheckOptions options;
  private final boolean isVerbose;
  private final Facts facts;

  TextReport(CheckResult result, CheckOptions options, boolean isVerbose) {
    this.result = result;
    this.options = options;
    this.isVerbose = isVerbose;
    this.facts = new Facts(result);
  }

  void print(PrintWriter out) {
    if (facts.verdict() == Facts.Verdict.UNCHECKABLE) {
      printProblems(out);
      out.println(result.volume().device().name() + ": " + facts.verdictText());
      return;
    }
    out.println(result.volume().device().name() + ": " + facts.state());
    printIdentity(out);
    if (result.extent() == CheckResult.Extent.COMPLETE) {
      printUse(out);
    }
    row(out, "judged", judged());
    printProblems(out);
    out.println(result.volume().device().name() + ": " + facts.verdictText());
  }

  private static void row(PrintWriter out, String name, String value) {
    out.println("  " + name + " ".repeat(10 - name.length()) + value);
  }

  private void printIdentity(PrintWriter out) {
    var volume = result.volume();
    var geometry = volume.geometry();
    var superBlock = volume.superBlock();
    row(
        out,
        "identity",
        (volume.geometryFormat().isSupported() ? "UUID " + geometry.uuidValue() + ", " : "")
            + "nonce "
            + Long.toHexString(volume.nonce()));
    row(
        out,
        "version",
        "volume "
            + superBlock.volumeVersion()
            + (volume.geometryFormat().isSupported()
                ? ", geometry " + geometry.header().version()
                : ", geometry block damaged"));
    var config = superBlock.vdo().config();
    row(out, "logical", Facts.blocks(config.logicalBlocks()));
    row(
        out,
        "physical",
        Facts.blocks(config.physicalBlocks())
            + volume
                .slabs()
                .map(s -> ", " + s.slabCount() + " slabs of " + s.slabBlocks() + " blocks")
                .orElse(""));
  }

  private void printUse(PrintWriter out) {
    var tally = result.tally();
    if (options.level() == CheckOptions.Level.QUICK || result.judgement() == Judgement.NEW) {
      return;
    }
    row(
        out,
        "mapped",
        tally.mappings()
            + " logical blocks: "
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
              + " data blocks, "
              + (tally.leafPages() + tally.interiorPages())
              + " block map pages; "
              + tally.freeBlocks()
              + " free");
      row(out, "saving", saving());
    }
    if (result.judgement() == Judgement.AFTER_RECOVERY) {
      row(out, "journal", journal());
    }
  }

  private String saving() {
    var tally = result.tally();
    if (tally.mappings() == 0) {
      return "none, nothing is mapped";
    }
    long saved = tally.mappings() - tally.dataBlocks();
    return Math.max(0, 100 * saved / tally.mappings()) + "% of the mapped blocks";
  }

  private String journal() {
    var tally = result.tally();
    if (tally.replayedEntries() == 0) {
      return "nothing to replay";
    }
    return tally.replayedEntries()
        + " entries to replay: "
        + tally.changedSlots()
        + " mappings, "
        + tally.appendedEntries()
        + " slab journal entries"
        + (tally.missingDecrements() > 0
            ? ", " + tally.missingDecrements() + " decrements never logged"
            : "")
        + (tally.ignoredBlocks() > 0
            ? "; " + tally.ignoredBlocks() + " blocks behind a gap ignored"
            : "");
  }

  private String judged() {
    String scope =
        switch (result.extent()) {
          case COMPLETE ->
              switch (options.level()) {
                case QUICK -> "geometry, super block, layout and summary only";
                case STANDARD -> "all metadata";
                case THOROUGH -> "all metadata and compressed blocks";
              };
          case LAYOUT_ONLY -> "geometry and super block only";
          case IMPOSSIBLE -> "nothing else";
        };
    return result.judgement().title() + "; " + scope;
  }

  private void printProblems(PrintWriter out) {
    var findings = result.findings();
    var codes =
        findings.codes().stream()
            .sorted(
                Comparator.<ProblemCode, Severity>comparing(findings::worst)
                    .reversed()
                    .thenComparing(ProblemCode::id))
            .toList();
    for (var code : codes) {
      // What is only worth knowing is for those who ask for everything, but for what shapes the
      // verdict.
      boolean isShown =
          isVerbose || findings.worst(code).isDefect() || code == ProblemCode.RECOVERY_PENDING;
      if (isShown) {
        printCode(out, code);
      }
    }
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
    String place =
        problem.pbn() < 0
            ? problem.structure().title()
            : problem.structure().title() + " at PBN " + problem.pbn();
    out.println("    " + place + ": " + problem.evidence());
    if (!problem.lbns().isEmpty()) {
      out.println("      affects LBN " + lbns(problem.lbns()));
    }
  }

  private static String lbns(List<LbnSet> sets) {
    String shown =
        sets.stream().limit(LBN_SETS_SHOWN).map(LbnSet::toString).collect(Collectors.joining(", "));
    return sets.size() > LBN_SETS_SHOWN
        ? shown + " and " + (sets.size() - LBN_SETS_SHOWN) + " more ranges"
        : shown;
  }
}
