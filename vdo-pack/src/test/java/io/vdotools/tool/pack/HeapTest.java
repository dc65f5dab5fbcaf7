package io.vdotools.tool.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.bytes.Bytes;
import io.vdotools.device.BlockDevice;
import io.vdotools.pack.FrameCodec;
import io.vdotools.pack.FrameKind;
import io.vdotools.pack.PackHeader;
import io.vdotools.pack.PackMethod;
import io.vdotools.pack.PackWriter;
import io.vdotools.testing.VolumeFile;
import io.vdotools.tool.unpack.UnpackCommand;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both commands, as processes of their own, do with a heap of 64 MiB. */
class HeapTest {
  private static final int BLOCK = BlockDevice.BLOCK_SIZE;
  private static final int FRAME_BLOCKS = 512;
  private static final long NONCE = 4711;

  @TempDir private Path scratch;

  private void assertSucceeds(Class<?> command, Object... arguments)
      throws IOException, InterruptedException {
    var words =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                command.getName()));
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    Path output = scratch.resolve("output");
    var process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    assertThat(process.waitFor()).as(Files.readString(output)).isZero();
  }

  /** A pack with frames as large as they may be, of pages that are as much work as any. */
  private Path hugeFrames(int frames) throws IOException, VdoException {
    Path pack = scratch.resolve("huge");
    var random = new Random(3);
    var header =
        new PackHeader(
            false,
            true,
            (2000L + (long) frames * FRAME_BLOCKS) * BLOCK,
            0,
            NONCE,
            1000,
            19,
            Bytes.zeros(16),
            PackHeader.noBase());
    var content = new byte[FRAME_BLOCKS * BLOCK];
    var blocks = new long[FRAME_BLOCKS];
    try (OutputStream file = Files.newOutputStream(pack);
        var codec = new FrameCodec(header, PackMethod.DEFAULT)) {
      var writer = new PackWriter(header, bytes -> write(file, bytes));
      for (int frame = 0; frame < frames; frame++) {
        random.nextBytes(content);
        for (int i = 0; i < FRAME_BLOCKS; i++) {
          blocks[i] = 1000L + (long) frame * FRAME_BLOCKS + i;
          makePage(content, i * BLOCK, blocks[i]);
        }
        writer.add(codec.encode(FrameKind.LEAF, blocks, FRAME_BLOCKS, content, null));
      }
      var _ = writer.finish();
    }
    return pack;
  }

  private static void write(OutputStream file, byte[] bytes) {
    try {
      file.write(bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Makes a page of random bytes one of the volume, with random entries. */
  private static void makePage(byte[] content, int at, long block) {
    var numbers = new long[] {4L | 1L << 32, NONCE, block, 0};
    for (int i = 0; i < numbers.length * Long.BYTES; i++) {
      content[at + i] = (byte) (numbers[i / Long.BYTES] >>> (i % Long.BYTES * Byte.SIZE));
    }
    content[at + 32] = 1;
    content[at + 33] = 0;
    content[at + 34] = 0;
    content[at + 35] = 0;
  }

  @Test
  void bothDoWithAVolumeOfTheDriver() throws IOException, InterruptedException {
    Path volume = VolumeFile.unpack("small", scratch).path();
    Path pack = scratch.resolve("pack");
    assertSucceeds(PackCommand.class, "--with-data", "--threads", 8, volume, "-o", pack);
    assertSucceeds(UnpackCommand.class, "--threads", 8, "--verify", pack);
    assertSucceeds(UnpackCommand.class, "--threads", 8, pack, "-o", scratch.resolve("image"));
  }

  private void assertEightThreadsPackAsOneDoes(int leafPages)
      throws IOException, VdoException, InterruptedException {
    Path volume = scratch.resolve("jittered");
    long mappings = JitteredVolume.write(volume, leafPages);
    Path pack = scratch.resolve("pack");
    Path ofOneThread = scratch.resolve("one");
    assertSucceeds(PackCommand.class, "--threads", 8, volume, "-o", pack);
    assertSucceeds(PackCommand.class, "--threads", 1, volume, "-o", ofOneThread);

    assertThat(Files.mismatch(pack, ofOneThread)).isNegative();
    // All those mappings are in it, and as what they are.
    assertThat(Files.size(pack)).isBetween(mappings, mappings * 9 / 8);
  }

  @Test
  void eightThreadsPackMappingsOutOfOrderAsOneDoes()
      throws IOException, VdoException, InterruptedException {
    assertEightThreadsPackAsOneDoes(2500);
  }

  @Test
  @Tag("long")
  void eightThreadsPackMoreMappingsThanTheHeapHolds()
      throws IOException, VdoException, InterruptedException {
    assertEightThreadsPackAsOneDoes(7500);
  }

  @Test
  void unpackingDoesWithFramesAsLargeAsTheyMayBe()
      throws IOException, VdoException, InterruptedException {
    assertSucceeds(UnpackCommand.class, "--threads", 8, "--verify", hugeFrames(24));
  }

  @Test
  @Tag("long")
  void unpackingDoesWithManyTimesTheHeap() throws IOException, VdoException, InterruptedException {
    Path image = scratch.resolve("image");
    assertSucceeds(UnpackCommand.class, "--threads", 8, hugeFrames(400), "-o", image);
    assertThat(Files.size(image)).isGreaterThan(800L << 20);
  }
}
