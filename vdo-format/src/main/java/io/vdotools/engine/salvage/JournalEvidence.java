package io.vdotools.engine.salvage;

import io.vdotools.device.BlockError;
import io.vdotools.engine.BlockMapPatches;
import io.vdotools.engine.JournalArea;
import io.vdotools.engine.JournalEntryRules;
import io.vdotools.engine.JournalScan;
import io.vdotools.engine.LiveJournal;
import io.vdotools.engine.RebuildJournal;
import io.vdotools.engine.Volume;
import io.vdotools.format.JournalPoint;
import io.vdotools.format.VolumeState;
import io.vdotools.format.journal.JournalEntry;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.format.journal.RecoveryJournalBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the recovery journal still tells, entries included that no recovery needs any more: pages
 * never move, so an entry that once hung a page into the block map is true for ever, and the last
 * entry for a slot of a leaf is what the slot holds.
 *
 * <p>Not everything in the ring came to pass: what lies behind a gap at the end of a crashed
 * journal was never replayed.
 */
final class JournalEvidence {
  /**
   * An entry that hung a page into the block map.
   *
   * @param child the page
   * @param parent the page that names it
   * @param slot the slot that does
   * @param point the entry's point
   * @param isCertain whether the entry certainly came to pass
   */
  record TreeEntry(long child, long parent, int slot, long point, boolean isCertain) {
    Evidence evidence() {
      return new Evidence(
          Evidence.Source.RECOVERY_JOURNAL,
          isCertain ? Confidence.CERTAIN : Confidence.STRONG,
          "entry %s of the recovery journal hung it into slot %d of the page at PBN %d"
              .formatted(JournalPoint.toString(point), slot, parent));
    }
  }

  private static final long FIRST_SEQUENCE = 1;

  private final Ground ground;
  private final JournalArea area;
  private final JournalEntryRules rules;
  private final List<TreeEntry> entries = new ArrayList<>();
  private final Map<Long, TreeEntry> byChild = new HashMap<>();
  private final Map<Long, Map<Integer, TreeEntry>> byParent = new HashMap<>();
  // The pages that entries of this generation made, and the blocks with these entries.
  private long[] made = new long[64];
  private long[] madeIn = new long[64];
  private int madeCount;
  private final long[] complete;
  // The last entry that came to pass: its block, and the entries used of it.
  private final long top;
  private final int topEntries;
  private long coveredFrom;
  // Whether it holds all that was ever stored. Blocks from the first one on do not prove that if
  // there are pages that none of their entries made: who knows what else they lack.
  private boolean holdsAll;
  private long fewestPages;

  private JournalEvidence(Ground ground, JournalArea area, long top, int topEntries) {
    this.ground = ground;
    this.area = area;
    this.top = top;
    this.topEntries = topEntries;
    this.coveredFrom = top + 1;
    this.complete = new long[(int) area.blocks()];
    this.rules =
        new JournalEntryRules(
            ground.volume().superBlock().vdo().config().physicalBlocks(), ground.slabs());
  }

  /**
   * Reads the journal.
   *
   * @param ground the volume
   * @param pages how many pages the block map holds: each of them was made by an entry
   * @param named tells which pages are where an entry puts them already: these entries are left out
   */
  static JournalEvidence read(Ground ground, long pages, Named named) {
    var volume = ground.volumeBefore();
    var area = volume.journalArea().or(() -> ground.volume().journalArea());
    if (area.isEmpty() || area.get().blocks() > ground.before().blockCount()) {
      return new JournalEvidence(
          ground, JournalArea.of(1, 1, ground.nonce(), 0, 0).orElseThrow(), 0, 0);
    }
    var limits = limits(ground, volume, area.get());
    var evidence = new JournalEvidence(ground, area.get(), limits.top(), limits.topEntries());
    evidence.scan(named);
    evidence.holdsAll =
        evidence.coveredFrom <= FIRST_SEQUENCE
            && limits.top() >= FIRST_SEQUENCE
            && evidence.made.length >= pages;
    return evidence;
  }

  /** Tells whether a slot names a page already. */
  interface Named {
    boolean isNamed(long parentPbn, int slot, long childPbn);
  }

  private record Limits(long top, int topEntries) {}

  private static Limits limits(Ground ground, Volume volume, JournalArea area) {
    var state = volume.superBlock().vdo().state();
    if (state == VolumeState.CLEAN || state == VolumeState.NEW) {
      return new Limits(area.journalStart() - 1, Integer.MAX_VALUE);
    }
    var scan = JournalScan.of(ground.before(), area, new Unread());
    if (state == VolumeState.DIRTY || state == VolumeState.REPLAYING) {
      var live = LiveJournal.parse(ground.before(), area, scan);
      if (live.hasEntries()) {
        return new Limits(live.tail(), live.entriesIn(live.tail()));
      }
    }
    return new Limits(scan.found() ? scan.top() : area.journalStart() - 1, Integer.MAX_VALUE);
  }

  private static class Unread implements JournalScan.Visitor {
    @Override
    public void block(long position, RecoveryJournalBlock block) {}

    @Override
    public void unreadable(long position, BlockError error) {}
  }

