package io.vdotools.engine;

/** Finds what is known of a block by its PBN and the state with which an entry refers to it. */
public final class MappingIndex {
  /** Stands for every state. No entry refers to a block with it. */
  public static final int ANY_STATE = 0;

  private static final int STATE_BITS = 4;

  private final LongMap indices = new LongMap(64);

  /** Makes a number known for a block and a state, or for a block and {@link #ANY_STATE}. */
  public void put(long pbn, int state, int index) {
    indices.put((pbn << STATE_BITS) | state, index);
  }

  /** {@return the number known for a block and a state, -1 if none is} */
  public int get(long pbn, int state) {
    return (int) indices.getOrDefault((pbn << STATE_BITS) | state, -1);
  }
}
