package io.vdotools.tool.stats;

import io.vdotools.cli.ByteSize;
import java.io.PrintWriter;

/** Figures as text for people. */
final class TextReport {
  private static final int TITLE_COLUMNS = 18;

  private final Figures figures;
  private final boolean hasSlabs;

  /** With a line for each slab, or a summary of all. */
  TextReport(Figures figures, boolean hasSlabs) {
    this.figures = figures;
    this.hasSlabs = hasSlabs;
  }

  void print(PrintWriter out) {
    var volume = figures.volume();
    out.println(volume.volume().device().name() + ": VDO volume");
    row(out, "state", Words.state(volume.volume().superBlock().vdo()));
    row(out, "seen", volume.view().title());
    figures.doubts().forEach(doubt -> row(out, "doubt", doubt));
    if (!figures.losses().isNone()) {
      row(out, "missing", figures.losses().words());
    }
    printSpace(out);
    printSavings(out);
    printSharing(out);
    printSlabs(out);
  }

  private static void row(PrintWriter out, String title, String value) {
    out.println("  " + title + " ".repeat(TITLE_COLUMNS - title.length()) + value);
  }

  private static void row(PrintWriter out, String title, long blocks) {
    row(out, title, ByteSize.ofBlocks(blocks));
  }

  private void printSpace(PrintWriter out) {
    var space = figures.space();
    out.println("space");
    row(out, "physical", space.physical());
    row(
        out,
        "data",
        ByteSize.ofBlocks(space.data())
            + ": %d plain, %d compressed"
                .formatted(figures.blocks().plain(), figures.blocks().compressed()));
    row(
        out,
        "block map",
        ByteSize.ofBlocks(space.pages())
            + ": %d leaf pages, %d above"
                .formatted(figures.leafPages(), Math.max(0, space.pages() - figures.leafPages())));
    row(out, "free", space.free());
    row(out, "index", space.index());
    row(out, "recovery journal", space.recoveryJournal());
    row(out, "slab journals", space.slabJournals());
    row(out, "reference counts", space.referenceCounts());
    row(out, "other metadata", space.roots() + space.slabSummary());
    row(out, "unused", space.unused());
    row(out, "in use", space.usedPercent() + "% of the physical blocks");
  }

  private void printSavings(PrintWriter out) {
    var mappings = figures.mappings();
    long logical = figures.volume().logicalBlocks();
    out.println("savings");
    row(out, "logical", logical);
    row(
        out,
        "mapped",
        ByteSize.ofBlocks(mappings.total())
            + ": %d plain, %d compressed, %d zero"
                .formatted(mappings.plain(), mappings.compressed(), mappings.zero()));
    row(out, "by deduplication", figures.savedByDeduplication());
    row(out, "by compression", figures.savedByCompression());
    row(out, "by zeros", figures.savedByZeros());
    figures
        .savingPercent()
        .ifPresent(percent -> row(out, "saving", percent + "% of the mapped blocks"));
  }

  private void printSharing(PrintWriter out) {
    out.println("sharing: data blocks by the number of logical blocks that refer to them");
    for (var band : Words.bands(figures.sharing())) {
      row(out, band.title(), band.blocks());
    }
    if (!figures.sharing().isEmpty()) {
      row(out, "most", figures.sharing().getLast().references() + " logical blocks");
    }
  }

  private void printSlabs(PrintWriter out) {
    var geometry = figures.volume().slabs();
    out.println("slabs");
    row(
        out,
        "all",
        "%d, each %s, %d for data"
            .formatted(
                geometry.slabCount(),
                ByteSize.ofBlocks(geometry.slabBlocks()),
                geometry.dataBlocks()));
    row(out, "empty", Long.toString(count(0, 1)));
    row(out, "up to a half full", Long.toString(count(1, geometry.dataBlocks() / 2 + 1)));
    row(
        out,
        "more than a half",
        Long.toString(count(geometry.dataBlocks() / 2 + 1, geometry.dataBlocks())));
    row(out, "full", Long.toString(count(geometry.dataBlocks(), Integer.MAX_VALUE)));
    if (hasSlabs) {
      out.println("  slab    first PBN      data     pages      free  full");
      for (var slab : figures.slabs()) {
        out.println(
            "  %4d %12d %9d %9d %9d  %3d%%"
                .formatted(
                    slab.number(),
                    slab.firstPbn(),
                    slab.dataBlocks(),
                    slab.pageBlocks(),
                    slab.freeBlocks(),
                    slab.usedPercent()));
      }
    }
  }

  /** {@return how many slabs have so many blocks in use} */
  private long count(int from, int before) {
    return figures.slabs().stream()
        .filter(slab -> slab.usedBlocks() >= from && slab.usedBlocks() < before)
        .count();
  }
}
