package io.vdotools.engine.live;

import io.vdotools.engine.data.BoundedIndex;
import io.vdotools.engine.data.DedupeIndex;
import org.jspecify.annotations.Nullable;

/**
 * How an engine works on a volume. Nothing here changes what the volume holds.
 *
 * @param index where copies of blocks are looked for, null to look for none
 * @param compresses whether to compress blocks
 * @param cachedPages leaf pages of the block map to keep in memory, by logical zone; at least 1.
 *     More are kept while requests use them
 * @param maximumAge after how many recovery journal blocks a changed block map page is written, at
 *     least 1; no more than half of the usable journal
 * @param requestLimit blocks under way at once, at least 1; further ones wait
 */
public record LiveOptions(
    @Nullable DedupeIndex index,
    boolean compresses,
    int cachedPages,
    long maximumAge,
    int requestLimit) {
  private static final int DEFAULT_NAMES = 1 << 20;
  // What the driver caches at least for each logical zone.
  private static final int DEFAULT_PAGES = 4096;
  // The driver's usual value, converted to the size of current journal blocks.
  private static final long DEFAULT_AGE = 11_738;
  private static final int DEFAULT_REQUESTS = 2048;

  /** Checks the arguments. */
  public LiveOptions {
    if (cachedPages < 1 || maximumAge < 1 || requestLimit < 1) {
      throw new IllegalArgumentException(
          "pages " + cachedPages + ", age " + maximumAge + ", requests " + requestLimit);
    }
  }

  /** {@return deduplication with an index in memory, and no compression, as the driver starts} */
  public static LiveOptions standard() {
    return new LiveOptions(
        new BoundedIndex(DEFAULT_NAMES), false, DEFAULT_PAGES, DEFAULT_AGE, DEFAULT_REQUESTS);
  }

  /** {@return these options with or without compression} */
  public LiveOptions withCompression(boolean isOn) {
    return new LiveOptions(index, isOn, cachedPages, maximumAge, requestLimit);
  }

  /** {@return these options with another index, null for none} */
  public LiveOptions withIndex(@Nullable DedupeIndex newIndex) {
    return new LiveOptions(newIndex, compresses, cachedPages, maximumAge, requestLimit);
  }

  /** {@return these options with another cache} */
  public LiveOptions withCache(int newCachedPages, long newMaximumAge) {
    return new LiveOptions(index, compresses, newCachedPages, newMaximumAge, requestLimit);
  }

  /** {@return these options with another number of blocks under way} */
  public LiveOptions withRequestLimit(int newLimit) {
    return new LiveOptions(index, compresses, cachedPages, maximumAge, newLimit);
  }
}
