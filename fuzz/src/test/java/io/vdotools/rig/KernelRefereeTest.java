package io.vdotools.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vdotools.format.VolumeState;
import io.vdotools.testing.RecoveredState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The real driver and VDO's own tools against check and replay: {@code mvn -Pkernel verify}.
 *
 * <p>Takes about a quarter of an hour, most of it in the virtual machine, and some GiB for images.
 */
@Tag("kernel")
@ExtendWith(ErrorsAtOnce.class)
class KernelRefereeTest {
  private static final long LOGICAL = 131072;
  private static final String FORMAT =
      "vdoformat --force --uds-memory-size=0.25 --logical-size=512M --slab-bits=";

  /** Power losses of a run that the driver recovers from too, and those that are checked only. */
  private static final int RECOVERED = 24;

  private static final int CHECKED = 60;

  @TempDir private Path folder;
  private Lab lab;

  @BeforeEach
  void findRig() {
    var rig = Rig.find();
    assumeTrue(rig.isPresent(), Rig.HOW_TO_SET_UP);
    lab = new Lab(rig.orElseThrow(), folder);
  }

  private void assertAgreement() {
    assertThat(lab.disagreements()).isEmpty();
  }

  /** A volume that is used and stopped, several times if it says so. */
  private record Use(String name, int slabs, int slabBits, String format, String script) {}

  private static final List<Use> USES =
      List.of(
          new Use(
              "one-zone",
              9,
              13,
              "",
              """
              start @ 131072 4 logical 1 physical 1 hash 1 compression on
              load count=4000 range=9000 seed=2 unique=40 duplicate=20 compressible=30 zero=5 discard=5
              stop @
              """),
          new Use(
              "three-zones",
              9,
              13,
              "",
              """
              start @ 131072 20 logical 3 physical 3 hash 3 compression on
              load count=4000 range=131072 seed=3 unique=40 duplicate=20 compressible=30 zero=5 discard=5
              stop @
              """),
          new Use(
              "large-slabs",
              3,
              15,
              "",
              """
              start @ 131072 16380 logical 2 physical 2 hash 1 deduplication off
              load count=3000 range=9000 seed=4 unique=60 duplicate=30 zero=10
              stop @
              """),
          new Use(
              "often-started",
              6,
              13,
              "",
              """
              for turn in 1 2 3 4; do
                start @ 131072 8 logical $turn physical $turn hash $turn compression on
                load count=600 range=2000 seed=1$turn unique=40 duplicate=30 compressible=20 discard=10
                stop @
              done
              """),
          new Use(
              "long-discards",
              4,
              13,
              "",
              """
              start @ 131072 8 logical 2 physical 2 hash 1 maxDiscard 1000 compression on
              load count=2500 range=9000 seed=7 unique=40 duplicate=20 compressible=35
              load count=600 range=9000 seed=8 unique=60 discard=40 span=100
              stop @
              """),
          new Use(
              "few-blocks-often",
              1,
              13,
              "",
              """
              start @ 131072 4
              load count=6000 range=40000 seed=6 unique=2 duplicate=98 distinct=7
              stop @
              """),
          new Use("empty", 2, 13, "", "start @ 131072\nstop @\n"),
          new Use(
              "full",
              1,
              13,
              "",
              """
              start @ 131072
              load count=9000 seed=5 threads=32
              stop @
              """),
          new Use(
              "sparse-index",
              2,
              13,
              "--uds-sparse",
              """
              start @ 131072
              load count=500 seed=9 unique=80 duplicate=20
              stop @
              """));

  @Test
  void volumesStoppedInGoodOrderAreSound() throws IOException {
    var disks = new ArrayList<Path>();
    var script = new StringBuilder();
    for (var use : USES) {
      String disk = Lab.device(disks.size());
      // A sparse index takes ten times the room.
      long index = use.format().isEmpty() ? 0 : 9 * Lab.OVERHEAD_BLOCKS;
      disks.add(lab.disk(use.name(), use.slabs(), use.slabBits(), index));
      script.append(FORMAT + use.slabBits() + " " + use.format() + " /dev/" + disk + "\n");
      script.append(
          use.script()
              .replace("load ", "wl /dev/mapper/vdo-" + disk + " write ")
              .replace("@", disk));
    }

    lab.run(script.toString(), disks);

    for (var disk : disks) {
      lab.judgeClean(disk);
      assertThat(lab.referee().stateOf(disk)).isEqualTo(VolumeState.CLEAN);
    }
    assertAgreement();
  }

  /** The load of the tests that crash: everything that a volume can be asked for, all over it. */
  private static String load(String disk, int seed, int count, int sync) {
    return "wl /dev/mapper/vdo-%s write seed=%d count=%d sync=%d range=20000 threads=16"
            .formatted(disk, seed, count, sync)
        + " unique=35 duplicate=25 compressible=25 zero=5 discard=10 span=8\n";
  }

