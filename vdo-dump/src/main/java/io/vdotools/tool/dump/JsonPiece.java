package io.vdotools.tool.dump;

import io.vdotools.bytes.AsciiText;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.model.PagePlace;
import io.vdotools.model.TextPiece;

/**
 * Pages and mappings as JSON Lines, put together as bytes: objects of numbers, in which there is
 * nothing to be escaped, and of which a dump has millions. Each begins with the end of the line
 * before.
 */
final class JsonPiece extends TextPiece {
  private static final int TREES = Forest.DEFAULT_ROOT_COUNT;

  private static final AsciiText PAGE = start("page");
  private static final AsciiText DATA = start("data");
  private static final AsciiText ZEROS = start("zeros");
  private static final AsciiText FRAGMENTS = start("fragments");
  private static final AsciiText BLOCKS = property("blocks");
  private static final AsciiText PBN = property("pbn");
  private static final AsciiText ONE_BLOCK_PBN = AsciiText.of(",\"blocks\":1,\"pbn\":");
  private static final AsciiText HEIGHT = property("height");
  private static final AsciiText TREE = property("tree");
  private static final AsciiText INDEX = property("index");
  private static final AsciiText FRAGMENT = property("fragment");
  private static final AsciiText END = AsciiText.of("}");

  /**
   * Makes an empty piece.
   *
   * @param firstBytes how many bytes there is room for before it grows
   */
  JsonPiece(int firstBytes) {
    super(firstBytes);
  }

  // All of them begin with an LBN.
  private static AsciiText start(String type) {
    return AsciiText.of("\n{\"type\":\"" + type + "\",\"lbn\":");
  }

  private static AsciiText property(String name) {
    return AsciiText.of(",\"" + name + "\":");
  }

  @Override
  public void page(PagePlace page) {
    put(PAGE, page.firstLbn(TREES));
    put(HEIGHT, page.height());
    put(TREE, page.tree());
    put(INDEX, page.index());
    put(PBN, page.pbn());
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
    text.appendPairs(DATA, firstLbn, ONE_BLOCK_PBN, pbns, from, to, END);
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

  private void lbns(AsciiText start, long firstLbn, long count) {
    put(start, firstLbn);
    put(BLOCKS, count);
  }

  private void put(AsciiText before, long value) {
    text.append(before);
    text.appendUnsigned(value);
  }
}
