package io.vdotools.xml;

import io.vdotools.format.blockmap.Forest;
import io.vdotools.model.BlockMapPiece;
import io.vdotools.model.CountRun;
import io.vdotools.model.DumpScope;
import io.vdotools.model.EmitterException;
import io.vdotools.model.GeometryFields;
import io.vdotools.model.JournalBlockFields;
import io.vdotools.model.JournalEntryFields;
import io.vdotools.model.MappingRun;
import io.vdotools.model.PagePlace;
import io.vdotools.model.SlabJournalBlockFields;
import io.vdotools.model.SlabJournalEntryFields;
import io.vdotools.model.SlabState;
import io.vdotools.model.SummaryFields;
import io.vdotools.model.SuperBlockFields;
import io.vdotools.model.UnreadableCounts;
import io.vdotools.model.UnreadableMapping;
import io.vdotools.model.UnreadablePage;
import io.vdotools.model.VolumeVisitor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;

/**
 * Writes what it is told of a volume as XML. The same calls always make the same bytes.
 *
 * <p>What it is told must keep to the rules of {@link VolumeVisitor}. The document is complete, and
 * the stream flushed, when {@link #end} returns; the stream is not closed. Memory does not depend
 * on the volume.
 */
public final class XmlWriter implements VolumeVisitor {
  private static final int TREES = Forest.DEFAULT_ROOT_COUNT;

  private final OutputStream out;
  private final String name;
  private final XmlElements xml;
  private boolean isBlockOpen;

  /**
   * Prepares; nothing is written yet.
   *
   * @param out takes the document
   * @param name what a person knows {@code out} by
   */
  public XmlWriter(OutputStream out, String name) {
    this.out = out;
    this.name = name;
    try {
      this.xml = new XmlElements(out);
    } catch (XMLStreamException e) {
      throw new IllegalStateException("no XML writer", e);
    }
  }

  @Override
  public void begin(DumpScope scope) throws EmitterException {
    write(() -> {
      xml.begin();
      xml.open(Names.ROOT)
          .attribute(Names.FORMAT_VERSION, Names.FORMAT)
          .attribute(Names.WHOLE, scope.isWhole())
          .attribute(Names.BEST_READING, scope.isBestReading());
    });
  }

  @Override
  public void geometry(GeometryFields geometry) throws EmitterException {
    write(() -> HeaderXml.write(xml, geometry));
  }

  @Override
  public void superBlock(SuperBlockFields superBlock) throws EmitterException {
    write(() -> HeaderXml.write(xml, superBlock));
  }

  @Override
  public void doubt(String sentence) throws EmitterException {
    write(() -> xml.leaf(Names.DOUBT).attribute(Names.TEXT, sentence));
  }

  @Override
  public void beginBlockMap() throws EmitterException {
    write(() -> xml.open(Names.BLOCK_MAP));
  }

  @Override
  public void page(PagePlace page) throws EmitterException {
    plain().page(page);
  }

  @Override
  public void mapping(MappingRun run) throws EmitterException {
    run.addTo(plain());
  }

