package io.vdotools.testing;

import io.vdotools.check.Judgement;
import io.vdotools.device.BlockError;
import io.vdotools.engine.ForestObserver;
import io.vdotools.engine.ForestWalk;
import io.vdotools.engine.JournalReplay;
import io.vdotools.engine.JournalScan;
import io.vdotools.engine.LiveJournal;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.RebuildJournal;
import io.vdotools.engine.ReplayedDevice;
import io.vdotools.engine.SlabObserver;
import io.vdotools.engine.SlabReplay;
import io.vdotools.engine.SlabStates;
import io.vdotools.engine.SlabTail;
import io.vdotools.engine.Usage;
import io.vdotools.engine.Volume;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.TreePlace;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabJournalEntry.Operation;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.format.journal.RecoveryJournalBlock;
import io.vdotools.testing.RecoveredState.Slot;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Replays a volume's journals and reads all of it, for {@link RecoveredState}. */
final class StateReader {
  private final Volume volume;
  private final SlabGeometry slabs;
  private final Forest forest;
  private final SlabStates states;
  private final List<String> faults = new ArrayList<>();

  StateReader(Volume volume) {
    this.volume = volume;
    this.slabs = volume.slabs().orElseThrow();
    this.forest = volume.forest().orElseThrow();
    this.states =
        SlabStates.read(
            volume.device(),
            volume.summaryStart().orElseThrow(),
            slabs,
            volume.superBlock().slabDepot().zoneCount());
  }

  RecoveredState read() {
    var state = volume.superBlock().vdo().state();
    var judgement = Judgement.of(state);
    var replay = replay(state, judgement);
    var mappings = new long[Math.toIntExact(forest.logicalBlocks())];
    var gatherer = new Gatherer(mappings, faults);
    walk(replay, gatherer);
    var stored = volume.superBlock().recoveryJournal();
    return new RecoveredState(
        volume.superBlock().blockMap().rootOrigin(),
        slabs,
        mappings,
        gatherer.tree,
        gatherer.pages,
        judgement == Judgement.BEFORE_REBUILD ? new byte[0] : counts(replay),
        replay.usageOr(new Usage(stored.logicalBlocksUsed(), stored.blockMapDataBlocks())),
        List.copyOf(faults));
  }

  private JournalReplay replay(VolumeState state, Judgement judgement) {
    JournalReplay.InvalidEntries invalid =
        (sequence, index, entry, fault) ->
            faults.add("journal entry (" + sequence + ", " + index + ") " + entry + ": " + fault);
    return switch (judgement) {
      case NEW, AS_IT_IS -> JournalReplay.none(slabs);
      case AFTER_RECOVERY -> {
        var live = live();
        yield JournalReplay.recover(
            volume,
            slabs,
            live,
            states.entries(),
            state == VolumeState.REPLAYING && live.format() == JournalFormat.V1,
            invalid);
      }
      case BEFORE_REBUILD ->
          JournalReplay.rebuild(
              volume,
              slabs,
              new RebuildJournal(volume.journalArea().orElseThrow(), scan()),
              invalid);
    };
  }

  private void walk(JournalReplay replay, Gatherer gatherer) {
    try (var parallel = new Parallel(1, 1, () -> 0)) {
      new ForestWalk(
              new ReplayedDevice(volume.device(), replay.patches(), volume.nonce()),
              forest,
              slabs,
              volume.superBlock().blockMap().rootOrigin(),
              volume.nonce(),
              ForestWalk.DEFAULT_WINDOW_PAGES,
              parallel,
              _ -> {})
          .run(gatherer, parallel.states(() -> gatherer), gatherer);
    }
  }

  private byte[] counts(JournalReplay replay) {
    var counts = new byte[Math.toIntExact((long) slabs.slabCount() * slabs.dataBlocks())];
    var isNew = volume.superBlock().vdo().state() == VolumeState.NEW;
    var entries = isNew ? SlabStates.unused(slabs) : states.entries();
    try (var loader =
        new SlabReplay(volume.device(), slabs, volume.nonce(), new Complaints(faults))) {
      for (int slab = 0; slab < slabs.slabCount(); slab++) {
        loader.load(slab, entries.get(slab), replay.appends(slab));
        System.arraycopy(loader.counts(), 0, counts, slab * slabs.dataBlocks(), slabs.dataBlocks());
      }
    }
    return counts;
  }

