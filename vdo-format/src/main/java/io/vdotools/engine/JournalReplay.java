package io.vdotools.engine;

import io.vdotools.device.BlockDevice;
import io.vdotools.format.JournalPoint;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalEntry;
import io.vdotools.format.depot.SlabJournalEntry.Operation;
import io.vdotools.format.depot.SlabSummaryEntry;
import io.vdotools.format.journal.JournalEntry;
import io.vdotools.format.journal.JournalFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the recovery journal changes: in the block map, in the slab journals and in the totals, as
 * the driver's crash recovery does it (format-spec, section 13).
 *
 * <p>Nothing is written. Invalid entries, at which a driver gives up, are told to the caller and
 * passed over.
 */
public final class JournalReplay {
  /** Takes the entries that are not valid. */
  public interface InvalidEntries {
    /**
     * An invalid entry.
     *
     * @param sequenceNumber its block
     * @param index its index there
     * @param entry the entry
     * @param fault what is wrong with it
     */
    void invalid(long sequenceNumber, int index, JournalEntry entry, String fault);
  }

  private final BlockMapPatches patches;
  private final LongMap newPages;
  private final @Nullable SlabAppends[] appends;
  private final @Nullable Usage usage;
  private final long missingDecrements;
  private final boolean contradictsItself;

  private JournalReplay(
      BlockMapPatches patches,
      LongMap newPages,
      @Nullable SlabAppends[] appends,
      @Nullable Usage usage,
      long missingDecrements,
      boolean contradictsItself) {
    this.patches = patches;
    this.newPages = newPages;
    this.appends = appends;
    this.usage = usage;
    this.missingDecrements = missingDecrements;
    this.contradictsItself = contradictsItself;
  }

  /** {@return a replay of nothing} */
  public static JournalReplay none(SlabGeometry slabs) {
    var patches = new BlockMapPatches(0);
    patches.seal();
    return new JournalReplay(
        patches, new LongMap(0), new SlabAppends[slabs.slabCount()], null, 0, false);
  }

  /**
   * Replays the live part of the journal of a crashed volume.
   *
   * @param volume the volume
   * @param slabs its slabs
   * @param live the live part
   * @param entries the slab summary's entries
   * @param blockMapOnly whether slab journals and totals are complete already: an old driver's
   *     recovery was cut off after it had done them
   * @param invalid takes invalid entries
   */
  public static JournalReplay recover(
      Volume volume,
      SlabGeometry slabs,
      LiveJournal live,
      List<SlabSummaryEntry> entries,
      boolean blockMapOnly,
      InvalidEntries invalid) {
    if (!live.hasEntries()) {
      return none(slabs);
    }
    var device = volume.device();
    var rules = new JournalEntryRules(volume.superBlock().vdo().config().physicalBlocks(), slabs);
    var patches = new BlockMapPatches(live.totalEntries());
    // By PBN; a damaged journal can name as many as it has entries.
    var newPages = new LongMap(0);
    var slabJournals = new SlabJournals(volume, slabs, entries);
    boolean isV1 = live.format() == JournalFormat.V1;
    var missing =
        isV1 && !blockMapOnly
            ? MissingDecrements.find(device, live, volume.nonce())
            : MissingDecrements.Found.NOTHING;
    live.forEachEntry(
        device,
        live.head(),
        (sequence, index, entry) -> {
          var fault = rules.fault(entry);
          if (fault.isPresent()) {
            invalid.invalid(sequence, index, entry, fault.get());
            return;
          }
          if (sequence >= live.blockMapHead() && entry.storesMapping()) {
            patches.store(entry);
            if (entry.isBlockMapEntry()) {
              newPages.put(entry.mapping().pbn(), 1);
            }
          }
          if (sequence >= live.slabJournalHead() && !blockMapOnly) {
            slabJournals.replay(sequence, index, entry);
          }
        });
    var decrements = missing.decrements();
    for (int k = 0; k < decrements.size(); k++) {
      slabJournals.releaseMissing(live, k, decrements.get(k).released());
    }
    patches.seal();
    return new JournalReplay(
        patches,
        newPages,
        slabJournals.appends,
        blockMapOnly ? null : usage(device, live, decrements),
        decrements.size(),
        missing.isCorrupt());
  }

  /**
   * Replays what a forced rebuild takes from the journal: mappings only.
   *
   * @param volume the volume
   * @param slabs its slabs
   * @param journal the journal
   * @param invalid takes invalid entries
   */
  public static JournalReplay rebuild(
      Volume volume, SlabGeometry slabs, RebuildJournal journal, InvalidEntries invalid) {
    var rules = new JournalEntryRules(volume.superBlock().vdo().config().physicalBlocks(), slabs);
    var patches = new BlockMapPatches(1024);
    journal.forEachEntry(
        volume.device(),
        (sequence, index, entry) ->
            rules
                .fault(entry)
                .ifPresentOrElse(
                    fault -> invalid.invalid(sequence, index, entry, fault),
                    () -> patches.store(entry)));
    patches.seal();
    return new JournalReplay(
        patches, new LongMap(0), new SlabAppends[slabs.slabCount()], null, 0, false);
  }

