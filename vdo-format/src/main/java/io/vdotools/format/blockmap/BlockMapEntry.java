package io.vdotools.format.blockmap;

import io.vdotools.format.Limits;

/**
 * One mapping: {@code struct block_map_entry}, five bytes (format-spec, section 5).
 *
 * <pre>
 *   byte 0: bits 7..4 PBN bits 35..32, bits 3..0 mapping state
 *   bytes 1..4: PBN bits 31..0, little-endian
 * </pre>
 *
 * <p>In hot loops an entry is its five bytes as the low 40 bits of a {@code long}, little-endian,
 * which the static methods take apart; elsewhere it is this record.
 *
 * @param pbn the physical block, 0 for none or for the zero block, below 2^36
 * @param state see {@link MappingState}
 */
public record BlockMapEntry(long pbn, int state) {
  /** The length of an entry, in bytes. */
  public static final int SIZE_BYTES = 5;

  /** The bits of a packed entry. */
  public static final long MASK = (1L << (8 * SIZE_BYTES)) - 1;

  /** Never written, or discarded: reads as zeros. */
  public static final BlockMapEntry UNMAPPED = new BlockMapEntry(0, MappingState.UNMAPPED);

  /** A block of zeros that was written: reads as zeros, and counts as used. */
  public static final BlockMapEntry ZERO =
      new BlockMapEntry(Limits.ZERO_BLOCK, MappingState.UNCOMPRESSED);

  /** {@return the PBN of a packed entry} */
  public static long pbn(long packed) {
    return ((packed & 0xf0) << 28) | ((packed >>> 8) & 0xffff_ffffL);
  }

  /** {@return the mapping state of a packed entry, 0 to 15} */
  public static int state(long packed) {
    return (int) packed & 0xf;
  }

  /** {@return the packed form} */
  public static long pack(long pbn, int state) {
    return ((pbn & 0xffff_ffffL) << 8) | ((pbn >>> 28) & 0xf0) | (state & 0xf);
  }

  /** {@return the entry with the given packed form} */
  public static BlockMapEntry unpack(long packed) {
    return new BlockMapEntry(pbn(packed), state(packed));
  }

  /** {@return the packed form of this entry} */
  public long pack() {
    return pack(pbn, state);
  }

  /** {@return whether an LBN with this entry counts as used} */
  public boolean isMapped() {
    return state != MappingState.UNMAPPED;
  }

  /**
   * {@return whether state and PBN go together}
   *
   * <p>"Unmapped" goes with PBN 0 only, a fragment never does. Whether the PBN is a data block is
   * another question.
   */
  public static boolean isValid(long packed) {
    int state = state(packed);
    return pbn(packed) == Limits.ZERO_BLOCK
        ? !MappingState.isCompressed(state)
        : state != MappingState.UNMAPPED;
  }

  @Override
  public String toString() {
    return switch (state) {
      case MappingState.UNMAPPED -> pbn == 0 ? "unmapped" : "unmapped with PBN " + pbn;
      case MappingState.UNCOMPRESSED -> pbn == 0 ? "zero block" : "PBN " + pbn;
      default -> "PBN " + pbn + " fragment " + MappingState.fragment(state);
    };
  }
}
