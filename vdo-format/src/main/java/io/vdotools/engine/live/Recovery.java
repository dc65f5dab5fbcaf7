package io.vdotools.engine.live;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockError;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.engine.BlockMapPatches;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.EngineException.Kind;
import io.vdotools.engine.JournalReplay;
import io.vdotools.engine.JournalScan;
import io.vdotools.engine.LiveJournal;
import io.vdotools.engine.ReplayedDevice;
import io.vdotools.engine.SlabAppends;
import io.vdotools.engine.SlabTail;
import io.vdotools.engine.Usage;
import io.vdotools.engine.Volume;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabJournalEntry;
import io.vdotools.format.depot.SlabSummaryEntry;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.format.journal.RecoveryJournalBlock;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Recovers a crashed volume, as the driver does it (format-spec, section 13): the recovery journal
 * into the block map, then into the slab journals, and then a super block that needs the journal no
 * more.
 *
 * <p>Each step can be repeated: after a crash in the middle the next recovery starts from the same
 * super block and comes to the same end.
 */
final class Recovery {
  private final WritableBlockDevice device;
  private final Volume volume;
  private final SlabGeometry slabs;
  private final boolean acceptsOldJournal;

  private Recovery(WritableBlockDevice device, Volume volume, boolean acceptsOldJournal) {
    this.device = device;
    this.volume = volume;
    this.acceptsOldJournal = acceptsOldJournal;
    this.slabs = volume.slabs().orElseThrow();
  }

  /**
   * Recovers a volume. It is DIRTY afterwards, with an empty journal; slabs may have to be scrubbed
   * still.
   *
   * @param device the volume's blocks, by PBN
   * @param volume the volume, whose state is DIRTY
   * @param acceptsOldJournal whether to recover from a journal of the old format, too, which
   *     drivers after 8.2 refuse; then the state may also be REPLAYING
   * @return the super block that was written
   * @throws VdoException if journal or block map are damaged, in which case nothing was written, or
   *     if the device fails
   */
  static SuperBlock run(WritableBlockDevice device, Volume volume, boolean acceptsOldJournal)
      throws VdoException {
    return new Recovery(device, volume, acceptsOldJournal).run();
  }

  private SuperBlock run() throws VdoException {
    var area = volume.journalArea().orElseThrow();
    var scan = JournalScan.of(device, area, new UnreadableBlocks());
    if (scan.unreadable() > 0) {
      throw damaged("the recovery journal has " + scan.unreadable() + " unreadable blocks");
    }
    var live = LiveJournal.parse(device, area, scan);
    checkUsable(live);
    var summary = SummaryCopies.read(device, volume);
    var faults = new ArrayList<String>();
    var replay =
        JournalReplay.recover(
            volume,
            slabs,
            live,
            summary.entries(slabs.slabCount()),
            isBlockMapOnly(live),
            (sequence, index, _, fault) ->
                faults.add("entry " + index + " of block " + sequence + ": " + fault));
    if (!faults.isEmpty()) {
      throw damaged("the recovery journal is damaged: " + faults.getFirst());
    }
    writePages(replay.patches());
    writeSlabJournals(replay, summary);
    long journalStart = scan.top() + 1;
    var old = volume.superBlock();
    var usage =
        replay.usageOr(
            new Usage(
                old.recoveryJournal().logicalBlocksUsed(),
                old.recoveryJournal().blockMapDataBlocks()));
    var recovered =
        SuperBlocks.at(SuperBlocks.recovered(old), VolumeState.DIRTY, journalStart, usage);
    SuperBlocks.write(device, volume.superBlockPbn(), recovered);
    return recovered;
  }

  /** An old driver was cut off in the second half of its recovery: the slab journals are done. */
  private boolean isBlockMapOnly(LiveJournal live) {
    return volume.superBlock().vdo().state() == VolumeState.REPLAYING
        && live.hasEntries()
        && live.format() == JournalFormat.V1;
  }

