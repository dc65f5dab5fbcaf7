package io.vdotools.bench;

import io.vdotools.VdoException;
import io.vdotools.device.FileDevice;
import io.vdotools.engine.format.FormatOptions;
import io.vdotools.engine.format.VolumeFormatter;
import io.vdotools.engine.live.LiveOptions;
import io.vdotools.engine.live.LiveVolume;
import io.vdotools.engine.zones.Execution;
import io.vdotools.engine.zones.LockingExecution;
import io.vdotools.engine.zones.Sections;
import io.vdotools.engine.zones.ZonedExecution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** A new volume in a file in memory or in the page cache, open for writing. */
final class BenchVolume implements AutoCloseable {
  // The index of the smallest size, and room for some gigabytes of data.
  private static final long BLOCKS = 679_128L + 32_768 + 1_000 + (40L << 15);
  private static final int SLAB_BITS = 15;
  private static final long LOGICAL_BLOCKS = 1L << 20;

  private final Path file;
  private final FileDevice device;
  private final LiveVolume volume;

  private BenchVolume(Path file, FileDevice device, LiveVolume volume) {
    this.file = file;
    this.device = device;
    this.volume = volume;
  }

  /**
   * Makes a volume.
   *
   * @param mode how the engine runs
   * @param threads threads of a zoned engine, and zones of each kind
   * @param compresses whether to compress
   */
  static BenchVolume create(EngineMode mode, int threads, boolean compresses)
      throws IOException, VdoException {
    return create(memory(), mode, threads, compresses);
  }

  /** As the other, in a file in a directory. */
  static BenchVolume create(Path folder, EngineMode mode, int threads, boolean compresses)
      throws IOException, VdoException {
    var file = emptyFile(folder);
    var device = FileDevice.create(file, BLOCKS, FileDevice.Caching.PAGE_CACHE);
    VolumeFormatter.format(
        device,
        FormatOptions.defaults(BLOCKS, new UUID(1, 2), 3)
            .withSlabBits(SLAB_BITS)
            .withLogicalBlocks(LOGICAL_BLOCKS));
    var sections = Sections.of(threads, threads, threads);
    Execution execution =
        switch (mode) {
          case ZONED -> new ZonedExecution(sections, threads, 0, threads);
          case LOCKING -> new LockingExecution(sections, threads);
        };
    var options = LiveOptions.standard().withCompression(compresses);
    return new BenchVolume(file, device, LiveVolume.open(device, options, sections, execution));
  }

  /** {@return the name of a file that does not exist, in memory if there is such a place} */
  static Path emptyFile() throws IOException {
    return emptyFile(memory());
  }

  private static Path memory() {
    var memory = Path.of("/dev/shm");
    return Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
  }

  private static Path emptyFile(Path folder) throws IOException {
    var file = Files.createTempFile(folder, "vdo-bench", ".img");
    Files.delete(file);
    return file;
  }

  LiveVolume volume() {
    return volume;
  }

  @Override
  public void close() throws IOException, VdoException {
    volume.close();
    device.close();
    Files.delete(file);
  }
}
