package io.vdotools.tool.map;

import io.vdotools.VdoException;
import io.vdotools.cli.Machine;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.VolumeWalk;
import io.vdotools.engine.WalkOptions;
import io.vdotools.engine.WalkOptions.Part;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.model.MappingRun;
import io.vdotools.model.SilentVisitor;
import io.vdotools.model.UnreadableMapping;
import io.vdotools.model.UnreadablePage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Finds what was asked for, and reports it. */
final class Mapper {
  private static final int READERS = 16;

  private final LogicalVolume volume;
  private final MapReport report;
  private final ProgressDisplay progress;
  private boolean isSound = true;

  Mapper(LogicalVolume volume, MapReport report, ProgressDisplay progress) {
    this.volume = volume;
    this.report = report;
    this.progress = progress;
  }

  /**
   * Finds and reports.
   *
   * @param lbns ranges of LBNs, within the logical size
   * @param pbns PBNs
   * @return whether nothing was found damaged on the way
   */
  boolean run(List<PbnSet.Range> lbns, PbnSet pbns) throws VdoException {
    for (String doubt : volume.doubts()) {
      isSound = false;
      report.doubt(doubt);
    }
    int cores = Machine.cores();
    try (var parallel = new Parallel(cores, Math.max(cores, READERS), System::nanoTime)) {
      for (var range : lbns) {
        reportLbns(range.first(), range.end(), parallel);
      }
      if (!pbns.isEmpty()) {
        reportPbns(pbns, parallel);
      }
    }
    return isSound;
  }

  private void reportLbns(long first, long end, Parallel parallel) throws VdoException {
    var options =
        WalkOptions.WHOLE
            .withParts(Set.of(Part.BLOCK_MAP))
            .withLbns(first, end)
            .withBestReading(true);
    progress.begin("block map", end - first);
    var gaps = new Gaps(first, end);
    new VolumeWalk(volume, options, parallel, VolumeWalk.Progress.NONE).run(gaps);
    gaps.fillTo(end);
  }

  /** Reports mappings, and what is between them. */
  private final class Gaps extends SilentVisitor {
    private final long first;
    private final long end;
    // What was lost and reported, so that it is not told to be unmapped.
    private final List<LbnSet> lost = new ArrayList<>();
    private long next;

    Gaps(long first, long end) {
      this.first = first;
      this.end = end;
      this.next = first;
    }

    void fillTo(long lbn) {
      while (next < lbn) {
        long to = lbn;
        long from = next;
        for (var set : lost) {
          for (var part : set.within(from, to)) {
            to = Math.min(to, part.first() > from ? part.first() : from);
          }
        }
        if (to > from) {
          report.unmapped(from, to - from);
          next = to;
        } else {
          next = behindLost(from);
        }
      }
    }

    private long behindLost(long lbn) {
      for (var set : lost) {
        if (!set.within(lbn, lbn + 1).isEmpty()) {
          long inRun = set.runs() == 1 ? lbn - set.first() : (lbn - set.first()) % set.stride();
          return lbn + set.length() - inRun;
        }
      }
      return lbn + 1;
    }

    @Override
    public void mapping(MappingRun run) {
      fillTo(run.firstLbn());
      report.mapped(run);
      next = run.firstLbn() + run.count();
    }

    @Override
    public void unreadableMapping(UnreadableMapping mapping) {
      isSound = false;
      fillTo(mapping.lbn());
      report.impossible(mapping);
      next = mapping.lbn() + 1;
    }

    @Override
    public void unreadablePage(UnreadablePage page) {
      isSound = false;
      var place = page.place();
      for (var part :
          volume
              .forest()
              .lbnsBelow(place.tree(), place.height(), place.index())
              .within(Math.max(first, next), end)) {
        fillTo(Math.max(next, part.first()));
        report.lost(page, part);
        lost.add(part);
      }
    }
  }

  private void reportPbns(PbnSet pbns, Parallel parallel) throws VdoException {
    long pages = volume.volume().superBlock().recoveryJournal().blockMapDataBlocks();
    progress.begin("block map", Math.max(1, pages));
    var search = new PbnSearch(volume, pbns);
    var found = search.run(parallel, progress::advance);
    if (search.unusablePages() > 0) {
      isSound = false;
      report.doubt(
          search.unusablePages()
              + " pages of the block map, or ways to them, are damaged: mappings below them are"
              + " not known");
    }
    int at = 0;
    for (var range : pbns.ranges()) {
      long pbn = range.first();
      while (pbn < range.end()) {
        var area = PhysicalArea.at(volume, pbn);
        int from = at;
        while (at < found.size() && found.get(at).pbn() == pbn) {
          at++;
        }
        if (at > from) {
          report.used(area, found.subList(from, at), below(found.get(from)));
          pbn++;
        } else {
          long end = Math.min(area.end(), range.end());
          end = at < found.size() ? Math.min(end, found.get(at).pbn()) : end;
          report.blocks(pbn, end, area);
          pbn = end;
        }
      }
    }
  }

  private LbnSet below(Reference reference) {
    var place = reference.place();
    return reference.isPage()
        ? volume.forest().lbnsBelow(place.tree(), place.height(), place.pageIndex())
        : LbnSet.NONE;
  }
}
