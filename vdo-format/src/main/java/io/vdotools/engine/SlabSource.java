package io.vdotools.engine;

import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockErrors;
import io.vdotools.format.JournalPoint;
import io.vdotools.format.VolumeState;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabJournalEntry.Operation;
import io.vdotools.format.depot.SlabSummaryEntry;
import io.vdotools.model.UnreadableCause;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The slabs of a volume as a load would see them, with what a crash recovery appends to their
 * journals, and with what is wrong with them.
 */
final class SlabSource {
  private final LogicalVolume volume;
  private final SlabGeometry slabs;
  private final List<SlabSummaryEntry> entries;
  private final BitSet lostEntries = new BitSet();
  private final BitSet used = new BitSet();
  private final BitSet faulty = new BitSet();

  /** Takes the counts of a slab that was used. */
  interface CountTask {
    /**
     * The counts of a slab.
     *
     * @param slab the slab
     * @param counts by offset in the slab, valid during the call
     */
    void counts(int slab, byte[] counts);
  }

  SlabSource(LogicalVolume volume) {
    this.volume = volume;
    this.slabs = volume.slabs();
    var start = volume.volume().summaryStart();
    if (volume.volume().superBlock().vdo().state() == VolumeState.NEW || start.isEmpty()) {
      // Drivers look at the summary of a new volume as little as at its slabs.
      this.entries = SlabStates.unused(slabs);
    } else {
      int zones = volume.volume().superBlock().slabDepot().zoneCount();
      var states = SlabStates.read(volume.volume().device(), start.getAsLong(), slabs, zones);
      this.entries = states.entries();
      noteLostEntries(states, zones, states.errors());
    }
  }

  private void noteLostEntries(SlabStates states, int zones, BlockErrors errors) {
    for (int slab = 0; slab < slabs.slabCount() && !errors.isEmpty(); slab++) {
      if (errors.contains(states.entryPbn(slab, zones))) {
        lostEntries.set(slab);
      }
    }
  }

  /** {@return the summary entry of a slab that counts} */
  SlabSummaryEntry entry(int slab) {
    return entries.get(slab);
  }

  /**
   * Loads every slab once, and remembers which were used and which are faulty.
   *
   * @param task takes their counts
   * @param faults takes what is wrong, a sentence each
   */
  void forEach(CountTask task, Consumer<String> faults) {
    var watch = new Watch();
    try (var replay = new SlabReplay(device(), slabs, volume.nonce(), watch)) {
      for (int slab = 0; slab < slabs.slabCount(); slab++) {
        watch.clear();
        load(replay, slab);
        if (lostEntries.get(slab)) {
          watch.journalFault = UnreadableCause.READ_ERROR;
          watch.sentence = "the slab summary entry of slab " + slab + " cannot be read";
        }
        if (watch.sentence != null) {
          faulty.set(slab);
          faults.accept(watch.sentence);
        }
        if (!replay.isUntouched()) {
          used.set(slab);
          task.counts(slab, replay.counts());
        }
      }
    }
  }

  private BlockDevice device() {
    return volume.volume().device();
  }

  void load(SlabReplay replay, int slab) {
    replay.load(
        slab,
        entries.get(slab),
        volume.recovery().map(recovered -> recovered.replay().appends(slab)).orElse(null));
  }

  /** {@return a loader of slabs that tells a watch what it sees} */
  SlabReplay newReplay(Watch watch) {
    return new SlabReplay(device(), slabs, volume.nonce(), watch);
  }

  /** {@return whether a slab was found to be used} */
  boolean isUsed(int slab) {
    return used.get(slab);
  }

  /** {@return whether something was found wrong with a slab} */
  boolean isFaulty(int slab) {
    return faulty.get(slab);
  }

  /** {@return why nothing of the counts of a slab can be believed, null if some of it can} */
  @Nullable UnreadableCause fault(int slab, Watch watch) {
    return lostEntries.get(slab) ? UnreadableCause.READ_ERROR : watch.journalFault;
  }

  /** Notes what is wrong with the slab that is being loaded. */
  final class Watch implements SlabObserver {
    private final BitSet unreadable = new BitSet();
    private @Nullable UnreadableCause journalFault;
    private @Nullable String sentence;

    void clear() {
      unreadable.clear();
      journalFault = null;
      sentence = null;
    }

    /** {@return the reference count blocks that could not be read, by their number in the slab} */
    BitSet unreadableBlocks() {
      return unreadable;
    }

    private void fault(@Nullable UnreadableCause cause, String what) {
      if (sentence == null) {
        sentence = what;
      }
      if (journalFault == null) {
        journalFault = cause;
      }
    }

    @Override
    public void tail(int slab, SlabSummaryEntry entry, SlabTail tail) {
      if (tail.origin() == SlabTail.Origin.UNREADABLE && entry.isDirty()) {
        fault(
            UnreadableCause.READ_ERROR,
            "the last block of the journal of slab " + slab + " cannot be read");
      } else if (tail.origin() == SlabTail.Origin.BLANK && entry.isDirty()) {
        fault(
            UnreadableCause.NOT_A_PAGE,
            "the journal of slab " + slab + " is missing, and its counts need it");
      }
    }

    @Override
    public void unreadableReferenceBlock(int slab, long pbn) {
      unreadable.set((int) (pbn - slabs.referenceStart(slab)));
      fault(null, "the reference count block at PBN " + pbn + " cannot be read");
    }

    @Override
    public void impossibleHead(int slab, SlabTail tail) {
      fault(
          UnreadableCause.INVALID_ENTRY,
          "the journal of slab " + slab + " has an impossible beginning");
    }

    @Override
    public void unreadableJournalBlock(int slab, long pbn, long sequenceNumber) {
      fault(UnreadableCause.READ_ERROR, "the slab journal block at PBN " + pbn + " cannot be read");
    }

    @Override
    public boolean journalBlock(int slab, long pbn, long sequenceNumber, SlabJournalBlock block) {
      boolean isExpected =
          block.belongsTo(volume.nonce())
              && block.sequenceNumber() == sequenceNumber
              && block.entryCount() <= block.capacity();
      if (!isExpected) {
        fault(
            UnreadableCause.MISPLACED,
            "the slab journal block at PBN " + pbn + " is not the one that belongs there");
      }
      return isExpected;
    }

    @Override
    public void entryOutsideSlab(int slab, int offset, long point) {
      fault(
          UnreadableCause.INVALID_ENTRY,
          "the journal of slab %d names block %d, behind its data (entry %s)"
              .formatted(slab, offset, JournalPoint.toString(point)));
    }

    @Override
    public void impossibleChange(int slab, int offset, Operation operation, int count, long point) {
      fault(
          UnreadableCause.INVALID_ENTRY,
          "the journal of slab %d contradicts its counts at block %d (entry %s)"
              .formatted(slab, offset, JournalPoint.toString(point)));
    }
  }
}
