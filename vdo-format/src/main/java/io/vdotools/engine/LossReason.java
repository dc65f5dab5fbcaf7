package io.vdotools.engine;

/** Why the content of logical blocks cannot be had (format-spec, sections 5 and 9). */
public enum LossReason {
  /** The block that they are mapped to cannot be read. */
  READ_ERROR("the block cannot be read"),
  /** The block that they are mapped to lies behind the end of the device. */
  BEYOND_END("the device ends before the block"),
  /** State and PBN of the mapping do not go together. */
  INVALID_MAPPING("state and PBN of the mapping do not go together"),
  /** The mapping names a PBN at which there can be no data. */
  NOT_A_DATA_BLOCK("mapped to a PBN at which there can be no data"),
  /** The mapping names a fragment of a block that is no compressed block. */
  NOT_COMPRESSED("mapped to a fragment of a block that is not a compressed one"),
  /** The fragment does not lie in its block, or does not inflate to a block. */
  BAD_FRAGMENT("the fragment does not inflate to a block"),
  /** A page of the block map cannot be read. */
  PAGE_UNREADABLE("a page of the block map cannot be read"),
  /** A page of the block map is one of this volume that belongs elsewhere. */
  PAGE_MISPLACED("a page of the block map belongs to another place"),
  /** A page of the block map is in the format of volumes from before the first release. */
  PAGE_PRE_RELEASE("a page of the block map is of version 4.0"),
  /** What lies in the place of a page of the block map is none, and mappings are missing. */
  PAGE_INVALID("what lies in the place of a page of the block map is none"),
  /** An entry of an interior page names no possible page. */
  TREE_ENTRY_INVALID("an entry above names no possible page of the block map");

  private final String title;

  LossReason(String title) {
    this.title = title;
  }

  /** {@return the reason in words, lower case, without a full stop} */
  public String title() {
    return title;
  }
}
