package io.vdotools.tool.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.pack.FrameKind;
import io.vdotools.pack.PackDevice;
import io.vdotools.pack.PackExtraction;
import io.vdotools.pack.PackFile;
import io.vdotools.pack.PackSink;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** All that a pack holds, by block; a block that it holds twice is a mistake. */
final class Contents implements PackSink {
  static final byte[] ZEROS = new byte[BlockDevice.BLOCK_SIZE];

  final Map<Long, byte[]> blocks = new TreeMap<>();
  final Map<Long, String> unreadable = new TreeMap<>();
  final TreeSet<Long> kept = new TreeSet<>();
  final Map<Long, FrameKind> kinds = new TreeMap<>();
  final Map<Long, Long> lost = new TreeMap<>();
  final StringBuilder damages = new StringBuilder();

  static Contents of(byte[] pack) throws VdoException {
    var contents = new Contents();
    try (var file = PackFile.open(Packs.input(pack))) {
      PackExtraction.run(file, contents, _ -> {});
    }
    return contents;
  }

  @Override
  public void blocks(FrameKind kind, long[] numbers, byte[] content) {
    for (int i = 0; i < numbers.length; i++) {
      var block = new byte[BlockDevice.BLOCK_SIZE];
      System.arraycopy(content, i * block.length, block, 0, block.length);
      put(numbers[i], block);
      kinds.put(numbers[i], kind);
    }
  }

  private void put(long number, byte[] block) {
    assertThat(blocks.put(number, block)).as("block %s, twice", number).isNull();
  }

  @Override
  public void zeros(long first, long count) {
    for (long i = 0; i < count; i++) {
      put(first + i, ZEROS);
    }
  }

  @Override
  public void kept(long first, long count) {
    for (long i = 0; i < count; i++) {
      assertThat(kept.add(first + i)).isTrue();
    }
  }

  @Override
  public void unreadable(long first, long count, String reason) {
    for (long i = 0; i < count; i++) {
      unreadable.put(first + i, reason);
    }
  }

  @Override
  public void lost(long first, long last, long count, String why) {
    lost.put(first, last);
  }

  @Override
  public void damaged(String why) {
    damages.append(why).append('\n');
  }

  /** Everything in here is as it is on the device. */
  void assertAsOn(BlockDevice device) {
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    blocks.forEach((number, content) -> {
      assertThat(device.read(number, block)).as("block %s", number).isEmpty();
      assertThat(block.mismatch(MemorySegment.ofArray(content)))
          .as("block %s", number)
          .isNegative();
    });
  }

  /** A pack in place of a device reads the same, as far as it goes. */
  static void assertReadsAs(PackDevice pack, MemoryDevice device, Contents contents) {
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    assertThat(pack.sizeBytes()).isEqualTo(device.sizeBytes());
    for (long number : contents.blocks.keySet()) {
      assertThat(pack.read(number, block)).as("block %s", number).isEmpty();
      assertThat(block.mismatch(MemorySegment.ofArray(contents.blocks.get(number))))
          .as("block %s", number)
          .isNegative();
    }
  }
}