  private void scan(Named named) {
    JournalScan.of(
        ground.before(),
        area,
        new Unread() {
          @Override
          public void block(long position, RecoveryJournalBlock block) {
            take(position, block, named);
          }
        });
    coveredFrom = top + 1;
    while (coveredFrom > 1 && complete[(int) area.position(coveredFrom - 1)] == coveredFrom - 1) {
      coveredFrom--;
    }
    made =
        IntStream.range(0, madeCount)
            .filter(i -> madeIn[i] >= coveredFrom)
            .mapToLong(i -> made[i])
            .sorted()
            .toArray();
    madeIn = new long[0];
    sort();
  }

  private void take(long position, RecoveryJournalBlock block, Named named) {
    long sequence = block.sequenceNumber();
    var known = block.format();
    if (block.nonce() != area.nonce()
        || known.isEmpty()
        || sequence < 1
        || area.position(sequence) != position
        || block.entryCount() > known.get().entriesPerBlock()) {
      return;
    }
    boolean isCurrent = block.recoveryCount() == area.recoveryCountByte();
    if (isCurrent && sequence > top) {
      return;
    }
    if (isCurrent) {
      fewestPages = Math.max(fewestPages, block.blockMapDataBlocks());
    }
    var format = known.get();
    int most = isCurrent && sequence == top ? topEntries : Integer.MAX_VALUE;
    int wanted = Math.min(most, block.entryCount());
    int found = 0;
    int index = 0;
    for (int sector = 1; sector <= JournalFormat.ENTRY_SECTORS; sector++) {
      int share = Math.min(format.capacity(sector), wanted - index);
      int count =
          share > 0 && block.isSectorValid(format, sector)
              ? Math.min(share, block.sectorEntryCount(sector))
              : 0;
      for (int i = 0; i < count; i++) {
        take(sequence, index + i, isCurrent, block.entry(format, sector, i), named);
      }
      found += Math.max(0, count);
      index += format.entriesPerSector();
    }
    if (isCurrent && found == wanted) {
      complete[(int) position] = sequence;
    }
  }

  private void take(long sequence, int index, boolean isCurrent, JournalEntry entry, Named named) {
    if (!entry.isBlockMapEntry() || rules.fault(entry).isPresent()) {
      return;
    }
    if (isCurrent) {
      if (madeCount == made.length) {
        made = Arrays.copyOf(made, madeCount * 2);
        madeIn = Arrays.copyOf(madeIn, madeCount * 2);
      }
      made[madeCount] = entry.mapping().pbn();
      madeIn[madeCount++] = sequence;
    }
    if (!named.isNamed(entry.pagePbn(), entry.slot(), entry.mapping().pbn())) {
      entries.add(
          new TreeEntry(
              entry.mapping().pbn(),
              entry.pagePbn(),
              entry.slot(),
              JournalPoint.pack(sequence, index),
              isCurrent));
    }
  }

  /** Of entries for the same page or the same slot the last one counts. */
  private void sort() {
    entries.sort(Comparator.comparing(TreeEntry::point, Long::compareUnsigned));
    for (var entry : entries) {
      byParent.computeIfAbsent(entry.parent(), _ -> new HashMap<>()).put(entry.slot(), entry);
      byChild.put(entry.child(), entry);
    }
    entries.removeIf(entry ->
        !entry.equals(byChild.get(entry.child()))
            || !entry.equals(at(entry.parent(), entry.slot())));
    byChild.values().removeIf(entry -> !entry.equals(at(entry.parent(), entry.slot())));
  }

  private @Nullable TreeEntry at(long parent, int slot) {
    return byParent.getOrDefault(parent, Map.of()).get(slot);
  }

  /** {@return the entries that name pages which are not where they put them, oldest first} */
  List<TreeEntry> entries() {
    return entries;
  }

  /** {@return the entry that hung a page into the block map, if it is there} */
  Optional<TreeEntry> of(long child) {
    return Optional.ofNullable(byChild.get(child));
  }

  /** {@return whether an entry hung something into a page that is not there} */
  boolean isParent(long pbn) {
    return byParent.containsKey(pbn);
  }

  /** {@return the entry that hung a page into a slot} */
  Optional<TreeEntry> in(long parent, int slot) {
    return Optional.ofNullable(at(parent, slot))
        .filter(entry -> entry.equals(byChild.get(entry.child())));
  }

  /**
   * {@return whether the journal holds everything that was ever stored in a page, from the entry on
   * that made it or from the first one of the volume}
   */
  boolean knowsWhole(long pbn) {
    return holdsAll || Arrays.binarySearch(made, pbn) >= 0;
  }

  /**
   * {@return how many pages the block map had at least, roots aside: each block says how many there
   * were before its entries, and pages are never freed; 0 if nothing tells}
   */
  long fewestPages() {
    return fewestPages;
  }

  /** {@return whether the journal says anything about what slots of leaves hold} */
  boolean hasMappings() {
    return coveredFrom <= top;
  }

  /**
   * {@return what the journal last stored in the slots of some leaves}
   *
   * @param leaves their PBNs, ascending
   */
  BlockMapPatches mappings(long[] leaves) {
    var patches = new BlockMapPatches(1024);
    if (hasMappings()) {
      new RebuildJournal(area, new JournalScan(true, top, coveredFrom, coveredFrom, 0))
          .forEachEntry(
              ground.before(),
              (sequence, index, entry) -> {
                if (!entry.isBlockMapEntry()
                    && (sequence < top || index < topEntries)
                    && Arrays.binarySearch(leaves, entry.pagePbn()) >= 0
                    && rules.fault(entry).isEmpty()) {
                  patches.store(entry);
                }
              });
    }
    patches.seal();
    return patches;
  }
}
