package io.vdotools.model;

/**
 * Runs of mappings side by side in arrays, in the order of their LBNs, without an object for each.
 *
 * <p>Who has to wait for memory for each of them can have it fetched for all at once, and what is
 * the same for many is done once.
 *
 * <p>What is added is not checked: it may be anything that a file says.
 */
public final class MappingBatch {
  /** How many runs there is room for. */
  public static final int MOST = 512;

  // In place of a fragment.
  private static final int DATA = -1;
  private static final int ZEROS = -2;

  private final long[] lbns = new long[MOST];
  private final long[] counts = new long[MOST];
  private final long[] pbns = new long[MOST];
  private final int[] fragments = new int[MOST];
  private int size;
  private int told;

  /** {@return how many runs there are} */
  public int size() {
    return size;
  }

  /** {@return whether there is no room for another} */
  public boolean isFull() {
    return size == MOST;
  }

  /** Forgets all of them. */
  public void clear() {
    size = 0;
    told = 0;
  }

  /**
   * Adds LBNs mapped to whole blocks, as {@link MappingRun.Data}.
   *
   * @throws ArrayIndexOutOfBoundsException if {@link #isFull}
   */
  public void addData(long firstLbn, long count, long firstPbn) {
    add(firstLbn, count, firstPbn, DATA);
  }

  /** Adds LBNs mapped to the zero block, as {@link MappingRun.Zeros}. */
  public void addZeros(long firstLbn, long count) {
    add(firstLbn, count, 0, ZEROS);
  }

  /** Adds LBNs mapped to fragments of a block, as {@link MappingRun.Fragments}. */
  public void addFragments(long firstLbn, long count, long pbn, int firstFragment) {
    if (firstFragment < 0) {
      throw new IllegalArgumentException("fragment " + firstFragment);
    }
    add(firstLbn, count, pbn, firstFragment);
  }

  /** Adds a run. */
  public void add(MappingRun run) {
    switch (run) {
      case MappingRun.Data(long lbn, long count, long pbn) -> addData(lbn, count, pbn);
      case MappingRun.Zeros(long lbn, long count) -> addZeros(lbn, count);
      case MappingRun.Fragments(long lbn, long count, long pbn, int fragment) ->
          addFragments(lbn, count, pbn, fragment);
    }
  }

  private void add(long firstLbn, long count, long pbn, int fragment) {
    int at = size;
    lbns[at] = firstLbn;
    counts[at] = count;
    pbns[at] = pbn;
    fragments[at] = fragment;
    size = at + 1;
  }

  /**
   * {@return the first LBN of a run}
   *
   * @param index 0 to {@code size - 1}, as for all methods here
   */
  public long firstLbn(int index) {
    return lbns[index];
  }

  /** {@return the number of LBNs of a run} */
  public long count(int index) {
    return counts[index];
  }

  /** {@return the first PBN of a run of data, or that of a compressed block, 0 for zeros} */
  public long pbn(int index) {
    return pbns[index];
  }

  /** {@return whether a run is of whole blocks of data} */
  public boolean isData(int index) {
    return fragments[index] == DATA;
  }

  /** {@return a run as an object} */
  public MappingRun run(int index) {
    return switch (fragments[index]) {
      case DATA -> new MappingRun.Data(lbns[index], counts[index], pbns[index]);
      case ZEROS -> new MappingRun.Zeros(lbns[index], counts[index]);
      default ->
          new MappingRun.Fragments(lbns[index], counts[index], pbns[index], fragments[index]);
    };
  }

  /**
   * Says which of them a fault that is thrown next is about.
   *
   * @param index the one that is being told
   */
  public void telling(int index) {
    told = index;
  }

  /** {@return which of them a fault that was thrown is about} */
  public int told() {
    return told;
  }

  /**
   * Forgets the last ones.
   *
   * @param newSize how many stay, 0 to {@link #size}
   */
  void cut(int newSize) {
    size = Math.min(size, newSize);
  }
}
