package io.vdotools.engine.live;

import static io.vdotools.engine.live.LiveVolumes.assertHolds;
import static io.vdotools.engine.live.LiveVolumes.assertSound;
import static io.vdotools.engine.live.LiveVolumes.open;
import static io.vdotools.engine.live.LiveVolumes.tiny;
import static io.vdotools.engine.live.LiveVolumes.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.VdoException;
import io.vdotools.device.FileDevice;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.EngineException.Kind;
import io.vdotools.format.BlockSize;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device whose size is no whole number of blocks: what is behind the last one is not ours. */
class OddDeviceTest {
  private static final int SLABS = 2;
  private static final int SLAB_BLOCKS = 256;
  // So many that a growth has room for the moved journal and summary, and for one more slab.
  private static final long MORE_BLOCKS = 2 * SLAB_BLOCKS + 96;

  @TempDir private Path folder;

  private Path image(long blocks, byte[] behind) throws IOException, VdoException {
    var file = folder.resolve("odd.img");
    var small = tiny(SLABS);
    try (var device = FileDevice.create(file, blocks, FileDevice.Caching.PAGE_CACHE)) {
      for (long block = 0; block < small.blockCount(); block++) {
        device.write(block, MemorySegment.ofArray(small.block(block)));
      }
    }
    Files.write(file, behind, StandardOpenOption.APPEND);
    return file;
  }

  private static byte[] tailOf(Path file, int length) throws IOException {
    var all = Files.readAllBytes(file);
    return Arrays.copyOfRange(all, all.length - length, all.length);
  }

  @Test
  void thePartialBlockAtTheEndIsNeverTouched() throws IOException, VdoException {
    long blocks = tiny(SLABS).blockCount() + MORE_BLOCKS;
    var behind = new byte[1000];
    Arrays.fill(behind, (byte) 0x5a);
    var file = image(blocks, behind);
    long size = Files.size(file);
    assertThat(size % BlockSize.BLOCK).isEqualTo(1000);

    try (var device = FileDevice.open(file, FileDevice.Access.READ_WRITE)) {
      try (var volume = open(device)) {
        write(volume, 2999, BlockValues.random(1));
        assertThatThrownBy(() -> volume.growPhysical(blocks + 1))
            .isInstanceOfSatisfying(
                EngineException.class, error -> assertThat(error.kind()).isEqualTo(Kind.BAD_SIZE));
        volume.growPhysical(blocks);
        for (int lbn = 0; lbn < 2 * SLAB_BLOCKS; lbn++) {
          write(volume, lbn, BlockValues.random(lbn));
        }
      }
      assertSound(device);
      try (var volume = open(device)) {
        assertHolds(volume, 2999, BlockValues.random(1));
        assertHolds(volume, 500, BlockValues.random(500));
      }
    }
    assertThat(Files.size(file)).isEqualTo(size);
    assertThat(tailOf(file, behind.length)).isEqualTo(behind);
  }
}
