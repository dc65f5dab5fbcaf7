package io.vdotools.xml;

import io.vdotools.VdoException;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabSummaryEntry;
import io.vdotools.model.CountRun;
import io.vdotools.model.DumpScope;
import io.vdotools.model.MappingRun;
import io.vdotools.model.ModelException;
import io.vdotools.model.PagePlace;
import io.vdotools.model.SlabState;
import io.vdotools.model.SummaryFields;
import io.vdotools.model.UnreadableCause;
import io.vdotools.model.UnreadableCounts;
import io.vdotools.model.UnreadableMapping;
import io.vdotools.model.UnreadablePage;
import io.vdotools.model.VisitorRules;
import io.vdotools.model.VolumeVisitor;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a dump, which may be anything, and tells a visitor what it holds.
 *
 * <p>The visitor is told only what keeps to {@link VisitorRules}. If it finds fault itself with
 * what it is told, and throws a {@link ModelException}, that becomes one with line and column, too.
 * Memory depends neither on the file nor on the volume.
 */
public final class XmlReader {
  private static final int TREES = Forest.DEFAULT_ROOT_COUNT;

  private final ElementSource source;
  private final VolumeVisitor visitor;

  private XmlReader(ElementSource source, VolumeVisitor visitor) {
    this.source = source;
    this.visitor = visitor;
  }

  /**
   * Reads a document to its end.
   *
   * @param in the document, which is not closed
   * @param name what a person knows it by
   * @param visitor is told what it holds
   * @throws XmlException if it is no dump, or breaks a rule, or cannot be read; the visitor has
   *     been told what came before
   * @throws VdoException what the visitor throws
   */
  public static void read(InputStream in, String name, VolumeVisitor visitor) throws VdoException {
    read(in, name, visitor, true);
  }

  /**
   * Reads a document to its end.
   *
   * @param takesLines whether the lines of which there are millions may be read without the parser;
   *     that makes no difference but in time
   */
  static void read(InputStream in, String name, VolumeVisitor visitor, boolean takesLines)
      throws VdoException {
    try (var source = new ElementSource(in, name, takesLines)) {
      try {
        new XmlReader(source, new VisitorRules(visitor)).document();
      } catch (ModelException e) {
        throw source.fault(String.valueOf(e.getMessage()), e);
      }
    }
  }

  private void document() throws VdoException {
    var root = source.next();
    if (root == null || !root.is(Names.ROOT)) {
      throw source.fault("no dump of a VDO volume, which begins with <" + Names.ROOT + ">");
    }
    String format = root.text(Names.FORMAT_VERSION);
    if (!format.equals(Integer.toString(Names.FORMAT))) {
      throw source.fault(
          "the dump is of format '%.20s', and only format %d is known here"
              .formatted(format, Names.FORMAT));
    }
    visitor.begin(new DumpScope(root.truth(Names.WHOLE), root.truth(Names.BEST_READING)));
    root.end();
    for (var element = source.next(); element != null; element = source.next()) {
      section(element);
    }
    visitor.end();
    if (source.next() != null) {
      throw source.fault("something after the end of the dump");
    }
  }

  private void section(Element element) throws VdoException {
    switch (element.name()) {
      case Names.GEOMETRY -> visitor.geometry(HeaderReader.geometry(element, source));
      case Names.SUPER_BLOCK -> visitor.superBlock(HeaderReader.superBlock(element, source));
      case Names.DOUBT -> {
        visitor.doubt(element.text(Names.TEXT));
        empty(element);
      }
      case Names.BLOCK_MAP -> blockMap(element);
      case Names.SLABS -> slabs(element);
      case Names.RECOVERY_JOURNAL -> {
        element.end();
        visitor.beginRecoveryJournal();
        JournalReader.recoveryJournal(source, visitor);
        visitor.endRecoveryJournal();
      }
      case Names.SLAB_JOURNALS -> {
        element.end();
        visitor.beginSlabJournals();
        JournalReader.slabJournals(source, visitor);
        visitor.endSlabJournals();
      }
      case Names.SUMMARY -> summary(element);
      default -> throw unknown(element, source, Names.ROOT);
    }
  }

  /** {@return what to throw for an element that does not belong where it is} */
  static XmlException unknown(Element element, ElementSource source, String parent) {
    String name = element.name();
    return source.fault(
        "unknown element <%s> in <%s>"
            .formatted(name.length() > 40 ? name.substring(0, 40) + "..." : name, parent));
  }

  /** Checks that an element has no more attributes, and nothing in it. */
  private void empty(Element element) throws XmlException {
    empty(element, source);
  }

  static void empty(Element element, ElementSource source) throws XmlException {
    element.end();
    var inner = source.next();
    if (inner != null) {
      throw unknown(inner, source, element.name());
    }
  }

  /** Goes to an element that must come now. */
  static Element expect(ElementSource source, String name, String parent) throws XmlException {
    var element = source.next();
    if (element == null || !element.is(name)) {
      throw source.fault("<" + name + "> is missing from <" + parent + ">");
    }
    return element;
  }

  private void blockMap(Element section) throws VdoException {
    section.end();
    visitor.beginBlockMap();
    var runs = new RunBatch(source, visitor);
    try {
      for (var element = source.next(); element != null; element = source.next()) {
        var lines = source.lines();
        if (lines != null) {
          runs.deliver(lines);
        } else {
          mappingOrPage(element, runs);
        }
        empty(element);
      }
    } catch (XmlException e) {
      // What comes before it is told before it, and may be at fault itself.
      runs.deliver();
      throw e;
    }
    runs.deliver();
    visitor.endBlockMap();
  }

