package io.vdotools.format;

/** The partitions of the data region, in the order in which they lie (format-spec, section 3). */
public enum PartitionId {
  /** The root pages of the block map. */
  BLOCK_MAP(0, "block map"),
  /** The slabs. */
  SLAB_DEPOT(1, "slab depot"),
  /** The recovery journal. */
  RECOVERY_JOURNAL(2, "recovery journal"),
  /** The slab summary. */
  SLAB_SUMMARY(3, "slab summary");

  private final int id;
  private final String title;

  PartitionId(int id, String title) {
    this.id = id;
    this.title = title;
  }

  /** {@return the number stored in the partition record} */
  public int id() {
    return id;
  }

  /** {@return the name in words} */
  public String title() {
    return title;
  }
}
