package io.vdotools.bytes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The layout of one packed structure: fields in the order in which they are stored.
 *
 * <p>Each field begins where the one before it ends, so no offset is ever typed by hand. A
 * structure is declared once, in the static part of the record that decodes it; fields are added
 * there and nowhere else.
 */
public final class Struct {
  private final String name;
  private final List<Field> fields = new ArrayList<>();
  private int sizeBytes;

  private Struct(String name) {
    this.name = name;
  }

  /** {@return an empty structure with the given name} */
  public static Struct named(String name) {
    return new Struct(name);
  }

  /** {@return the name of the structure in the format description} */
  public String name() {
    return name;
  }

  /** {@return the length of all fields declared so far, in bytes} */
  public int sizeBytes() {
    return sizeBytes;
  }

  /** {@return the fields in stored order} */
  public List<Field> fields() {
    return Collections.unmodifiableList(fields);
  }

  /** Appends an unsigned byte. */
  public Field.U8 u8(String field) {
    return add(new Field.U8(field, sizeBytes));
  }

  /** Appends an unsigned 16-bit number. */
  public Field.U16 u16(String field) {
    return add(new Field.U16(field, sizeBytes));
  }

  /** Appends an unsigned 32-bit number. */
  public Field.U32 u32(String field) {
    return add(new Field.U32(field, sizeBytes));
  }

  /** Appends a signed 32-bit number. */
  public Field.S32 s32(String field) {
    return add(new Field.S32(field, sizeBytes));
  }

  /** Appends an unsigned 64-bit number. */
  public Field.U64 u64(String field) {
    return add(new Field.U64(field, sizeBytes));
  }

  /** Appends {@code length} bytes without structure. */
  public Field.Raw raw(String field, int length) {
    return add(new Field.Raw(field, sizeBytes, length));
  }

  /** Appends another structure. */
  public Field.Nested nested(String field, Struct struct) {
    return add(new Field.Nested(field, sizeBytes, struct));
  }

  private <F extends Field> F add(F field) {
    fields.add(field);
    sizeBytes += field.sizeBytes();
    return field;
  }

  @Override
  public String toString() {
    return name + " (" + sizeBytes + " bytes)";
  }
}
