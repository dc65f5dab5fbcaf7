package io.vdotools.tool.unpack;

import io.vdotools.pack.PackHeader;
import java.util.List;

/**
 * What came of unpacking.
 *
 * @param options what was asked for
 * @param header what the pack is of
 * @param digest the digest of the pack in hexadecimal, empty if it is damaged
 * @param written blocks with content
 * @param zeros blocks of zeros
 * @param kept blocks that came from the base
 * @param unreadable blocks that could not be read when the pack was made
 * @param unreadableBlocks how many these are
 * @param lost blocks that the pack once held
 * @param damages what is wrong with the pack, where nobody knows which blocks that is about
 */
record UnpackResult(
    UnpackOptions options,
    PackHeader header,
    String digest,
    long written,
    long zeros,
    long kept,
    List<Stretch> unreadable,
    long unreadableBlocks,
    List<Stretch> lost,
    List<String> damages) {
  /** The most stretches that are listed. */
  static final int MOST_LISTED = 1000;

  /**
   * Some blocks of which the same is to be said.
   *
   * @param first the first
   * @param last the last
   * @param count how many of this range
   * @param why what is to be said
   */
  record Stretch(long first, long last, long count, String why) {}

  /** {@return whether everything that was packed was unpacked} */
  boolean isWhole() {
    return lost.isEmpty() && damages.isEmpty();
  }
}
