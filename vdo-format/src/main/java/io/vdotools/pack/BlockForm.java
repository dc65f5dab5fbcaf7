package io.vdotools.pack;

import org.jspecify.annotations.Nullable;

/** How blocks of one form are taken apart into columns and put together again. */
interface BlockForm {
  /**
   * What is known of blocks besides their content.
   *
   * @param pbns where they lie, ascending
   * @param count how many there are
   * @param nonce the volume's nonce
   * @param journal the recovery journal to predict from; null for no prediction
   */
  record Place(long[] pbns, int count, long nonce, @Nullable JournalContext journal) {}

  /** {@return the number of columns} */
  int columns();

  /**
   * Takes blocks apart.
   *
   * @param content the blocks, one after the other
   * @param into empty columns
   */
  void encode(Place place, byte[] content, Columns into);

  /**
   * Puts blocks together.
   *
   * @param from the columns
   * @param content takes the blocks; zeros at first
   * @throws FormatFault if the columns do not describe that many blocks
   */
  void decode(Place place, ColumnReader[] from, byte[] content) throws FormatFault;
}
