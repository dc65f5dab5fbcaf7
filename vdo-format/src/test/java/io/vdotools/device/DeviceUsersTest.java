package io.vdotools.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who uses a device, in a tree like that of Linux. */
class DeviceUsersTest {
  /** 8:16 and 259:300, as the C library puts them together. */
  private static final long SDB = 0x810;

  private static final long NVME = 0x11032c;

  @TempDir private Path folder;
  private DeviceUsers users;

  @BeforeEach
  void makeATree() throws IOException {
    users = new DeviceUsers(folder.resolve("proc"), folder.resolve("sys"));
    Files.createDirectories(folder.resolve("sys/devices/sdb"));
    link("sys/dev/block/8:16", "sys/devices/sdb");
    link("sys/block/sdb", "sys/devices/sdb");
  }

  private void link(String name, String target) throws IOException {
    Path link = folder.resolve(name);
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, folder.resolve(target));
  }

  private void put(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text + "\n");
  }

  @Test
  void aDeviceThatNobodyUses() throws IOException {
    put("proc/self/mountinfo", "22 27 8:160 / /data rw - ext4 /dev/sdk rw");
    put("proc/swaps", "Filename Type Size\n/dev/sdbx partition 1");

    assertThat(users.ofBlockDevice(SDB)).isEmpty();
  }

  @Test
  void aSystemThatTellsNothing() {
    assertThat(new DeviceUsers(folder.resolve("a"), folder.resolve("b")).ofBlockDevice(SDB))
        .isEmpty();
  }

  @Test
  void aMountedDevice() throws IOException {
    put(
        "proc/self/mountinfo",
        "22 27 0:21 / /proc rw - proc proc rw\n30 27 8:16 / /my\\040data rw - ext4 /dev/sdb rw");

    assertThat(users.ofBlockDevice(SDB)).contains("mounted at /my data");
  }

  @Test
  void aDeviceWithLargeNumbers() throws IOException {
    put("proc/self/mountinfo", "30 27 259:300 / /data rw - ext4 /dev/nvme9n1 rw");

    assertThat(users.ofBlockDevice(NVME)).contains("mounted at /data");
  }

  @Test
  void aDeviceBelowOthers() throws IOException {
    Files.createDirectories(folder.resolve("sys/devices/sdb/holders/md0"));
    assertThat(users.ofBlockDevice(SDB)).contains("used by /dev/md0");

    put("sys/devices/sdb/holders/dm-3/dm/name", "vg-vdo");
    assertThat(users.ofBlockDevice(SDB)).contains("used by /dev/mapper/vg-vdo");
  }

  @Test
  void swapSpace() throws IOException {
    put("proc/swaps", "Filename Type Size\n/dev/sdb partition 1 2");

    assertThat(users.ofBlockDevice(SDB)).contains("in use as swap space");
  }

  @Test
  void aPartOfADevice() throws IOException {
    put("sys/devices/sdb/sdb1/partition", "1");
    put("sys/devices/sdb/sdb1/dev", "8:17");
    put("proc/self/mountinfo", "30 27 8:17 / /data rw - ext4 /dev/sdb1 rw");

    assertThat(users.ofBlockDevice(SDB)).contains("partitioned, and sdb1 is mounted at /data");
  }

  @Test
  void aFileBehindALoopDeviceOrInUseAsSwap() throws IOException {
    Path image = Files.createFile(folder.resolve("image"));
    assertThat(users.ofFile(image)).isEmpty();

    put("proc/swaps", "Filename Type Size\n" + image.toRealPath() + " file 1 2");
    assertThat(users.ofFile(image)).contains("in use as swap space");
    put("sys/block/loop7/loop/backing_file", image.toRealPath().toString());
    assertThat(users.ofFile(image)).contains("the backing file of /dev/loop7");
    Path other = Files.createLink(folder.resolve("other name"), image);
    assertThat(users.ofFile(other)).contains("the backing file of /dev/loop7");
  }
}
