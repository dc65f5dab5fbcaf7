package io.vdotools.fuzz;

import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.damage.Area;
import io.vdotools.format.BlockSize;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VolumeState;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.testing.SlabForm;
import io.vdotools.testing.VolumeBuilder;
import io.vdotools.testing.VolumeImage;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Takes bytes for edits of the metadata of a small sound volume.
 *
 * <p>The first byte chooses the volume, and whether checksums are made right again, as they are for
 * three in four. An edit is what to do and in which structure, in which of its blocks, where (two
 * bytes), and an argument.
 */
final class VolumeEdits {
  private record Base(VolumeImage image, MemoryDevice device, Map<Area, List<Long>> blocks) {
    static Base of(VolumeImage image) {
      var blocks = new EnumMap<Area, List<Long>>(Area.class);
      for (var area : Area.values()) {
        blocks.put(area, List.copyOf(image.areas().blocks(area)));
      }
      return new Base(image, image.device(), blocks);
    }
  }

  private static final List<Base> VOLUMES =
      List.of(
          Base.of(builder().build()),
          Base.of(builder().state(VolumeState.RECOVERING).slab(1, SlabForm.BEHIND).build()),
          Base.of(crashed(JournalFormat.CURRENT)),
          Base.of(crashed(JournalFormat.V1)),
          Base.of(builder().state(VolumeState.READ_ONLY_MODE).build()),
          Base.of(VolumeBuilder.ofSlabs(2, 256, 16, 3000).state(VolumeState.NEW).build()));

  private static final Area[] AREAS = Area.values();
  private static final int MOST_EDITS = 32;
  private static final int EDIT_BYTES = 5;

  private VolumeEdits() {}

  private static VolumeBuilder builder() {
    return VolumeBuilder.ofSlabs(2, 256, 16, 3000)
        .slab(1, SlabForm.RESTED)
        .plainRange(0, 10)
        .shared(0, 10, 11)
        .zero(20, 21)
        .compressed(30, 31, 32)
        .plain(2999)
        .allocateFromSlab(1)
        .plainRange(812, 20);
  }

  private static VolumeImage crashed(JournalFormat format) {
    return builder().crashAfterHere(format).plainRange(100, 60).discard(3).build();
  }

  /** {@return the volume with the edits} */
  static MemoryDevice of(byte[] input) {
    var bytes = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
    int choice = bytes.hasRemaining() ? Byte.toUnsignedInt(bytes.get()) : 0;
    var base = VOLUMES.get(choice % 16 % VOLUMES.size());
    boolean isSealed = choice / 16 % 4 != 3;
    var device = base.device.copy();
    for (int i = 0; i < MOST_EDITS && bytes.remaining() >= EDIT_BYTES; i++) {
      edit(base, device, bytes, isSealed);
    }
    return device;
  }

  private static void edit(Base base, MemoryDevice device, ByteBuffer bytes, boolean isSealed) {
    int what = Byte.toUnsignedInt(bytes.get());
    int which = Byte.toUnsignedInt(bytes.get());
    int offset = Short.toUnsignedInt(bytes.getShort()) % BlockSize.BLOCK;
    int argument = Byte.toUnsignedInt(bytes.get());
    var area = AREAS[what % 16 % AREAS.length];
    var blocks = base.blocks.get(area);
    if (blocks.isEmpty()) {
      return;
    }
    long pbn = blocks.get(which % blocks.size());
    byte[] block = device.block(pbn);
    int room = Math.min(bytes.remaining(), block.length - offset);
    switch (what / 16) {
      case 0, 1, 2, 3, 4 -> block[offset] = (byte) argument;
      case 5, 6 -> block[offset] ^= (byte) (1 << argument % Byte.SIZE);
      case 7, 8, 9 -> bytes.get(block, offset, Math.min(Long.BYTES, room));
      case 10 -> add(block, offset, (byte) argument);
      case 11 -> block = new byte[BlockSize.BLOCK];
      case 12 -> block = device.block(blocks.get(argument % blocks.size()));
      case 13 -> Arrays.fill(block, offset, block.length, (byte) argument);
      default -> bytes.get(block, offset, Math.min(argument, room));
    }
    if (isSealed) {
      seal(area, block);
    }
    device.put(pbn, block);
  }

  private static void add(byte[] block, int offset, byte value) {
    if (offset + Long.BYTES <= block.length) {
      var bytes = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
      bytes.putLong(offset, bytes.getLong(offset) + value);
    }
  }

  private static void seal(Area area, byte[] block) {
    if (area == Area.GEOMETRY) {
      GeometryBlock.sealChecksum(MemorySegment.ofArray(block));
    } else if (area == Area.SUPER_BLOCK) {
      SuperBlock.sealChecksum(MemorySegment.ofArray(block));
    }
  }
}
