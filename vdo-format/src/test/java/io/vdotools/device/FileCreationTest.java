package io.vdotools.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.FileDevice.Caching;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCreationTest {
  @TempDir Path folder;

  private static void assertRefused(Path path, long blocks, DeviceException.Kind kind) {
    assertThatThrownBy(() -> FileDevice.create(path, blocks, Caching.PAGE_CACHE).close())
        .isInstanceOfSatisfying(DeviceException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(path.toString());
  }

  @Test
  void aCreatedFileIsZeroAndTakesWrites() throws Exception {
    Path path = folder.resolve("new");
    try (FileDevice device = FileDevice.create(path, 5, Caching.PAGE_CACHE)) {
      assertThat(device.access()).isEqualTo(Access.READ_WRITE);
      assertThat(device.blockCount()).isEqualTo(5);
      assertThat(Patterns.read(device, 4)).containsOnly(0);

      device.write(4, Patterns.segment(9, 1));

      assertThat(Patterns.read(device, 4)).isEqualTo(Patterns.block(9));
    }
    assertThat(path).hasSize(5 * 4096L);
  }

  @Test
  void aLargeFileTakesNoSpaceUntilItIsWritten() throws Exception {
    Path path = folder.resolve("large");
    try (FileDevice device = FileDevice.create(path, 1L << 30, Caching.PAGE_CACHE)) {
      device.write((1L << 30) - 1, Patterns.segment(3, 1));

      assertThat(Patterns.read(device, (1L << 30) - 1)).isEqualTo(Patterns.block(3));
    }
    assertThat(path).hasSize(1L << 42);
  }

  @Test
  void aFileThatIsThereIsNeitherReplacedNorChanged() throws Exception {
    Path path = folder.resolve("precious");
    Files.write(path, Patterns.blocks(0, 2));

    assertRefused(path, 5, DeviceException.Kind.EXISTS);

    assertThat(path).hasBinaryContent(Patterns.blocks(0, 2));
  }

  @Test
  void aMissingDirectoryIsNamedAsSuch() {
    assertRefused(folder.resolve("nowhere/new"), 1, DeviceException.Kind.MISSING);
  }

  @Test
  void aFileThatCannotBeAsLongLeavesNothingBehind() {
    Path path = folder.resolve("endless");

    // More than any Linux file system takes in one file.
    assertRefused(path, Long.MAX_VALUE / 4096, DeviceException.Kind.CREATE_FAILED);

    assertThat(path).doesNotExist();
  }

  @Test
  void sizesThatAreNoneAreAMistakeOfTheProgram() {
    Path path = folder.resolve("negative");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> FileDevice.create(path, -1, Caching.PAGE_CACHE));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FileDevice.create(path, Long.MAX_VALUE / 4096 + 1, Caching.PAGE_CACHE));
    assertThat(path).doesNotExist();
  }
}
