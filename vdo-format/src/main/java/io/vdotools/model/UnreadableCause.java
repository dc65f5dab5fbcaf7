package io.vdotools.model;

/** Why a part of the metadata is missing from the best reading of a damaged volume. */
public enum UnreadableCause {
  /** The block cannot be read. */
  READ_ERROR("the block cannot be read"),
  /** The page is one of this volume that belongs elsewhere. */
  MISPLACED("the page belongs to another place"),
  /** The page is in the format of volumes from before the first release. */
  PRE_RELEASE("the page is of version 4.0"),
  /** The block is no page of this volume. */
  NOT_A_PAGE("the block is no page of this volume"),
  /** The block is already in use as a page at another place. */
  NAMED_TWICE("the block is a page at another place, too"),
  /** State and PBN of an entry do not go together. */
  INVALID_ENTRY("state and PBN of the entry do not go together"),
  /** The entry names a PBN at which there can be neither data nor pages. */
  NOT_A_DATA_BLOCK("the entry names a PBN at which nothing can lie"),
  /** The page lies behind the logical size. */
  BEYOND_LOGICAL_SIZE("the page lies behind the logical size");

  private final String title;

  UnreadableCause(String title) {
    this.title = title;
  }

  /** {@return the cause in words, lower case, without a full stop} */
  public String title() {
    return title;
  }
}
