package io.vdotools.engine;

import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.model.UnreadableCause;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with the block map as a whole, and cannot be seen from one page alone.
 *
 * <p>Filled by a survey from several threads, then read.
 */
final class SurveyFaults {
  // A page that thousands of entries name is not worth a list.
  private static final int MOST_DUPLICATES = 1 << 16;
  private static final int HEIGHT_BITS = 3;

  // By the PBN of a page that is named more than once: the place that counts.
  private final LongMap kept = new LongMap(8);
  private boolean areMappingsMissing;

  /** A page was found to be named twice. */
  synchronized void namedTwice(long pbn, int keptHeight, long keptNumber) {
    if (kept.size() < MOST_DUPLICATES) {
      kept.put(pbn, (keptNumber << HEIGHT_BITS) | keptHeight);
    }
  }

  /** More LBNs are in use than have a mapping: blocks that should be pages have lost them. */
  void mappingsAreMissing() {
    areMappingsMissing = true;
  }

  /** {@return whether another place of a page than the given one is the one that counts} */
  boolean isNamedElsewhere(long pbn, int height, long number) {
    if (kept.size() == 0) {
      return false;
    }
    long place = (number << HEIGHT_BITS) | height;
    return kept.getOrDefault(pbn, place) != place;
  }

  /** {@return why the content of a page is lost, null if it is not} */
  @Nullable UnreadableCause causeOf(
      LogicalVolume volume, long pbn, int height, boolean isUnreadable, BlockMapPage page) {
    if (isUnreadable) {
      return UnreadableCause.READ_ERROR;
    }
    return switch (page.validity(volume.nonce(), pbn)) {
      case VALID -> null;
      case BAD -> UnreadableCause.MISPLACED;
      case INVALID -> {
        if (page.version().equals(BlockMapPage.PRE_RELEASE_VERSION)
            && page.nonce() == volume.nonce()) {
          yield UnreadableCause.PRE_RELEASE;
        }
        // Roots are zeros until they are used; any other page may never have been written.
        boolean isLost = height == Forest.ROOT_HEIGHT ? page.isInitialized() : areMappingsMissing;
        yield isLost ? UnreadableCause.NOT_A_PAGE : null;
      }
    };
  }
}
