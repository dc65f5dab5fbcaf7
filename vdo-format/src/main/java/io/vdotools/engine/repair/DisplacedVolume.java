package io.vdotools.engine.repair;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.SuperBlock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/**
 * Looks for a whole volume that does not begin where the device does: an image of a disk with
 * partitions, or a partition that begins too early.
 *
 * <p>Nothing is wrong with such a volume, and nothing on it is to be changed. It is only proven
 * where a geometry block and the super block that it leads to have their checksums and the same
 * nonce.
 */
public final class DisplacedVolume {
  /** How far a partition may lie from where it should: 256 MiB. */
  private static final long MOST_BLOCKS = 1 << 16;

  private static final int BLOCKS_AT_ONCE = 256;

  private DisplacedVolume() {}

  /** {@return how many blocks lie before the volume, if one is found that begins later} */
  public static OptionalLong find(BlockDevice device) {
    long end = Math.min(MOST_BLOCKS, device.blockCount());
    try (var arena = Arena.ofConfined()) {
      var buffer = BlockBuffers.allocate(arena, BLOCKS_AT_ONCE);
      for (long first = 0; first < end; first += BLOCKS_AT_ONCE) {
        int count = (int) Math.min(BLOCKS_AT_ONCE, end - first);
        var errors = device.read(first, buffer.asSlice(0, (long) count * BlockDevice.BLOCK_SIZE));
        for (int i = 0; i < count; i++) {
          var block = buffer.asSlice((long) i * BlockDevice.BLOCK_SIZE, BlockDevice.BLOCK_SIZE);
          if (first + i > 0
              && !errors.contains(first + i)
              && isVolumeAt(device, first + i, block)) {
            return OptionalLong.of(first + i);
          }
        }
      }
    }
    return OptionalLong.empty();
  }

  private static boolean isVolumeAt(BlockDevice device, long offset, MemorySegment block) {
    var geometry = GeometryBlock.decode(block);
    if (!geometry.hasMagic()
        || !GeometryBlock.formatOf(block).isSupported()
        || geometry.checksum() != GeometryBlock.computeChecksum(block)) {
      return false;
    }
    // Of what a checksum vouches for no field is hostile, but nothing says that the rest is there.
    long place = geometry.data().startBlock() - geometry.bioOffset();
    if (place < 0 || place >= device.blockCount() - offset) {
      return false;
    }
    var bytes = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    if (!device.read(offset + place, bytes).isEmpty()) {
      return false;
    }
    var superBlock = SuperBlock.decode(bytes);
    return superBlock.checksum() == SuperBlock.computeChecksum(bytes)
        && superBlock.vdo().nonce() == geometry.nonce();
  }
}
