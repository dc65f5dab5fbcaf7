package io.vdotools.engine.damage;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Sets the fields of structures by the names that format-spec gives them. */
public final class StructFields {
  private StructFields() {}

  /**
   * Stores a number in a field.
   *
   * @param struct the structure
   * @param bytes where it begins
   * @param path the field's name, behind those of the structures that it lies in, with dots between
   * @param value what to store, of which as many low bytes are taken as the field has
   * @throws IllegalArgumentException if there is no such field
   */
  public static void set(Struct struct, MemorySegment bytes, String path, long value) {
    for (var field : struct.fields()) {
      if (field.name().equals(path)) {
        store(bytes.asSlice(field.offsetBytes(), field.sizeBytes()), value);
        return;
      }
      if (field instanceof Field.Nested nested && path.startsWith(field.name() + ".")) {
        set(nested.struct(), nested.slice(bytes), path.substring(field.name().length() + 1), value);
        return;
      }
    }
    throw new IllegalArgumentException("no field " + path + " in " + struct);
  }

  private static void store(MemorySegment field, long value) {
    for (int i = 0; i < field.byteSize(); i++) {
      field.set(ValueLayout.JAVA_BYTE, i, i < Long.BYTES ? (byte) (value >>> (8 * i)) : 0);
    }
  }
}
