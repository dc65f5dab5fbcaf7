package io.vdotools.tool.map;

import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.format.blockmap.TreePlace;
import io.vdotools.model.MappingRun;
import io.vdotools.model.UnreadableMapping;
import io.vdotools.model.UnreadablePage;
import java.io.PrintWriter;
import java.util.List;

/** A line for each thing. */
final class TextMap implements MapReport {
  private final PrintWriter out;

  TextMap(PrintWriter out) {
    this.out = out;
  }

  private static String range(long first, long count) {
    return count == 1 ? Long.toString(first) : first + ".." + (first + count - 1);
  }

  @Override
  public void mapped(MappingRun run) {
    String lbns = "LBN " + range(run.firstLbn(), run.count()) + ": ";
    out.println(
        lbns
            + switch (run) {
              case MappingRun.Data data -> "PBN " + range(data.firstPbn(), data.count());
              case MappingRun.Zeros _ -> "zeros, without a block";
              case MappingRun.Fragments fragments ->
                  "PBN %d, compressed, fragment %s"
                      .formatted(
                          fragments.pbn(), range(fragments.firstFragment(), fragments.count()));
            });
  }

  @Override
  public void unmapped(long first, long count) {
    out.println("LBN " + range(first, count) + ": not mapped");
  }

  @Override
  public void impossible(UnreadableMapping mapping) {
    out.println(
        "LBN %d: impossible mapping (%s): %s"
            .formatted(mapping.lbn(), mapping.entry(), mapping.cause().title()));
  }

  @Override
  public void lost(UnreadablePage page, LbnSet lbns) {
    out.println(
        "LBN %s: lost: block map page at PBN %d: %s"
            .formatted(lbns, page.place().pbn(), page.cause().title()));
  }

  @Override
  public void blocks(long first, long end, PhysicalArea area) {
    String what =
        area.kind() == PhysicalArea.Kind.DATA_BLOCK ? "free, no mapping" : area.kind().title();
    out.println(
        "PBN " + range(first, end - first) + ": " + what + words(area) + taken(area.lbns()));
  }

  private static String words(PhysicalArea area) {
    return area.words().isEmpty() ? "" : " (" + area.words() + ")";
  }

  private static String taken(LbnSet lbns) {
    return lbns.isEmpty() ? "" : "; takes LBN " + lbns + " with it";
  }

  @Override
  public void used(PhysicalArea area, List<Reference> uses, LbnSet below) {
    long pbn = uses.getFirst().pbn();
    long mappings = uses.stream().filter(use -> !use.isPage()).count();
    for (var use : uses) {
      if (use.isPage()) {
        out.println(
            "PBN %d: block map page (%s)%s".formatted(pbn, page(use.place()), taken(below)));
      }
    }
    if (mappings > 0) {
      out.println(
          "PBN %d: data%s%s"
              .formatted(pbn, mappings > 1 ? " of " + mappings + " LBNs" : "", words(area)));
    }
    for (var use : uses) {
      if (!use.isPage()) {
        out.println(
            "  LBN %d%s: %s of the leaf page at PBN %d"
                .formatted(
                    use.lbn(),
                    use.entry().state() > 1 ? ", fragment " + (use.entry().state() - 2) : "",
                    use.place(),
                    use.pagePbn()));
      }
    }
  }

  private static String page(TreePlace place) {
    return "tree %d height %d page %d".formatted(place.tree(), place.height(), place.pageIndex());
  }

  @Override
  public void doubt(String sentence) {
    out.println("doubt: " + sentence);
  }

  @Override
  public void close() {}
}
