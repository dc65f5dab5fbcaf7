package io.vdotools.xml;

import com.ctc.wstx.stax.WstxInputFactory;
import com.ctc.wstx.stax.WstxOutputFactory;
import java.io.OutputStream;
import javax.xml.namespace.QName;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.dataformat.xml.XmlFactory;
import tools.jackson.dataformat.xml.XmlWriteFeature;
import tools.jackson.dataformat.xml.ser.ToXmlGenerator;
import tools.jackson.dataformat.xml.util.DefaultXmlPrettyPrinter;

/** Elements and attributes on their way into a stream, indented. */
final class XmlElements {
  private final ToXmlGenerator generator;

  XmlElements(OutputStream out) {
    var factory =
        XmlFactory.builder()
            .xmlInputFactory(new WstxInputFactory())
            .xmlOutputFactory(new WstxOutputFactory())
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();
    this.generator =
        (ToXmlGenerator) factory.createGenerator(new Indented(), out, JsonEncoding.UTF8);
    generator.initGenerator();
  }

  private static final class Indented extends ObjectWriteContext.Base {
    @Override
    public int getFormatWriteFeatures(int defaults) {
      return defaults | XmlWriteFeature.WRITE_XML_DECLARATION.getMask();
    }

    @Override
    public PrettyPrinter getPrettyPrinter() {
      // Lines end alike on every machine: the same volume is the same bytes.
      return new DefaultXmlPrettyPrinter().withCustomNewLine("\n");
    }
  }

  /** Begins the outermost element. */
  XmlElements root(String name) {
    generator.setNextName(new QName(name));
    generator.writeStartObject();
    return this;
  }

  /** Begins an element. Its attributes come before the elements in it. */
  XmlElements open(String name) {
    generator.writeName(name);
    generator.writeStartObject();
    return this;
  }

  /** Adds an attribute with an unsigned number. */
  XmlElements attribute(String name, long value) {
    generator.setNextIsAttribute(true);
    generator.writeName(name);
    if (value < 0) {
      generator.writeString(Long.toUnsignedString(value));
    } else {
      generator.writeNumber(value);
    }
    generator.setNextIsAttribute(false);
    return this;
  }

  /** Adds an attribute with a signed number. */
  XmlElements signed(String name, int value) {
    return attribute(name, Integer.toString(value));
  }

  /** Adds an attribute with a truth. */
  XmlElements attribute(String name, boolean value) {
    return attribute(name, Boolean.toString(value));
  }

  /** Adds an attribute with a text. */
  XmlElements attribute(String name, String value) {
    generator.setNextIsAttribute(true);
    generator.writeName(name);
    generator.writeString(value);
    generator.setNextIsAttribute(false);
    return this;
  }

  /** Ends the element begun last. */
  XmlElements close() {
    generator.writeEndObject();
    return this;
  }

  /** Brings everything into the stream. */
  void finish() {
    generator.close();
  }
}
