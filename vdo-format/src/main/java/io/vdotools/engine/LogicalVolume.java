package io.vdotools.engine;

import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockError;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.format.journal.RecoveryJournalBlock;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The logical device of a volume, found and made readable: where its block map lies, with the
 * recovery journal replayed in memory where the state asks for it.
 *
 * <p>As much is believed as is needed to find the data. What casts a doubt on all of it, such as a
 * super block with a wrong checksum, is told in words.
 *
 * @param volume the volume
 * @param device its blocks as they read after the replay, addressed by PBN
 * @param forest the shape of the block map
 * @param slabs where data can lie
 * @param view in which state its content is seen
 * @param usedBlocks how many LBNs have a mapping by the volume's own count, if there is one that
 *     can be relied on
 * @param doubts what may be wrong with the content as a whole, a sentence each
 * @param recovery what the driver's crash recovery would change besides the block map; nothing
 *     where there is nothing to recover, or no way to
 */
public record LogicalVolume(
    Volume volume,
    BlockDevice device,
    Forest forest,
    SlabGeometry slabs,
    View view,
    OptionalLong usedBlocks,
    List<String> doubts,
    Optional<Recovered> recovery) {

  /**
   * What a crash recovery changes besides the block map.
   *
   * @param replay what each slab journal gets appended
   * @param usage the totals afterwards
   * @param nextSequence the sequence number with which the recovery journal goes on
   */
  public record Recovered(JournalReplay replay, Usage usage, long nextSequence) {}

  /** In which state the content of a volume is seen. */
  public enum View {
    /** As it lies on the device. */
    AS_IT_IS,
    /** As the driver's crash recovery would leave it. */
    AFTER_RECOVERY,
    /** With all mappings of the recovery journal that a forced rebuild would take. */
    WITH_JOURNAL;

    /** {@return the view in words, as reports print it} */
    public String title() {
      return switch (this) {
        case AS_IT_IS -> "as it is on the volume";
        case AFTER_RECOVERY -> "as crash recovery would leave it";
        case WITH_JOURNAL ->
            "with the mappings in the recovery journal, as a rebuild would take them";
      };
    }
  }

  /** Copies the list. */
  public LogicalVolume {
    doubts = List.copyOf(doubts);
  }

  /**
   * Opens the logical device of a volume, and replays its recovery journal if need be.
   *
   * @param volume the volume, opened as far as possible
   * @return its logical device
   * @throws NotAVolumeException if too little of it is left to find data by
   */
  public static LogicalVolume open(Volume volume) throws NotAVolumeException {
    return new Opening(volume).open();
  }

  /** {@return the logical size, in blocks} */
  public long logicalBlocks() {
    return forest.logicalBlocks();
  }

  /** {@return the volume's nonce} */
  public long nonce() {
    return volume.nonce();
  }

  /** {@return the PBN of the first root of the block map} */
  public long rootOrigin() {
    return volume.superBlock().blockMap().rootOrigin();
  }

  /**
   * {@return how many LBNs have a mapping, counted by a walk over the whole block map}
   *
   * @param parallel the threads
   */
  public long countMapped(Parallel parallel) {
    var counts = parallel.states(LongAdder::new);
    var walk =
        new ForestWalk(
            device,
            forest,
            slabs,
            rootOrigin(),
            nonce(),
            ForestWalk.DEFAULT_WINDOW_PAGES,
            parallel,
            _ -> {});
    walk.run(
        SilentForestObserver.INSTANCE,
        counts,
        new ForestObserver.LeafTask<LongAdder>() {
          @Override
          public void allocated(LongAdder count, long pbn) {}

          @Override
          public void leaf(
              LongAdder count, long pbn, long pageNumber, MemorySegment buffer, long offset) {
            long first = pageNumber * BlockMapPage.ENTRIES;
            long slots = Math.min(BlockMapPage.ENTRIES, logicalBlocks() - first);
            for (int slot = 0; slot < slots; slot++) {
              long packed = BlockMapPage.entry(buffer, offset, slot);
              count.add(BlockMapEntry.state(packed) == MappingState.UNMAPPED ? 0 : 1);
            }
          }
        });
    return counts.all().stream().mapToLong(LongAdder::sum).sum();
  }

  private static final class Opening {
    private final Volume volume;
    private final String name;
    private final List<String> doubts = new ArrayList<>();
    private long invalidEntries;
    private Optional<Recovered> recovery = Optional.empty();

    Opening(Volume volume) {
      this.volume = volume;
      this.name = volume.device().name();
    }

    LogicalVolume open() throws NotAVolumeException {
      if (!volume.hasSuperBlock()) {
        throw new NotAVolumeException(
            name
                + ": the super block at PBN "
                + volume.superBlockPbn()
                + " is lost, and with it the way to the data; see vdo_check");
      }
      if (volume.forest().isEmpty() || volume.slabs().isEmpty()) {
        throw new NotAVolumeException(
            name + ": the super block does not say where the data lie; see vdo_check");
      }
      checkBlocks();
      return switch (volume.superBlock().vdo().state()) {
        case NEW, CLEAN, RECOVERING, UNKNOWN ->
            view(View.AS_IT_IS, volume.device(), OptionalLong.of(storedUse().logicalBlocks()));
        case DIRTY, REPLAYING -> afterRecovery();
        case READ_ONLY_MODE, FORCE_REBUILD, REBUILD_FOR_UPGRADE -> withJournal();
      };
    }

    private void checkBlocks() throws NotAVolumeException {
      var geometry = volume.geometry();
      if (!geometry.hasMagic() || !volume.geometryFormat().isSupported()) {
        doubts.add("the geometry block is lost; the super block was found without it");
      } else if (geometry.nonce() != volume.nonce()) {
        if (!RootEvidence.supports(volume, volume.nonce())) {
          throw new NotAVolumeException(
              name
                  + ": geometry block and super block belong to different volumes, and the block"
                  + " map not to that of the super block; see vdo_check");
        }
        doubts.add("the geometry block belongs to another volume");
      } else if (geometry.checksum() != GeometryBlock.computeChecksum(volume.geometryBlock())) {
        doubts.add("the checksum of the geometry block is wrong");
      }
      if (volume.superBlock().checksum() != SuperBlock.computeChecksum(volume.superBlockBytes())) {
        doubts.add("the checksum of the super block is wrong");
      } else if (!SuperBlock.isPlausible(volume.superBlockBytes())) {
        doubts.add("the super block is damaged");
      }
      if (!volume.superBlock().volumeVersion().equals(SuperBlock.VOLUME_VERSION)) {
        doubts.add("volume version " + volume.superBlock().volumeVersion() + " is not known");
      }
      if (volume.superBlock().blockMap().rootCount() != Forest.DEFAULT_ROOT_COUNT) {
        doubts.add(
            "the super block names "
                + Long.toUnsignedString(volume.superBlock().blockMap().rootCount())
                + " trees of the block map; 60 are assumed");
      }
    }

    private Usage storedUse() {
      var stored = volume.superBlock().recoveryJournal();
      return new Usage(stored.logicalBlocksUsed(), stored.blockMapDataBlocks());
    }

    private LogicalVolume afterRecovery() {
      var area = volume.journalArea();
      if (area.isEmpty()) {
        return withoutJournal();
      }
      var scan = scan(area.get());
      var live = LiveJournal.parse(volume.device(), area.get(), scan);
      switch (live.outcome()) {
        case MIXED_FORMATS, HEAD_BEHIND_TAIL -> {
          doubts.add("the driver would give up on the recovery journal: what is usable of it is");
          return rebuilt(area.get(), scan);
        }
        case EMPTY, ENTRIES -> {}
      }
      if (live.end() != LiveJournal.End.COMPLETE
          && live.top() - live.tail() > LiveJournal.BLOCKS_IN_FLIGHT) {
        doubts.add(
            "a block of the recovery journal is damaged: as in the driver's recovery, blocks "
                + (live.tail() + 1)
                + " to "
                + live.top()
                + " are not used");
      }
      var slabs = volume.slabs().orElseThrow();
      var summary = volume.summaryStart();
      var replay =
          JournalReplay.recover(
              volume,
              slabs,
              live,
              summary.isPresent()
                  ? SlabStates.read(
                          volume.device(),
                          summary.getAsLong(),
                          slabs,
                          volume.superBlock().slabDepot().zoneCount())
                      .entries()
                  : SlabStates.unused(slabs),
              isBlockMapOnly(live),
              (_, _, _, _) -> invalidEntries++);
      if (replay.contradictsItself()) {
        doubts.add("the recovery journal contradicts itself");
      }
      addInvalidEntries();
      boolean isUseKnown = live.hasEntries() || !scan.found();
      recovery = Optional.of(new Recovered(replay, replay.usageOr(storedUse()), scan.top() + 1));
      return view(
          View.AFTER_RECOVERY,
          replayed(replay),
          isUseKnown
              ? OptionalLong.of(replay.usageOr(storedUse()).logicalBlocks())
              : OptionalLong.empty());
    }

    /** An old driver was cut off in the second half of its recovery: the slab journals are done. */
    private boolean isBlockMapOnly(LiveJournal live) {
      return volume.superBlock().vdo().state() == VolumeState.REPLAYING
          && live.hasEntries()
          && live.format() == JournalFormat.V1;
    }

    private LogicalVolume withJournal() {
      var area = volume.journalArea();
      return area.isEmpty() ? withoutJournal() : rebuilt(area.get(), scan(area.get()));
    }

    private LogicalVolume withoutJournal() {
      doubts.add("the recovery journal cannot be found: what it holds is missing");
      return view(View.AS_IT_IS, volume.device(), OptionalLong.empty());
    }

    private LogicalVolume rebuilt(JournalArea area, JournalScan scan) {
      var replay =
          JournalReplay.rebuild(
              volume,
              volume.slabs().orElseThrow(),
              new RebuildJournal(area, scan),
              (_, _, _, _) -> invalidEntries++);
      addInvalidEntries();
      return view(View.WITH_JOURNAL, replayed(replay), OptionalLong.empty());
    }

    private JournalScan scan(JournalArea area) {
      var scan =
          JournalScan.of(
              volume.device(),
              area,
              new JournalScan.Visitor() {
                @Override
                public void block(long position, RecoveryJournalBlock block) {}

                @Override
                public void unreadable(long position, BlockError error) {}
              });
      if (scan.unreadable() > 0) {
        doubts.add(
            scan.unreadable()
                + " blocks of the recovery journal cannot be read: mappings in them are missing");
      }
      return scan;
    }

    private void addInvalidEntries() {
      if (invalidEntries > 0) {
        doubts.add(
            invalidEntries + " entries of the recovery journal are invalid and were passed over");
      }
    }

    private BlockDevice replayed(JournalReplay replay) {
      return new ReplayedDevice(volume.device(), replay.patches(), volume.nonce());
    }

    private LogicalVolume view(View view, BlockDevice device, OptionalLong usedBlocks) {
      return new LogicalVolume(
          volume,
          device,
          volume.forest().orElseThrow(),
          volume.slabs().orElseThrow(),
          view,
          usedBlocks,
          doubts,
          recovery);
    }
  }
}
