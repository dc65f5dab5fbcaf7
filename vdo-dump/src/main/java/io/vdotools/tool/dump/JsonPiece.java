package io.vdotools.tool.dump;

import io.vdotools.format.blockmap.Forest;
import io.vdotools.model.MappingRun;
import io.vdotools.model.PagePlace;
import io.vdotools.model.TextPiece;
import java.nio.charset.StandardCharsets;

/**
 * Pages and mappings as JSON Lines, put together as bytes: objects of numbers, in which there is
 * nothing to be escaped, and of which a dump has millions. Each begins with the end of the line
 * before.
 */
final class JsonPiece extends TextPiece {
  private static final int TREES = Forest.DEFAULT_ROOT_COUNT;

  private static final byte[] PAGE = start("page");
  private static final byte[] DATA = start("data");
  private static final byte[] ZEROS = start("zeros");
  private static final byte[] FRAGMENTS = start("fragments");
  private static final byte[] BLOCKS = property("blocks");
  private static final byte[] PBN = property("pbn");
  private static final byte[] HEIGHT = property("height");
  private static final byte[] TREE = property("tree");
  private static final byte[] INDEX = property("index");
  private static final byte[] FRAGMENT = property("fragment");

  // All of them begin with an LBN.
  private static byte[] start(String type) {
    return ("\n{\"type\":\"" + type + "\",\"lbn\":").getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] property(String name) {
    return (",\"" + name + "\":").getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void page(PagePlace page) {
    put(PAGE, page.firstLbn(TREES));
    put(HEIGHT, page.height());
    put(TREE, page.tree());
    put(INDEX, page.index());
    put(PBN, page.pbn());
    text.append('}');
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
    text.append('}');
  }

  private void lbns(byte[] start, MappingRun run) {
    put(start, run.firstLbn());
    put(BLOCKS, run.count());
  }

  private void put(byte[] before, long value) {
    text.append(before);
    text.appendUnsigned(value);
  }
}
