package io.vdotools.tool.stats;

import java.util.List;
import javax.xml.stream.XMLStreamException;

/** The pictures of the report: drawn in the document itself, as SVG. */
final class Pictures {
  private static final int WIDTH = 720;
  private static final int BAR = 36;
  private static final int LINE = 22;
  private static final int TITLE = 110;
  private static final int CELL = 14;
  private static final int COLUMNS = WIDTH / CELL;

  private final HtmlElements html;

  Pictures(HtmlElements html) {
    this.html = html;
  }

  /**
   * A part of a whole.
   *
   * @param title what it is
   * @param blocks how much
   * @param colour how it is drawn, as CSS puts it
   */
  record Part(String title, long blocks, String colour) {}

  private void open(int height, String label) throws XMLStreamException {
    html.open(
        "svg",
        "width",
        Integer.toString(WIDTH),
        "height",
        Integer.toString(height),
        "viewBox",
        "0 0 " + WIDTH + " " + height,
        "role",
        "img",
        "aria-label",
        label);
  }

  private void close() throws XMLStreamException {
    html.close().text("\n");
  }

  private void box(double x, double y, double width, double height, String colour, String tip)
      throws XMLStreamException {
    html.open(
            "rect",
            "x",
            number(x),
            "y",
            number(y),
            "width",
            number(width),
            "height",
            number(height),
            "fill",
            colour)
        .element("title", tip)
        .close();
  }

  private static String number(double value) {
    long hundredths = Math.round(value * 100);
    return "%d.%02d".formatted(hundredths / 100, hundredths % 100);
  }

  private void words(double x, double y, String text) throws XMLStreamException {
    html.element("text", text, "x", number(x), "y", number(y), "font-size", "13");
  }

  /** A bar that is divided as a whole is. */
  void bar(String label, List<Part> parts) throws XMLStreamException {
    long whole = Math.max(1, parts.stream().mapToLong(Part::blocks).sum());
    open(BAR, label);
    double x = 0;
    for (var part : parts) {
      double width = (double) WIDTH * part.blocks() / whole;
      if (part.blocks() > 0) {
        box(
            x,
            0,
            width,
            BAR,
            part.colour(),
            "%s: %d blocks (%s)"
                .formatted(part.title(), part.blocks(), Words.percent(part.blocks(), whole)));
      }
      x += width;
    }
    close();
  }

  /** A line for each band, as long as the logarithm of its blocks. */
  void bands(String label, List<Words.Band> bands) throws XMLStreamException {
    double most = bands.stream().mapToDouble(Pictures::length).max().orElse(1);
    open(Math.max(1, bands.size()) * LINE, label);
    for (int i = 0; i < bands.size(); i++) {
      var band = bands.get(i);
      double width = (WIDTH - 2.0 * TITLE) * length(band) / Math.max(1, most);
      String tip = band.title() + " references: " + band.blocks() + " blocks";
      words(0, i * LINE + 15.0, band.title());
      box(TITLE, i * LINE + 3.0, width, LINE - 6.0, "#3b6ea5", tip);
      words(TITLE + width + 6, i * LINE + 15.0, Long.toString(band.blocks()));
    }
    close();
  }

  private static double length(Words.Band band) {
    return Math.log1p((double) band.blocks());
  }

  /** A square for each slab, the darker the fuller. */
  void slabs(String label, List<SlabFigures> slabs) throws XMLStreamException {
    open(Math.ceilDiv(slabs.size(), COLUMNS) * CELL, label);
    for (int i = 0; i < slabs.size(); i++) {
      var slab = slabs.get(i);
      int column = i % COLUMNS;
      int line = i / COLUMNS;
      box(
          column * CELL,
          line * CELL,
          CELL - 2.0,
          CELL - 2.0,
          shade(slab),
          "slab %d, from PBN %d: %d data blocks, %d pages, %d free"
              .formatted(
                  slab.number(),
                  slab.firstPbn(),
                  slab.dataBlocks(),
                  slab.pageBlocks(),
                  slab.freeBlocks()));
    }
    close();
  }

  private static String shade(SlabFigures slab) {
    return slab.usedBlocks() == 0
        ? "#dddddd"
        : "hsl(210,50%%,%d%%)".formatted(85 - slab.usedPercent() * 60 / 100);
  }
}