  private static Usage usage(
      BlockDevice device, LiveJournal live, List<MissingDecrements.Decrement> missing) {
    var counter = new UsageCounter(live.usageBeforeTail(device));
    live.forEachEntry(device, live.tail(), (_, _, entry) -> counter.count(entry));
    for (var decrement : missing) {
      if (decrement.released().isMapped()) {
        counter.usage = counter.usage.plus(-1, 0);
      }
    }
    return counter.usage;
  }

  private static final class UsageCounter {
    private Usage usage;

    UsageCounter(Usage usage) {
      this.usage = usage;
    }

    void count(JournalEntry entry) {
      usage = usage.plus(logicalBlocks(entry), entry.isBlockMapEntry() ? 1 : 0);
    }
  }

  /** {@return by how much an entry changes the number of logical blocks used: -1, 0 or 1} */
  public static int logicalBlocks(JournalEntry entry) {
    if (entry.isBlockMapEntry()) {
      return 0;
    }
    return (entry.mapping().isMapped() ? 1 : 0) - (entry.unmapping().isMapped() ? 1 : 0);
  }

  private static final class SlabJournals {
    private final Volume volume;
    private final SlabGeometry slabs;
    private final List<SlabSummaryEntry> entries;
    private final @Nullable SlabAppends[] appends;

    SlabJournals(Volume volume, SlabGeometry slabs, List<SlabSummaryEntry> entries) {
      this.volume = volume;
      this.slabs = slabs;
      this.entries = entries;
      this.appends = new SlabAppends[slabs.slabCount()];
    }

    void replay(long sequence, int index, JournalEntry entry) {
      // The current format's points have room for both halves of an entry; V1 has one entry a half.
      boolean isV1 = entry.format() == JournalFormat.V1;
      if (entry.storesMapping()) {
        append(
            entry.mapping(),
            entry.isBlockMapEntry() ? Operation.BLOCK_MAP_INCREMENT : Operation.DATA_INCREMENT,
            JournalPoint.pack(sequence, isV1 ? index : 2 * index));
      }
      if (entry.releasesMapping()) {
        append(
            entry.unmapping(),
            Operation.DECREMENT,
            JournalPoint.pack(sequence, isV1 ? index : 2 * index + 1));
      }
    }

    void releaseMissing(LiveJournal live, int number, BlockMapEntry released) {
      int index = JournalFormat.V1.entriesPerBlock() + number;
      append(released, Operation.DECREMENT, JournalPoint.pack(live.tail(), index));
    }

    private void append(BlockMapEntry location, Operation operation, long point) {
      if (location.pbn() == 0 || !slabs.isDataBlock(location.pbn())) {
        return;
      }
      int slab = slabs.slabOf(location.pbn());
      var journal = appends[slab];
      if (journal == null) {
        journal =
            new SlabAppends(
                SlabTail.read(volume.device(), slabs, slab, entries.get(slab), volume.nonce()));
        appends[slab] = journal;
      }
      journal.append(new SlabJournalEntry(slabs.offsetInSlab(location.pbn()), operation), point);
    }
  }

  /** {@return what changes in the block map} */
  public BlockMapPatches patches() {
    return patches;
  }

  /**
   * {@return whether a page was made by an entry that a recovery replays into the block map, so
   * that all that was ever stored in it is replayed, too}
   */
  public boolean isNewPage(long pbn) {
    return newPages.containsKey(pbn);
  }

  /** {@return what a slab journal gets appended, nothing if the journal does not touch the slab} */
  public @Nullable SlabAppends appends(int slab) {
    return appends[slab];
  }

  /** {@return how many entries all slab journals get appended} */
  public long appendedEntries() {
    long sum = 0;
    for (var ofSlab : appends) {
      sum += ofSlab == null ? 0 : ofSlab.size();
    }
    return sum;
  }

  /** {@return how many decrements were never logged; V1 only} */
  public long missingDecrements() {
    return missingDecrements;
  }

  /** {@return whether a V1 journal stores to an interior slot again: a driver gives up on it} */
  public boolean contradictsItself() {
    return contradictsItself;
  }

  /** {@return the totals after the replay, or those of the super block if the journal has none} */
  public Usage usageOr(Usage ofSuperBlock) {
    return usage == null ? ofSuperBlock : usage;
  }
}
