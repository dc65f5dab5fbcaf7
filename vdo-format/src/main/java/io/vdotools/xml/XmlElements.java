package io.vdotools.xml;

import com.ctc.wstx.stax.WstxOutputFactory;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.stream.XMLStreamException;
import org.codehaus.stax2.XMLStreamWriter2;

/**
 * Elements and attributes on their way into a stream, indented.
 *
 * <p>On Woodstox itself, without Jackson's generator on top: of twenty million elements with two
 * numbers each that took a third of the time away, and of the first millions, before everything is
 * compiled, two thirds. A dump is little else.
 */
final class XmlElements {
  private static final String INDENT = "  ";
  private static final int MOST_DEPTH = 8;
  private static final int MOST_PLAIN_BYTES = 1 << 14;

  private final OutputStream out;
  private final XMLStreamWriter2 writer;
  private final PlainElements plain = new PlainElements(PlainElements.FEW_LINES_BYTES);
  // Whether elements were put together as bytes, and are still to come into the stream.
  private boolean isPlain;
  private final String[] lines = new String[MOST_DEPTH];
  private int depth;
  // Whether the element begun last is still without anything in it.
  private boolean isEmpty;

  XmlElements(OutputStream out) throws XMLStreamException {
    var factory = new WstxOutputFactory();
    var config = factory.getConfig();
    config.enableAutomaticEmptyElements(true);
    config.doAutoCloseOutput(false);
    // All names are constants of this package: nothing would be found.
    config.doValidateStructure(false);
    config.doValidateNames(false);
    config.doValidateAttributes(false);
    config.doValidateContent(false);
    this.writer =
        (XMLStreamWriter2)
            factory.createXMLStreamWriter(new Unflushed(out), StandardCharsets.UTF_8.name());
    this.out = out;
    for (int i = 0; i < lines.length; i++) {
      lines[i] = "\n" + INDENT.repeat(i);
    }
  }

  /** {@return the indentation of elements at some depth} */
  static String indent(int depth) {
    return INDENT.repeat(depth);
  }

  /**
   * {@return where to put pages and mappings}, inside the element begun last, until this is asked
   * for something else.
   */
  PlainElements plain() throws XMLStreamException {
    if (!isPlain) {
      // Nothing: but what is still open of the start tag is closed.
      writer.writeRaw("");
      writer.flush();
      isEmpty = false;
      isPlain = true;
    } else if (plain.mark() > MOST_PLAIN_BYTES) {
      drain();
    }
    return plain;
  }

  /** Puts a part of a piece where {@link #plain} would put it. */
  void piece(PlainElements piece, int from, int to) throws XMLStreamException {
    plain();
    drain();
    write(piece, from, to);
  }

  private void endPlain() throws XMLStreamException {
    if (isPlain) {
      isPlain = false;
      drain();
    }
  }

  private void drain() throws XMLStreamException {
    write(plain, 0, plain.mark());
    plain.cut(0);
  }

  private void write(PlainElements elements, int from, int to) throws XMLStreamException {
    try {
      elements.writeTo(out, from, to);
    } catch (IOException e) {
      throw new XMLStreamException(e);
    }
  }

  /** Begins the document. */
  void begin() throws XMLStreamException {
    writer.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
  }

  /** Begins an element. Its attributes come before the elements in it. */
  XmlElements open(String name) throws XMLStreamException {
    endPlain();
    writer.writeRaw(lines[depth++]);
    writer.writeStartElement(name);
    isEmpty = true;
    return this;
  }

  /** Begins an element that has nothing in it but attributes, and is not to be closed. */
  XmlElements leaf(String name) throws XMLStreamException {
    endPlain();
    writer.writeRaw(lines[depth]);
    writer.writeEmptyElement(name);
    isEmpty = false;
    return this;
  }

  /** Adds an attribute with an unsigned number. */
  XmlElements attribute(String name, long value) throws XMLStreamException {
    if (value < 0) {
      writer.writeAttribute(name, Long.toUnsignedString(value));
    } else {
      writer.writeLongAttribute("", "", name, value);
    }
    return this;
  }

  /** Adds an attribute with a signed number. */
  XmlElements signed(String name, int value) throws XMLStreamException {
    writer.writeAttribute(name, Integer.toString(value));
    return this;
  }

  /** Adds an attribute with a truth. */
  XmlElements attribute(String name, boolean value) throws XMLStreamException {
    writer.writeAttribute(name, Boolean.toString(value));
    return this;
  }

  /** Adds an attribute with a text. */
  XmlElements attribute(String name, String value) throws XMLStreamException {
    writer.writeAttribute(name, value);
    return this;
  }

  /** Ends the element begun last. */
  void close() throws XMLStreamException {
    endPlain();
    depth--;
    if (!isEmpty) {
      writer.writeRaw(lines[depth]);
    }
    writer.writeEndElement();
    isEmpty = false;
  }

  /** Ends the document, and brings everything into the stream. */
  void finish() throws XMLStreamException {
    writer.writeRaw("\n");
    writer.writeEndDocument();
    writer.close();
  }

  /** Passes bytes on at once; when the stream is flushed is left to whoever gave it. */
  private static final class Unflushed extends FilterOutputStream {
    Unflushed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int start, int length) throws IOException {
      out.write(bytes, start, length);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
