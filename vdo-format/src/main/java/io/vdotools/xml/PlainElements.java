package io.vdotools.xml;

import io.vdotools.bytes.AsciiBuffer;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.model.BlockMapPiece;
import io.vdotools.model.MappingRun;
import io.vdotools.model.PagePlace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Pages and mappings, of which a dump has millions, put together as bytes: empty elements whose
 * attributes are all numbers. They are what the library would write, in a third of the time; there
 * is nothing in them that could have to be escaped.
 */
final class PlainElements implements BlockMapPiece {
  private static final int TREES = Forest.DEFAULT_ROOT_COUNT;

  // What the block map is made of lies two levels below the root of the document.
  private static final String INDENT = XmlElements.indent(2);
  private static final byte[] PAGE = start(Names.PAGE);
  private static final byte[] DATA = start(Names.DATA);
  private static final byte[] ZEROS = start(Names.ZEROS);
  private static final byte[] FRAGMENTS = start(Names.FRAGMENTS);
  private static final byte[] LBN = attribute(Names.LBN);
  private static final byte[] BLOCKS = attribute(Names.BLOCKS);
  private static final byte[] PBN = attribute(Names.PBN);
  private static final byte[] HEIGHT = attribute(Names.HEIGHT);
  private static final byte[] TREE = attribute(Names.TREE);
  private static final byte[] INDEX = attribute(Names.INDEX);
  private static final byte[] FRAGMENT = attribute(Names.FRAGMENT);
  private static final byte[] END = "/>".getBytes(StandardCharsets.US_ASCII);

  private final AsciiBuffer buffer = new AsciiBuffer();

  private static byte[] start(String name) {
    return ("\n" + INDENT + "<" + name).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] attribute(String name) {
    return (" " + name + "=\"").getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void page(PagePlace page) {
    buffer.append(PAGE);
    put(LBN, page.firstLbn(TREES));
    put(HEIGHT, page.height());
    put(TREE, page.tree());
    put(INDEX, page.index());
    if (page.pbn() != PagePlace.UNPLACED) {
      put(PBN, page.pbn());
    }
    buffer.append(END);
  }

  @Override
  public void mapping(MappingRun run) {
    switch (run) {
      case MappingRun.Data data -> {
        lbns(DATA, run);
        put(PBN, data.firstPbn());
      }
      case MappingRun.Zeros _ -> lbns(ZEROS, run);
      case MappingRun.Fragments fragments -> {
        lbns(FRAGMENTS, run);
        put(PBN, fragments.pbn());
        put(FRAGMENT, fragments.firstFragment());
      }
    }
    buffer.append(END);
  }

  private void lbns(byte[] element, MappingRun run) {
    buffer.append(element);
    put(LBN, run.firstLbn());
    if (run.count() != 1) {
      put(BLOCKS, run.count());
    }
  }

  private void put(byte[] attribute, long value) {
    buffer.append(attribute);
    buffer.appendUnsigned(value);
    buffer.append('"');
  }

  @Override
  public int mark() {
    return buffer.size();
  }

  @Override
  public void cut(int mark) {
    buffer.cut(mark);
  }

  /** Brings a part into the stream, which is not flushed itself. */
  void writeTo(OutputStream out, int from, int to) throws IOException {
    buffer.writeTo(out, from, to);
  }
}
