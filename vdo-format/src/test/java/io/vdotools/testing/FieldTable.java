package io.vdotools.testing;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;

/** The fields of a structure as text, to be compared with the tables of the format description. */
public final class FieldTable {
  private FieldTable() {}

  /**
   * {@return one line {@code offset size name} for each field and a last line with the total}
   *
   * <p>A structure inside the structure is given by its own fields, their names prefixed.
   */
  public static String of(Struct struct) {
    var lines = new StringBuilder();
    addFields(lines, struct, 0, "");
    return lines.append(struct.sizeBytes()).append('\n').toString();
  }

  private static void addFields(StringBuilder lines, Struct struct, int offset, String prefix) {
    for (var field : struct.fields()) {
      int at = offset + field.offsetBytes();
      String name = prefix + field.name();
      if (field instanceof Field.Nested nested) {
        addFields(lines, nested.struct(), at, name + ".");
      } else {
        lines.append(at).append(' ').append(field.sizeBytes()).append(' ').append(name);
        lines.append('\n');
      }
    }
  }
}
