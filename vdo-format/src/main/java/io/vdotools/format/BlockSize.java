package io.vdotools.format;

/** The units of the format (format-spec, section 1). */
public final class BlockSize {
  /** The only block size, in bytes. */
  public static final int BLOCK = 4096;

  /** The smallest unit that is assumed not to tear, in bytes. */
  public static final int SECTOR = 512;

  /** Sectors in a block. */
  public static final int SECTORS_PER_BLOCK = BLOCK / SECTOR;

  private BlockSize() {}
}
