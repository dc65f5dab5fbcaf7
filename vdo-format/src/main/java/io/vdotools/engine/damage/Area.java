package io.vdotools.engine.damage;

/** The structures of a volume that come in blocks, each of which can be damaged. */
public enum Area {
  /** The geometry block. */
  GEOMETRY,
  /** The super block. */
  SUPER_BLOCK,
  /** Root pages that hold an entry. */
  ROOT,
  /** Pages between roots and leaves. */
  INTERIOR,
  /** Leaf pages. */
  LEAF,
  /** Blocks of reference counts that a load reads. */
  REFERENCE_BLOCK,
  /** Slab journal blocks of this volume. */
  SLAB_JOURNAL,
  /** The 64 blocks of the slab summary. */
  SUMMARY,
  /** Recovery journal blocks of this volume. */
  RECOVERY_JOURNAL,
  /** Data blocks that fragments are mapped to. */
  COMPRESSED_BLOCK
}
