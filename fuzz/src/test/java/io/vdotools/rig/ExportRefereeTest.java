package io.vdotools.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What we read from volumes of the real driver is what the driver itself reads from them. */
@Tag("kernel")
@ExtendWith(ErrorsAtOnce.class)
class ExportRefereeTest {
  private static final int LOGICAL_BLOCKS = 40_000;
  private static final int HASH_FILE_BLOCKS = 1 + LOGICAL_BLOCKS / 512 + 1;

  @Test
  void stoppedAndCrashedVolumesReadAsTheDriverReadsThem(@TempDir Path folder) throws IOException {
    var rig = Rig.find();
    assumeTrue(rig.isPresent(), Rig.HOW_TO_SET_UP);
    var lab = new Lab(rig.orElseThrow(), folder);
    var stopped = lab.disk("stopped", 3, 13);
    var crashed = lab.disk("crashed", 3, 13);
    var ofStopped = hashFile(folder, "stopped");
    var ofRecovered = hashFile(folder, "recovered");
    String format =
        "vdoformat --force --uds-memory-size=0.25 --slab-bits=13 --logical-size="
            + LOGICAL_BLOCKS * 4
            + "K ";
    // Beyond the first leaves, and in neighbourhoods of every kind.
    String load =
        "range=9000 unique=30 duplicate=20 compressible=30 zero=8 discard=12 span=1 threads=16\n";
    String options = " 8 logical 2 physical 2 hash 2 compression on\n";

    lab.crash(
        (format + "/dev/vdb; " + format + "/dev/vdc\n")
            + ("start vdb " + LOGICAL_BLOCKS + options)
            + ("wl /dev/mapper/vdo-vdb write count=4000 seed=11 first=30000 " + load)
            + ("wl /dev/mapper/vdo-vdb write count=4000 seed=12 " + load)
            + "wl /dev/mapper/vdo-vdb hash /dev/vdd && echo hashed\n"
            + "stop vdb; sync\n"
            + ("start vdc " + LOGICAL_BLOCKS + options)
            + ("wl /dev/mapper/vdo-vdc write count=4000 seed=13 " + load)
            + ("wl /dev/mapper/vdo-vdc write count=3000 seed=14 last=0 sync=50 " + load)
            + "echo crash now; sleep 100\n",
        List.of(stopped, crashed, ofStopped));
    var recovered = lab.copy(crashed, "recovered");
    lab.run(
        ("start vdb " + LOGICAL_BLOCKS + options)
            + "settle vdb\n"
            + "wl /dev/mapper/vdo-vdb hash /dev/vdc\n"
            + "stop vdb; sync\n",
        List.of(recovered, ofRecovered));

    lab.tell(stopped, lab.referee().contentDiffers(stopped, ofStopped));
    lab.tell(crashed, lab.referee().contentDiffers(crashed, ofRecovered));
    lab.tell(recovered, lab.referee().contentDiffers(recovered, ofRecovered));
    assertThat(lab.disagreements()).isEmpty();
  }

  /** A disk for {@code wl hash} to write to. */
  private static Path hashFile(Path folder, String name) throws IOException {
    var file = folder.resolve(name + ".hash");
    try (var disk = new RandomAccessFile(file.toFile(), "rw")) {
      disk.setLength(HASH_FILE_BLOCKS * 4096L);
    }
    return file;
  }
}
