package io.vdotools.engine.damage;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

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
    var field = slice(struct, bytes, path);
    for (int i = 0; i < field.byteSize(); i++) {
      field.set(ValueLayout.JAVA_BYTE, i, i < Long.BYTES ? (byte) (value >>> (8 * i)) : 0);
    }
  }

  /**
   * {@return the number in a field; of a field of more than 8 bytes, of the first 8}
   *
   * @param struct the structure
   * @param bytes where it begins
   * @param path the field's name, behind those of the structures that it lies in, with dots between
   * @throws IllegalArgumentException if there is no such field
   */
  public static long get(Struct struct, MemorySegment bytes, String path) {
    var field = slice(struct, bytes, path);
    long value = 0;
    for (int i = (int) Math.min(Long.BYTES, field.byteSize()) - 1; i >= 0; i--) {
      value = (value << Byte.SIZE) | (field.get(ValueLayout.JAVA_BYTE, i) & 0xffL);
    }
    return value;
  }

  /** {@return the names of all fields, those of structures within with dots between} */
  public static List<String> paths(Struct struct) {
    var paths = new ArrayList<String>();
    for (var field : struct.fields()) {
      if (field instanceof Field.Nested nested) {
        paths(nested.struct()).forEach(path -> paths.add(field.name() + "." + path));
      } else {
        paths.add(field.name());
      }
    }
    return paths;
  }

  private static MemorySegment slice(Struct struct, MemorySegment bytes, String path) {
    for (var field : struct.fields()) {
      if (field.name().equals(path)) {
        return bytes.asSlice(field.offsetBytes(), field.sizeBytes());
      }
      if (field instanceof Field.Nested nested && path.startsWith(field.name() + ".")) {
        return slice(
            nested.struct(), nested.slice(bytes), path.substring(field.name().length() + 1));
      }
    }
    throw new IllegalArgumentException("no field " + path + " in " + struct);
  }
}