  private void mappingOrPage(Element element, RunBatch runs) throws VdoException {
    var run = mapping(element);
    if (run != null) {
      element.end();
      runs.add(run);
    } else {
      runs.deliver();
      page(element);
    }
  }

  /** {@return the run of mappings that an element is, null if it is something else} */
  private static @Nullable MappingRun mapping(Element element) throws XmlException {
    return switch (element.name()) {
      case Names.DATA ->
          new MappingRun.Data(
              element.address(Names.LBN), blocks(element), element.address(Names.PBN));
      case Names.ZEROS -> new MappingRun.Zeros(element.address(Names.LBN), blocks(element));
      case Names.FRAGMENTS ->
          new MappingRun.Fragments(
              element.address(Names.LBN),
              blocks(element),
              element.address(Names.PBN),
              element.small(Names.FRAGMENT, Integer.MAX_VALUE));
      default -> null;
    };
  }

  /** Tells what stands between the mappings. All attributes are checked before. */
  private void page(Element element) throws VdoException {
    switch (element.name()) {
      case Names.PAGE -> {
        var place = place(element);
        element.end();
        visitor.page(place);
      }
      case Names.UNREADABLE_PAGE -> {
        var page = new UnreadablePage(place(element), cause(element));
        element.end();
        visitor.unreadablePage(page);
      }
      case Names.UNREADABLE_MAPPING -> {
        var mapping =
            new UnreadableMapping(
                element.address(Names.LBN),
                mapping(element, Names.STATE, Names.PBN),
                cause(element));
        element.end();
        visitor.unreadableMapping(mapping);
      }
      default -> throw unknown(element, source, Names.BLOCK_MAP);
    }
  }

  private static long blocks(Element element) throws XmlException {
    return element.number(Names.BLOCKS, 1);
  }

  private static PagePlace place(Element element) throws XmlException {
    var place =
        new PagePlace(
            element.small(Names.HEIGHT, Forest.ROOT_HEIGHT),
            element.small(Names.TREE, TREES - 1),
            element.upTo(Names.INDEX, Integer.MAX_VALUE),
            pbn(element));
    long lbn = element.address(Names.LBN);
    if (lbn != place.firstLbn(TREES)) {
      throw element.fault(
          "the first LBN below page %d of height %d in tree %d is %d, not %d"
              .formatted(place.index(), place.height(), place.tree(), place.firstLbn(TREES), lbn));
    }
    return place;
  }

  /** {@return the place of a page, which edited dumps may leave out} */
  private static long pbn(Element element) throws XmlException {
    return element.find(Names.PBN) != null
        ? element.upTo(Names.PBN, BlockMapEntry.pbn(BlockMapEntry.MASK))
        : PagePlace.UNPLACED;
  }

  /** {@return a block map entry, whatever sense it makes} */
  static BlockMapEntry mapping(Element element, String state, String pbn) throws XmlException {
    return new BlockMapEntry(
        element.upTo(pbn, BlockMapEntry.pbn(BlockMapEntry.MASK)), element.small(state, 15));
  }

  private static UnreadableCause cause(Element element) throws XmlException {
    return element.constant(Names.CAUSE, UnreadableCause.values());
  }

  private void slabs(Element section) throws VdoException {
    String counts = section.text(Names.COUNTS);
    if (!counts.equals(Names.ALL) && !counts.equals(Names.DIFFERENT)) {
      throw section.fault(
          "attribute '%s' of <%s> is neither '%s' nor '%s'"
              .formatted(Names.COUNTS, Names.SLABS, Names.ALL, Names.DIFFERENT));
    }
    section.end();
    visitor.beginSlabs(counts.equals(Names.ALL));
    for (var element = source.next(); element != null; element = source.next()) {
      switch (element.name()) {
        case Names.SLAB -> {
          var slab =
              new SlabState(
                  element.small(Names.NUMBER, Integer.MAX_VALUE), element.truth(Names.USED));
          element.end();
          visitor.slab(slab);
        }
        case Names.COUNT -> {
          var run =
              new CountRun(
                  element.address(Names.PBN),
                  blocks(element),
                  element.small(Names.VALUE, Integer.MAX_VALUE));
          element.end();
          visitor.counts(run);
        }
        case Names.UNREADABLE_COUNTS -> {
          var lost =
              new UnreadableCounts(element.address(Names.PBN), blocks(element), cause(element));
          element.end();
          visitor.unreadableCounts(lost);
        }
        default -> throw unknown(element, source, Names.SLABS);
      }
      empty(element);
    }
    visitor.endSlabs();
  }

  private void summary(Element section) throws VdoException {
    section.end();
    visitor.beginSummary();
    for (var element = source.next(); element != null; element = source.next()) {
      if (!element.is(Names.ENTRY)) {
        throw unknown(element, source, Names.SUMMARY);
      }
      var entry =
          new SummaryFields(
              element.small(Names.SLAB, Integer.MAX_VALUE),
              new SlabSummaryEntry(
                  element.small(Names.TAIL, 0xff),
                  element.small(Names.HINT, (1 << SlabSummaryEntry.HINT_BITS) - 1),
                  element.truth(Names.LOAD),
                  element.truth(Names.DIRTY)));
      empty(element);
      visitor.summaryEntry(entry);
    }
    visitor.endSummary();
  }
}
