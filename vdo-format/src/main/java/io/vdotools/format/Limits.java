package io.vdotools.format;

/** The limits of the format (format-spec, section 1). */
public final class Limits {
  /** The largest physical size, in blocks. */
  public static final long PHYSICAL_BLOCKS = 1L << 36;

  /** The largest logical size, in blocks. */
  public static final long LOGICAL_BLOCKS = 1L << 40;

  /** Journal sequence numbers stay below this. */
  public static final long SEQUENCE_NUMBERS = 1L << 48;

  /** The largest slab, in blocks. */
  public static final long MAXIMUM_SLAB_BLOCKS = 1L << 23;

  /** The smallest slab that formatters make, in blocks. */
  public static final long MINIMUM_SLAB_BLOCKS = 1L << 13;

  /** The most slabs in a volume. */
  public static final int SLABS = 8192;

  /** The most physical zones. */
  public static final int PHYSICAL_ZONES = 16;

  /**
   * The longest recovery journal that is believed, in blocks: 4 GiB. Formatters make 32768 blocks;
   * the format itself sets no limit, and a hostile size would take days to read.
   */
  public static final long RECOVERY_JOURNAL_BLOCKS = 1L << 20;

  /** Tail offsets of slab journals are stored in eight bits. */
  public static final int SLAB_JOURNAL_BLOCKS = 256;

  /** Requests that the driver has in flight at most: bounds what a crash can cut off. */
  public static final int USER_REQUESTS = 2048;

  /** The PBN that stands for a block of zeros in block map and journal entries. */
  public static final long ZERO_BLOCK = 0;

  private Limits() {}
}
