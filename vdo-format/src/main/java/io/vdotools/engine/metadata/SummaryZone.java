package io.vdotools.engine.metadata;

import io.vdotools.VdoException;
import io.vdotools.engine.zones.Disk;
import io.vdotools.engine.zones.Section;
import io.vdotools.format.BlockSize;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.format.depot.SlabSummaryEntry;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The copy of the slab summary that one physical zone keeps (format-spec, section 7).
 *
 * <p>While one of its blocks is being written, further changes of it wait and go out together.
 */
final class SummaryZone {
  private final Environment environment;
  private final Section section;
  private long firstPbn;
  private final SlabSummary entries;
  private final Block[] blocks = new Block[SlabSummary.BLOCKS_PER_COPY];

  private static final class Block {
    private List<Runnable> waiting = new ArrayList<>();
    private boolean isWriting;
  }

  /**
   * @param environment the engine's
   * @param section the zone's
   * @param summaryStart the PBN of the summary
   * @param initial all copies, each with the entries of all slabs
   */
  SummaryZone(Environment environment, Section section, long summaryStart, MemorySegment initial) {
    this.environment = environment;
    this.section = section;
    this.firstPbn = firstPbn(summaryStart);
    var own = new byte[SlabSummary.BLOCKS_PER_COPY * BlockSize.BLOCK];
    MemorySegment.ofArray(own)
        .copyFrom(
            initial.asSlice(
                (long) SlabSummary.blockOf(section.index(), 0) * BlockSize.BLOCK, own.length));
    this.entries = new SlabSummary(MemorySegment.ofArray(own));
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = new Block();
    }
  }

  private long firstPbn(long summaryStart) {
    return summaryStart + SlabSummary.blockOf(section.index(), 0);
  }

  /** Lets the summary lie elsewhere. */
  void move(long summaryStart) {
    firstPbn = firstPbn(summaryStart);
  }

  /** {@return the newest entry of a slab} */
  SlabSummaryEntry entry(int slab) {
    // This zone's copy stands at the place of the first.
    return entries.entry(0, slab);
  }

  /**
   * Changes an entry, behind a flush.
   *
   * @param then runs when the change is on the device; not at all if it cannot be written
   */
  void update(int slab, SlabSummaryEntry entry, Runnable then) {
    entries.setEntry(0, slab, entry);
    int index = SlabSummary.blockOf(0, slab);
    blocks[index].waiting.add(then);
    write(index);
  }

  private void write(int index) {
    var block = blocks[index];
    if (block.isWriting || block.waiting.isEmpty() || environment.readOnly().isEntered()) {
      return;
    }
    var covered = block.waiting;
    block.waiting = new ArrayList<>();
    block.isWriting = true;
    var bytes = new byte[BlockSize.BLOCK];
    MemorySegment.ofArray(bytes)
        .copyFrom(entries.bytes().asSlice((long) index * BlockSize.BLOCK, BlockSize.BLOCK));
    environment
        .disk()
        .write(
            firstPbn + index,
            bytes,
            Disk.Order.AFTER_FLUSH,
            section,
            error -> written(index, covered, error));
  }

  private void written(int index, List<Runnable> covered, @Nullable VdoException error) {
    blocks[index].isWriting = false;
    if (error != null) {
      environment.readOnly().enter(error);
      return;
    }
    covered.forEach(Runnable::run);
    write(index);
  }
}
