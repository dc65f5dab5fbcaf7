package io.vdotools.tool.stats;

import io.vdotools.cli.ByteSize;
import io.vdotools.model.EmitterException;
import io.vdotools.tool.stats.Pictures.Part;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import javax.xml.stream.XMLStreamException;

/** Figures with pictures, as one HTML document without scripts that needs no other file. */
final class HtmlReport {
  private static final String STYLE =
      """
      body { font: 15px/1.4 sans-serif; margin: 2em auto; max-width: 760px; padding: 0 1em; }
      h1 { font-size: 1.5em; overflow-wrap: anywhere; } h2 { font-size: 1.15em; margin-top: 2em; }
      table { border-collapse: collapse; margin: .5em 0; }
      td, th { padding: .15em .8em .15em 0; text-align: left; vertical-align: top; }
      td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
      .key { display: inline-block; width: .8em; height: .8em; margin-right: .5em; }
      .doubt { color: #a00; }
      svg { max-width: 100%; height: auto; } summary { cursor: pointer; }
      """;

  private final Figures figures;

  HtmlReport(Figures figures) {
    this.figures = figures;
  }

  /**
   * Writes the document.
   *
   * @param out takes it; not closed
   * @param name what a person knows that by
   * @throws EmitterException if it takes no more
   */
  void write(OutputStream out, String name) throws EmitterException {
    try {
      var buffered = new BufferedOutputStream(out);
      var html = new HtmlElements(buffered);
      write(html);
      buffered.flush();
    } catch (XMLStreamException | IOException e) {
      throw new EmitterException("cannot write to " + name + ": " + e.getMessage(), e);
    }
  }

  private void write(HtmlElements html) throws XMLStreamException {
    var volume = figures.volume();
    String title = volume.volume().device().name();
    html.begin();
    html.open("html", "lang", "en").open("head").text("\n");
    html.single("meta", "charset", "utf-8").text("\n");
    html.element("title", title + ": VDO volume").element("style", STYLE);
    html.close().open("body").text("\n");
    html.element("h1", title);
    html.element(
        "p",
        "VDO volume, %s; seen %s."
            .formatted(Words.state(volume.volume().superBlock().vdo()), volume.view().title()));
    for (String doubt : figures.doubts()) {
      html.element("p", "Doubt: " + doubt, "class", "doubt");
    }
    if (!figures.losses().isNone()) {
      html.element("p", "Missing: " + figures.losses().words(), "class", "doubt");
    }
    var pictures = new Pictures(html);
    writeSpace(html, pictures);
    writeSavings(html, pictures);
    writeSharing(html, pictures);
    writeSlabs(html, pictures);
    html.close().close().finish();
  }

  private void writeSpace(HtmlElements html, Pictures pictures) throws XMLStreamException {
    var space = figures.space();
    var parts =
        List.of(
            new Part("data, plain", figures.blocks().plain(), "#3b6ea5"),
            new Part("data, compressed", figures.blocks().compressed(), "#6fa8dc"),
            new Part("block map pages", space.pages(), "#8e7cc3"),
            new Part("free", space.free(), "#dddddd"),
            new Part("deduplication index", space.index(), "#e69138"),
            new Part("recovery journal", space.recoveryJournal(), "#cc4125"),
            new Part("slab journals", space.slabJournals(), "#a64d79"),
            new Part("reference counts", space.referenceCounts(), "#6aa84f"),
            new Part("other metadata", space.roots() + space.slabSummary(), "#45818e"),
            new Part("unused", space.unused(), "#999999"));
    html.element("h2", "Space");
    html.element(
        "p",
        "%s physical, %d%% of them in use."
            .formatted(ByteSize.ofBlocks(space.physical()), space.usedPercent()));
    pictures.bar("what the physical blocks are used for", parts);
    writeTable(html, parts, space.physical());
  }

  private void writeSavings(HtmlElements html, Pictures pictures) throws XMLStreamException {
    var mappings = figures.mappings();
    var parts =
        List.of(
            new Part("stored", figures.blocks().total(), "#3b6ea5"),
            new Part("saved by deduplication", figures.savedByDeduplication(), "#6aa84f"),
            new Part("saved by compression", figures.savedByCompression(), "#93c47d"),
            new Part("saved by zeros", figures.savedByZeros(), "#b6d7a8"));
    html.element("h2", "Savings");
    var saving = figures.savingPercent();
    html.element(
        "p",
        "%s logical, %d of them mapped: %d plain, %d compressed, %d zero.%s"
            .formatted(
                ByteSize.ofBlocks(figures.volume().logicalBlocks()),
                mappings.total(),
                mappings.plain(),
                mappings.compressed(),
                mappings.zero(),
                saving.isPresent()
                    ? " %d%% of the mapped blocks take no space.".formatted(saving.getAsInt())
                    : ""));
    pictures.bar("what the mapped blocks take", parts);
    writeTable(html, parts, mappings.total());
  }

  private static void writeTable(HtmlElements html, List<Part> parts, long whole)
      throws XMLStreamException {
    html.open("table").text("\n");
    for (var part : parts) {
      html.open("tr").open("td");
      html.element("span", "", "class", "key", "style", "background:" + part.colour());
      html.text(part.title()).close();
      html.element("td", Long.toString(part.blocks()), "class", "n");
      html.element("td", ByteSize.inBrackets(part.blocks()).strip(), "class", "n");
      html.element("td", Words.percent(part.blocks(), whole), "class", "n");
      html.close().text("\n");
    }
    html.close().text("\n");
  }

  private void writeSharing(HtmlElements html, Pictures pictures) throws XMLStreamException {
    html.element("h2", "Sharing");
    html.element(
        "p",
        "Data blocks by the number of logical blocks that refer to them; the lengths are"
            + " logarithmic.");
    pictures.bands("data blocks by references", Words.bands(figures.sharing()));
  }

  private void writeSlabs(HtmlElements html, Pictures pictures) throws XMLStreamException {
    var geometry = figures.volume().slabs();
    html.element("h2", "Slabs");
    html.element(
        "p",
        "%d slabs, each %s, %d of them for data. The darker, the fuller; grey ones are empty."
            .formatted(
                geometry.slabCount(),
                ByteSize.ofBlocks(geometry.slabBlocks()),
                geometry.dataBlocks()));
    pictures.slabs("how full each slab is", figures.slabs());
    html.open("details").element("summary", "Every slab").open("table").open("tr");
    for (String head : List.of("slab", "first PBN", "data", "pages", "free", "full")) {
      html.element("th", head, "class", "n");
    }
    html.close().text("\n");
    for (var slab : figures.slabs()) {
      html.open("tr");
      html.element("td", Integer.toString(slab.number()), "class", "n");
      html.element("td", Long.toString(slab.firstPbn()), "class", "n");
      html.element("td", Integer.toString(slab.dataBlocks()), "class", "n");
      html.element("td", Integer.toString(slab.pageBlocks()), "class", "n");
      html.element("td", Integer.toString(slab.freeBlocks()), "class", "n");
      html.element("td", slab.usedPercent() + "%", "class", "n");
      html.close().text("\n");
    }
    html.close().close().text("\n");
  }
}
