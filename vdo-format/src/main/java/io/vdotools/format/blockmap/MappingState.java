package io.vdotools.format.blockmap;

/** What the mapping state of an entry says (format-spec, section 5). */
public final class MappingState {
  /** Never written, or discarded. */
  public static final int UNMAPPED = 0;

  /** A whole block of data, or the zero block; in interior pages, a child page. */
  public static final int UNCOMPRESSED = 1;

  /** Fragment 0 of a compressed block; the states after it are the other fragments. */
  public static final int COMPRESSED_BASE = 2;

  /** The last fragment of a compressed block. */
  public static final int COMPRESSED_MAX = 15;

  private MappingState() {}

  /** {@return whether the state names a fragment} */
  public static boolean isCompressed(int state) {
    return state >= COMPRESSED_BASE;
  }

  /** {@return the number of the fragment, 0 to 13} */
  public static int fragment(int state) {
    return state - COMPRESSED_BASE;
  }

  /** {@return the state that names the given fragment} */
  public static int ofFragment(int fragment) {
    return COMPRESSED_BASE + fragment;
  }
}
