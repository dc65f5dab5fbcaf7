package io.vdotools.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.testing.Loop;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real block device; skipped for users who may not make loop devices. */
class LoopDeviceTest implements BlockDeviceContract {
  @TempDir Path folder;
  private Path image;
  private Loop loop;

  @BeforeEach
  void attach() throws IOException, InterruptedException {
    image = folder.resolve("image");
    Files.write(image, Patterns.blocks(0, 8));
    loop = Loop.attach(image);
  }

  @AfterEach
  void detach() throws IOException, InterruptedException {
    if (loop != null) {
      loop.detach();
    }
  }

  @Override
  public WritableBlockDevice numberedDeviceOf8() throws DeviceException {
    return FileDevice.open(loop.device(), Access.READ_WRITE);
  }

  @Test
  void theSizeIsThatOfTheDevice() throws DeviceException {
    for (Caching caching : Caching.values()) {
      try (FileDevice device = FileDeviceTest.openOrSkip(loop.device(), Access.READ, caching)) {
        assertThat(device.sizeBytes()).isEqualTo(8 * 4096);
        assertThat(Patterns.read(device, 7)).isEqualTo(Patterns.block(7));
      }
    }
  }

  @Test
  void whatIsFlushedIsInTheImage() throws Exception {
    try (FileDevice device = FileDevice.open(loop.device(), Access.READ_WRITE)) {
      device.write(2, Patterns.segment(40, 1));
      device.flush();
    }
    try (FileDevice device = FileDevice.open(image, Access.READ)) {
      assertThat(Patterns.read(device, 2)).isEqualTo(Patterns.block(40));
    }
  }

  @Test
  void blocksThatTheKernelCannotReadAreErrorsAndTheOthersAreNot() throws Exception {
    try (var shrink = new RandomAccessFile(image.toFile(), "rw")) {
      shrink.setLength(5 * 4096);
    }
    for (Caching caching : List.of(Caching.DIRECT, Caching.PAGE_CACHE)) {
      try (FileDevice device = FileDeviceTest.openOrSkip(loop.device(), Access.READ, caching)) {
        MemorySegment into = Patterns.soiledMemory(8);

        BlockErrors errors = device.read(0, into);

        assertThat(errors.list()).extracting(BlockError::block).containsExactly(5L, 6L, 7L);
        assertThat(errors.list())
            .allMatch(error -> error.reason() == BlockError.Reason.READ_ERROR)
            .allMatch(error -> error.detail().equals("Input/output error"));
        assertThat(Patterns.bytesOf(into.asSlice(0, 5 * 4096))).isEqualTo(Patterns.blocks(0, 5));
        assertThat(Patterns.bytesOf(into.asSlice(5 * 4096))).containsOnly(0);
      }
    }
  }
}