  private PlainElements plain() throws EmitterException {
    try {
      return xml.plain();
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  @Override
  public Optional<BlockMapPiece> newPiece() {
    return Optional.of(new PlainElements(PlainElements.SEVERAL_PAGES_BYTES));
  }

  @Override
  public void piece(BlockMapPiece piece, int from, int to) throws EmitterException {
    write(() -> xml.piece((PlainElements) piece, from, to));
  }

  @Override
  public void unreadablePage(UnreadablePage page) throws EmitterException {
    write(() ->
        place(xml.open(Names.UNREADABLE_PAGE), page.place())
            .attribute(Names.CAUSE, Names.of(page.cause()))
            .close());
  }

  private static XmlElements place(XmlElements xml, PagePlace page) throws XMLStreamException {
    return xml.attribute(Names.LBN, page.firstLbn(TREES))
        .attribute(Names.HEIGHT, page.height())
        .attribute(Names.TREE, page.tree())
        .attribute(Names.INDEX, page.index())
        .attribute(Names.PBN, page.pbn());
  }

  @Override
  public void unreadableMapping(UnreadableMapping mapping) throws EmitterException {
    write(() ->
        xml.open(Names.UNREADABLE_MAPPING)
            .attribute(Names.LBN, mapping.lbn())
            .attribute(Names.STATE, mapping.entry().state())
            .attribute(Names.PBN, mapping.entry().pbn())
            .attribute(Names.CAUSE, Names.of(mapping.cause()))
            .close());
  }

  @Override
  public void endBlockMap() throws EmitterException {
    write(xml::close);
  }

  @Override
  public void beginSlabs(boolean areCountsComplete) throws EmitterException {
    write(() ->
        xml.open(Names.SLABS)
            .attribute(Names.COUNTS, areCountsComplete ? Names.ALL : Names.DIFFERENT));
  }

  @Override
  public void slab(SlabState slab) throws EmitterException {
    write(() ->
        xml.open(Names.SLAB)
            .attribute(Names.NUMBER, slab.number())
            .attribute(Names.USED, slab.isUsed())
            .close());
  }

  @Override
  public void counts(CountRun run) throws EmitterException {
    write(() -> {
      pbns(Names.COUNT, run.firstPbn(), run.blocks());
      xml.attribute(Names.VALUE, run.value());
    });
  }

  @Override
  public void unreadableCounts(UnreadableCounts counts) throws EmitterException {
    write(() -> {
      pbns(Names.UNREADABLE_COUNTS, counts.firstPbn(), counts.count());
      xml.attribute(Names.CAUSE, Names.of(counts.cause()));
    });
  }

  private void pbns(String element, long first, long count) throws XMLStreamException {
    xml.leaf(element).attribute(Names.PBN, first);
    if (count != 1) {
      xml.attribute(Names.BLOCKS, count);
    }
  }

  @Override
  public void endSlabs() throws EmitterException {
    write(xml::close);
  }

  @Override
  public void beginRecoveryJournal() throws EmitterException {
    write(() -> xml.open(Names.RECOVERY_JOURNAL));
  }

  @Override
  public void journalBlock(JournalBlockFields block) throws EmitterException {
    write(() -> {
      closeBlock();
      JournalXml.write(xml, block);
      isBlockOpen = true;
    });
  }

  @Override
  public void journalEntry(JournalEntryFields entry) throws EmitterException {
    write(() -> JournalXml.write(xml, entry));
  }

  @Override
  public void endRecoveryJournal() throws EmitterException {
    endJournal();
  }

  @Override
  public void beginSlabJournals() throws EmitterException {
    write(() -> xml.open(Names.SLAB_JOURNALS));
  }

  @Override
  public void slabJournalBlock(SlabJournalBlockFields block) throws EmitterException {
    write(() -> {
      closeBlock();
      JournalXml.write(xml, block);
      isBlockOpen = true;
    });
  }

  @Override
  public void slabJournalEntry(SlabJournalEntryFields entry) throws EmitterException {
    write(() -> JournalXml.write(xml, entry));
  }

  @Override
  public void endSlabJournals() throws EmitterException {
    endJournal();
  }

  private void closeBlock() throws XMLStreamException {
    if (isBlockOpen) {
      xml.close();
      isBlockOpen = false;
    }
  }

  private void endJournal() throws EmitterException {
    write(() -> {
      closeBlock();
      xml.close();
    });
  }

  @Override
  public void beginSummary() throws EmitterException {
    write(() -> xml.open(Names.SUMMARY));
  }

  @Override
  public void summaryEntry(SummaryFields entry) throws EmitterException {
    write(() -> JournalXml.write(xml, entry));
  }

  @Override
  public void endSummary() throws EmitterException {
    write(xml::close);
  }

  @Override
  public void end() throws EmitterException {
    write(() -> {
      xml.close();
      xml.finish();
    });
    try {
      out.flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private interface Writing {
    void write() throws XMLStreamException;
  }

  private void write(Writing writing) throws EmitterException {
    try {
      writing.write();
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  private EmitterException failed(Exception e) {
    var cause = e.getCause() instanceof IOException io ? io : e;
    return new EmitterException("cannot write to " + name + ": " + cause.getMessage(), cause);
  }
}
