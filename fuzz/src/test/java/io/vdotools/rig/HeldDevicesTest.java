package io.vdotools.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vdotools.testing.Loop;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A volume that the driver has started, and a device that is mounted: no command writes to them.
 *
 * <p>The commands run in the guest, as most machines that tests run on have no device mapper. A
 * disk with this Java machine and the classes of this test goes with it.
 */
@Tag("kernel")
class HeldDevicesTest {
  private static final long JAVA_DISK_BYTES = 900L << 20;
  private static final Pattern LIBRARY = Pattern.compile("=> (/\\S+)");

  @Test
  void whatTheDriverHasOrWhatIsMountedIsRefused(@TempDir Path folder) throws Exception {
    var found = Rig.find();
    assumeTrue(found.isPresent(), Rig.HOW_TO_SET_UP);
    Loop.assumeInstalled("mke2fs");
    var rig = found.orElseThrow();
    var lab = new Lab(rig, folder);
    var volume = lab.disk("volume", 3, 13);
    var classPath = new ArrayList<String>();
    var java = javaDisk(folder, classPath);

    var said =
        rig.boot(
            """
            vdoformat --force --uds-memory-size=0.25 --slab-bits=13 --logical-size=512M /dev/vdb
            start vdb 131072
            mkdir -p /java /tmp
            mount -t ext4 -o ro /dev/vdc /java
            export LD_LIBRARY_PATH=/java/lib
            /java/jdk/bin/java -Xmx1200m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
              --enable-native-access=ALL-UNNAMED -cp %s \
              io.vdotools.contract.HeldDevices \
              /dev/vdb 'used by /dev/mapper/vdo-vdb' /dev/vdc ''
            stop vdb
            """
                .formatted(String.join(":", classPath)),
            List.of(volume, java));

    assertThat(said.lines()).as(said.toString()).contains("all tried");
    assertThat(said.lines()).as(said.toString()).noneMatch(line -> line.startsWith("wrong"));
    assertThat(said.lines().stream().filter(line -> line.startsWith("refused")).count())
        .as(said.toString())
        .isGreaterThan(20);
    lab.judgeClean(volume);
    assertThat(lab.disagreements()).isEmpty();
  }

  /** A file system with what Java needs to run this test's classes. */
  private static Path javaDisk(Path folder, List<String> classPath) throws Exception {
    Path content = Files.createDirectory(folder.resolve("java"));
    Path jdk = Files.createDirectory(content.resolve("jdk"));
    Path home = Path.of(System.getProperty("java.home"));
    for (String part : List.of("bin", "conf", "lib")) {
      assertThat(Loop.succeeds("cp", "-r", home.resolve(part).toString(), jdk.toString())).isTrue();
    }
    Files.deleteIfExists(jdk.resolve("lib/src.zip"));
    Path libraries = Files.createDirectory(content.resolve("lib"));
    for (String library : libraries(home)) {
      assertThat(Loop.succeeds("cp", "-L", library, libraries.toString())).isTrue();
    }
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (new File(entry).exists()) {
        String name = "cp" + classPath.size();
        assertThat(Loop.succeeds("cp", "-r", entry, content.resolve(name).toString())).isTrue();
        classPath.add("/java/" + name);
      }
    }
    Path disk = folder.resolve("java.img");
    try (var file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(JAVA_DISK_BYTES);
    }
    assertThat(
            Loop.succeeds("mke2fs", "-q", "-t", "ext4", "-d", content.toString(), disk.toString()))
        .isTrue();
    return disk;
  }

  private static SortedSet<String> libraries(Path home) throws IOException {
    var all = new TreeSet<String>();
    for (String name : List.of("bin/java", "lib/server/libjvm.so", "lib/libzip.so")) {
      var ldd = new ProcessBuilder("ldd", home.resolve(name).toString()).start();
      try (var lines = ldd.inputReader()) {
        lines
            .lines()
            .flatMap(line -> LIBRARY.matcher(line).results())
            .map(result -> result.group(1))
            .filter(library -> !library.startsWith(home.toString()))
            .forEach(all::add);
      }
    }
    return all;
  }
}
