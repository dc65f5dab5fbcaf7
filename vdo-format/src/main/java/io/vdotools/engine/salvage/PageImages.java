package io.vdotools.engine.salvage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Blocks that look like pages of this volume's block map and are not where one is named, or say
 * that they lie elsewhere.
 */
final class PageImages {
  private long[] locations = new long[64];
  private int size;
  private final Map<Long, Long> claims = new HashMap<>();
  private final Map<Long, List<Long>> byClaim = new HashMap<>();
  private final Set<Long> strangers = new HashSet<>();
  private long journalsAtHome;
  private final List<long[]> strayJournals = new ArrayList<>();
  private static final int MOST_STRAYS = 4096;

  /** A block whose header says that it is the page at a PBN, its own or another. */
  synchronized void add(long location, long claimed) {
    if (size == locations.length) {
      locations = Arrays.copyOf(locations, size * 2);
    }
    locations[size++] = location;
    if (claimed != location) {
      strangers.add(location);
      claims.put(location, claimed);
      byClaim.computeIfAbsent(claimed, _ -> new ArrayList<>()).add(location);
    }
  }

  /** A block of a slab journal of this volume. */
  synchronized void addJournal(long location, long sequenceNumber, boolean isAtHome) {
    if (isAtHome) {
      journalsAtHome++;
    } else if (strayJournals.size() < MOST_STRAYS) {
      strayJournals.add(new long[] {location, sequenceNumber});
    }
  }

  void seal() {
    locations = Arrays.copyOf(locations, size);
    Arrays.sort(locations);
    byClaim.values().forEach(Collections::sort);
  }

  /** Forgets what the blocks say that belong to logical blocks, as copies of pages do. */
  void disbelieve(Set<Long> data) {
    claims.keySet().removeAll(data);
    byClaim.values().forEach(found -> found.removeAll(data));
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** {@return where all of them lie, ascending} */
  long[] locations() {
    return locations;
  }

  /** {@return the place of a location in {@link #locations}, negative if there is no image} */
  int indexOf(long location) {
    return Arrays.binarySearch(locations, location);
  }

  /** {@return whether the block at a PBN says that it is the page of that PBN} */
  boolean isAtHome(long location) {
    return indexOf(location) >= 0 && !strangers.contains(location);
  }

  /** {@return the blocks elsewhere that say that they are the page at a PBN, ascending} */
  List<Long> claiming(long pbn) {
    return byClaim.getOrDefault(pbn, List.of());
  }

  /** {@return what the blocks that lie elsewhere say, by where they lie} */
  Map<Long, Long> claims() {
    return claims;
  }

  /** {@return slab journal blocks that are where they belong} */
  long journalsAtHome() {
    return journalsAtHome;
  }

  /** {@return the others: where they lie, and their sequence numbers} */
  List<long[]> strayJournals() {
    return strayJournals;
  }
}
