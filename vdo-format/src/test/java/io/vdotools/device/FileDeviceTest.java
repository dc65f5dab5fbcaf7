package io.vdotools.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.FileDevice.Caching;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDeviceTest implements BlockDeviceContract {
  @TempDir Path folder;

  @Override
  public WritableBlockDevice numberedDeviceOf8() throws IOException, DeviceException {
    Path file = folder.resolve("numbered");
    Files.write(file, Patterns.blocks(0, 8));
    return FileDevice.open(file, Access.READ_WRITE);
  }

  private Path sparseFile(long sizeBytes) throws IOException {
    Path path = folder.resolve("sparse");
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(sizeBytes);
    }
    return path;
  }

  private static DeviceException.Kind kindOfRefusal(Path path, Access access, String... words) {
    DeviceException[] refusal = new DeviceException[1];
    assertThatThrownBy(() -> FileDevice.open(path, access).close())
        .isInstanceOfSatisfying(DeviceException.class, e -> refusal[0] = e)
        .hasMessageContaining(path.toString())
        .hasMessageContainingAll(words);
    return refusal[0].kind();
  }

  @Test
  void blocksFarBehindTwoGibibytesAreReadAndWritten() throws Exception {
    long last = (5L << 30) / 4096 - 1;
    try (FileDevice device = FileDevice.open(sparseFile(5L << 30), Access.READ_WRITE)) {
      device.write(last - 1, Patterns.segment(7, 2));
      device.flush();

      assertThat(device.blockCount()).isEqualTo(last + 1);
      assertThat(Patterns.read(device, last)).isEqualTo(Patterns.block(8));
      assertThat(Patterns.read(device, last - 2)).containsOnly(0);
      assertThat(Patterns.read(device, last & 0x7ffff)).containsOnly(0);
    }
  }

  @Test
  void aPartialLastBlockIsNotCountedAndIsAShortRead() throws Exception {
    Path file = folder.resolve("truncated");
    Files.write(file, Arrays.copyOf(Patterns.blocks(0, 3), 2 * 4096 + 1000));
    try (FileDevice device = FileDevice.open(file, Access.READ)) {
      MemorySegment into = Patterns.soiledMemory(4);

      BlockErrors errors = device.read(0, into);

      assertThat(device.sizeBytes()).isEqualTo(9192);
      assertThat(device.blockCount()).isEqualTo(2);
      assertThat(errors.list())
          .extracting(BlockError::block, BlockError::reason, BlockError::detail)
          .containsExactly(
              tuple(2L, BlockError.Reason.SHORT_READ, "only 1000 of 4096 bytes are there"),
              tuple(
                  3L,
                  BlockError.Reason.BEYOND_END,
                  "beyond the end of the device, which has 2 blocks"));
      assertThat(Patterns.blockOf(into, 1)).isEqualTo(Patterns.block(1));
      assertThat(Patterns.blockOf(into, 2)).containsOnly(0);
    }
  }

  @Test
  void aFileThatShrinksWhileOpenLosesOnlyTheBlocksThatAreGone() throws Exception {
    Path file = folder.resolve("shrinking");
    Files.write(file, Patterns.blocks(0, 4));
    try (FileDevice device = FileDevice.open(file, Access.READ);
        var shrink = new RandomAccessFile(file.toFile(), "rw")) {
      shrink.setLength(2 * 4096 + 512);
      MemorySegment into = Patterns.soiledMemory(4);

      BlockErrors errors = device.read(0, into);

      assertThat(errors.list())
          .extracting(BlockError::block, BlockError::reason, BlockError::detail)
          .containsExactly(
              tuple(2L, BlockError.Reason.SHORT_READ, "only 512 of 4096 bytes are there"),
              tuple(3L, BlockError.Reason.SHORT_READ, "only 0 of 4096 bytes are there"));
      assertThat(Patterns.blockOf(into, 1)).isEqualTo(Patterns.block(1));
      assertThat(Patterns.blockOf(into, 2)).containsOnly(0);
    }
  }

  @Test
  void anEmptyFileIsADeviceOfNoBlocks() throws Exception {
    for (Caching caching : Caching.values()) {
      Path file = Files.createTempFile(folder, "empty", "");
      try (FileDevice device = openOrSkip(file, Access.READ, caching)) {
        assertThat(device.sizeBytes()).isZero();
        assertThat(device.read(0, Patterns.soiledMemory(1)).list())
            .extracting(BlockError::reason)
            .containsExactly(BlockError.Reason.BEYOND_END);
      }
    }
  }

  @Test
  void whatCannotBeOpenedSaysWhy() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    Path ring = folder.resolve("ring");
    Files.createSymbolicLink(ring, ring);
    Path danglingLink = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("gone"));

    assertThat(kindOfRefusal(folder.resolve("none"), Access.READ, "no such file", "check the path"))
        .isEqualTo(DeviceException.Kind.MISSING);
    assertThat(kindOfRefusal(danglingLink, Access.READ_WRITE, "no such file"))
        .isEqualTo(DeviceException.Kind.MISSING);
    assertThat(kindOfRefusal(folder, Access.READ, "directory", "name a disk image"))
        .isEqualTo(DeviceException.Kind.DIRECTORY);
    assertThat(kindOfRefusal(file.resolve("below"), Access.READ, "no such file"))
        .isEqualTo(DeviceException.Kind.MISSING);
    assertThat(kindOfRefusal(ring, Access.READ, "for reading: Too many levels of symbolic links"))
        .isEqualTo(DeviceException.Kind.OPEN_FAILED);
    assertThat(folder.resolve("gone")).doesNotExist();
  }

  @Test
  void aCharacterDeviceIsNoBlockStore() {
    Path device = Path.of("/dev/null");
    assumeThat(device).exists();

    assertThat(kindOfRefusal(device, Access.READ, "not a regular file or block device"))
        .isEqualTo(DeviceException.Kind.NOT_A_BLOCK_STORE);
  }

  @Test
  void aFifoIsRefusedWithoutWaitingForItsWriter() throws Exception {
    Path fifo = folder.resolve("fifo");
    assumeThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();

    assertThat(kindOfRefusal(fifo, Access.READ, "not a regular file or block device"))
        .isEqualTo(DeviceException.Kind.NOT_A_BLOCK_STORE);
  }

  @Test
  void aFileThatOneMayNotReadOrWriteSaysSo() throws Exception {
    Path unreadable = Files.createFile(folder.resolve("unreadable"));
    Files.setPosixFilePermissions(unreadable, PosixFilePermissions.fromString("---------"));
    assumeThat(Files.isReadable(unreadable)).as("permissions bind this user").isFalse();
    Path readOnly = Files.createFile(folder.resolve("read-only"));
    Files.setPosixFilePermissions(readOnly, PosixFilePermissions.fromString("r--------"));

    assertThat(kindOfRefusal(unreadable, Access.READ, "permission denied", "for reading"))
        .isEqualTo(DeviceException.Kind.PERMISSION_DENIED);
    assertThat(kindOfRefusal(readOnly, Access.READ_WRITE, "permission denied", "and writing"))
        .isEqualTo(DeviceException.Kind.PERMISSION_DENIED);
    FileDevice.open(readOnly, Access.READ).close();
  }

  @Test
  void aDeviceOpenedForReadingIsNeverWritten() throws Exception {
    Path file = folder.resolve("kept");
    Files.write(file, Patterns.blocks(0, 1));
    try (FileDevice device = FileDevice.open(file, Access.READ)) {
      assertThatIllegalStateException().isThrownBy(() -> device.write(0, Patterns.segment(9, 1)));
      assertThatIllegalStateException().isThrownBy(device::flush);
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(Patterns.block(0));
  }

  @Test
  void aClosedDeviceIsAMistakeOfTheProgramAndNotABadBlock() throws Exception {
    FileDevice device = (FileDevice) numberedDeviceOf8();
    device.close();
    device.close();

    assertThatIllegalStateException()
        .isThrownBy(() -> assertThat(device.read(0, Patterns.soiledMemory(1))).isNotNull());
    assertThatIllegalStateException().isThrownBy(() -> device.write(0, Patterns.soiledMemory(1)));
    assertThatIllegalStateException().isThrownBy(device::flush);
  }

  @Test
  void anInterruptedThreadReadsAndWritesAndStaysInterrupted() throws Exception {
    try (WritableBlockDevice device = numberedDeviceOf8()) {
      Thread.currentThread().interrupt();
      byte[] before = Patterns.read(device, 3);
      device.write(3, Patterns.segment(33, 1));
      device.flush();
      boolean wasInterrupted = Thread.interrupted();

      assertThat(wasInterrupted).isTrue();
      assertThat(before).isEqualTo(Patterns.block(3));
      assertThat(Patterns.read(device, 3)).isEqualTo(Patterns.block(33));
    }
  }

  @Test
  void interruptsInTheMiddleOfReadsLoseNothing() throws Exception {
    try (WritableBlockDevice device = numberedDeviceOf8()) {
      AtomicBoolean failed = new AtomicBoolean();
      Runnable reading =
          () -> {
            MemorySegment into = Patterns.soiledMemory(8);
            for (int i = 0; i < 300; i++) {
              boolean isGood = device.read(0, into).isEmpty();
              if (!isGood || into.mismatch(Patterns.segment(0, 8)) != -1) {
                failed.set(true);
              }
            }
          };
      Thread first = Thread.ofPlatform().start(reading);
      Thread second = Thread.ofPlatform().start(reading);
      while (first.isAlive() || second.isAlive()) {
        first.interrupt();
        second.interrupt();
        Thread.onSpinWait();
      }
      first.join();
      second.join();

      assertThat(failed).isFalse();
      assertThat(Patterns.read(device, 7)).isEqualTo(Patterns.block(7));
    }
  }

  static FileDevice openOrSkip(Path path, Access access, Caching caching) throws DeviceException {
    try {
      return FileDevice.open(path, access, caching);
    } catch (DeviceException e) {
      assumeThat(e.kind())
          .as("%s", e.getMessage())
          .isNotEqualTo(DeviceException.Kind.DIRECT_UNSUPPORTED);
      throw e;
    }
  }

  @Test
  void closingTheArenaOfAReadsMemoryDoesNotMatterAfterwards() throws Exception {
    try (WritableBlockDevice device = numberedDeviceOf8()) {
      try (Arena arena = Arena.ofConfined()) {
        assertThat(device.read(0, BlockBuffers.allocate(arena, 8)).isEmpty()).isTrue();
      }
      assertThat(Patterns.read(device, 1)).isEqualTo(Patterns.block(1));
    }
  }

  @Test
  void holesArePassedOver() throws Exception {
    Path path = sparseFile((100_000L << 12) + 100);
    try (FileDevice device = FileDevice.open(path, Access.READ_WRITE)) {
      device.write(70_000, Patterns.segment(1, 1));
      device.write(90_000, Patterns.segment(1, 2));
      // How much becomes data together is for the file system to say.
      long all = device.blockCount();
      long first = device.nextData(0, all);
      assumeThat(first).as("the file system knows holes").isPositive();

      assertThat(first).isBetween(60_000L, 70_000L);
      assertThat(device.nextData(0, 500)).isEqualTo(500);
      assertThat(device.nextData(70_000, all)).isEqualTo(70_000);
      assertThat(device.nextData(80_000, all)).isBetween(80_001L, 90_000L);
      assertThat(device.nextData(90_001, all)).isEqualTo(90_001);
      assertThat(device.nextData(99_000, all)).isEqualTo(100_000);

      long hole = device.nextHole(70_000, all);
      assertThat(hole).isBetween(70_001L, 80_000L);
      assertThat(device.nextHole(70_000, 70_001)).isEqualTo(70_001);
      assertThat(device.nextHole(80_000, all)).isEqualTo(80_001);
      assertThat(ShiftedDevice.of(device, 5).nextHole(3, all)).isEqualTo(4);
      assertThat(ShiftedDevice.of(device, 5).nextHole(70_005, all)).isEqualTo(hole + 5);

      var overlay = OverlayDevice.over(device);
      assertThat(overlay.nextHole(70_000, all)).isEqualTo(hole);
      assertThat(overlay.nextData(0, all)).isEqualTo(first);
      overlay.write(10, Patterns.segment(1, 1));
      assertThat(overlay.nextData(0, all)).isEqualTo(10);
      assertThat(overlay.nextData(11, all)).isEqualTo(first);
      assertThat(ShiftedDevice.of(device, 5).nextData(3, all)).isEqualTo(3);
      assertThat(ShiftedDevice.of(device, 5).nextData(6, all)).isEqualTo(first + 5);
    }
  }

  @Test
  void holesOfAFileThatTookThePlaceOfAnotherAreNotItsHoles() throws Exception {
    Path path = sparseFile(1000 << 12);
    try (FileDevice device = FileDevice.open(path, Access.READ_WRITE)) {
      device.write(0, Patterns.segment(1, 1000));
      Files.move(path, folder.resolve("moved"));
      sparseFile(1000 << 12);

      assertThat(device.nextData(10, 1000)).isEqualTo(10);
    }
  }
}
