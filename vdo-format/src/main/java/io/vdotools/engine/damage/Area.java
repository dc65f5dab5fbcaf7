package io.vdotools.engine.damage;

import io.vdotools.bytes.Struct;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.compress.CompressedBlock;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.journal.RecoveryJournalBlock;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The structures of a volume that come in blocks, each of which can be damaged. */
public enum Area {
  /** The geometry block. */
  GEOMETRY("nonce"),
  /** The super block. */
  SUPER_BLOCK("vdo.nonce"),
  /** Root pages that hold an entry. */
  ROOT("nonce"),
  /** Pages between roots and leaves. */
  INTERIOR("nonce"),
  /** Leaf pages. */
  LEAF("nonce"),
  /** Blocks of reference counts that a load reads. */
  REFERENCE_BLOCK(null),
  /** Slab journal blocks of this volume. */
  SLAB_JOURNAL("nonce"),
  /** The 64 blocks of the slab summary. */
  SUMMARY(null),
  /** Recovery journal blocks of this volume. */
  RECOVERY_JOURNAL("nonce"),
  /** Data blocks that fragments are mapped to. */
  COMPRESSED_BLOCK(null);

  private final @Nullable String nonceField;

  Area(@Nullable String nonceField) {
    this.nonceField = nonceField;
  }

  /** {@return the name that users type, such as {@code slab-journal}} */
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** {@return the structure with a title} */
  public static Optional<Area> titled(String title) {
    return Arrays.stream(values()).filter(area -> area.title().equals(title)).findFirst();
  }

  /** {@return the fields at the start of the block, unless it is one array throughout} */
  public Optional<Struct> struct() {
    return switch (this) {
      case GEOMETRY -> Optional.of(GeometryBlock.STRUCT_5);
      case SUPER_BLOCK -> Optional.of(SuperBlock.STRUCT);
      case ROOT, INTERIOR, LEAF -> Optional.of(BlockMapPage.STRUCT);
      case SLAB_JOURNAL -> Optional.of(SlabJournalBlock.STRUCT);
      case RECOVERY_JOURNAL -> Optional.of(RecoveryJournalBlock.STRUCT);
      case COMPRESSED_BLOCK -> Optional.of(CompressedBlock.STRUCT);
      case REFERENCE_BLOCK, SUMMARY -> Optional.empty();
    };
  }

  /** {@return the field that says which volume the block belongs to, where there is one} */
  public Optional<String> nonceField() {
    return Optional.ofNullable(nonceField);
  }

  /** {@return whether the structure fits into one sector, so that no disk can tear it} */
  boolean isOfOneSector() {
    return this == GEOMETRY || this == SUPER_BLOCK;
  }
}
