package io.vdotools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.cli.Content;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every command line ends as on a small volume when its volumes, dumps, packs and undo files are of
 * some million mappings, in 64 MiB of heap: kept in memory, these would take more.
 */
@Tag("long")
@Timeout(value = 3600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LargeVolumesTest {
  private static final int MAPPINGS = 3_000_000;
  private static final List<String> HEAP = List.of("-Xmx64m");

  @TempDir private static Path made;
  private static Samples samples;

  @TempDir private Path scratch;

  @BeforeAll
  static void prepare() {
    samples = new Samples(made, LargeVolumesTest::make);
  }

  static List<Commands.Case> cases() {
    return Commands.cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theHeapIsEnough(Commands.Case aCase) throws Exception {
    var stage = Stage.of(aCase, samples, scratch);

    // What is printed may be as long as the logical content is.
    String line = "exec \"$@\" > /dev/null";
    var run = ToolProcess.run(line, scratch, HEAP, stage.command(), stage.words());

    assertThat(run.status()).as(stage + ": " + run).isEqualTo(stage.ending().code());
  }

  private static void make(Content content, Path file) {
    try {
      var xml = made.resolve("scattered.xml");
      if (!Files.exists(xml)) {
        new ScatteredVolume(MAPPINGS).dump(xml);
      }
      run("vdo_restore", "-i", xml, "-o", file);
      switch (content) {
        case VOLUME -> {}
        case CRASHED_VOLUME -> run("vdo_image", "crash", "--count", 500, file);
        case DAMAGED_VOLUME -> zeroACount(file);
        default -> throw new IllegalArgumentException("no volume: " + content);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (VdoException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void zeroACount(Path file) throws VdoException {
    try (var device = FileDevice.open(file, Access.READ_WRITE)) {
      var slabs = Volume.open(device).slabs().orElseThrow();
      device.write(slabs.referenceStart(0), MemorySegment.ofArray(new byte[BlockSize.BLOCK]));
    }
  }

  private static void run(String name, Object... words) throws IOException, InterruptedException {
    var run =
        ToolProcess.run(
            "exec \"$@\"",
            made,
            HEAP,
            Commands.named(name),
            List.of(words).stream().map(Object::toString).toList());
    assertThat(run.status()).as(name + ": " + run).isZero();
  }
}
