package io.vdotools.engine;

import io.vdotools.VdoException;
import io.vdotools.engine.WalkOptions.Part;
import io.vdotools.model.DumpScope;
import io.vdotools.model.SilentVisitor;
import io.vdotools.model.VolumeVisitor;

/**
 * Tells a visitor what a volume holds.
 *
 * <p>A volume that was not stopped cleanly is told as the driver's recovery and a clean stop would
 * leave it. First all that is to be told is looked at, so that a damaged volume is refused before a
 * word is said of it; then it is told, in LBN order, in memory that does not depend on the volume.
 */
public final class VolumeWalk {
  /** Learns how far a walk has come. */
  public interface Progress {
    /** Takes no notice. */
    Progress NONE =
        new Progress() {
          @Override
          public void phase(String name, long steps) {}

          @Override
          public void advance(long steps) {}
        };

    /**
     * Something begins.
     *
     * @param name what it is
     * @param steps how many steps it takes, roughly, at least 1
     */
    void phase(String name, long steps);

    /**
     * Some steps are done.
     *
     * @param steps how many since the last call; may come from several threads
     */
    void advance(long steps);
  }

  private final LogicalVolume volume;
  private final WalkOptions options;
  private final Parallel parallel;
  private final Progress progress;
  private final String name;

  /**
   * Prepares a walk.
   *
   * @param volume the volume
   * @param options what is told of it; LBNs within the logical size
   * @param parallel the threads that read
   * @param progress learns how far the walk has come
   */
  public VolumeWalk(
      LogicalVolume volume, WalkOptions options, Parallel parallel, Progress progress) {
    this.volume = volume;
    this.options = options;
    this.parallel = parallel;
    this.progress = progress;
    this.name = volume.volume().device().name();
  }

  /**
   * Walks.
   *
   * @param visitor is told what the volume holds
   * @throws VolumeDamagedException if it is damaged, and its best reading was not asked for
   * @throws VdoException what the visitor throws, or if the block map has no end
   */
  public void run(VolumeVisitor visitor) throws VdoException {
    var header = VolumeHeader.of(volume);
    if (!options.isBestReading() && !header.doubts().isEmpty()) {
      throw new VolumeDamagedException(name + ": " + header.doubts().getFirst());
    }
    var source = new SlabSource(volume);
    var survey = new VolumeSurvey(volume, source, parallel, progress::advance);
    look(survey);
    var strict = options.isBestReading() ? visitor : new SoundOnly(name, visitor);
    var target =
        options.hasAllPbns()
            ? strict
            : new PbnFilter(strict, volume.slabs(), options.firstPbn(), options.endPbn());
    tell(header, source, survey, target);
  }

  /** Looks at all that is to be told. */
  private void look(VolumeSurvey survey) throws VdoException {
    boolean tellsMap = has(Part.BLOCK_MAP);
    if (has(Part.SLABS) || (tellsMap && options.hasAllLbns())) {
      progress.phase("survey", leafPages());
      survey.run(has(Part.SLABS));
      var verdict = survey.verdict();
      if (verdict.isPresent() && !options.isBestReading()) {
        throw new VolumeDamagedException(name + ": " + verdict.get());
      }
    } else if (tellsMap && !options.isBestReading()) {
      progress.phase("survey", leafPages());
      walkBlockMap(survey, new SoundOnly(name, new SilentVisitor()));
    }
  }

  private boolean has(Part part) {
    return options.parts().contains(part);
  }

  private long leafPages() {
    return Math.max(1, volume.volume().superBlock().recoveryJournal().blockMapDataBlocks());
  }

  private void tell(
      VolumeHeader header, SlabSource source, VolumeSurvey survey, VolumeVisitor visitor)
      throws VdoException {
    visitor.begin(new DumpScope(options.isWhole(), options.isBestReading()));
    if (has(Part.INDEX)) {
      visitor.geometry(header.geometry());
    }
    if (has(Part.SUPER_BLOCK)) {
      visitor.superBlock(header.superBlock());
    }
    for (String doubt : header.doubts()) {
      visitor.doubt(doubt);
    }
    if (has(Part.BLOCK_MAP)) {
      progress.phase("block map", leafPages());
      visitor.beginBlockMap();
      walkBlockMap(survey, visitor);
      visitor.endBlockMap();
    }
    if (has(Part.SLABS)) {
      progress.phase("slabs", volume.slabs().slabCount());
      new SlabWalk(
              volume, source, survey.differences(), options.tellsAllCounts(), parallel, visitor)
          .run();
    }
    var journals = new JournalWalk(volume, visitor);
    if (has(Part.JOURNAL)) {
      progress.phase("journals", 1);
      journals.recoveryJournal();
      journals.slabJournals(source);
    }
    if (has(Part.SUMMARY)) {
      journals.summary(source);
    }
    visitor.end();
  }

  private void walkBlockMap(VolumeSurvey survey, VolumeVisitor visitor) throws VdoException {
    new BlockMapWalk(volume, survey.faults(), parallel, progress::advance)
        .run(options.firstLbn(), Math.min(options.endLbn(), volume.logicalBlocks()), visitor);
  }
}
