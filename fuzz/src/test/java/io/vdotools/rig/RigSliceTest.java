package io.vdotools.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The least that has to hold with the real driver, in about a minute; skipped where there is no
 * rig. {@link KernelRefereeTest} and {@link ReplayRefereeTest} go further.
 */
class RigSliceTest {
  @Test
  void aStoppedVolumeIsSoundAndACrashedOneIsReplayedAsTheDriverReplaysIt(@TempDir Path folder)
      throws IOException {
    var rig = Rig.find();
    assumeTrue(rig.isPresent(), Rig.HOW_TO_SET_UP);
    var lab = new Lab(rig.orElseThrow(), folder);
    var stopped = lab.disk("stopped", 3, 13);
    var crashed = lab.disk("crashed", 3, 13);
    String format = "vdoformat --force --uds-memory-size=0.25 --slab-bits=13 --logical-size=512M ";
    String load =
        "range=3000 unique=40 duplicate=20 compressible=25 zero=5 discard=10 threads=16\n";

    lab.crash(
        format
            + "/dev/vdb; "
            + format
            + "/dev/vdc\n"
            + "start vdb 131072 8 logical 2 physical 2 hash 1 compression on\n"
            + "wl /dev/mapper/vdo-vdb write count=1500 seed=1 "
            + load
            + "stop vdb; sync\n"
            + "start vdc 131072 8 logical 1 physical 2 hash 2 compression on\n"
            + "wl /dev/mapper/vdo-vdc write count=1500 seed=2 last=0 "
            + load
            + "echo crash now; sleep 100\n",
        List.of(stopped, crashed));

    lab.judgeClean(stopped);
    new OfflineReplays(lab).compare(List.of(crashed), 131072);
    assertThat(lab.disagreements()).isEmpty();
  }
}
