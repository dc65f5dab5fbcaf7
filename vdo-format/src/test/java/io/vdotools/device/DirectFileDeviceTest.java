package io.vdotools.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.FileDevice.Caching;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Skipped where the file system of temporary files refuses direct I/O. */
class DirectFileDeviceTest implements BlockDeviceContract {
  @TempDir Path folder;

  @Override
  public WritableBlockDevice numberedDeviceOf8() throws IOException, DeviceException {
    return direct(Patterns.blocks(0, 8));
  }

  private FileDevice direct(byte[] content) throws IOException, DeviceException {
    Path file = folder.resolve("direct");
    Files.write(file, content);
    return FileDeviceTest.openOrSkip(file, Access.READ_WRITE, Caching.DIRECT);
  }

  @Test
  void alignedMemoryIsFilledInOneGo() throws Exception {
    try (FileDevice device = direct(Patterns.blocks(0, 300));
        Arena arena = Arena.ofConfined()) {
      MemorySegment into = BlockBuffers.allocate(arena, 299);

      assertThat(into.address() % 4096).isZero();
      assertThat(device.read(1, into)).isSameAs(BlockErrors.NONE);

      assertThat(Patterns.bytesOf(into)).isEqualTo(Patterns.blocks(1, 299));
    }
  }

  @Test
  void unalignedMemoryIsFilledAllTheSameAcrossTransfers() throws Exception {
    try (FileDevice device = direct(Patterns.blocks(0, 600));
        Arena arena = Arena.ofConfined()) {
      MemorySegment into = BlockBuffers.allocate(arena, 601).asSlice(1, 600 * 4096);

      assertThat(device.read(0, into)).isSameAs(BlockErrors.NONE);
      assertThat(Patterns.bytesOf(into)).isEqualTo(Patterns.blocks(0, 600));

      into.copyFrom(Patterns.segment(1000, 600));
      device.write(0, into);
      device.flush();
      assertThat(Files.readAllBytes(folder.resolve("direct")))
          .isEqualTo(Patterns.blocks(1000, 600));
    }
  }

  @Test
  void aFileThatEndsInsideABlockGivesAllWholeOnes() throws Exception {
    try (FileDevice device = direct(Arrays.copyOf(Patterns.blocks(0, 3), 2 * 4096 + 700))) {
      MemorySegment into = Patterns.soiledMemory(3);

      BlockErrors errors = device.read(0, into);

      assertThat(errors.list()).extracting(BlockError::block).containsExactly(2L);
      assertThat(Patterns.blockOf(into, 1)).isEqualTo(Patterns.block(1));
    }
  }

  @Test
  void aDeviceWithoutDirectInputAndOutputIsRefusedByName() {
    Path noDisk = Path.of("/proc/self/cmdline");
    assumeThat(noDisk).exists();

    assertThatThrownBy(() -> FileDevice.open(noDisk, Access.READ, Caching.DIRECT).close())
        .isInstanceOf(DeviceException.class)
        .hasMessageContainingAll("/proc/self/cmdline", "page cache")
        .extracting("kind")
        .isEqualTo(DeviceException.Kind.DIRECT_UNSUPPORTED);
  }
}
