package io.vdotools.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes bytes for edits of a dump.
 *
 * <p>The first byte chooses the dump, or says that the bytes themselves are one. An edit is what to
 * do, with which of its lines (two bytes), and an argument: elements are taken away, repeated and
 * moved, attributes get other values, and bytes of any kind come in between.
 */
final class XmlEdits {
  private static final Pattern ATTRIBUTE = Pattern.compile("([a-z-]+)=\"([^\"]*)\"");
  private static final Pattern ELEMENT = Pattern.compile("</?([a-z-]+)");
  private static final int MOST_EDITS = 24;
  private static final int EDIT_BYTES = 4;

  /** Values at which something may break. */
  private static final List<String> VALUES =
      List.of(
          "0",
          "1",
          "-1",
          "2",
          "13",
          "14",
          "15",
          "16",
          "60",
          "255",
          "256",
          "811",
          "812",
          "65535",
          "65536",
          "4294967295",
          "4294967296",
          "68719476735",
          "68719476736",
          "281474976710656",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551615",
          "18446744073709551616",
          "",
          " ",
          "true",
          "false",
          "TRUE",
          "clean",
          "dirty",
          "read-only",
          "all",
          "different",
          "00",
          "1e3",
          "0x10",
          "+1",
          "\u0661",
          "&#10;",
          "&lt;",
          "&x;",
          "00000000-0000-0000-0000-000000000000",
          "67.0",
          "41.0",
          "5.0");

  private XmlEdits() {}

  /** {@return a dump with the edits} */
  static byte[] of(List<byte[]> dumps, byte[] input) {
    int choice = input.length == 0 ? 0 : Byte.toUnsignedInt(input[0]);
    byte[] dump = dumps.get(choice % 8 % dumps.size());
    var bytes = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(Math.min(1, input.length));
    if (choice / 8 == 31) {
      var raw = new byte[bytes.remaining()];
      bytes.get(raw);
      return raw;
    }
    var lines = new ArrayList<>(new String(dump, StandardCharsets.UTF_8).lines().toList());
    for (int i = 0; i < MOST_EDITS && bytes.remaining() >= EDIT_BYTES && !lines.isEmpty(); i++) {
      edit(lines, bytes);
    }
    return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
  }

  private static void edit(List<String> lines, ByteBuffer bytes) {
    int what = Byte.toUnsignedInt(bytes.get());
    int line = Short.toUnsignedInt(bytes.getShort()) % lines.size();
    int argument = Byte.toUnsignedInt(bytes.get());
    String text = lines.get(line);
    switch (what % 16) {
      case 0, 1, 2, 3 ->
          lines.set(line, with(text, what / 16, VALUES.get(argument % VALUES.size())));
      case 4, 5, 6 -> lines.set(line, with(text, what / 16, near(text, what / 16, argument)));
      case 7 -> lines.set(line, with(text, what / 16, taken(bytes, argument % 24)));
      case 8 -> lines.remove(line);
      case 9 -> lines.add(line, text);
      case 10 -> Collections.swap(lines, line, (line + argument) % lines.size());
      case 11 -> lines.add(line, lines.get((line + argument) % lines.size()));
      case 12 -> lines.set(line, withName(text, lines.get(argument % lines.size())));
      case 13 -> lines.subList(line, Math.min(lines.size(), line + argument)).clear();
      case 14 -> lines.set(line, text.replaceFirst("/>", ">"));
      default -> {
        int at = argument % (text.length() + 1);
        lines.set(line, text.substring(0, at) + taken(bytes, what / 16) + text.substring(at));
      }
    }
  }

  private static String taken(ByteBuffer bytes, int length) {
    var taken = new byte[Math.min(length, bytes.remaining())];
    bytes.get(taken);
    return new String(taken, StandardCharsets.ISO_8859_1);
  }

  /** Gives one of the attributes of a line another value. */
  private static String with(String line, int which, String value) {
    var found = ATTRIBUTE.matcher(line).results().toList();
    if (found.isEmpty()) {
      return line;
    }
    var one = found.get(which % found.size());
    return line.substring(0, one.start(2)) + value + line.substring(one.end(2));
  }

  /** {@return a number close to the one that is there} */
  private static String near(String line, int which, int argument) {
    var found = ATTRIBUTE.matcher(line).results().toList();
    if (found.isEmpty()) {
      return "0";
    }
    String value = found.get(which % found.size()).group(2);
    boolean isNumber =
        !value.isEmpty()
            && value.length() < 19
            && value.chars().allMatch(c -> c >= '0' && c <= '9');
    return isNumber ? Long.toString(Long.parseLong(value) + (byte) argument) : value + argument;
  }

  private static String withName(String line, String other) {
    var name = ELEMENT.matcher(other);
    return name.find() ? ELEMENT.matcher(line).replaceAll("<" + name.group(1)) : line;
  }
}
