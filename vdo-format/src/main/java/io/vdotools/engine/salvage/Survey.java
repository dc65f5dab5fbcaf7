package io.vdotools.engine.salvage;

import io.vdotools.engine.ForestObserver;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.blockmap.TreePlace;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one walk over the block map finds: which page lies where, and all that is wrong with them.
 * What is told in no order during the walk is sorted when it is over.
 */
final class Survey implements ForestObserver, ForestObserver.LeafTask<Survey.Tally> {
  /**
   * A page in its place that cannot be used.
   *
   * @param pbn where it lies
   * @param id which page it is
   * @param isReadable whether its block could be read
   */
  record BadPage(long pbn, long id, boolean isReadable) {}

  /** What one thread counts. */
  static final class Tally {
    private long mapped;
    private long bad;
  }

  // A hostile block map may name one page from everywhere; among so many there is no choosing.
  private static final int MOST_NAMES = 16;

  private final Ground ground;
  private final PageTable table = new PageTable();
  private final SortedMap<Long, Long> interior = new TreeMap<>(PageId.TOP_DOWN);
  private final SortedMap<Long, BadPage> bad = new TreeMap<>(PageId.TOP_DOWN);
  private final SortedMap<Long, Long> blankBefore = new TreeMap<>(PageId.TOP_DOWN);
  private final SortedMap<Long, Long> leavesWithBadEntries = new TreeMap<>();
  private final SortedMap<Long, Long> withRefused = new TreeMap<>(PageId.TOP_DOWN);
  private final SortedMap<Long, List<TreePlace>> contested = new TreeMap<>();
  // Pages that leaves map as data; they are pages of the block map, so these cannot be many.
  private final Set<Long> mappedPages = new HashSet<>();
  private volatile boolean isSealed;
  private long mapped;
  private long badEntries;

  private final Set<Long> restored;

  private Survey(Ground ground, Set<Long> restored) {
    this.ground = ground;
    this.restored = restored;
  }

  /**
   * {@return what a walk finds}
   *
   * @param ground the volume
   * @param restored the PBNs of pages that are known to be as good as they can be made
   */
  static Survey of(Ground ground, Set<Long> restored) {
    var survey = new Survey(ground, restored);
    var tallies = ground.parallel().states(Tally::new);
    ground.walk(survey, tallies, survey);
    survey.seal();
    survey.badEntries = tallies.all().stream().mapToLong(tally -> tally.bad).sum();
    survey.mapped = tallies.all().stream().mapToLong(tally -> tally.mapped).sum();
    return survey;
  }

  @Override
  public synchronized void interior(long pbn, TreePlace place, BlockMapPage page) {
    long id = PageId.of(place);
    interior.put(id, pbn);
    int slots = PageId.slots(id, ground.forest());
    for (int slot = 0; slot < slots; slot++) {
      long packed = page.entry(slot);
      if (packed != 0 && PageExam.isPossible(packed, place.height(), ground.slabs())) {
        table.add(BlockMapEntry.pbn(packed), PageId.child(id, slot));
      }
    }
    checkBefore(pbn, id);
  }

  /** A replay makes an empty page of a damaged one before it writes to it. */
  private void checkBefore(long pbn, long id) {
    if (!ground.isChanged(pbn) || restored.contains(pbn)) {
      return;
    }
    var before = ground.readBefore(pbn);
    if (before.isPresent() && exam(before.get(), pbn, id).verdict() == PageExam.Verdict.BLANK) {
      putBlank(id, pbn);
      return;
    }
    boolean wasUsable =
        before.isPresent()
            && switch (exam(before.get(), pbn, id).verdict()) {
              case SOUND, BLANK, FOREIGN -> true;
              case REPAIRABLE ->
                  // Between the two writes of a new page everything in it is in the journal, too.
                  new BlockMapPage(MemorySegment.ofArray(before.get())).nonce() == ground.nonce()
                      && before.get()[INITIALIZED_AT] == 0;
              case ELSEWHERE, GARBAGE -> false;
            };
    if (!wasUsable) {
      put(new BadPage(pbn, id, before.isPresent()));
    }
  }

  private static final int INITIALIZED_AT = 32;

  private PageExam exam(byte[] bytes, long pbn, long id) {
    return PageExam.of(bytes, pbn, PageId.height(id), ground);
  }

  private synchronized void putBlank(long id, long pbn) {
    blankBefore.put(id, pbn);
  }

  /** Adds a page that turned out not to be usable. */
  synchronized void put(BadPage page) {
    bad.put(page.id(), page);
  }

