package io.vdotools.format.compress;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.BlockSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jpountz.lz4.LZ4Factory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FragmentsTest {
  private final Fragments fast = new Fragments();
  private final Fragments portable = Fragments.portable();

  /** Stretches of noise and of zeros: matches of all lengths, literals of all lengths. */
  private static byte[] block(SplittableRandom random) {
    var block = new byte[BlockSize.BLOCK];
    int stretch = random.nextInt(1, 400);
    for (int at = 0; at < block.length; at += stretch) {
      if (random.nextBoolean()) {
        var noise = new byte[Math.min(stretch, block.length - at)];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, block, at, noise.length);
      }
    }
    return block;
  }

  @Property
  void damagedFragmentsInflateToTheSameWithAndWithoutTheNativeLibrary(@ForAll long seed) {
    var random = new SplittableRandom(seed);
    var block = block(random);
    var fragment = LZ4Factory.safeInstance().fastCompressor().compress(block);
    var own = new byte[BlockSize.BLOCK];
    assertThat(fast.inflate(fragment, 0, fragment.length, own)).isTrue();
    assertThat(own).isEqualTo(block);

    for (int damages = 0; damages < 20; damages++) {
      int at = random.nextInt(fragment.length);
      fragment[at] = (byte) (random.nextInt(3) == 0 ? 0 : random.nextInt());
      int length = random.nextInt(8) == 0 ? random.nextInt(fragment.length + 1) : fragment.length;
      var other = new byte[BlockSize.BLOCK];
      Arrays.fill(own, (byte) 0);
      boolean isSound = fast.inflate(fragment, 0, length, own);
      assertThat(portable.inflate(fragment, 0, length, other)).isEqualTo(isSound);
      if (isSound) {
        assertThat(own).isEqualTo(other);
      }
    }
  }

  /** Inflates a fragment, in a Java machine of its own. */
  static final class Inflation {
    private Inflation() {}

    public static void main(String[] arguments) {
      var block = new byte[BlockSize.BLOCK];
      block[7] = 42;
      var fragment = LZ4Factory.safeInstance().fastCompressor().compress(block);
      var inflated = new byte[BlockSize.BLOCK];
      boolean isSound = new Fragments().inflate(fragment, 0, fragment.length, inflated);
      System.exit(isSound && Arrays.equals(block, inflated) ? 0 : 1);
    }
  }

  @Test
  void whereTheNativeLibraryCannotBeUnpackedJavaInflates(@TempDir Path folder)
      throws IOException, InterruptedException {
    var java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + folder.resolve("missing"),
                "-cp",
                System.getProperty("java.class.path"),
                Inflation.class.getName())
            .inheritIO()
            .start();
    assertThat(java.waitFor()).isZero();
  }
}
