package io.vdotools.format;

/** The partitions of the data region, in the order in which they lie (format-spec, section 3). */
public enum PartitionId {
  /** The root pages of the block map. */
  BLOCK_MAP("block map"),
  /** The slabs. */
  SLAB_DEPOT("slab depot"),
  /** The recovery journal. */
  RECOVERY_JOURNAL("recovery journal"),
  /** The slab summary. */
  SLAB_SUMMARY("slab summary");

  private final String title;

  PartitionId(String title) {
    this.title = title;
  }

  /** {@return the number stored in the partition record} */
  public int id() {
    return ordinal();
  }

  /** {@return the name in words} */
  public String title() {
    return title;
  }
}
