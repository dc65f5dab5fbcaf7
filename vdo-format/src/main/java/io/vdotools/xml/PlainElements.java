package io.vdotools.xml;

import io.vdotools.format.blockmap.Forest;
import io.vdotools.model.MappingRun;
import io.vdotools.model.PagePlace;
import io.vdotools.model.TextPiece;
import java.nio.charset.StandardCharsets;

/**
 * Pages and mappings, of which a dump has millions, put together as bytes: empty elements whose
 * attributes are all numbers. They are what the library would write, in a third of the time; there
 * is nothing in them that could have to be escaped.
 */
final class PlainElements extends TextPiece {
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

  private static byte[] start(String name) {
    return ("\n" + INDENT + "<" + name).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] attribute(String name) {
    return (" " + name + "=\"").getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void page(PagePlace page) {
    text.append(PAGE);
    put(LBN, page.firstLbn(TREES));
    put(HEIGHT, page.height());
    put(TREE, page.tree());
    put(INDEX, page.index());
    if (page.pbn() != PagePlace.UNPLACED) {
      put(PBN, page.pbn());
    }
    text.append(END);
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
    text.append(END);
  }

  private void lbns(byte[] element, MappingRun run) {
    text.append(element);
    put(LBN, run.firstLbn());
    if (run.count() != 1) {
      put(BLOCKS, run.count());
    }
  }

  private void put(byte[] attribute, long value) {
    text.append(attribute);
    text.appendUnsigned(value);
    text.append('"');
  }
}
