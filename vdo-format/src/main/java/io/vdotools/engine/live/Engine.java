package io.vdotools.engine.live;

import io.vdotools.VdoException;
import io.vdotools.engine.JournalArea;
import io.vdotools.engine.Usage;
import io.vdotools.engine.Volume;
import io.vdotools.engine.data.LogicalZone;
import io.vdotools.engine.data.Outcome;
import io.vdotools.engine.data.Pipeline;
import io.vdotools.engine.metadata.AllocationSelector;
import io.vdotools.engine.metadata.BlockMapShape;
import io.vdotools.engine.metadata.BlockMapZone;
import io.vdotools.engine.metadata.Countdown;
import io.vdotools.engine.metadata.Environment;
import io.vdotools.engine.metadata.LoadedDepot;
import io.vdotools.engine.metadata.PhysicalZone;
import io.vdotools.engine.metadata.ReadOnlyMode;
import io.vdotools.engine.metadata.RecoveryJournal;
import io.vdotools.engine.metadata.SlabDepot;
import io.vdotools.engine.zones.Disk;
import io.vdotools.engine.zones.Execution;
import io.vdotools.engine.zones.Section;
import io.vdotools.engine.zones.Sections;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabGeometry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The parts of a running volume, put together, and how they come to rest. */
final class Engine {
  private final Environment environment;
  private final long superBlockPbn;
  private final RecoveryJournal journal;
  private final SlabDepot depot;
  private final List<LogicalZone> logicalZones = new ArrayList<>();
  private final Pipeline pipeline;
  private final long maximumAge;
  // These belong to the journal section.
  private SuperBlock superBlock;
  private final List<Runnable> waitingForRecord = new ArrayList<>();
  private boolean isReadOnlyRecorded;

  /**
   * @param execution runs steps
   * @param sections where they run
   * @param disk the volume's blocks, by PBN
   * @param volume the volume, which is DIRTY on disk, with an empty journal
   * @param loaded its slabs
   * @param options how to work on it
   */
  Engine(
      Execution execution,
      Sections sections,
      Disk disk,
      Volume volume,
      LoadedDepot loaded,
      LiveOptions options) {
    this.superBlock = volume.superBlock();
    this.superBlockPbn = volume.superBlockPbn();
    var readOnly = new ReadOnlyMode(this::becomeReadOnly);
    this.environment = new Environment(execution, sections, disk, readOnly, volume.nonce());
    var area = volume.journalArea().orElseThrow();
    var counts = superBlock.recoveryJournal();
    this.journal =
        new RecoveryJournal(
            environment,
            area,
            new Usage(counts.logicalBlocksUsed(), counts.blockMapDataBlocks()),
            new JournalPressure());
    this.maximumAge = Math.clamp(options.maximumAge(), 1, Math.max(1, journal.longestAge()));
    this.depot =
        new SlabDepot(environment, journal.locks(), superBlock.slabDepot().slabConfig(), loaded);
    var shape =
        new BlockMapShape(volume.forest().orElseThrow(), superBlock.blockMap().rootOrigin());
    for (var section : sections.logical()) {
      var allocator = new AllocationSelector(environment, depot, section.index());
      var blockMap =
          new BlockMapZone(
              environment, section, journal, depot, allocator, shape, options.cachedPages());
      logicalZones.add(new LogicalZone(execution, section, blockMap, allocator));
    }
    this.pipeline =
        new Pipeline(
            environment,
            journal,
            depot,
            logicalZones,
            options.index(),
            options.compresses(),
            options.requestLimit());
  }

  Pipeline pipeline() {
    return pipeline;
  }

  ReadOnlyMode readOnly() {
    return environment.readOnly();
  }

  SlabDepot depot() {
    return depot;
  }

  private void enter(Section section, Runnable step) {
    environment.execution().enter(section, step);
  }

  private Section journalSection() {
    return environment.sections().journal();
  }

  private void inEachLogicalZone(Consumer<LogicalZone> step) {
    for (var zone : logicalZones) {
      enter(zone.section(), () -> step.accept(zone));
    }
  }

  private void inEachPhysicalZone(Consumer<PhysicalZone> step) {
    for (int i = 0; i < depot.zoneCount(); i++) {
      var zone = depot.zone(i);
      enter(zone.section(), () -> step.accept(zone));
    }
  }

  private final class JournalPressure implements RecoveryJournal.Pressure {
    @Override
    public void blockBegun(long sequence) {
      inEachLogicalZone(zone -> zone.blockMap().expire(sequence - maximumAge));
    }

    @Override
    public void slabJournalsNeeded(long sequence) {
      depot.commitTailsThatNeed(sequence);
    }
  }

