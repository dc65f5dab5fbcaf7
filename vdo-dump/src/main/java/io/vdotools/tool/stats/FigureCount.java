package io.vdotools.tool.stats;

import io.vdotools.VdoException;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.VolumeWalk;
import io.vdotools.engine.WalkOptions;
import io.vdotools.engine.WalkOptions.Part;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.model.ForwardingVisitor;
import io.vdotools.model.LossCounter;
import io.vdotools.model.MappingRun;
import io.vdotools.model.PagePlace;
import io.vdotools.model.SilentVisitor;
import io.vdotools.model.UnreadablePage;
import io.vdotools.model.VolumeVisitor;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * Counts what the block map says: mappings, and references to each block. Stored reference counts
 * are not believed, so the figures are also right where these are still to be recovered or rebuilt.
 *
 * <p>References take memory for each block that has any; where that is not enough, the block map is
 * walked several times.
 */
final class FigureCount {
  private static final int MOST_DOUBTS = 100;
  private static final WalkOptions WALK =
      WalkOptions.WHOLE.withParts(EnumSet.of(Part.BLOCK_MAP)).withBestReading(true);

  private final LogicalVolume volume;
  private final SlabGeometry slabs;
  private final long memoryBytes;
  private final Parallel parallel;
  private final VolumeWalk.Progress progress;

  private final List<String> doubts = new ArrayList<>();
  private final long[] sharing = new long[ReferenceCells.MOST_REFERENCES + 1];
  private final int[] dataInSlab;
  private final int[] pagesInSlab;
  private long leafPages;
  private long plainMappings;
  private long compressedMappings;
  private long zeroMappings;
  private long plainBlocks;
  private long compressedBlocks;

  /**
   * Prepares.
   *
   * @param volume the volume
   * @param memoryBytes what cells may take, at least {@link ReferenceCells#CHUNK_BYTES}
   * @param parallel the threads that read
   * @param progress learns how far the count has come
   */
  FigureCount(
      LogicalVolume volume, long memoryBytes, Parallel parallel, VolumeWalk.Progress progress) {
    this.volume = volume;
    this.slabs = volume.slabs();
    this.memoryBytes = memoryBytes;
    this.parallel = parallel;
    this.progress = progress;
    this.dataInSlab = new int[slabs.slabCount()];
    this.pagesInSlab = new int[slabs.slabCount()];
  }

  /**
   * Counts.
   *
   * @throws VdoException if the block map has no end
   */
  Figures run() throws VdoException {
    try (var cells = new ReferenceCells(slabs, memoryBytes)) {
      var references = new References(cells);
      var losses = new LossCounter(new Totals(references));
      walk(losses);
      while (cells.endPass(this::block)) {
        walk(references);
      }
      return figures(losses);
    }
  }

  private void walk(VolumeVisitor visitor) throws VdoException {
    new VolumeWalk(volume, WALK, parallel, progress).run(visitor);
  }

  private void block(long pbn, int references, boolean isPage, boolean isCompressed) {
    int slab = slabs.slabOf(pbn);
    if (isPage) {
      pagesInSlab[slab]++;
      return;
    }
    dataInSlab[slab]++;
    sharing[references]++;
    if (isCompressed) {
      compressedBlocks++;
    } else {
      plainBlocks++;
    }
  }

  private Figures figures(LossCounter losses) {
    var shared = new ArrayList<Figures.Shared>();
    for (int references = 1; references < sharing.length; references++) {
      if (sharing[references] > 0) {
        shared.add(new Figures.Shared(references, sharing[references]));
      }
    }
    var blocks = new Figures.DataBlocks(plainBlocks, compressedBlocks);
    var each = new ArrayList<SlabFigures>();
    long pages = 0;
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      int used = dataInSlab[slab] + pagesInSlab[slab];
      pages += pagesInSlab[slab];
      each.add(
          new SlabFigures(
              slab,
              slabs.slabStart(slab),
              dataInSlab[slab],
              pagesInSlab[slab],
              slabs.dataBlocks() - used));
    }
    return new Figures(
        volume,
        Space.of(volume, blocks.total(), pages),
        new Figures.Mappings(plainMappings, compressedMappings, zeroMappings),
        leafPages,
        blocks,
        shared,
        each,
        losses,
        doubts);
  }

  /** What every pass looks at. */
  private final class References extends SilentVisitor {
    private final ReferenceCells cells;

    References(ReferenceCells cells) {
      this.cells = cells;
    }

    @Override
    public void page(PagePlace page) {
      addPage(page);
    }

    /** The block is taken, whatever is in it. */
    @Override
    public void unreadablePage(UnreadablePage page) {
      addPage(page.place());
    }

    private void addPage(PagePlace page) {
      if (slabs.isDataBlock(page.pbn())) {
        cells.addPage(page.pbn());
      }
    }

    @Override
    public void mapping(MappingRun run) {
      switch (run) {
        case MappingRun.Data data -> {
          for (long i = 0; i < data.count(); i++) {
            cells.addMapping(data.firstPbn() + i, false);
          }
        }
        case MappingRun.Fragments fragments -> {
          for (long i = 0; i < fragments.count(); i++) {
            cells.addMapping(fragments.pbn(), true);
          }
        }
        case MappingRun.Zeros _ -> {}
      }
    }
  }

  /** What is counted once. */
  private final class Totals extends ForwardingVisitor {
    Totals(VolumeVisitor next) {
      super(next);
    }

    @Override
    public void doubt(String sentence) throws VdoException {
      if (doubts.size() < MOST_DOUBTS) {
        doubts.add(sentence);
      }
      next.doubt(sentence);
    }

    @Override
    public void page(PagePlace page) throws VdoException {
      leafPages += page.height() == 0 ? 1 : 0;
      next.page(page);
    }

    @Override
    public void mapping(MappingRun run) throws VdoException {
      switch (run) {
        case MappingRun.Data _ -> plainMappings += run.count();
        case MappingRun.Fragments _ -> compressedMappings += run.count();
        case MappingRun.Zeros _ -> zeroMappings += run.count();
      }
      next.mapping(run);
    }
  }
}
