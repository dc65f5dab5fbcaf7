package io.vdotools.engine;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockErrors;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.format.depot.SlabSummaryEntry;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * The slab summary as read, and what it says of each slab.
 *
 * @param firstPbn the PBN of the summary
 * @param summary all its copies
 * @param errors the blocks that could not be read; they read as zeros
 * @param entries the authoritative entry of each slab
 */
public record SlabStates(
    long firstPbn, SlabSummary summary, BlockErrors errors, List<SlabSummaryEntry> entries) {
  /** Copies the list. */
  public SlabStates {
    entries = List.copyOf(entries);
  }

  /**
   * Reads the summary.
   *
   * @param device the volume's blocks
   * @param firstPbn the PBN of the summary
   * @param slabs the slabs
   * @param zones the physical zones of the last run
   */
  public static SlabStates read(BlockDevice device, long firstPbn, SlabGeometry slabs, int zones) {
    var bytes = BlockBuffers.allocate(Arena.ofAuto(), SlabSummary.BLOCKS);
    var errors = device.read(firstPbn, bytes);
    var summary = new SlabSummary(bytes);
    return new SlabStates(firstPbn, summary, errors, select(summary, slabs, zones));
  }

  /** {@return the entries that are authoritative if that many zones ran last} */
  public static List<SlabSummaryEntry> select(SlabSummary summary, SlabGeometry slabs, int zones) {
    int usable = Math.min(zones, SlabSummary.COPIES);
    var entries = new ArrayList<SlabSummaryEntry>(slabs.slabCount());
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      entries.add(summary.entry(SlabSummary.authoritativeCopy(slab, usable), slab));
    }
    return entries;
  }

  /**
   * {@return entries for a volume whose summary has no meaning yet: every slab counts as never
   * used}
   */
  public static List<SlabSummaryEntry> unused(SlabGeometry slabs) {
    var entries = new ArrayList<SlabSummaryEntry>(slabs.slabCount());
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      entries.add(slabs.unusedEntry());
    }
    return entries;
  }

  /** {@return the PBN of the block that holds the authoritative entry of a slab} */
  public long entryPbn(int slab, int zones) {
    int usable = Math.min(zones, SlabSummary.COPIES);
    return firstPbn + SlabSummary.blockOf(SlabSummary.authoritativeCopy(slab, usable), slab);
  }
}
