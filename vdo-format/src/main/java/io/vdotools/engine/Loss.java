package io.vdotools.engine;

import io.vdotools.format.blockmap.LbnSet;
import java.util.List;

/**
 * Logical blocks whose content cannot be had.
 *
 * @param lbns the logical blocks
 * @param reason why
 * @param pbn the physical block at fault: of the first LBN where each has one of its own; for
 *     {@link LossReason#TREE_ENTRY_INVALID} the page that holds the entry
 * @param height the height of the block map page at fault, -1 if it is a block of data
 */
public record Loss(LbnSet lbns, LossReason reason, long pbn, int height) {
  /** The height of what is no page of the block map. */
  public static final int NO_PAGE = -1;

  /** {@return what of the loss lies in a range of LBNs: any number of losses, ascending} */
  List<Loss> within(long from, long to) {
    return lbns.within(from, to).stream().map(part -> new Loss(part, reason, pbn, height)).toList();
  }
}
