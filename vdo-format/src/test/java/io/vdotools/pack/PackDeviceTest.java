package io.vdotools.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.bytes.Bytes;
import io.vdotools.device.BlockDevice;
import io.vdotools.testing.PackInMemory;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Blocks that are announced read as others do, and without their frames being read each time. */
class PackDeviceTest {
  private static final int BLOCK = BlockDevice.BLOCK_SIZE;
  private static final int FRAMES = 24;
  private static final int BLOCKS_PER_FRAME = 32;
  private static final int BLOCKS = FRAMES * BLOCKS_PER_FRAME;
  private static final long CACHE_BYTES = 4L * BLOCKS_PER_FRAME * BLOCK;
  private static final long SOURCE_BLOCKS = 100_000;
  private static final PackHeader HEADER =
      new PackHeader(
          false,
          true,
          SOURCE_BLOCKS * BLOCK,
          0,
          4711,
          1000,
          19,
          Bytes.zeros(16),
          PackHeader.noBase());

  // Groups of neighbours with gaps between them, as pages of the block map lie.
  private static final long[] PLACES =
      IntStream.range(0, BLOCKS).mapToLong(i -> 1000 + i / 5 * 90L + i % 5 * 2L).toArray();

  private static byte[] pack() throws VdoException {
    var random = new Random(1);
    var bytes = new ByteArrayOutputStream();
    var writer = new PackWriter(HEADER, bytes::writeBytes);
    var content = new byte[BLOCKS_PER_FRAME * BLOCK];
    try (var codec = new FrameCodec(HEADER, PackMethod.DEFAULT)) {
      for (int frame = 0; frame < FRAMES; frame++) {
        random.nextBytes(content);
        var blocks =
            Arrays.copyOfRange(PLACES, frame * BLOCKS_PER_FRAME, (frame + 1) * BLOCKS_PER_FRAME);
        writer.add(codec.encode(FrameKind.LEAF, blocks, BLOCKS_PER_FRAME, content, null));
      }
    }
    var _ = writer.finish();
    return bytes.toByteArray();
  }

  private static PackDevice open(PackInput input) throws VdoException {
    return new PackDevice(PackFile.open(input), null, CACHE_BYTES);
  }

  /** What became of a read. */
  private record Outcome(List<String> errors, Bytes content) {}

  private static Outcome read(BlockDevice device, long first, int count) {
    var content = new byte[count * BLOCK];
    var errors = new ArrayList<String>();
    device.read(first, MemorySegment.ofArray(content)).forEach(e -> errors.add(e.toString()));
    return new Outcome(errors, Bytes.copyOf(content));
  }

  @Property(tries = 40)
  void announcedBlocksReadAsOthersDo(@ForAll long seed) throws VdoException {
    var random = new Random(seed);
    byte[] pack = pack();
    if (random.nextBoolean()) {
      pack[pack.length / 4 + random.nextInt(pack.length / 2)] ^= 1;
    }
    try (var plain = open(new PackInMemory(pack));
        var announced = open(new PackInMemory(pack))) {
      for (int round = 0; round < 4; round++) {
        long[] blocks =
            random
                .longs(announced.mostAnnounced(), -5, SOURCE_BLOCKS + 5)
                .map(any -> random.nextInt(4) == 0 ? any : PLACES[random.nextInt(BLOCKS)])
                .sorted()
                .toArray();
        announced.announce(blocks, blocks.length - random.nextInt(3));
        for (int i = 0; i < 100; i++) {
          long first = Math.max(0, blocks[random.nextInt(blocks.length)] - random.nextInt(4));
          int count = 1 + random.nextInt(6);
          assertThat(read(announced, first, count)).isEqualTo(read(plain, first, count));
        }
      }
    }
  }

  private static List<Long> shuffled() {
    var all = new ArrayList<>(Arrays.stream(PLACES).boxed().toList());
    Collections.shuffle(all, new Random(2));
    return all;
  }

  @Test
  void framesAreTakenApartOnceForEachAnnouncement() throws VdoException {
    byte[] pack = pack();
    var input = new PackInMemory(pack);
    try (var device = open(input)) {
      int most = device.mostAnnounced();
      assertThat(most).isBetween(BLOCKS_PER_FRAME, BLOCKS / 4);
      int announcements = 0;
      var all = shuffled();
      for (int from = 0; from < BLOCKS; from += most) {
        var next = all.subList(from, Math.min(BLOCKS, from + most));
        device.announce(next.stream().sorted().mapToLong(block -> block).toArray(), next.size());
        announcements++;
        for (long block : next) {
          assertThat(read(device, block, 1).errors()).isEmpty();
        }
      }
      assertThat(input.bytesRead()).isLessThan((announcements + 2L) * pack.length);
    }
  }

  @Test
  void withoutThatTheyAreTakenApartForNearlyEachBlock() throws VdoException {
    byte[] pack = pack();
    var input = new PackInMemory(pack);
    try (var device = open(input)) {
      for (long block : shuffled()) {
        assertThat(read(device, block, 1).errors()).isEmpty();
      }
      assertThat(input.bytesRead()).isGreaterThan(BLOCKS / 2 * (long) pack.length / FRAMES);
    }
  }

  @Test
  void whatIsKeptAnywayNeedNotBeAnnounced() throws VdoException {
    try (var device = new PackDevice(PackFile.open(new PackInMemory(pack())), null, 1L << 30)) {
      assertThat(device.mostAnnounced()).isZero();
      device.announce(PLACES, 0);
      assertThat(read(device, PLACES[7], 1).errors()).isEmpty();
    }
  }
}
