package io.vdotools.tool.map;

import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.model.MappingRun;
import io.vdotools.model.UnreadableMapping;
import io.vdotools.model.UnreadablePage;
import java.util.List;

/** Shows what was asked for, as it is found: first LBNs, then PBNs, each ascending. */
interface MapReport extends AutoCloseable {
  /** LBNs with a mapping. */
  void mapped(MappingRun run);

  /** LBNs without one. */
  void unmapped(long first, long count);

  /** An LBN whose mapping makes no sense. */
  void impossible(UnreadableMapping mapping);

  /** LBNs whose mapping is lost with a page above them. */
  void lost(UnreadablePage page, LbnSet lbns);

  /**
   * Blocks that nothing refers to, or that are neither data nor pages.
   *
   * @param first the first PBN
   * @param end the PBN behind the last
   * @param area what they are
   */
  void blocks(long first, long end, PhysicalArea area);

  /**
   * A block that is in use.
   *
   * @param area where it lies
   * @param uses how, at least one
   * @param below the LBNs below the page, if it is one
   */
  void used(PhysicalArea area, List<Reference> uses, LbnSet below);

  /** Something casts a doubt on the answers. */
  void doubt(String sentence);

  @Override
  void close();
}