  @Test
  void aVolumeThatGrowsStaysSound() throws IOException {
    var disk = lab.disk("grown", 8, 13);
    long small = Lab.OVERHEAD_BLOCKS + (3L << 13) + 50;
    var said =
        lab.rig()
            .boot(
                """
                small=%d
                echo "0 $((small * 8)) linear /dev/vdb 0" | dmsetup create part
                dmsetup mknodes part
                %s13 /dev/mapper/part
                echo "0 $((131072 * 8)) vdo V4 /dev/mapper/part $small 4096 4096 8 compression on" |
                  dmsetup create vdo-vdb
                dmsetup mknodes vdo-vdb
                %s
                # More room below, then above: both take effect when the table is swapped.
                whole=$(blocks vdb)
                dmsetup suspend vdo-vdb
                echo "0 $((whole * 8)) linear /dev/vdb 0" | dmsetup reload part
                dmsetup suspend part
                dmsetup resume part
                echo "0 $((262144 * 8)) vdo V4 /dev/mapper/part $whole 4096 4096 8 compression on" |
                  dmsetup reload vdo-vdb && dmsetup resume vdo-vdb && echo grown
                %s
                wl /dev/mapper/vdo-vdb write seed=9 count=1500 first=200000 compressible=30 unique=70
                stop vdb
                """
                    .formatted(small, FORMAT, load("vdb", 1, 2000, 0), load("vdb", 2, 2500, 0)),
                List.of(disk));

    assertThat(said.has("grown")).as(said.toString()).isTrue();
    lab.judgeClean(disk);
    assertThat(lab.referee().superBlockOf(disk).vdo().config().logicalBlocks()).isEqualTo(262144);
    assertThat(lab.referee().superBlockOf(disk).slabDepot().lastBlock())
        .isEqualTo(lab.referee().superBlockOf(disk).slabDepot().firstBlock() + (8L << 13));
    assertAgreement();
  }

  /** Crashed, recovered by the driver; crashed, used while it recovers and crashed once more. */
  @Test
  void aCrashedVolumeIsReplayedAsTheDriverReplaysIt() throws IOException {
    String[] options = {
      "4 logical 1 physical 1 hash 1 compression on",
      "8 logical 3 physical 2 hash 2 maxDiscard 64 compression on",
      "16380 logical 2 physical 3 hash 1 compression on",
      "20 deduplication off"
    };
    var disks = new ArrayList<Path>();
    var script = new StringBuilder();
    for (int i = 0; i < options.length; i++) {
      disks.add(lab.disk("crashed-" + i, 4 + i, 13));
      String disk = Lab.device(i);
      script.append(FORMAT + "13 /dev/" + disk + "\n");
      script.append("start " + disk + " 131072 " + options[i] + "\n");
    }
    for (int i = 0; i < options.length; i++) {
      script.append(load(Lab.device(i), i, 1500, i * 20));
    }
    for (int i = 0; i < options.length; i++) {
      script.append(load(Lab.device(i), 10 + i, 100000, i * 20).strip() + " &\n");
    }
    script.append("sleep 12\necho crash now\nsleep 100\n");

    lab.crash(script.toString(), disks);

    lab.discard(lab.compareRecovery(disks, LOGICAL, true));
    var twice = lab.rename(disks, "-again");
    script.setLength(0);
    for (int i = 0; i < options.length; i++) {
      script.append("start " + Lab.device(i) + " 131072 " + options[options.length - 1 - i] + "\n");
      script.append(load(Lab.device(i), 20 + i, 100000, i * 20).strip() + " &\n");
    }
    script.append("sleep 4\necho crash now\nsleep 100\n");
    lab.crash(script.toString(), twice);

    lab.compareRecovery(twice, LOGICAL, true);
    assertAgreement();
  }

  /**
   * Power is lost while a volume works: some of the writes that no flush came after are missing.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 4 logical 1 physical 1 hash 1 compression on, 0",
    "2, 8 logical 3 physical 2 hash 2 maxDiscard 64 compression on, 40",
    "3, 16380 logical 1 physical 3 hash 1 compression on, 150",
    // Every write is waited for: slab journals go round, and reference blocks are written
    // meanwhile.
    "4, 4 logical 1 physical 2 hash 1 compression on, 1",
  })
  void aVolumeThatLostPowerIsReplayedAsTheDriverReplaysIt(int run, String options, int sync)
      throws IOException {
    var disk = lab.disk("run-" + run, 5, 13);
    lab.run(FORMAT + "13 /dev/vdb", List.of(disk));
    var before = lab.copy(disk, "before-" + run);
    String work =
        "start vdb 131072 %s\n%sstop vdb\n".formatted(options, load("vdb", run, 4500, sync));

    var images = lab.powerLosses(before, disk, work, RECOVERED, CHECKED);
    assertThat(images).hasSizeGreaterThanOrEqualTo(RECOVERED - 4);
    lab.judgeClean(disk);
    lab.compareRecovery(images, LOGICAL, true);
    assertAgreement();
  }

  /** Power is lost while the driver recovers a crashed volume, which is in use already. */
  @Test
  void aVolumeThatLostPowerDuringItsRecoveryIsReplayedAsTheDriverReplaysIt() throws IOException {
    var disk = lab.disk("second", 5, 13);
    lab.crash(
        FORMAT
            + "13 /dev/vdb\nstart vdb 131072 8 logical 2 physical 2 hash 1 compression on\n"
            + load("vdb", 5, 3000, 0)
            + load("vdb", 6, 100000, 30).strip()
            + " &\nsleep 5\necho crash now\nsleep 100\n",
        List.of(disk));
    lab.judgeCrashed(disk);
    var before = lab.copy(disk, "second-before");
    String work =
        "start vdb 131072 8 logical 1 physical 3 hash 2 compression on\n"
            + load("vdb", 7, 1000, 50)
            + "settle vdb\nstop vdb\n";

    var images = lab.powerLosses(before, disk, work, RECOVERED, CHECKED);
    assertThat(images).hasSizeGreaterThanOrEqualTo(RECOVERED - 4);
    lab.judgeClean(disk);
    lab.compareRecovery(images, LOGICAL, true);
    assertAgreement();
  }

