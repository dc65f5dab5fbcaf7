package io.vdotools.xml;

import io.vdotools.bytes.Bytes;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.IntFunction;
import org.codehaus.stax2.XMLStreamReader2;
import org.jspecify.annotations.Nullable;

/**
 * An element's name and attributes. Each attribute is asked for by name; {@link #end} finds those
 * that nobody asked for. Attributes are there until the source goes on to what comes next.
 *
 * <p>Most elements of a dump have two or three numbers and nothing else: these are taken out of the
 * parser's buffer as they stand there, and no attribute is looked at twice.
 */
final class Element {
  private static final int NOT_THERE = -1;

  private final ElementSource source;
  private final XMLStreamReader2 reader;
  private final String name;
  private final int count;
  private int asked;

  Element(ElementSource source, XMLStreamReader2 reader) {
    this.source = source;
    this.reader = reader;
    this.name = reader.getLocalName();
    this.count = reader.getAttributeCount();
  }

  String name() {
    return name;
  }

  boolean is(String expected) {
    return name.equals(expected);
  }

  /** Checks that all attributes were asked for. */
  Element end() throws XmlException {
    if (asked != (1 << count) - 1) {
      for (int i = 0; i < count; i++) {
        if ((asked & (1 << i)) == 0) {
          throw source.fault(
              "unknown attribute " + shown(reader.getAttributeLocalName(i)) + " of <" + name + ">");
        }
      }
    }
    return this;
  }

  XmlException fault(String what) {
    return source.fault(what);
  }

  private static String shown(String text) {
    return "'" + (text.length() > 40 ? text.substring(0, 40) + "..." : text) + "'";
  }

  private XmlException wrong(String attribute, String value, String wanted) {
    return source.fault(
        "attribute '%s' of <%s> is %s where %s belongs"
            .formatted(attribute, name, shown(value), wanted));
  }

  private int indexOf(String attribute) {
    for (int i = 0; i < count; i++) {
      // Both come from a table of names as a rule: equal ones are the same.
      if (reader.getAttributeLocalName(i).equals(attribute)) {
        asked |= 1 << i;
        return i;
      }
    }
    return NOT_THERE;
  }

  private int mustHave(String attribute) throws XmlException {
    int index = indexOf(attribute);
    if (index == NOT_THERE) {
      throw source.fault("<" + name + "> lacks its attribute '" + attribute + "'");
    }
    return index;
  }

  @Nullable String find(String attribute) {
    int index = indexOf(attribute);
    return index == NOT_THERE ? null : reader.getAttributeValue(index);
  }

  String text(String attribute) throws XmlException {
    return reader.getAttributeValue(mustHave(attribute));
  }

  /** {@return an unsigned number of 64 bits} */
  long number(String attribute) throws XmlException {
    return parsed(attribute, mustHave(attribute));
  }

  /**
   * {@return a number of at least 0 and below 2^63, or a default where the attribute is missing}
   */
  long number(String attribute, long otherwise) throws XmlException {
    int index = indexOf(attribute);
    if (index == NOT_THERE) {
      return otherwise;
    }
    long number = parsed(attribute, index);
    if (number < 0) {
      throw wrong(attribute, reader.getAttributeValue(index), "a number below 2^63");
    }
    return number;
  }

  /** {@return a number of at most 32 bits} */
  long word(String attribute) throws XmlException {
    return upTo(attribute, 0xffff_ffffL);
  }

  /** {@return a number from 0 to a limit} */
  int small(String attribute, int most) throws XmlException {
    return (int) upTo(attribute, most);
  }

  /** {@return a number of at least 0 and below 2^63} */
  long address(String attribute) throws XmlException {
    return upTo(attribute, Long.MAX_VALUE);
  }

  /** {@return a number from 0 to a limit} */
  long upTo(String attribute, long most) throws XmlException {
    int index = mustHave(attribute);
    long number = parsed(attribute, index);
    if (Long.compareUnsigned(number, most) > 0) {
      throw wrong(attribute, reader.getAttributeValue(index), "a number up to " + most);
    }
    return number;
  }

  private long parsed(String attribute, int index) throws XmlException {
    long number = source.plainNumber(index);
    // The parser has passed over white space around it, which a number may have in XML.
    return number >= 0 ? number : parsedSlowly(attribute, reader.getAttributeValue(index).strip());
  }

  private long parsedSlowly(String attribute, String value) throws XmlException {
    if (value.isEmpty() || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw wrong(attribute, value, "a number");
    }
    try {
      return Long.parseUnsignedLong(value);
    } catch (NumberFormatException _) {
      throw wrong(attribute, value, "a number below 2^64");
    }
  }

  /** {@return a signed number of 32 bits} */
  int signed(String attribute) throws XmlException {
    String value = text(attribute);
    String digits = value.startsWith("-") ? value.substring(1) : value;
    long number = parsedSlowly(attribute, digits);
    long signed = digits.equals(value) ? number : -number;
    if (number < 0 || signed != (int) signed) {
      throw wrong(attribute, value, "a number of 32 bits");
    }
    return (int) signed;
  }

  boolean truth(String attribute) throws XmlException {
    String value = text(attribute);
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(attribute, value, "'true' or 'false'");
    };
  }

  UUID uuid(String attribute) throws XmlException {
    String value = text(attribute);
    try {
      var uuid = UUID.fromString(value);
      if (uuid.toString().equalsIgnoreCase(value)) {
        return uuid;
      }
    } catch (IllegalArgumentException _) {
      // Told below, as other texts that are none.
    }
    throw wrong(attribute, value, "a UUID");
  }

  /** {@return bytes in hexadecimal, none where the attribute is missing} */
  Bytes bytes(String attribute) throws XmlException {
    String value = find(attribute);
    try {
      return Bytes.copyOf(value == null ? new byte[0] : HexFormat.of().parseHex(value));
    } catch (IllegalArgumentException _) {
      throw wrong(attribute, String.valueOf(value), "a string of hexadecimal digits");
    }
  }

  /**
   * {@return the constant with a name, or what a number stands for where numbers are let through}
   */
  <E extends Enum<E>> E constant(String attribute, E[] constants) throws XmlException {
    String value = text(attribute);
    for (E constant : constants) {
      if (Names.of(constant).equals(value)) {
        return constant;
      }
    }
    throw wrong(attribute, value, "one of its names");
  }

  /** {@return the number that a name stands for, or the number that is given} */
  long code(String attribute, int names, IntFunction<String> nameOf, long most)
      throws XmlException {
    String value = text(attribute);
    for (int code = 0; code < names; code++) {
      if (nameOf.apply(code).equals(value)) {
        return code;
      }
    }
    return upTo(attribute, most);
  }
}
