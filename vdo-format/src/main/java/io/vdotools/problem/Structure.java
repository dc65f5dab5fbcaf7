package io.vdotools.problem;

/** The structures that a problem can lie in. */
public enum Structure {
  /** The device as a whole. */
  DEVICE("device"),
  /** The geometry block. */
  GEOMETRY("geometry block"),
  /** The super block. */
  SUPER_BLOCK("super block"),
  /** A root page of the block map. */
  BLOCK_MAP_ROOT("block map root"),
  /** A page of the block map between root and leaf. */
  BLOCK_MAP_INTERIOR("interior block map page"),
  /** A leaf page of the block map. */
  BLOCK_MAP_LEAF("block map leaf"),
  /** A reference count block. */
  REFERENCE_BLOCK("reference block"),
  /** A slab journal block. */
  SLAB_JOURNAL("slab journal block"),
  /** A block of the slab summary. */
  SLAB_SUMMARY("slab summary"),
  /** A recovery journal block. */
  RECOVERY_JOURNAL("recovery journal block"),
  /** A data block. */
  DATA("data block");

  private final String title;

  Structure(String title) {
    this.title = title;
  }

  /** {@return the name in words} */
  public String title() {
    return title;
  }
}
