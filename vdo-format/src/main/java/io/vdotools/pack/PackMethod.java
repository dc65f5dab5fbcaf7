package io.vdotools.pack;

/**
 * How columns are compressed; a reader needs to know nothing of it.
 *
 * @param codec the general compressor behind the columns
 * @param level how hard zstd tries, 1 to 22
 */
public record PackMethod(Codec codec, int level) {
  /** A general compressor. */
  public enum Codec {
    /** Smaller. */
    ZSTD,
    /** Faster to compress, and a good deal larger. */
    LZ4
  }

  /** The level that is used unless asked otherwise. */
  public static final int DEFAULT_LEVEL = 3;

  /** The highest level. */
  public static final int HIGHEST_LEVEL = 22;

  /** What is used unless asked otherwise. */
  public static final PackMethod DEFAULT = new PackMethod(Codec.ZSTD, DEFAULT_LEVEL);

  /**
   * Checks the level.
   *
   * @throws IllegalArgumentException if there is no such level
   */
  public PackMethod {
    if (level < 1 || level > HIGHEST_LEVEL) {
      throw new IllegalArgumentException("level " + level);
    }
  }
}
