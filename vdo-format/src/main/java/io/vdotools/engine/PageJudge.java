package io.vdotools.engine;

import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.TreePlace;
import java.util.function.Consumer;

/**
 * Decides for a reader of data what a page of the block map is good for, and tells what is lost
 * with it.
 *
 * @param volume the volume
 * @param losses takes what is certainly lost
 * @param suspects takes what is lost if mappings are found to be missing
 */
record PageJudge(LogicalVolume volume, Consumer<Loss> losses, Consumer<Loss> suspects) {
  /** What a page is good for. */
  enum Verdict {
    /** Its entries can be used. */
    USABLE,
    /** As drivers do, it is taken for a page without entries. */
    EMPTY,
    /** What lies below it is lost. */
    LOST
  }

  /**
   * {@return what a page is good for}
   *
   * @param pbn where it lies
   * @param place which page it is; the slot has no meaning
   * @param isUnreadable whether it could not be read
   * @param page its bytes
   */
  Verdict judge(long pbn, TreePlace place, boolean isUnreadable, BlockMapPage page) {
    if (isUnreadable) {
      return lost(pbn, place, LossReason.PAGE_UNREADABLE);
    }
    return switch (page.validity(volume.nonce(), pbn)) {
      case VALID -> Verdict.USABLE;
      case BAD -> lost(pbn, place, LossReason.PAGE_MISPLACED);
      case INVALID -> invalid(pbn, place, page);
    };
  }

  private Verdict invalid(long pbn, TreePlace place, BlockMapPage page) {
    if (page.version().equals(BlockMapPage.PRE_RELEASE_VERSION) && page.nonce() == volume.nonce()) {
      return lost(pbn, place, LossReason.PAGE_PRE_RELEASE);
    }
    if (place.height() == Forest.ROOT_HEIGHT && page.isInitialized()) {
      return lost(pbn, place, LossReason.PAGE_INVALID);
    }
    suspects.accept(loss(pbn, place, LossReason.PAGE_INVALID));
    return Verdict.EMPTY;
  }

  private Verdict lost(long pbn, TreePlace place, LossReason reason) {
    losses.accept(loss(pbn, place, reason));
    return Verdict.LOST;
  }

  private Loss loss(long pbn, TreePlace place, LossReason reason) {
    return new Loss(
        volume.forest().lbnsBelow(place.tree(), place.height(), place.pageIndex()),
        reason,
        pbn,
        place.height());
  }
}
