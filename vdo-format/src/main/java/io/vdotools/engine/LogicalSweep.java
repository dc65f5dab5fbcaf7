package io.vdotools.engine;

import io.vdotools.VdoException;
import io.vdotools.device.BlockBuffers;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.format.blockmap.MappingState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Brings the content of a range of LBNs to a {@link LogicalSink}, on several threads.
 *
 * <p>Each thread takes the next stretch of mappings, reads what they name, and hands it on. Memory
 * depends on the number of threads alone. A block that cannot be had is told, and all others come.
 */
public final class LogicalSweep {
  /** The order in which a sink is told. */
  public enum Order {
    /** By LBN, one call after the other. */
    BY_LBN,
    /** As it comes, from several threads at once. */
    ANY
  }

  private final LogicalVolume volume;
  private final Parallel parallel;
  private final Order order;

  /**
   * Prepares a sweep, which can be made several times.
   *
   * @param volume the volume
   * @param parallel the threads: as many as compute take part
   * @param order the order in which the sink is told
   */
  public LogicalSweep(LogicalVolume volume, Parallel parallel, Order order) {
    this.volume = volume;
    this.parallel = parallel;
    this.order = order;
  }

  /**
   * Reads a range.
   *
   * @param first the first LBN, at least 0
   * @param end the LBN behind the last, at most the logical size
   * @param sink takes the content
   * @throws VdoException what the sink throws, or if the block map has no end
   * @throws IllegalArgumentException if the range does not lie within the logical size
   */
  public void run(long first, long end, LogicalSink sink) throws VdoException {
    if (first < 0 || end < first || end > volume.logicalBlocks()) {
      throw new IllegalArgumentException("LBNs from " + first + " to before " + end);
    }
    try (var arena = parallel.newArena()) {
      var run = new Run(first, end, sink, arena);
      parallel.forEach(parallel.cores(), (_, scratch) -> run.work(scratch));
      run.rethrow();
    }
  }

  private final class Run {
    private final LogicalSink sink;
    private final Arena arena;
    private final MappingSource source;
    private final Turns turns = new Turns();
    private final AtomicReference<@Nullable VdoException> trouble = new AtomicReference<>();

    Run(long first, long end, LogicalSink sink, Arena arena) {
      this.sink = sink;
      this.arena = arena;
      this.source =
          new MappingSource(
              volume,
              first,
              end,
              loss -> loss.within(first, end).forEach(sink::damage),
              loss -> loss.within(first, end).forEach(sink::suspect),
              arena);
    }

    void rethrow() throws VdoException {
      var first = trouble.get();
      if (first != null) {
        throw first;
      }
    }

    void work(MemorySegment scratch) {
      var stretch = new MappingSource.Stretch();
      var blocks = new MappedBlocks(volume, scratch);
      var content =
          BlockBuffers.allocate(arena, (int) (MappingSource.largestBytes() / BlockSize.BLOCK));
      boolean isDone = false;
      try {
        while (trouble.get() == null && source.next(stretch)) {
          if (stretch.kind() == MappingSource.Kind.MAPPED) {
            blocks.read(stretch.mappings(), (int) stretch.count(), content);
          }
          if (order == Order.BY_LBN && !turns.await(stretch.number())) {
            return;
          }
          handOn(stretch, blocks, content);
          turns.end(stretch.number());
        }
        isDone = true;
      } catch (VdoException e) {
        trouble.compareAndSet(null, e);
      } finally {
        if (!isDone) {
          // Nobody waits for a turn that never comes.
          turns.stop();
        }
      }
    }

    private void handOn(MappingSource.Stretch stretch, MappedBlocks blocks, MemorySegment content)
        throws VdoException {
      switch (stretch.kind()) {
        case UNMAPPED -> {
          sink.hole(stretch.first(), stretch.count());
          sink.advance(stretch.count(), 0);
        }
        case LOST -> {
          sink.lost(stretch.first(), stretch.count());
          sink.advance(stretch.count(), 0);
        }
        case MAPPED -> {
          handOnMapped(stretch, blocks, content);
          sink.advance(stretch.count(), mapped(stretch));
        }
      }
    }

    private void handOnMapped(
        MappingSource.Stretch stretch, MappedBlocks blocks, MemorySegment content)
        throws VdoException {
      int count = (int) stretch.count();
      for (int from = 0; from < count; ) {
        int to = from + 1;
        var loss = blocks.loss(from);
        boolean isHole = blocks.isHole(from);
        while (to < count
            && blocks.isHole(to) == isHole
            && (blocks.loss(to) == null) == (loss == null)) {
          to++;
        }
        long lbn = stretch.first() + from;
        if (loss != null) {
          sink.lost(lbn, to - from);
          reportLosses(stretch, blocks, from, to);
        } else if (isHole) {
          sink.hole(lbn, to - from);
        } else {
          sink.data(
              lbn,
              content.asSlice((long) from * BlockSize.BLOCK, (long) (to - from) * BlockSize.BLOCK));
        }
        from = to;
      }
    }

    /** One loss for all neighbours that have a reason in common, and PBNs that follow it. */
    private void reportLosses(
        MappingSource.Stretch stretch, MappedBlocks blocks, int begin, int end) {
      long[] mappings = stretch.mappings();
      for (int from = begin; from < end; ) {
        var reason = blocks.loss(from);
        long pbn = BlockMapEntry.pbn(mappings[from]);
        int to = from + 1;
        while (to < end && blocks.loss(to) == reason && follows(mappings, to)) {
          to++;
        }
        if (reason != null) {
          sink.damage(
              new Loss(LbnSet.range(stretch.first() + from, to - from), reason, pbn, Loss.NO_PAGE));
        }
        from = to;
      }
    }

    private static boolean follows(long[] mappings, int at) {
      long distance = BlockMapEntry.pbn(mappings[at]) - BlockMapEntry.pbn(mappings[at - 1]);
      boolean isCompressed = MappingState.isCompressed(BlockMapEntry.state(mappings[at]));
      boolean wasCompressed = MappingState.isCompressed(BlockMapEntry.state(mappings[at - 1]));
      return isCompressed == wasCompressed && distance == (isCompressed ? 0 : 1);
    }

    private static long mapped(MappingSource.Stretch stretch) {
      long mapped = 0;
      for (int i = 0; i < stretch.count(); i++) {
        mapped += BlockMapEntry.state(stretch.mappings()[i]) == MappingState.UNMAPPED ? 0 : 1;
      }
      return mapped;
    }
  }
}
