package io.vdotools.pack;

import io.vdotools.VdoException;

/** Takes what a pack holds, kind by kind, in the order in which it stands there. */
public interface PackSink {
  /**
   * Blocks with their content.
   *
   * @param kind what they are
   * @param blocks which blocks of the device, ascending
   * @param content their content, one after the other; may be kept
   * @throws VdoException if they cannot be taken
   */
  void blocks(FrameKind kind, long[] blocks, byte[] content) throws VdoException;

  /**
   * Blocks of zeros.
   *
   * @param first the first
   * @param count how many
   * @throws VdoException if they cannot be taken
   */
  void zeros(long first, long count) throws VdoException;

  /**
   * Blocks that are as they are in the base.
   *
   * @param first the first
   * @param count how many
   * @throws VdoException if they cannot be taken
   */
  void kept(long first, long count) throws VdoException;

  /**
   * Blocks that could not be read when the pack was made.
   *
   * @param first the first
   * @param count how many
   * @param reason why, in words
   */
  void unreadable(long first, long count, String reason);

  /**
   * Blocks that the pack once held. Only while salvaging.
   *
   * @param first the first
   * @param last the last
   * @param count how many blocks of this range; less than all if others lie between them
   * @param why what is wrong, with the frame and its place in the file
   */
  default void lost(long first, long last, long count, String why) {
    throw new IllegalStateException(why);
  }

  /**
   * Something is wrong with the pack, and nobody knows which blocks that is about. Only while
   * salvaging.
   *
   * @param why what is wrong, with its place in the file
   */
  default void damaged(String why) {
    throw new IllegalStateException(why);
  }
}
