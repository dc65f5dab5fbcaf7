package io.vdotools.engine.live;

import io.vdotools.VdoException;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.EngineException.Kind;
import io.vdotools.engine.SlabObserver;
import io.vdotools.engine.SlabReplay;
import io.vdotools.engine.SlabTail;
import io.vdotools.engine.Volume;
import io.vdotools.engine.metadata.LoadedDepot;
import io.vdotools.engine.metadata.LoadedDepot.LoadedSlab;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VolumeState;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabJournalEntry.Operation;
import io.vdotools.format.depot.SlabSummaryEntry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Loads the slabs of a volume, and scrubs those whose counts on disk lack what their journals say
 * (format-spec, section 13).
 */
final class DepotLoader {
  private final WritableBlockDevice device;
  private final Volume volume;
  private final SlabGeometry slabs;

  private DepotLoader(WritableBlockDevice device, Volume volume) {
    this.device = device;
    this.volume = volume;
    this.slabs = volume.slabs().orElseThrow();
  }

  /**
   * {@return the slabs, after which no slab on disk has to be replayed}
   *
   * @param device the volume's blocks, by PBN
   * @param volume the volume, with its recovery journal replayed
   * @throws VdoException if counts or slab journals are damaged, or the device fails
   */
  static LoadedDepot load(WritableBlockDevice device, Volume volume) throws VdoException {
    return new DepotLoader(device, volume).load();
  }

  private LoadedDepot load() throws VdoException {
    boolean isNew = volume.superBlock().vdo().state() == VolumeState.NEW;
    var summary = isNew ? SummaryCopies.unused(volume, slabs) : SummaryCopies.read(device, volume);
    var loaded = new ArrayList<LoadedSlab>();
    var faults = new Faults();
    try (var replay = new SlabReplay(device, slabs, volume.nonce(), faults)) {
      for (int slab = 0; slab < slabs.slabCount(); slab++) {
        var entry = summary.entry(slab);
        replay.load(slab, entry, null);
        faults.check();
        if (entry.isDirty()) {
          writeCounts(slab, replay);
          summary.set(
              slab,
              new SlabSummaryEntry(
                  entry.tailBlockOffset(), slabs.fullnessHint(replay.freeBlocks()), true, false));
        }
        loaded.add(
            new LoadedSlab(
                rested(replay.tail()),
                replay.isUntouched() ? null : Arrays.copyOf(replay.counts(), slabs.dataBlocks())));
      }
    }
    device.flush();
    summary.write(device);
    device.flush();
    return new LoadedDepot(slabs, summary.firstPbn(), summary.summary(), loaded);
  }

  /** Where a slab journal stands once its counts are on disk. */
  private static SlabTail rested(SlabTail tail) {
    return new SlabTail(
        tail.origin(), tail.tail(), tail.tail(), tail.recoveryPoint(), tail.lastEntry());
  }

  private void writeCounts(int slab, SlabReplay replay) throws VdoException {
    var counts = replay.counts();
    for (int i = 0; i < slabs.usedReferenceBlocks(); i++) {
      var block = new ReferenceBlock(MemorySegment.ofArray(new byte[BlockSize.BLOCK]));
      for (int sector = 0; sector < BlockSize.SECTORS_PER_BLOCK; sector++) {
        block.setCommitPoint(sector, replay.lastPoint());
        int first = sector * ReferenceBlock.COUNTS_PER_SECTOR;
        MemorySegment.copy(
            counts,
            i * ReferenceBlock.COUNTS_PER_BLOCK + first,
            block.bytes(),
            ValueLayout.JAVA_BYTE,
            ReferenceBlock.offsetOf(first),
            ReferenceBlock.COUNTS_PER_SECTOR);
      }
      device.write(slabs.referenceStart(slab) + i, block.bytes());
    }
  }

  /** Remembers the first thing that makes a slab unusable. */
  private final class Faults implements SlabObserver {
    private @Nullable String first;

    private void add(String fault) {
      if (first == null) {
        first = fault;
      }
    }

    void check() throws EngineException {
      if (first != null) {
        throw new EngineException(
            Kind.CORRUPT_METADATA, volume.device().name() + ": " + first + "; see vdo_check");
      }
    }

    @Override
    public void unreadableReferenceBlock(int slab, long pbn) {
      add("reference block at PBN " + pbn + " of slab " + slab + " cannot be read");
    }

    @Override
    public void impossibleHead(int slab, SlabTail tail) {
      add("the journal of slab " + slab + " has an impossible head");
    }

    @Override
    public void unreadableJournalBlock(int slab, long pbn, long sequenceNumber) {
      add("slab journal block at PBN " + pbn + " of slab " + slab + " cannot be read");
    }

    @Override
    public boolean journalBlock(int slab, long pbn, long sequenceNumber, SlabJournalBlock block) {
      boolean isSound =
          block.belongsTo(volume.nonce())
              && block.sequenceNumber() == sequenceNumber
              && block.entryCount() <= block.capacity();
      if (!isSound) {
        add("slab journal block at PBN " + pbn + " of slab " + slab + " is damaged");
      }
      return isSound;
    }

    @Override
    public void entryOutsideSlab(int slab, int offset, long point) {
      add("the journal of slab " + slab + " names offset " + offset + ", which is no data block");
    }

    @Override
    public void impossibleChange(int slab, int offset, Operation operation, int count, long point) {
      add("the journal of slab " + slab + " asks for " + operation + " of the count " + count);
    }
  }
}
