package io.vdotools.engine.format;

import io.vdotools.VdoException;
import io.vdotools.device.BlockBuffers;
import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.engine.format.SavedBlocks.Stretch;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.PartitionId;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes new volumes.
 *
 * <p>What is written is what {@code vdoformat} writes: zeros over the first block of the index
 * region, the block map's roots and the recovery journal, then the super block, then the geometry
 * block, which alone makes a volume of it. Slabs and slab summary keep what they hold; a volume in
 * state NEW is never judged by them.
 *
 * <p>Three things are done otherwise, none of which the result shows. All numbers are known to fit
 * before anything is written. The old geometry block goes first, and what follows waits until it is
 * gone for good: whenever power fails, there is the whole old content, or no volume, or the whole
 * new one, and never an old volume with holes. And if the device refuses a write, what was there
 * before is put back.
 */
public final class VolumeFormatter {
  private final WritableBlockDevice device;
  private final VolumeLayout layout;
  private final Arena arena;
  private final SavedBlocks saved;

  private VolumeFormatter(WritableBlockDevice device, VolumeLayout layout, Arena arena) {
    this.device = device;
    this.layout = layout;
    this.arena = arena;
    this.saved = new SavedBlocks(device, arena);
  }

  /**
   * Makes a volume in state NEW on the first blocks of a device, whatever is there.
   *
   * @param device the device, which stays open
   * @param options what the volume is to be like
   * @return where everything lies on it
   * @throws LayoutException if no volume can be so; nothing has been written
   * @throws FormatFailedException if the device refused; it says whether the old content is lost
   * @throws IllegalArgumentException if the device has fewer than the physical blocks asked for
   */
  public static VolumeLayout format(WritableBlockDevice device, FormatOptions options)
      throws VdoException {
    var layout = VolumeLayout.of(options);
    format(device, layout, FormatProgress.NONE);
    return layout;
  }

  /**
   * Makes a volume in state NEW on the first blocks of a device, whatever is there.
   *
   * <p>Takes up to 130 MiB of memory outside the heap for old content that is not zeros.
   *
   * @param device the device, which stays open
   * @param layout where everything is to lie
   * @param progress learns how far it has come
   * @throws FormatFailedException if the device refused; it says whether the old content is lost
   * @throws IllegalArgumentException if the device has fewer blocks than the layout
   */
  public static void format(
      WritableBlockDevice device, VolumeLayout layout, FormatProgress progress)
      throws FormatFailedException {
    if (device.blockCount() < layout.options().physicalBlocks()) {
      throw new IllegalArgumentException(
          device.name()
              + " has "
              + device.blockCount()
              + " blocks, the volume "
              + layout.options().physicalBlocks());
    }
    try (var arena = Arena.ofConfined()) {
      new VolumeFormatter(device, layout, arena).run(progress);
    }
  }

  private void run(FormatProgress progress) throws FormatFailedException {
    var roots = layout.partition(PartitionId.BLOCK_MAP);
    var journal = layout.partition(PartitionId.RECOVERY_JOURNAL);
    progress.phase("looking", roots.count() + journal.count());
    var geometry = saved.save(GeometryBlock.LOCATION);
    var superBlock = saved.save(layout.superBlockPbn());
    var cleared = new ArrayList<Stretch>();
    cleared.addAll(saved.survey(VolumeLayout.INDEX_START, 1, FormatProgress.NONE));
    cleared.addAll(saved.survey(roots.offset(), roots.count(), progress));
    cleared.addAll(saved.survey(journal.offset(), journal.count(), progress));
    try {
      write(geometry, superBlock, cleared, progress);
    } catch (DeviceException e) {
      throw afterPuttingBack(e);
    }
    checkWritten();
  }

  private void write(
      Stretch geometry, Stretch superBlock, List<Stretch> cleared, FormatProgress progress)
      throws DeviceException {
    var block = BlockBuffers.allocate(arena, 1);
    saved.overwrite(geometry, block);
    device.flush();
    progress.phase("clearing", cleared.stream().mapToLong(Stretch::count).sum());
    var zeros = BlockBuffers.allocate(arena, SavedBlocks.STRETCH_BLOCKS);
    for (var stretch : cleared) {
      saved.overwrite(stretch, zeros.asSlice(0, stretch.content().byteSize()));
      progress.advance(stretch.count());
    }
    layout.encodeSuperBlock(block);
    saved.overwrite(superBlock, block);
    device.flush();
    layout.encodeGeometry(block.fill((byte) 0));
    saved.overwrite(geometry, block);
    device.flush();
  }

  private FormatFailedException afterPuttingBack(DeviceException failure) {
    try {
      saved.putBack();
      return new FormatFailedException(
          failure.getMessage()
              + "; what "
              + device.name()
              + " held before has been put back; see the system log for the device's trouble",
          true,
          failure);
    } catch (DeviceException e) {
      failure.addSuppressed(e);
      return new FormatFailedException(
          failure.getMessage()
              + "; what "
              + device.name()
              + " held before could not all be put back ("
              + e.getMessage()
              + "); replace the device",
          false,
          failure);
    }
  }

  /** A device that swallows writes must not pass for a volume. */
  private void checkWritten() throws FormatFailedException {
    var expected = BlockBuffers.allocate(arena, 1);
    layout.encodeGeometry(expected);
    checkWritten(GeometryBlock.LOCATION, expected);
    layout.encodeSuperBlock(expected.fill((byte) 0));
    checkWritten(layout.superBlockPbn(), expected);
  }

  private void checkWritten(long pbn, MemorySegment expected) throws FormatFailedException {
    var found = BlockBuffers.allocate(arena, 1);
    if (!device.read(pbn, found).isEmpty() || found.mismatch(expected) >= 0) {
      throw new FormatFailedException(
          device.name()
              + ": block "
              + pbn
              + " does not read back as it was written; replace the device");
    }
  }
}
