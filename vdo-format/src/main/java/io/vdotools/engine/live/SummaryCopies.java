package io.vdotools.engine.live;

import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.engine.Volume;
import io.vdotools.format.Limits;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.format.depot.SlabSummaryEntry;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The slab summary with all its copies equal, as a volume has it after each start (format-spec,
 * section 7).
 *
 * @param firstPbn where it lies
 * @param summary the copies
 */
record SummaryCopies(long firstPbn, SlabSummary summary) {
  private static SlabSummary empty() {
    return new SlabSummary(
        MemorySegment.ofArray(new byte[SlabSummary.BLOCKS * BlockDevice.BLOCK_SIZE]));
  }

  /** {@return the summary of a volume on which no slab was ever used} */
  static SummaryCopies unused(Volume volume, SlabGeometry slabs) {
    var copies = new SummaryCopies(volume.summaryStart().orElseThrow(), empty());
    for (int slab = 0; slab < Limits.SLABS; slab++) {
      copies.summary.setEntry(0, slab, slabs.unusedEntry());
    }
    copies.summary.copyFirstToOthers();
    return copies;
  }

  /** {@return the summary as the zones of the last run left it} */
  static SummaryCopies read(BlockDevice device, Volume volume) throws DeviceException {
    var summary = empty();
    long firstPbn = volume.summaryStart().orElseThrow();
    device.read(firstPbn, summary.bytes()).orThrow(device);
    int zones = Math.min(volume.superBlock().slabDepot().zoneCount(), SlabSummary.COPIES);
    for (int slab = 0; slab < Limits.SLABS; slab++) {
      int copy = SlabSummary.authoritativeCopy(slab, zones);
      if (copy > 0) {
        summary.setEntry(0, slab, summary.entry(copy, slab));
      }
    }
    summary.copyFirstToOthers();
    return new SummaryCopies(firstPbn, summary);
  }

  SlabSummaryEntry entry(int slab) {
    return summary.entry(0, slab);
  }

  /** {@return the entries of the slabs from 0 on} */
  List<SlabSummaryEntry> entries(int count) {
    var entries = new ArrayList<SlabSummaryEntry>(count);
    for (int slab = 0; slab < count; slab++) {
      entries.add(entry(slab));
    }
    return entries;
  }

  void set(int slab, SlabSummaryEntry entry) {
    for (int copy = 0; copy < SlabSummary.COPIES; copy++) {
      summary.setEntry(copy, slab, entry);
    }
  }

  void write(WritableBlockDevice device) throws DeviceException {
    device.write(firstPbn, summary.bytes());
  }
}