  /** Records that the volume is read-only, and lets go of all that can end no more. */
  private void becomeReadOnly() {
    enter(
        journalSection(),
        () -> {
          var state = VolumeState.READ_ONLY_MODE;
          superBlock = SuperBlocks.at(superBlock, state, journal.head(), journal.usage());
          // If not even this can be written, there is nowhere left to say so.
          writeSuperBlock(_ -> readOnlyIsRecorded());
          journal.giveUp();
        });
    inEachLogicalZone(zone -> zone.blockMap().giveUp());
    inEachPhysicalZone(PhysicalZone::giveUp);
    pipeline.giveUpWaiting();
  }

  private void readOnlyIsRecorded() {
    isReadOnlyRecorded = true;
    waitingForRecord.forEach(Runnable::run);
    waitingForRecord.clear();
  }

  /**
   * Answers that the volume is read-only, once that is on the device: whoever hears of it may stop
   * the engine at once.
   */
  private void refuse(Outcome outcome) {
    if (isReadOnlyRecorded) {
      outcome.of(environment.readOnly().error());
    } else {
      waitingForRecord.add(() -> outcome.of(environment.readOnly().error()));
    }
  }

  private void writeSuperBlock(Consumer<@Nullable VdoException> then) {
    environment
        .disk()
        .write(
            superBlockPbn,
            SuperBlocks.encode(superBlock),
            Disk.Order.AFTER_FLUSH_DURABLY,
            journalSection(),
            then::accept);
  }

  /** Brings everything to the disk and marks the volume as stopped cleanly; refuses requests. */
  void suspend(Outcome outcome) {
    pipeline.drain(() -> save(outcome));
  }

  /** As {@link #suspend}, but requests that come meanwhile wait until {@link #resume}. */
  void hold(Outcome outcome) {
    pipeline.hold(() -> save(outcome));
  }

  private void save(Outcome outcome) {
    enter(
        journalSection(),
        () -> environment.disk().flush(journalSection(), error -> flushed(error, outcome)));
  }

  private void flushed(@Nullable VdoException error, Outcome outcome) {
    if (error != null) {
      environment.readOnly().enter(error);
    }
    var pages =
        new Countdown(
            logicalZones.size(),
            () -> enter(journalSection(), () -> journal.rest(() -> drainSlabs(outcome))));
    inEachLogicalZone(zone -> zone.blockMap().drain(pages::countDown));
  }

  private void drainSlabs(Outcome outcome) {
    var slabs =
        new Countdown(
            depot.zoneCount(),
            () -> enter(journalSection(), () -> saveAs(VolumeState.CLEAN, outcome)));
    inEachPhysicalZone(zone -> zone.drain(slabs::countDown));
  }

  private void saveAs(VolumeState state, Outcome outcome) {
    if (environment.readOnly().isEntered()) {
      // The super block says so already, and shall go on saying it.
      refuse(outcome);
      return;
    }
    superBlock = SuperBlocks.at(superBlock, state, journal.tail(), journal.usage());
    writeSuperBlock(error -> {
      if (error != null) {
        environment.readOnly().enter(error);
      }
      if (environment.readOnly().isEntered()) {
        refuse(outcome);
      } else {
        outcome.of(null);
      }
    });
  }

  /** Marks the suspended volume as in use, and only then lets requests go on. */
  void resume(Outcome outcome) {
    enter(
        journalSection(),
        () ->
            saveAs(
                VolumeState.DIRTY,
                error -> {
                  pipeline.resume();
                  outcome.of(error);
                }));
  }

  /** Changes what the super block of the suspended volume says. */
  void changeSuperBlock(UnaryOperator<SuperBlock> change, Outcome outcome) {
    enter(
        journalSection(),
        () -> {
          superBlock = change.apply(superBlock);
          saveAs(superBlock.vdo().state(), outcome);
        });
  }

  /** Lets the suspended volume have more logical blocks. */
  void growLogical(Forest larger, Runnable then) {
    var zones = new Countdown(logicalZones.size(), then);
    inEachLogicalZone(zone -> {
      zone.blockMap().grow(larger);
      zones.countDown();
    });
  }

  /** Lets the suspended volume have more slabs. */
  void growPhysical(SlabGeometry larger, JournalArea newArea, long summaryStart, Runnable then) {
    enter(
        journalSection(),
        () -> {
          journal.move(newArea);
          depot.grow(larger, summaryStart, then);
        });
  }

  /** Takes the totals that the super block would say now. */
  void usage(Consumer<Usage> then) {
    enter(journalSection(), () -> then.accept(journal.usage()));
  }

  /** Takes the number of data blocks that nobody uses. */
  void freeBlocks(Consumer<Long> then) {
    var sum = new java.util.concurrent.atomic.AtomicLong();
    var zones = new Countdown(depot.zoneCount(), () -> then.accept(sum.get()));
    inEachPhysicalZone(zone -> {
      sum.addAndGet(zone.freeBlocks());
      zones.countDown();
    });
  }
}
