package io.vdotools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.cli.Command;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import io.vdotools.tool.check.CheckCommand;
import io.vdotools.tool.dump.DumpCommand;
import io.vdotools.tool.pack.PackCommand;
import io.vdotools.tool.repair.RepairCommand;
import io.vdotools.tool.restore.RestoreCommand;
import io.vdotools.tool.stats.StatsCommand;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Dumps of any length are restored, and volumes of any size dumped, packed, counted and repaired,
 * in 64 MiB of heap.
 */
@Timeout(value = 3600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConstantMemoryTest {
  @TempDir private Path folder;

  /** Kept in memory, with 32 bytes for each of them, they would need more than the heap. */
  @Test
  void someMillionMappings() throws VdoException, IOException, InterruptedException {
    restoredAndDumped(new ScatteredVolume(3_000_000));
  }

  @Test
  void allCountsOfSomeMillionMappings() throws VdoException, IOException, InterruptedException {
    repaired(new ScatteredVolume(1_000_000));
  }

  @Tag("long")
  @Test
  void allCountsOfTwentyMillionMappings() throws VdoException, IOException, InterruptedException {
    repaired(new ScatteredVolume(20_000_000));
  }

  /** Without a single count of what is used, each slab is made anew. */
  private void repaired(ScatteredVolume volume)
      throws VdoException, IOException, InterruptedException {
    Path image = folder.resolve("volume.img");
    restored(volume, image);
    try (var device = FileDevice.open(image, Access.READ_WRITE)) {
      var slabs = Volume.open(device).slabs().orElseThrow();
      var zeros = MemorySegment.ofArray(new byte[BlockSize.BLOCK]);
      for (int slab = 0; slab < slabs.slabCount(); slab++) {
        for (int i = 0; i < slabs.usedReferenceBlocks(); i++) {
          device.write(slabs.referenceStart(slab) + i, zeros);
        }
      }
    }

    runTo(1, new RepairCommand(), "--apply", "--undo", folder.resolve("volume.vdoundo"), image);
    run(new CheckCommand(), "--memory", "32M", image);
  }

  @Tag("long")
  @Test
  void twentyMillionMappings() throws VdoException, IOException, InterruptedException {
    restoredAndDumped(new ScatteredVolume(20_000_000));
  }

  private void restoredAndDumped(ScatteredVolume volume)
      throws VdoException, IOException, InterruptedException {
    Path image = folder.resolve("volume.img");
    Path again = folder.resolve("again.xml");

    Path xml = restored(volume, image);
    run(new DumpCommand(), image, "-o", again);

    assertThat(Files.mismatch(again, xml)).isEqualTo(-1);
    Path pack = counted(image);
    run(new DumpCommand(), pack, "--force", "-o", again);
    assertThat(Files.mismatch(again, xml)).isEqualTo(-1);
  }

  /**
   * What is counted of a volume and of its pack is the same.
   *
   * @return the pack
   */
  private Path counted(Path image) throws IOException, InterruptedException {
    Path pack = folder.resolve("volume.vdopack");
    run(new PackCommand(), "--quiet", image, "-o", pack);
    var ofVolume = run(new StatsCommand(), image);
    var ofPack = run(new StatsCommand(), pack);

    // The first line names the file.
    assertThat(ofPack.lines().skip(1)).hasSizeGreaterThan(10);
    assertThat(ofPack.lines().skip(1)).containsExactlyElementsOf(ofVolume.lines().skip(1).toList());
    return pack;
  }

  /** {@return the dump from which an image was made} */
  private Path restored(ScatteredVolume volume, Path image)
      throws VdoException, IOException, InterruptedException {
    Path xml = folder.resolve("volume.xml");
    volume.dump(xml);
    run(new RestoreCommand(), "-i", xml, "-o", image);
    return xml;
  }

  private String run(Command command, Object... words) throws IOException, InterruptedException {
    return runTo(0, command, words);
  }

  private String runTo(int status, Command command, Object... words)
      throws IOException, InterruptedException {
    var run =
        ToolProcess.run(
            "exec \"$@\"",
            folder,
            List.of("-Xmx64m"),
            command,
            List.of(words).stream().map(Object::toString).toList());
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).as(run.out()).isEqualTo(status);
    return run.out();
  }
}