  @Override
  public synchronized void unusable(long pbn, TreePlace place, PageFault fault, BlockMapPage page) {
    put(new BadPage(pbn, PageId.of(place), fault != PageFault.UNREADABLE));
  }

  @Override
  public synchronized void refused(long pbn, TreePlace place, long packed, ChildFault fault) {
    withRefused.put(PageId.of(place), pbn);
  }

  @Override
  public synchronized void duplicate(long pbn, TreePlace kept, TreePlace other) {
    var places = contested.computeIfAbsent(pbn, _ -> new ArrayList<>());
    for (var place : List.of(kept, other)) {
      if (places.size() < MOST_NAMES && !places.contains(place)) {
        places.add(place);
      }
    }
  }

  @Override
  public void allocated(Tally tally, long pbn) {}

  @Override
  public void leaf(Tally tally, long pbn, long pageNumber, MemorySegment buffer, long offset) {
    if (!isSealed) {
      seal();
    }
    long id = PageId.ofLeaf(pageNumber);
    int slots = PageId.slots(id, ground.forest());
    boolean hasBadEntry = false;
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      long packed = BlockMapPage.entry(buffer, offset, slot);
      if (packed == 0) {
        continue;
      }
      var fault = fault(packed, slot, slots);
      if (fault == RemovedEntry.Reason.MAPS_A_PAGE) {
        putMappedPage(BlockMapEntry.pbn(packed));
      }
      if (fault == null) {
        tally.mapped += BlockMapEntry.state(packed) == MappingState.UNMAPPED ? 0 : 1;
      } else {
        tally.bad++;
        hasBadEntry = true;
      }
    }
    if (hasBadEntry) {
      putBadEntries(id, pbn);
    }
    checkBefore(pbn, id);
  }

  private synchronized void putBadEntries(long id, long pbn) {
    leavesWithBadEntries.put(id, pbn);
  }

  private synchronized void putMappedPage(long pbn) {
    mappedPages.add(pbn);
  }

  /** {@return whether a leaf maps a block as data that is named as a page} */
  boolean isMappedAsData(long pbn) {
    return mappedPages.contains(pbn);
  }

  /** {@return why an entry of a leaf cannot stay, null if it can} */
  RemovedEntry.@Nullable Reason fault(long packed, int slot, int slots) {
    long pbn = BlockMapEntry.pbn(packed);
    if (!BlockMapEntry.isValid(packed)) {
      return RemovedEntry.Reason.INVALID;
    }
    if (slot >= slots) {
      return RemovedEntry.Reason.BEYOND_END;
    }
    if (pbn == 0) {
      return null;
    }
    if (!ground.slabs().isDataBlock(pbn)) {
      return RemovedEntry.Reason.NOT_A_DATA_BLOCK;
    }
    return table.contains(pbn) ? RemovedEntry.Reason.MAPS_A_PAGE : null;
  }

  private synchronized void seal() {
    if (!isSealed) {
      table.seal();
      isSealed = true;
    }
  }

  /** {@return which page lies where; grows when pages get a place} */
  PageTable table() {
    return table;
  }

  /** {@return the PBNs of the usable pages above the leaves by id, from the roots down} */
  SortedMap<Long, Long> interior() {
    return interior;
  }

  /** {@return the pages that cannot be used, from the roots down} */
  Collection<BadPage> bad() {
    return bad.values();
  }

  /** {@return the PBNs of leaves with entries that cannot stay, by id} */
  SortedMap<Long, Long> leavesWithBadEntries() {
    return leavesWithBadEntries;
  }

  /**
   * {@return the PBNs of pages by id that are usable now, and were blocks without entries before:
   * new ones, or lost ones that a replay took for new}
   */
  SortedMap<Long, Long> blankBefore() {
    return blankBefore;
  }

  /** {@return the PBNs of pages above the leaves with entries that name no page, by id} */
  SortedMap<Long, Long> withRefused() {
    return withRefused;
  }

  /** {@return the pages that several slots name, with some of what they are named as} */
  SortedMap<Long, List<TreePlace>> contested() {
    return contested;
  }

  /** {@return how many LBNs have a mapping that can stay} */
  long mapped() {
    return mapped;
  }

  /** {@return how many entries of leaves cannot stay} */
  long badEntries() {
    return badEntries;
  }

  /** {@return how many pages outside the roots are named} */
  long pages() {
    return table.size();
  }

  /** {@return where a page above the leaves lies, roots included} */
  long pbnOf(long id) {
    return PageId.height(id) == Forest.ROOT_HEIGHT
        ? ground.rootOrigin() + PageId.tree(id)
        : interior.getOrDefault(id, PageTable.NONE);
  }
}
