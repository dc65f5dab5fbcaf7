package io.vdotools.tool.unpack;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.testing.ToolRun;
import io.vdotools.testing.VolumeImages;
import io.vdotools.tool.pack.PackCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many threads unpack does not show. */
class UnpackThreadsTest {
  private static final int MOST_THREADS = 8;

  @TempDir private Path scratch;

  private Path pack() throws VdoException {
    Path volume =
        CommandsTest.file(scratch.resolve("volume"), VolumeImages.everyKind().build().device());
    Path pack = scratch.resolve("pack");
    assertThat(ToolRun.of(new PackCommand(), volume, "-o", pack).status()).isZero();
    return pack;
  }

  private ToolRun unpack(Path pack, Path image, int threads) {
    return ToolRun.of(new UnpackCommand(), "--threads", threads, "--force", pack, "-o", image);
  }

  @Test
  void theImageIsTheSameForAnyNumberOfThreads() throws IOException, VdoException {
    Path pack = pack();
    Path one = scratch.resolve("one");
    Path image = scratch.resolve("image");
    assertThat(unpack(pack, one, 1).status()).isZero();
    for (int threads = 2; threads <= MOST_THREADS; threads++) {
      assertThat(unpack(pack, image, threads).status()).isZero();
      assertThat(Files.mismatch(image, one)).isEqualTo(-1);
    }
  }

  @Test
  void theFirstOfTwoDamagedFramesIsNamedByAnyNumberOfThreads() throws IOException, VdoException {
    Path pack = pack();
    byte[] bytes = Files.readAllBytes(pack);
    int[] frames = frames(bytes);
    // One whose payload is wrong, and one behind it that cannot even be read.
    bytes[frames[2] - 1] ^= 1;
    bytes[frames[3] + 8] ^= 1;
    Files.write(pack, bytes);
    Path image = scratch.resolve("image");
    String expected = unpack(pack, image, 1).err();
    assertThat(expected).containsPattern("frame \\d at byte \\d+: ");
    for (int threads = 2; threads <= MOST_THREADS; threads++) {
      var refused = unpack(pack, image, threads);

      assertThat(refused.status()).isEqualTo(8);
      assertThat(refused.err()).isEqualTo(expected);
    }
    assertThat(image).doesNotExist();
  }

  /** Where the frames of a pack begin; the same four bytes inside of one would be bad luck. */
  private static int[] frames(byte[] pack) {
    var found = new int[64];
    int count = 0;
    for (int at = 128; at + 4 < pack.length && count < found.length; at++) {
      if (pack[at] == 'f' && pack[at + 1] == 'r' && pack[at + 2] == 'a' && pack[at + 3] == 'm') {
        found[count++] = at;
      }
    }
    assertThat(count).isGreaterThan(4);
    return found;
  }

  @Test
  void numbersOfThreadsThatCannotBeAreRefused() {
    for (int threads : new int[] {0, 65}) {
      assertThat(unpack(scratch.resolve("none"), scratch.resolve("image"), threads).err())
          .contains("invalid value for option '--threads': " + threads + " is not within 1 to 64");
    }
  }
}
