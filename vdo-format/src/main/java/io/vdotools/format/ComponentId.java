package io.vdotools.format;

/** The components that carry a {@link ComponentHeader}, as current writers write them. */
public enum ComponentId {
  /** The super block itself. */
  SUPER_BLOCK(0, 12, 418),
  /** The partition table. */
  LAYOUT(1, 3, 117),
  /** The recovery journal's state. */
  RECOVERY_JOURNAL(2, 7, 24),
  /** The slab depot's configuration. */
  SLAB_DEPOT(3, 2, 73),
  /** The block map's configuration. */
  BLOCK_MAP(4, 2, 32),
  /** The geometry block, version 5.0. */
  GEOMETRY_BLOCK(5, 5, 101);

  private final int id;
  private final VersionNumber version;
  private final int dataBytes;

  ComponentId(int id, int major, int dataBytes) {
    this.id = id;
    this.version = new VersionNumber(major, 0);
    this.dataBytes = dataBytes;
  }

  /** {@return the number stored in the header} */
  public int id() {
    return id;
  }

  /** {@return the version that current writers store} */
  public VersionNumber version() {
    return version;
  }

  /** {@return the size that current writers store, in bytes} */
  public int dataBytes() {
    return dataBytes;
  }
}
