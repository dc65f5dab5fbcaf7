package io.vdotools.engine.salvage;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.format.blockmap.TreePlace;

/**
 * An entry that was set to "unmapped".
 *
 * @param pagePbn the page that held it
 * @param place the slot
 * @param entry what it was
 * @param lbns the logical blocks below it: one, if the page is a leaf
 * @param reason why it could not stay
 */
public record RemovedEntry(
    long pagePbn, TreePlace place, BlockMapEntry entry, LbnSet lbns, Reason reason) {
  /** Why an entry is removed (format-spec, section 14.2). */
  public enum Reason {
    /** State and PBN do not go together. */
    INVALID("state and PBN do not go together"),
    /** An interior entry has a state that only mappings of data have. */
    WRONG_STATE("the state is not that of a page"),
    /** Neither data nor a page can lie at the PBN. */
    NOT_A_DATA_BLOCK("nothing that it can name lies at the PBN"),
    /** It lies behind the logical size. */
    BEYOND_END("it lies behind the logical size"),
    /** It maps a logical block to a page of the block map. */
    MAPS_A_PAGE("it maps to a page of the block map"),
    /** What an entry above the leaves names is no page, but data or nothing. */
    NAMES_NO_PAGE("what it names is no page"),
    /** The page that it names has its place elsewhere. */
    SECOND_PARENT("the page that it names belongs elsewhere");

    private final String title;

    Reason(String title) {
      this.title = title;
    }

    /** {@return the reason in words, lower case, without a full stop} */
    public String title() {
      return title;
    }
  }
}
