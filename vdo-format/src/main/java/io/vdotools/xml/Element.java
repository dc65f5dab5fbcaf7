package io.vdotools.xml;

import io.vdotools.bytes.Bytes;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.IntFunction;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * An element's name and attributes. Each attribute is asked for by name; {@link #end} finds those
 * that nobody asked for.
 */
final class Element {
  private final ElementSource source;
  private final String name;
  private final String[] names;
  private final String[] values;
  private int asked;

  Element(ElementSource source, XMLStreamReader reader) {
    this.source = source;
    this.name = reader.getLocalName();
    int count = reader.getAttributeCount();
    names = new String[count];
    values = new String[count];
    for (int i = 0; i < count; i++) {
      names[i] = reader.getAttributeLocalName(i);
      values[i] = reader.getAttributeValue(i);
    }
  }

  String name() {
    return name;
  }

  boolean is(String expected) {
    return name.equals(expected);
  }

  /** Checks that all attributes were asked for. */
  Element end() throws XmlException {
    if (asked != (1 << names.length) - 1) {
      for (int i = 0; i < names.length; i++) {
        if ((asked & (1 << i)) == 0) {
          throw source.fault("unknown attribute " + shown(names[i]) + " of <" + name + ">");
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

  @Nullable String find(String attribute) {
    for (int i = 0; i < names.length; i++) {
      if (names[i].equals(attribute)) {
        asked |= 1 << i;
        return values[i];
      }
    }
    return null;
  }

  String text(String attribute) throws XmlException {
    String value = find(attribute);
    if (value == null) {
      throw source.fault("<" + name + "> lacks its attribute '" + attribute + "'");
    }
    return value;
  }

  /** {@return an unsigned number of 64 bits} */
  long number(String attribute) throws XmlException {
    return parsed(attribute, text(attribute));
  }

  /**
   * {@return a number of at least 0 and below 2^63, or a default where the attribute is missing}
   */
  long number(String attribute, long otherwise) throws XmlException {
    String value = find(attribute);
    if (value == null) {
      return otherwise;
    }
    long number = parsed(attribute, value);
    if (number < 0) {
      throw wrong(attribute, value, "a number below 2^63");
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
    String value = text(attribute);
    long number = parsed(attribute, value);
    if (Long.compareUnsigned(number, most) > 0) {
      throw wrong(attribute, value, "a number up to " + most);
    }
    return number;
  }

  private long parsed(String attribute, String value) throws XmlException {
    long number = 0;
    int length = value.length();
    // 18 digits cannot overflow; the rest is rare.
    if (length == 0 || length > 18) {
      return parsedSlowly(attribute, value);
    }
    for (int i = 0; i < length; i++) {
      int digit = value.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw wrong(attribute, value, "a number");
      }
      number = 10 * number + digit;
    }
    return number;
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
    long number = parsed(attribute, digits);
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
