package io.vdotools.tool.stats;

import com.ctc.wstx.stax.WstxOutputFactory;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Elements of a document that is HTML and well-formed XML alike. */
final class HtmlElements {
  private final XMLStreamWriter writer;

  HtmlElements(OutputStream out) throws XMLStreamException {
    var factory = new WstxOutputFactory();
    // In HTML an empty element that may have content has an end of its own.
    factory.getConfig().enableAutomaticEmptyElements(false);
    factory.getConfig().doAutoCloseOutput(false);
    writer = factory.createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
  }

  /** Begins the document. */
  void begin() throws XMLStreamException {
    writer.writeDTD("<!DOCTYPE html>");
    writer.writeCharacters("\n");
  }

  /**
   * Begins an element.
   *
   * @param attributes names and values in turn
   */
  HtmlElements open(String name, String... attributes) throws XMLStreamException {
    writer.writeStartElement(name);
    return with(attributes);
  }

  /** Adds an element that never has content. */
  HtmlElements single(String name, String... attributes) throws XMLStreamException {
    writer.writeEmptyElement(name);
    return with(attributes);
  }

  private HtmlElements with(String... attributes) throws XMLStreamException {
    for (int i = 0; i < attributes.length; i += 2) {
      writer.writeAttribute(attributes[i], attributes[i + 1]);
    }
    return this;
  }

  /** Adds text to the element begun last. */
  HtmlElements text(String text) throws XMLStreamException {
    writer.writeCharacters(text);
    return this;
  }

  /** Ends the element begun last. */
  HtmlElements close() throws XMLStreamException {
    writer.writeEndElement();
    return this;
  }

  /** Adds an element with nothing but text in it, and a new line. */
  HtmlElements element(String name, String text, String... attributes) throws XMLStreamException {
    return open(name, attributes).text(text).close().text("\n");
  }

  /** Ends the document, and brings everything into the stream. */
  void finish() throws XMLStreamException {
    writer.writeCharacters("\n");
    writer.writeEndDocument();
    writer.close();
  }
}
