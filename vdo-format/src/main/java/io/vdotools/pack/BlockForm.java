package io.vdotools.pack;

import org.jspecify.annotations.Nullable;

/** How blocks of one form are taken apart into columns and put together again. */
interface BlockForm {
  /** What is known of blocks besides their content. */
  final class Place {
    private final long[] pbns;
    private final int count;
    private final long nonce;
    private final @Nullable JournalContext journal;

    /**
     * @param pbns where they lie, ascending
     * @param count how many there are
     * @param nonce the volume's nonce
     * @param journal the recovery journal to predict from; null for no prediction
     */
    Place(long[] pbns, int count, long nonce, @Nullable JournalContext journal) {
      this.pbns = pbns;
      this.count = count;
      this.nonce = nonce;
      this.journal = journal;
    }

    long pbn(int index) {
      return pbns[index];
    }

    int count() {
      return count;
    }

    long nonce() {
      return nonce;
    }

    @Nullable JournalContext journal() {
      return journal;
    }
  }

  /** {@return the number of columns} */
  int columns();

  /** {@return whether the recovery journal says anything about these blocks} */
  boolean isPredictable(Place place);

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
