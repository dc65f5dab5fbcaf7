package io.vdotools.engine;

import io.vdotools.VdoException;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.model.CountRun;
import io.vdotools.model.ForwardingVisitor;
import io.vdotools.model.MappingRun;
import io.vdotools.model.PagePlace;
import io.vdotools.model.SlabState;
import io.vdotools.model.UnreadableCounts;
import io.vdotools.model.UnreadableMapping;
import io.vdotools.model.UnreadablePage;
import io.vdotools.model.VolumeVisitor;

/**
 * Passes on only what lies at some PBNs: pages, mappings and counts, cut where they reach beyond.
 */
final class PbnFilter extends ForwardingVisitor {
  private final SlabGeometry slabs;
  private final long first;
  private final long end;

  /**
   * Puts the filter in front of a visitor.
   *
   * @param next is told
   * @param slabs where slabs lie
   * @param first the first PBN
   * @param end the PBN behind the last
   */
  PbnFilter(VolumeVisitor next, SlabGeometry slabs, long first, long end) {
    super(next);
    this.slabs = slabs;
    this.first = first;
    this.end = end;
  }

  private boolean contains(long pbn) {
    return pbn >= first && pbn < end;
  }

  @Override
  public void page(PagePlace page) throws VdoException {
    if (contains(page.pbn())) {
      next.page(page);
    }
  }

  @Override
  public void mapping(MappingRun run) throws VdoException {
    switch (run) {
      case MappingRun.Data data -> {
        long from = Math.max(first, data.firstPbn());
        long to = Math.min(end, data.firstPbn() + data.count());
        if (from < to) {
          next.mapping(
              new MappingRun.Data(data.firstLbn() + from - data.firstPbn(), to - from, from));
        }
      }
      case MappingRun.Zeros _ -> {}
      case MappingRun.Fragments fragments -> {
        if (contains(fragments.pbn())) {
          next.mapping(run);
        }
      }
    }
  }

  @Override
  public void unreadablePage(UnreadablePage page) throws VdoException {
    if (contains(page.place().pbn())) {
      next.unreadablePage(page);
    }
  }

  @Override
  public void unreadableMapping(UnreadableMapping mapping) throws VdoException {
    if (contains(mapping.entry().pbn())) {
      next.unreadableMapping(mapping);
    }
  }

  @Override
  public void slab(SlabState slab) throws VdoException {
    long start = slabs.slabStart(slab.number());
    if (start < end && start + slabs.slabBlocks() > first) {
      next.slab(slab);
    }
  }

  @Override
  public void counts(CountRun run) throws VdoException {
    long from = Math.max(first, run.firstPbn());
    long to = Math.min(end, run.firstPbn() + run.blocks());
    if (from < to) {
      next.counts(new CountRun(from, to - from, run.value()));
    }
  }

  @Override
  public void unreadableCounts(UnreadableCounts counts) throws VdoException {
    long from = Math.max(first, counts.firstPbn());
    long to = Math.min(end, counts.firstPbn() + counts.count());
    if (from < to) {
      next.unreadableCounts(new UnreadableCounts(from, to - from, counts.cause()));
    }
  }
}
