package io.vdotools.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Objects;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.xml.sax.SAXException;

/** The published schema of the exchange format. */
public final class DumpSchema {
  private static final Schema SCHEMA = load();

  private DumpSchema() {}

  private static Schema load() {
    try {
      return SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
          .newSchema(
              new StreamSource(
                  Objects.requireNonNull(DumpSchema.class.getResourceAsStream("/schema/vdo.xsd"))));
    } catch (SAXException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@return what is wrong with a document, empty if nothing is} */
  public static String fault(byte[] document) {
    try {
      SCHEMA.newValidator().validate(new StreamSource(new ByteArrayInputStream(document)));
      return "";
    } catch (SAXException e) {
      return String.valueOf(e.getMessage());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