  LiveJournal live() {
    return LiveJournal.parse(volume.device(), volume.journalArea().orElseThrow(), scan());
  }

  private JournalScan scan() {
    return JournalScan.of(
        volume.device(),
        volume.journalArea().orElseThrow(),
        new JournalScan.Visitor() {
          @Override
          public void block(long position, RecoveryJournalBlock block) {}

          @Override
          public void unreadable(long position, BlockError error) {
            faults.add("journal block: " + error);
          }
        });
  }

  /** Takes the block map as it is walked. */
  private static final class Gatherer implements ForestObserver, ForestObserver.LeafTask<Gatherer> {
    private final long[] mappings;
    private final TreeMap<Slot, Long> tree = new TreeMap<>();
    private final int[] pages = new int[Forest.ROOT_HEIGHT];
    private final List<String> faults;

    Gatherer(long[] mappings, List<String> faults) {
      this.mappings = mappings;
      this.faults = faults;
    }

    @Override
    public void unusable(long pbn, TreePlace place, PageFault fault, BlockMapPage page) {
      // A root or page that was never written is like an empty one.
      if (fault != PageFault.INVALID) {
        faults.add("page " + pbn + " at " + place + ": " + fault);
      }
    }

    @Override
    public void interior(long pbn, TreePlace place, BlockMapPage page) {
      if (place.height() < Forest.ROOT_HEIGHT) {
        pages[place.height()]++;
      }
      for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
        long packed = page.entry(slot);
        if (packed != 0) {
          tree.put(new Slot(pbn, slot, place.height()), BlockMapEntry.pbn(packed));
        }
      }
    }

    @Override
    public void refused(long pbn, TreePlace place, long packed, ChildFault fault) {
      faults.add("page " + pbn + " at " + place + ": " + fault);
    }

    @Override
    public void duplicate(long pbn, TreePlace kept, TreePlace other) {
      faults.add("page " + pbn + " at " + kept + " and " + other);
    }

    @Override
    public void allocated(Gatherer state, long pbn) {
      pages[0]++;
    }

    @Override
    public void leaf(Gatherer state, long pbn, long number, MemorySegment buffer, long offset) {
      for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
        long packed = BlockMapPage.entry(buffer, offset, slot);
        long lbn = number * BlockMapPage.ENTRIES + slot;
        if (packed != 0 && lbn >= mappings.length) {
          faults.add("page " + pbn + " maps LBN " + lbn + " behind the end");
        } else if (packed != 0) {
          mappings[Math.toIntExact(lbn)] = packed;
        }
      }
    }
  }

  /** Takes what cannot be replayed in a slab. */
  private record Complaints(List<String> faults) implements SlabObserver {
    @Override
    public void unreadableReferenceBlock(int slab, long pbn) {
      faults.add("slab " + slab + ": reference block " + pbn + " is unreadable");
    }

    @Override
    public void impossibleHead(int slab, SlabTail tail) {
      faults.add("slab " + slab + ": impossible " + tail);
    }

    @Override
    public void unreadableJournalBlock(int slab, long pbn, long sequenceNumber) {
      faults.add("slab " + slab + ": journal block " + sequenceNumber + " is unreadable");
    }

    @Override
    public boolean journalBlock(int slab, long pbn, long sequenceNumber, SlabJournalBlock block) {
      boolean isExpected = block.sequenceNumber() == sequenceNumber;
      if (!isExpected) {
        faults.add("slab " + slab + ": journal block " + sequenceNumber + " is missing");
      }
      return isExpected;
    }

    @Override
    public void entryOutsideSlab(int slab, int offset, long point) {
      faults.add("slab " + slab + ": entry names offset " + offset);
    }

    @Override
    public void impossibleChange(int slab, int offset, Operation operation, int count, long point) {
      faults.add("slab " + slab + ": " + operation + " at offset " + offset + " with " + count);
    }
  }
}