  /**
   * Stopped as soon as it is started after a crash, before its slabs are scrubbed: on a disk so
   * slow that scrubbing takes seconds.
   */
  @Test
  void aVolumeThatIsStoppedBeforeItIsScrubbedIsRecoveringAndSound() throws IOException {
    var disk = lab.disk("unscrubbed", 40, 13);
    // Each physical zone has a slab of its own to write to.
    lab.crash(
        FORMAT
            + "13 /dev/vdb\nstart vdb 131072 16380 logical 2 physical 16 hash 2\n"
            + "wl /dev/mapper/vdo-vdb write count=6000 range=30000 threads=32 seed=3\n"
            + load("vdb", 6, 100000, 30).strip()
            + " &\nsleep 4\necho crash now\nsleep 100\n",
        List.of(disk));
    var recovering = lab.copy(disk, "recovering");
    for (int speed = 400;
        speed > 20 && lab.referee().stateOf(recovering) != VolumeState.RECOVERING;
        speed /= 2) {
      lab.copy(disk, "recovering");
      lab.runSlowly("start vdb 131072\nstop vdb\n", List.of(recovering), speed);
    }

    assertThat(lab.referee().stateOf(recovering)).isEqualTo(VolumeState.RECOVERING);
    assertThat(lab.referee().recovered(recovering).differencesFrom(lab.referee().recovered(disk)))
        .isEmpty();
    lab.compareRecovery(List.of(recovering, disk), LOGICAL, true);
    assertAgreement();
  }

  /** A rebuild takes its mappings from the journal and makes all counts anew. */
  @Test
  void aRebuildArrivesAtTheMappingsThatWereReadFromTheJournal() throws IOException {
    var disks = List.of(lab.disk("rebuilt-0", 5, 13), lab.disk("rebuilt-1", 5, 13));
    lab.crash(
        FORMAT
            + "13 /dev/vdb; "
            + FORMAT
            + "13 /dev/vdc\n"
            + "start vdb 131072 8 compression on\n"
            + "start vdc 131072 16380 logical 2 physical 2 hash 2 compression on\n"
            + load("vdb", 1, 2500, 0)
            + load("vdb", 2, 100000, 0).strip()
            + " &\n"
            + load("vdc", 3, 100000, 0).strip()
            + " &\n"
            + "sleep 8\necho crash now\nsleep 100\n",
        disks);
    var forced = new ArrayList<Path>();
    for (var disk : disks) {
      forced.add(lab.copy(disk, Lab.nameOf(disk) + "-forced"));
    }
    lab.run("vdoreadonly /dev/vdb; vdoreadonly /dev/vdc", forced);
    var before = new ArrayList<RecoveredState>();
    for (int i = 0; i < disks.size(); i++) {
      var readOnly = forced.get(i);
      lab.note(Lab.nameOf(readOnly) + " " + lab.referee().codes(readOnly));
      assertThat(lab.referee().stateOf(readOnly)).isEqualTo(VolumeState.READ_ONLY_MODE);
      before.add(lab.referee().recovered(readOnly));
      assertThat(before.get(i).faults()).isEmpty();
      // The same journal of the same volume, once for a recovery and once for a rebuild.
      assertThat(before.get(i).mappingsSha256())
          .isEqualTo(lab.referee().recovered(disks.get(i)).mappingsSha256());
    }

    lab.run(
        "for disk in vdb vdc; do vdoforcerebuild /dev/$disk; start $disk 131072; "
            + "settle $disk; stop $disk; done",
        forced);
    for (int i = 0; i < disks.size(); i++) {
      lab.judgeClean(forced.get(i));
      var after = lab.referee().recovered(forced.get(i));
      assertThat(after.mappingsSha256()).isEqualTo(before.get(i).mappingsSha256());
      assertThat(after.treeSha256()).isEqualTo(before.get(i).treeSha256());
    }
    assertAgreement();
  }
}
