package io.vdotools.xml;

import com.ctc.wstx.api.WstxInputProperties;
import com.ctc.wstx.stax.WstxInputFactory;
import io.vdotools.xml.RunLines.Place;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import org.codehaus.stax2.XMLInputFactory2;
import org.codehaus.stax2.XMLStreamReader2;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a document, one after the other, and where they are.
 *
 * <p>Nothing but elements, comments and white space is let through: no document type, hence no
 * entities of its own, and no text. Names are taken as they stand, prefix and all.
 */
final class ElementSource implements AutoCloseable {
  private static final int MOST_ATTRIBUTES = 24;
  private static final int LONGEST_ATTRIBUTE = 16 << 10;
  private static final int MOST_DEPTH = 16;

  private final String name;
  private final RunLines lines;
  private final MeteredInput input;
  private final XMLStreamReader2 reader;
  private final PlainNumber number = new PlainNumber();
  private RunLines.@Nullable Lines met;

  /**
   * Begins a document.
   *
   * @param source the document
   * @param name what a person knows it by
   * @param takesLines whether many lines may be met as one element; that is the faster way, and
   *     comes to the same
   */
  ElementSource(InputStream source, String name, boolean takesLines) throws XmlException {
    this.name = name;
    this.lines = new RunLines(source);
    this.input = new MeteredInput(takesLines ? lines : source);
    var factory = new WstxInputFactory();
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
    factory.setProperty(XMLInputFactory.IS_COALESCING, false);
    // Put off, an error in a text would come out of a question about it, and unchecked.
    factory.setProperty(XMLInputFactory2.P_LAZY_PARSING, false);
    factory.setProperty(XMLInputFactory2.P_PRESERVE_LOCATION, true);
    factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTES_PER_ELEMENT, MOST_ATTRIBUTES);
    factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTE_SIZE, LONGEST_ATTRIBUTE);
    factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_DEPTH, MOST_DEPTH);
    factory.setProperty(WstxInputProperties.P_MAX_CHARACTERS, Long.MAX_VALUE);
    factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_COUNT, Long.MAX_VALUE);
    try {
      this.reader = (XMLStreamReader2) factory.createXMLStreamReader(input);
    } catch (XMLStreamException e) {
      throw unreadable(e, e.getLocation());
    }
  }

  /**
   * Goes to the next element inside the one that is open.
   *
   * @return the element, or null at the end of the open one, which is then closed
   */
  @Nullable Element next() throws XmlException {
    try {
      input.renew();
      while (true) {
        int event = reader.next();
        switch (event) {
          case XMLStreamConstants.START_ELEMENT -> {
            met = lines.isKeeping() ? lines.at(reader.getLocation().getLineNumber()) : null;
            return new Element(this, reader);
          }
          case XMLStreamConstants.END_ELEMENT, XMLStreamConstants.END_DOCUMENT -> {
            return null;
          }
          case XMLStreamConstants.COMMENT,
              XMLStreamConstants.SPACE,
              XMLStreamConstants.PROCESSING_INSTRUCTION -> {}
          case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
            if (!reader.isWhiteSpace()) {
              throw fault("text where only elements belong");
            }
          }
          case XMLStreamConstants.DTD ->
              throw fault("a document type declaration, which no dump has");
          default -> throw fault("something that no dump has");
        }
      }
    } catch (XMLStreamException e) {
      throw unreadable(e);
    }
  }

  /**
   * {@return the number that an attribute of the current element is, or -1 where it is anything but
   * one to eighteen digits}
   */
  long plainNumber(int attribute) throws XmlException {
    try {
      reader.getAttributeAs(attribute, number);
      return number.value();
    } catch (XMLStreamException e) {
      throw unreadable(e);
    }
  }

  /** {@return what to throw for a fault of the element or end that was met last} */
  XmlException fault(String what) {
    var place = place();
    return new XmlException(name, place.line(), place.column(), what);
  }

  XmlException fault(String what, Throwable cause) {
    return fault(place(), what, cause);
  }

  /** {@return what to throw for a fault at some place} */
  XmlException fault(Place place, String what, Throwable cause) {
    return new XmlException(name, place.line(), place.column(), what, cause);
  }

  /** {@return where the element or end that was met last begins} */
  Place place() {
    var place = reader.getLocation();
    return lines.placeOf(place.getLineNumber(), place.getColumnNumber());
  }

  /**
   * {@return the lines that the element stands for which was met last, null if it stands for
   * itself; valid until the next element}
   */
  RunLines.@Nullable Lines lines() {
    return met;
  }

  private XmlException unreadable(XMLStreamException e) {
    @Nullable Location place = e.getLocation();
    // Of a file that cannot be read on, and of bytes that are no text, it does not say where.
    return unreadable(e, place == null ? reader.getLocationInfo().getCurrentLocation() : place);
  }

  /** Puts what the parser says into one sentence. */
  private XmlException unreadable(XMLStreamException e, @Nullable Location place) {
    var told =
        place == null
            ? new Place(1, 1)
            : lines.placeOf(
                Math.max(1, place.getLineNumber()), Math.max(1, place.getColumnNumber()));
    Throwable cause = e.getCause() == null ? e : e.getCause();
    String what;
    if (cause instanceof MeteredInput.Exceeded) {
      what = String.valueOf(cause.getMessage());
    } else if (cause instanceof IOException) {
      // Where bytes are no text is told by their place in a buffer, of which nobody knows.
      String why = String.valueOf(cause.getMessage()).replaceFirst(" \\(at char #.*", "");
      what = "cannot read on: " + firstLine(why);
    } else {
      what = "no XML: " + firstLine(String.valueOf(e.getMessage()));
    }
    return fault(told, what, e);
  }

  private static String firstLine(String text) {
    String first = text.lines().findFirst().orElse("");
    String kept = first.length() > 200 ? first.substring(0, 200) + "..." : first;
    var printable = new StringBuilder(kept.length());
    kept.chars().forEach(c -> printable.append(Character.isISOControl(c) ? '?' : (char) c));
    return printable.isEmpty()
        ? "unknown fault"
        : printable.substring(0, 1).toLowerCase(Locale.ROOT) + printable.substring(1);
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (XMLStreamException _) {
      // Nothing is held but buffers.
    }
  }
}
