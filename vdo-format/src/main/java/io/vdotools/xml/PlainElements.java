package io.vdotools.xml;

import io.vdotools.bytes.AsciiText;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.model.PagePlace;
import io.vdotools.model.TextPiece;

/**
 * Pages and mappings, of which a dump has millions, put together as bytes: empty elements whose
 * attributes are all numbers. They are what the library would write, in a third of the time; there
 * is nothing in them that could have to be escaped.
 */
final class PlainElements extends TextPiece {
  private static final int TREES = Forest.DEFAULT_ROOT_COUNT;

  // What the block map is made of lies two levels below the root of the document.
  static final String INDENT = XmlElements.indent(2);
  private static final AsciiText PAGE = line(Names.PAGE);
  private static final AsciiText DATA = line(Names.DATA);
  private static final AsciiText ZEROS = line(Names.ZEROS);
  private static final AsciiText FRAGMENTS = line(Names.FRAGMENTS);
  private static final AsciiText BLOCKS = attribute(Names.BLOCKS);
  private static final AsciiText PBN = attribute(Names.PBN);
  private static final AsciiText HEIGHT = attribute(Names.HEIGHT);
  private static final AsciiText TREE = attribute(Names.TREE);
  private static final AsciiText INDEX = attribute(Names.INDEX);
  private static final AsciiText FRAGMENT = attribute(Names.FRAGMENT);
  private static final AsciiText END = AsciiText.of("\"/>");

  /**
   * Makes an empty piece.
   *
   * @param firstBytes how many bytes there is room for before it grows
   */
  PlainElements(int firstBytes) {
    super(firstBytes);
  }

  /** {@return what stands in a line before the LBN, with which all of them begin} */
  static String start(String name) {
    return INDENT + "<" + name + " " + Names.LBN + "=\"";
  }

  private static AsciiText line(String name) {
    return AsciiText.of("\n" + start(name));
  }

  /** {@return what is between the value of one attribute and that of the next} */
  static AsciiText attribute(String name) {
    return AsciiText.of("\" " + name + "=\"");
  }

  @Override
  public void page(PagePlace page) {
    put(PAGE, page.firstLbn(TREES));
    put(HEIGHT, page.height());
    put(TREE, page.tree());
    put(INDEX, page.index());
    if (page.pbn() != PagePlace.UNPLACED) {
      put(PBN, page.pbn());
    }
    text.append(END);
  }

  @Override
  public void data(long firstLbn, long count, long firstPbn) {
    lbns(DATA, firstLbn, count);
    put(PBN, firstPbn);
    text.append(END);
  }

  @Override
  public void singles(long firstLbn, long[] pbns, int from, int to) {
    text.appendPairs(DATA, firstLbn, PBN, pbns, from, to, END);
  }

  @Override
  public void zeros(long firstLbn, long count) {
    lbns(ZEROS, firstLbn, count);
    text.append(END);
  }

  @Override
  public void fragments(long firstLbn, long count, long pbn, int firstFragment) {
    lbns(FRAGMENTS, firstLbn, count);
    put(PBN, pbn);
    put(FRAGMENT, firstFragment);
    text.append(END);
  }

  private void lbns(AsciiText element, long firstLbn, long count) {
    put(element, firstLbn);
    if (count != 1) {
      put(BLOCKS, count);
    }
  }

  private void put(AsciiText before, long value) {
    text.append(before);
    text.appendUnsigned(value);
  }
}
