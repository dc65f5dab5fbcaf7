package io.vdotools.engine.format;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.engine.ForeignContent;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import io.vdotools.format.GeometryBlock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import java.util.Optional;

/**
 * What a device holds that a format would destroy, as far as it is recognised.
 *
 * @param offsetBytes where it shows
 * @param description what it is, in words that follow "it holds"
 */
public record OldContent(long offsetBytes, String description) {
  private static final long KIB = 1024;

  // The magic number of Linux software RAID, at the end in versions 0.90 and 1.0.
  private static final int RAID_MAGIC = 0xa92b4efc;

  // "EFI PART", little-endian: the copy of a GPT lies in the last sector.
  private static final long GPT_MAGIC = 0x5452415020494645L;

  /**
   * {@return the first content that is recognised; nothing if there is none}
   *
   * <p>A VDO volume comes before what lies at the start of the device: it is one still if something
   * has overwritten its first block only. What lies behind the start of a device, at its end, is
   * looked for last.
   */
  public static Optional<OldContent> find(BlockDevice device) {
    if (device.blockCount() == 0) {
      return Optional.empty();
    }
    var volume = volume(device);
    return volume.isPresent() ? volume : foreign(device).or(() -> atTheEnd(device));
  }

  private static Optional<OldContent> volume(BlockDevice device) {
    try {
      var volume = Volume.open(device);
      boolean hasGeometry = volume.geometry().hasMagic();
      if (!volume.hasSuperBlock()) {
        return Optional.of(
            new OldContent(GeometryBlock.LOCATION, "the geometry block of a VDO volume"));
      }
      String identity =
          hasGeometry ? "UUID " + volume.geometry().uuidValue() + ", " : "without geometry block, ";
      return Optional.of(
          new OldContent(
              hasGeometry ? 0 : volume.superBlockPbn() * BlockSize.BLOCK,
              "a VDO volume ("
                  + identity
                  + "state "
                  + volume
                      .superBlock()
                      .vdo()
                      .state()
                      .name()
                      .toLowerCase(Locale.ROOT)
                      .replace('_', ' ')
                  + ", "
                  + Long.toUnsignedString(volume.superBlock().vdo().config().logicalBlocks())
                  + " logical blocks)"));
    } catch (NotAVolumeException _) {
      return Optional.empty();
    }
  }

  private static Optional<OldContent> foreign(BlockDevice device) {
    int blocks = (int) Math.min(ForeignContent.BYTES_NEEDED / BlockSize.BLOCK, device.blockCount());
    var start = BlockBuffers.allocate(Arena.ofAuto(), blocks);
    // A block that cannot be read shows nothing.
    var unread = device.read(0, start);
    assert unread.list().size() <= blocks;
    return ForeignContent.find(start)
        .map(found -> new OldContent(found.offsetBytes(), withoutAdvice(found.content())));
  }

  /** Advice for who wants to read it is none for who wants to overwrite it. */
  private static String withoutAdvice(String content) {
    return content.replaceFirst(" \\(.*\\)$", "");
  }

  private static Optional<OldContent> atTheEnd(BlockDevice device) {
    long size = device.sizeBytes();
    long lastSector = size / BlockSize.SECTOR * BlockSize.SECTOR - BlockSize.SECTOR;
    if (word(device, lastSector) == GPT_MAGIC
        || word(device, (device.blockCount() - 1) * BlockSize.BLOCK) == GPT_MAGIC) {
      return Optional.of(new OldContent(lastSector, "the second copy of a GPT partition table"));
    }
    long oldRaid = size / (64 * KIB) * (64 * KIB) - 64 * KIB;
    long newRaid = size / (4 * KIB) * (4 * KIB) - 8 * KIB;
    for (long place : new long[] {oldRaid, newRaid}) {
      if ((int) word(device, place) == RAID_MAGIC) {
        return Optional.of(new OldContent(place, "a member of a Linux software RAID"));
      }
    }
    return Optional.empty();
  }

  /** {@return eight bytes of the device, 0 where they cannot be read} */
  private static long word(BlockDevice device, long offsetBytes) {
    long block = offsetBytes / BlockSize.BLOCK;
    if (offsetBytes < 0 || block >= device.blockCount()) {
      return 0;
    }
    MemorySegment bytes = BlockBuffers.allocate(Arena.ofAuto(), 1);
    return device.read(block, bytes).isEmpty()
        ? bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, offsetBytes % BlockSize.BLOCK)
        : 0;
  }
}
