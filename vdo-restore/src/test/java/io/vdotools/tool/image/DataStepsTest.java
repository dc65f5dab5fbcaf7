package io.vdotools.tool.image;

import static io.vdotools.tool.image.ImageRun.LOGICAL_BLOCKS;
import static io.vdotools.tool.image.ImageRun.assertSound;
import static io.vdotools.tool.image.ImageRun.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.testing.Segments;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that go in come out again, from where they were put. */
class DataStepsTest {
  private static final int BLOCK = 4096;

  @TempDir private Path folder;
  private Path volume;
  private byte[] expected;

  @BeforeEach
  void makeVolume() throws VdoException {
    volume = ImageRun.newVolume(folder);
    expected = new byte[64 * BLOCK];
  }

  private Path file(long seed, int length) throws IOException {
    return Files.write(
        folder.resolve("input" + seed),
        Segments.random(seed, length).toArray(ValueLayout.JAVA_BYTE));
  }

  private void write(long seed, int offset, int length) throws IOException {
    Path input = file(seed, length);
    System.arraycopy(Files.readAllBytes(input), 0, expected, offset, length);
    ok("write --offset " + offset + " --input", volume, input);
  }

  @Test
  void wholeAndPartialWritesAreReadBackAndTheRestStays() throws Exception {
    write(1, 0, 10 * BLOCK);
    write(2, 3 * BLOCK + 512, 1024);
    write(3, 5 * BLOCK - 100, 333);
    write(4, 20 * BLOCK + 1, 1);
    write(5, 30 * BLOCK + 4000, 2 * BLOCK);

    assertThat(ok("read --length 256K", volume).bytes()).isEqualTo(expected);
    assertThat(ok("read --offset 12300 --length 5000", volume).bytes())
        .isEqualTo(Arrays.copyOfRange(expected, 12_300, 17_300));
    assertSound(volume);
  }

  @Test
  void whatIsTrimmedReadsAsZeros() throws Exception {
    write(1, 0, 10 * BLOCK);
    ok("trim --lbn 2 --count 3", volume);
    Arrays.fill(expected, 2 * BLOCK, 5 * BLOCK, (byte) 0);
    ok("trim --offset 28672 --length 1K", volume);
    Arrays.fill(expected, 28_672, 28_672 + 1024, (byte) 0);

    assertThat(ok("read --count 64", volume).bytes()).isEqualTo(expected);
    assertSound(volume);
    assertThat(ImageRun.of("trim", volume, "--length", "100").err()).contains("512 bytes");
  }

  @Test
  void aFileTakesWhatIsReadOnlyIfItIsNew() throws Exception {
    write(1, 0, 3 * BLOCK);
    Path output = folder.resolve("output");

    ok("read --lbn 1 --count 2 --output", volume, output);
    assertThat(output).hasBinaryContent(Arrays.copyOfRange(expected, BLOCK, 3 * BLOCK));
    var again = ImageRun.of("read", volume, "--count", "1", "--output", output);

    assertThat(again.status()).isEqualTo(8);
    assertThat(again.err()).contains("it exists");
    assertThat(output).hasSize(2 * BLOCK);
    assertThat(folder.toFile().list()).containsOnly("volume.img", "input1", "output");
  }

  @Test
  void aRawImageBecomesTheContent() throws Exception {
    ok("fill --range 0..99 --count 300", volume);
    Path raw = folder.resolve("raw");
    byte[] content = new byte[50 * BLOCK + 10];
    System.arraycopy(
        Segments.random(9, 20 * BLOCK).toArray(ValueLayout.JAVA_BYTE),
        0,
        content,
        10 * BLOCK,
        20 * BLOCK);
    content[50 * BLOCK + 9] = 1;
    Files.write(raw, content);

    ok("import --lbn 5", volume, raw);

    assertThat(ok("read --lbn 5 --length " + content.length, volume).bytes()).isEqualTo(content);
    assertSound(volume);
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAnythingIsWritten() throws Exception {
    var before = Files.getLastModifiedTime(volume);
    Path input = file(1, 2 * BLOCK);
    for (var run :
        new ImageRun[] {
          ImageRun.of("write", volume, "--lbn", LOGICAL_BLOCKS - 1, "--input", input),
          ImageRun.of("import", volume, input, "--lbn", LOGICAL_BLOCKS - 1),
          ImageRun.of("read", volume, "--lbn", LOGICAL_BLOCKS, "--count", "1"),
          ImageRun.of("trim", volume, "--lbn", "1", "--count", LOGICAL_BLOCKS),
          ImageRun.of("fill", volume, "--range", "0.." + LOGICAL_BLOCKS)
        }) {
      assertThat(run.status()).isEqualTo(8);
      assertThat(run.err()).contains("beyond the logical size").hasLineCount(1);
    }
    assertThat(Files.getLastModifiedTime(volume)).isEqualTo(before);
  }

  @Test
  void theVolumeIsNotWrittenToItself(@TempDir Path links) throws Exception {
    var before = Files.getLastModifiedTime(volume);
    Path link = Files.createSymbolicLink(links.resolve("link"), volume);
    for (Path input : new Path[] {volume, link}) {
      for (var run :
          new ImageRun[] {
            ImageRun.of("write", volume, "--input", input, "--count", "3"),
            ImageRun.of("import", volume, input)
          }) {
        assertThat(run.status()).isEqualTo(8);
        assertThat(run.err()).hasLineCount(1);
      }
      assertThat(ImageRun.of("write", volume, "--input", input, "--count", "3").err())
          .contains("is the volume itself");
    }
    assertThat(Files.getLastModifiedTime(volume)).isEqualTo(before);
  }
}