  private static final class UnreadableBlocks implements JournalScan.Visitor {
    @Override
    public void block(long position, RecoveryJournalBlock block) {}

    @Override
    public void unreadable(long position, BlockError error) {}
  }

  private void checkUsable(LiveJournal live) throws EngineException {
    switch (live.outcome()) {
      case MIXED_FORMATS -> throw damaged("the recovery journal holds blocks of two formats");
      case HEAD_BEHIND_TAIL -> throw damaged("a head of the recovery journal lies behind its tail");
      case EMPTY, ENTRIES -> {
        if (!acceptsOldJournal && live.hasEntries() && live.format() == JournalFormat.V1) {
          throw new EngineException(
              Kind.WRONG_STATE,
              volume.device().name()
                  + ": crashed under a driver of version 8.2 or older; start it with such a driver,"
                  + " stop it, and try again");
        }
      }
    }
  }

  private EngineException damaged(String what) {
    return new EngineException(
        Kind.CORRUPT_METADATA, volume.device().name() + ": " + what + "; see vdo_check");
  }

  /** Brings the journal's mappings into the pages that they belong to. */
  private void writePages(BlockMapPatches patches) throws VdoException {
    var replayed = new ReplayedDevice(device, patches, volume.nonce());
    var bytes = new byte[BlockDevice.BLOCK_SIZE];
    var block = MemorySegment.ofArray(bytes);
    var page = new BlockMapPage(block);
    boolean hasNewPages = false;
    for (long pbn : patches.pages()) {
      device.read(pbn, block).orThrow(device);
      switch (page.validity(volume.nonce(), pbn)) {
        case VALID -> {}
        case INVALID -> {
          // If the first write of a page tears, nothing of it may count: it says so itself.
          replayed.read(pbn, block).orThrow(device);
          page.setInitialized(false);
          device.write(pbn, block);
          hasNewPages = true;
        }
        case BAD -> throw damaged("block map page at PBN " + pbn + " belongs elsewhere");
      }
    }
    if (hasNewPages) {
      device.flush();
    }
    for (long pbn : patches.pages()) {
      replayed.read(pbn, block).orThrow(device);
      device.write(pbn, block);
    }
    device.flush();
  }

  private void writeSlabJournals(JournalReplay replay, SummaryCopies summary) throws VdoException {
    List<SlabSummaryEntry> changed = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      var appends = replay.appends(slab);
      if (appends != null && appends.size() > 0) {
        changed.add(writeSlabJournal(slab, appends, summary.entry(slab)));
        numbers.add(slab);
      }
    }
    if (changed.isEmpty()) {
      return;
    }
    device.flush();
    for (int i = 0; i < changed.size(); i++) {
      summary.set(numbers.get(i), changed.get(i));
    }
    summary.write(device);
    device.flush();
  }

  /** Writes what the journal of a slab gets appended; {@return the slab's new summary entry}. */
  private SlabSummaryEntry writeSlabJournal(int slab, SlabAppends appends, SlabSummaryEntry old)
      throws VdoException {
    var tail = SlabTail.read(device, slabs, slab, old, volume.nonce());
    var block = new SlabJournalBlock(MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]));
    long head = tail.head();
    long sequence = appends.firstSequence();
    int at = 0;
    while (at < appends.size()) {
      if (sequence - head >= slabs.journalBlocks()) {
        // The oldest block can be overwritten: it could have been reaped before the crash.
        head++;
      }
      block.format(head, sequence, volume.nonce());
      for (; at < appends.size() && appends.sequenceOf(at) == sequence; at++) {
        block.append(
            new SlabJournalEntry(appends.offsetInSlab(at), appends.operation(at)),
            appends.recoveryPointOf(sequence));
      }
      device.write(slabs.journalStart(slab) + slabs.journalPosition(sequence), block.bytes());
      sequence++;
    }
    return new SlabSummaryEntry(
        slabs.journalPosition(sequence), old.fullnessHint(), old.loadRefCounts() || head > 1, true);
  }
}
