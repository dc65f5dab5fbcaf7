package io.vdotools.format;

/** The generations of the geometry block (format-spec, section 2). */
public enum GeometryFormat {
  /** 4.0: without a block offset. */
  V4(4, 93),
  /** 5.0: the current one. */
  V5(5, 101),
  /** 1.0: pre-release, without a magic number; recognised only to be named. */
  PRE_RELEASE_1(1, 60),
  /** 2.0: pre-release, without a magic number; recognised only to be named. */
  PRE_RELEASE_2(2, 69),
  /** None of them. */
  UNKNOWN(0, 0);

  private final int major;
  private final int sizeBytes;

  GeometryFormat(int major, int sizeBytes) {
    this.major = major;
    this.sizeBytes = sizeBytes;
  }

  /** {@return the version that the header of this generation holds} */
  public VersionNumber version() {
    return new VersionNumber(major, 0);
  }

  /** {@return the size that the header of this generation holds, in bytes} */
  public int sizeBytes() {
    return sizeBytes;
  }

  /** {@return whether drivers of a released product read this generation} */
  public boolean isSupported() {
    return this == V4 || this == V5;
  }
}
