package io.vdotools.bench;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.Limits;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.format.depot.SlabSummaryEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Writes the metadata of a clean volume (format-spec, section 13).
 *
 * <p>The device has to read as zeros before: journals, unused slabs, roots of unused trees and the
 * index are right if they are zero, and are not written. Geometry and super block come last.
 * Nothing is flushed. Memory does not depend on the size of the volume.
 */
public final class MetadataWriter {
  private final VolumePlan plan;
  private final WritableBlockDevice device;
  private final SlabGeometry slabs;
  private final Forest forest;
  private final Content content;
  private final Allocation allocation;

  private MetadataWriter(VolumePlan plan, WritableBlockDevice device) {
    this.plan = plan;
    this.device = device;
    this.slabs = plan.slabs();
    this.forest = plan.usedForest();
    this.content = plan.content();
    this.allocation = plan.allocation();
  }

  /**
   * Writes a volume.
   *
   * @param plan the volume
   * @param device where it goes: of the plan's physical size at least, and all zeros
   * @throws DeviceException if the device does not take it
   * @throws IllegalArgumentException if the device is smaller than the volume
   */
  public static void write(VolumePlan plan, WritableBlockDevice device) throws DeviceException {
    if (device.blockCount() < plan.physicalBlocks()) {
      throw new IllegalArgumentException(
          device.name() + " has " + device.blockCount() + " blocks for " + plan);
    }
    var writer = new MetadataWriter(plan, device);
    try (Arena arena = Arena.ofConfined()) {
      writer.writeLeaves(arena);
      for (int height = 1; height <= Forest.ROOT_HEIGHT; height++) {
        writer.writeInterior(arena, height);
      }
      writer.writeSlabs(arena);
      writer.writeSuperBlock(arena);
      writer.writeGeometry(arena);
    }
  }

  private void writeLeaves(Arena arena) throws DeviceException {
    var page = new BlockMapPage(BlockBuffers.allocate(arena, 1));
    Content.MappingTask store =
        (index, data, state) ->
            page.setEntry(
                index,
                BlockMapEntry.pack(data < 0 ? Limits.ZERO_BLOCK : allocation.dataPbn(data), state));
    for (long number = 0; number < forest.leafPages(); number++) {
      long pbn = allocation.leafPbn(number);
      page.format(plan.nonce(), pbn);
      content.forEach(number * BlockMapPage.ENTRIES, BlockMapPage.ENTRIES, store);
      device.write(pbn, page.bytes());
    }
  }

  private void writeInterior(Arena arena, int height) throws DeviceException {
    var page = new BlockMapPage(BlockBuffers.allocate(arena, 1));
    for (int tree = 0; tree < forest.rootCount(); tree++) {
      long children = forest.pages(tree, height - 1);
      for (long index = 0; index * BlockMapPage.ENTRIES < children; index++) {
        long pbn = pagePbn(tree, height, index);
        page.format(plan.nonce(), pbn);
        long firstChild = index * BlockMapPage.ENTRIES;
        int slots = (int) Math.min(BlockMapPage.ENTRIES, children - firstChild);
        for (int slot = 0; slot < slots; slot++) {
          long child = pagePbn(tree, height - 1, firstChild + slot);
          page.setEntry(slot, BlockMapEntry.pack(child, MappingState.UNCOMPRESSED));
        }
        device.write(pbn, page.bytes());
      }
    }
  }

  private long pagePbn(int tree, int height, long index) {
    return switch (height) {
      case 0 -> allocation.leafPbn(forest.leafPageNumber(tree, index));
      case Forest.ROOT_HEIGHT -> plan.rootPbn(tree);
      default -> allocation.interiorPbn(tree, height, index);
    };
  }

  private void writeSlabs(Arena arena) throws DeviceException {
    var summary = new SlabSummary(BlockBuffers.allocate(arena, SlabSummary.BLOCKS));
    var counts = BlockBuffers.allocate(arena, 1);
    for (int slab = 0; slab < Limits.SLABS; slab++) {
      var entry = slab < slabs.slabCount() ? writeSlab(slab, counts) : slabs.unusedEntry();
      for (int copy = 0; copy < SlabSummary.COPIES; copy++) {
        summary.setEntry(copy, slab, entry);
      }
    }
    device.write(plan.summaryStart(), summary.bytes());
  }

  /** Writes those reference blocks of a slab that are not all zero, and tells its summary. */
  private SlabSummaryEntry writeSlab(int slab, MemorySegment counts) throws DeviceException {
    int free = slabs.dataBlocks();
    for (int block = 0; block < slabs.usedReferenceBlocks(); block++) {
      int first = block * ReferenceBlock.COUNTS_PER_BLOCK;
      int length = Math.min(ReferenceBlock.COUNTS_PER_BLOCK, slabs.dataBlocks() - first);
      if (allocation.isFree(slab, first, length)) {
        continue;
      }
      int used = 0;
      counts.fill((byte) 0);
      for (int i = 0; i < length; i++) {
        int count = count(slab, first + i);
        used += count == ReferenceBlock.EMPTY ? 0 : 1;
        counts.set(ValueLayout.JAVA_BYTE, ReferenceBlock.offsetOf(i), (byte) count);
      }
      if (used > 0) {
        free -= used;
        device.write(slabs.referenceStart(slab) + block, counts);
      }
    }
    if (free == slabs.dataBlocks()) {
      return slabs.unusedEntry();
    }
    // The journal is zero, which goes with a tail at the start of the ring.
    return new SlabSummaryEntry(0, slabs.fullnessHint(free), true, false);
  }

  private int count(int slab, int offset) {
    long data = allocation.dataAt(slab, offset);
    if (data == Allocation.PAGE) {
      return ReferenceBlock.MAXIMUM;
    }
    return data == Allocation.FREE ? ReferenceBlock.EMPTY : content.references(data);
  }

  private void writeSuperBlock(Arena arena) throws DeviceException {
    var block = arena.allocate(BlockDevice.BLOCK_SIZE);
    plan.superBlock().encode(block);
    SuperBlock.sealChecksum(block);
    device.write(VolumePlan.superBlockPbn(), block);
  }

  private void writeGeometry(Arena arena) throws DeviceException {
    var block = arena.allocate(BlockDevice.BLOCK_SIZE);
    plan.geometryBlock(0).encode(block);
    plan.geometryBlock(GeometryBlock.computeChecksum(block)).encode(block);
    device.write(GeometryBlock.LOCATION, block);
  }
}
