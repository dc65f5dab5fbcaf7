package io.vdotools.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.vdotools.device.DeviceException.Kind;
import io.vdotools.testing.Loop;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceClaimTest {
  @TempDir Path folder;

  private Path image() throws Exception {
    Path image = folder.resolve("image");
    try (var file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(1 << 23);
    }
    return image;
  }

  private static DeviceException refusal(Path path) {
    var refusal =
        catchThrowableOfType(
            DeviceException.class,
            () -> DeviceClaim.of(path, DeviceUsers.ofThisSystem(), Duration.ZERO).close());
    assertThat(refusal).as("the claim of %s", path).isNotNull();
    return refusal;
  }

  @Test
  void aFileCanBeClaimedOnceAndAgainAfterwards() throws Exception {
    Path image = image();
    try (var claim = DeviceClaim.of(image)) {
      assertThat(claim.isBlockDevice()).isFalse();
      // Java's own locks would be gone after this.
      claim.open().close();

      assertThat(refusal(image))
          .hasMessage(
              "cannot write to " + image + ": it is in use by another program; stop that use first")
          .matches(e -> e.kind() == Kind.IN_USE);
    }
    DeviceClaim.of(image).close();
  }

  /** A child has what its parent had open, from its birth until it becomes another program. */
  @Test
  void aFileCanBeClaimedAgainWhileProcessesAreStarted() throws Exception {
    Path image = image();
    var starting =
        new FutureTask<>(() -> {
          for (int i = 0; i < 400; i++) {
            assertThat(Loop.succeeds("true")).isTrue();
          }
          return true;
        });
    Thread.ofPlatform().start(starting);
    int claims = 0;
    while (!starting.isDone()) {
      DeviceClaim.of(image, DeviceUsers.ofThisSystem(), Duration.ZERO).close();
      claims++;
    }
    assertThat(starting.get()).isTrue();
    assertThat(claims).isGreaterThan(100);
  }

  /** Below the claim, since that opens and closes the file, which gives back Java's own locks. */
  @Test
  void aFileThatIsLockedInPartCannotBeLocked() throws Exception {
    Path image = image();
    try (var channel = new RandomAccessFile(image.toFile(), "rw").getChannel();
        // The bytes that virtual machines lock.
        var lock = channel.lock(100, 200, false)) {
      assertThat(lock.isValid()).isTrue();
      assertThatExceptionOfType(NativeFile.BusyException.class)
          .isThrownBy(() -> NativeFile.openLocked(image).close());
    }
    NativeFile.openLocked(image).close();
  }

  @Test
  void whatIsClaimedCanBeWrittenAndResized() throws Exception {
    Path image = image();
    try (var claim = DeviceClaim.of(image)) {
      claim.resize(1 << 24);
      try (var device = claim.open()) {
        assertThat(device.sizeBytes()).isEqualTo(1 << 24);
        device.write(4095, Patterns.segment(5, 1));
        device.flush();
      }
      claim.resize(1 << 13);
    }
    assertThat(Files.size(image)).isEqualTo(1 << 13);
  }

  @Test
  void aMissingFileAndADirectoryAreToldAsUsual() {
    assertThat(refusal(folder.resolve("missing")).kind()).isEqualTo(Kind.MISSING);
    assertThat(refusal(folder).kind()).isEqualTo(Kind.DIRECTORY);
    assertThat(refusal(Path.of("/dev/null")).kind()).isEqualTo(Kind.NOT_A_BLOCK_STORE);
  }

  @Test
  void aBlockDeviceCanBeClaimedOnceAndItsImageNotAtAll() throws Exception {
    Path image = image();
    var loop = Loop.attach(image);
    try {
      try (var claim = DeviceClaim.of(loop.device())) {
        assertThat(claim.isBlockDevice()).isTrue();
        assertThatIllegalStateException().isThrownBy(() -> claim.resize(1));
        try (var device = claim.open()) {
          device.write(0, Patterns.segment(7, 1));
        }

        assertThat(refusal(loop.device())).hasMessageContaining("in use by another program");
      }
      DeviceClaim.of(loop.device()).close();
      assertThat(refusal(image))
          .hasMessageContaining(": it is the backing file of " + loop.device() + "; stop that use");
    } finally {
      loop.detach();
    }
  }

  @Test
  void aMountedDeviceIsNotToBeHad() throws Exception {
    Path image = image();
    Loop.assumeInstalled("mkfs.ext4");
    assertThat(Loop.succeeds("mkfs.ext4", "-q", image.toString())).isTrue();
    var loop = Loop.attach(image);
    Path here = Files.createDirectory(folder.resolve("mounted here"));
    try {
      assumeThat(Loop.succeeds("mount", loop.device().toString(), here.toString())).isTrue();
      try {
        assertThat(refusal(loop.device()))
            .hasMessage(
                "cannot write to %s: it is mounted at %s; stop that use first"
                    .formatted(loop.device(), here));
      } finally {
        assertThat(Loop.succeeds("umount", here.toString())).isTrue();
      }
    } finally {
      loop.detach();
    }
  }

  @Test
  void aDeviceBelowAnotherIsNotToBeHad() throws Exception {
    Loop.assumeInstalled("dmsetup");
    var loop = Loop.attach(image());
    String name = "claim-test-" + ProcessHandle.current().pid();
    try {
      assumeThat(
              Loop.succeeds(
                  "dmsetup", "create", name, "--table", "0 8192 linear " + loop.device() + " 0"))
          .as("there is a device mapper")
          .isTrue();
      try {
        assertThat(refusal(loop.device()))
            .hasMessageContaining(": it is used by /dev/mapper/" + name + "; stop that use");
      } finally {
        assertThat(Loop.succeeds("dmsetup", "remove", name)).isTrue();
      }
    } finally {
      loop.detach();
    }
  }
}
