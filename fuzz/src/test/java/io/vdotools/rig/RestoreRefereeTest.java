package io.vdotools.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vdotools.VdoException;
import io.vdotools.cli.Command;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.engine.LogicalSweep.Order;
import io.vdotools.engine.damage.Area;
import io.vdotools.engine.damage.VolumeAreas;
import io.vdotools.format.VolumeState;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.testing.BlockHash;
import io.vdotools.testing.Gathered;
import io.vdotools.testing.ToolRun;
import io.vdotools.tool.dump.DumpCommand;
import io.vdotools.tool.format.FormatCommand;
import io.vdotools.tool.image.ImageCommand;
import io.vdotools.tool.restore.RestoreCommand;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Volumes whose metadata were wiped, all of them, and that {@code vdo_restore} has made again from
 * a dump: the driver loads them as clean, reads what they held, and goes on with them.
 */
@Tag("kernel")
@ExtendWith(ErrorsAtOnce.class)
class RestoreRefereeTest {
  private static final int LOGICAL_BLOCKS = 8_000;
  private static final long MORE_BLOCKS = 3L << 13;
  private static final String START =
      LOGICAL_BLOCKS + " 16380 logical 2 physical 2 hash 2 compression on\n";
  private static final String LOAD =
      " range=8000 unique=40 duplicate=20 compressible=25 zero=5 discard=10 threads=4\n";

  @TempDir private Path folder;
  private Lab lab;
  private final List<Path> restored = new ArrayList<>();
  private final List<long[]> expected = new ArrayList<>();

  @BeforeEach
  void findRig() {
    var rig = Rig.find();
    assumeTrue(rig.isPresent(), Rig.HOW_TO_SET_UP);
    lab = new Lab(rig.orElseThrow(), folder);
  }

  @Test
  void theDriverLoadsAndReadsWhatWasRestored() throws IOException, VdoException {
    var driver = ofTheDriver();
    lab.attempt("driver", () -> restore(driver));
    var engine = ofTheEngine();
    lab.attempt("engine", () -> restore(engine));
    assertThat(restored).hasSize(8);

    var disks = new ArrayList<Path>();
    var script = new StringBuilder();
    for (var image : restored) {
      String disk = Lab.device(disks.size());
      disks.add(image);
      disks.add(hashFile(Lab.nameOf(image) + "-read"));
      disks.add(hashFile(Lab.nameOf(image) + "-written"));
      script
          .append("start " + disk + " " + START)
          .append("echo " + disk + " is $(dmsetup status vdo-" + disk + ")\n")
          .append(hash(disk, Lab.device(disks.size() - 2)))
          .append("wl /dev/mapper/vdo-" + disk + " write count=500 seed=77" + LOAD)
          .append(hash(disk, Lab.device(disks.size() - 1)))
          .append("stop " + disk + "; sync\n");
    }
    var said = lab.run(script.toString(), disks);
    for (int i = 0; i < restored.size(); i++) {
      judge(i, disks.get(3 * i + 1), disks.get(3 * i + 2));
      if (!said.has("/dev/" + Lab.device(3 * i) + " normal - ")) {
        lab.tell(restored.get(i), List.of("the driver does not load it as usual: " + said));
      }
    }
    assertThat(lab.disagreements()).isEmpty();
  }

  private void judge(int index, Path read, Path written) throws IOException {
    var image = restored.get(index);
    long[] before = expected.get(index);
    long[] now = BlockHash.parse(Files.readAllBytes(read));
    int wrong = 0;
    for (int lbn = 0; lbn < before.length; lbn++) {
      wrong += lbn >= now.length || now[lbn] != before[lbn] ? 1 : 0;
    }
    lab.note(Lab.nameOf(image) + ": of " + before.length + " blocks read otherwise: " + wrong);
    if (wrong > 0) {
      lab.tell(image, List.of(wrong + " blocks do not read as before"));
    }
    lab.tell(image, lab.referee().contentDiffers(image, written));
    lab.judgeClean(image);
    if (lab.referee().superBlockOf(image).vdo().completeRecoveries() != 0) {
      lab.tell(image, List.of("something had to be recovered"));
    }
  }

  /** Written by the driver, in two sessions; has an index. */
  private Path ofTheDriver() throws IOException {
    var image = lab.disk("driver", 4, 13);
    lab.run(
        "vdoformat --force --uds-memory-size=0.25 --slab-bits=13 --logical-size="
            + LOGICAL_BLOCKS * 4
            + "K /dev/vdb\n"
            + ("start vdb " + START)
            + ("wl /dev/mapper/vdo-vdb write count=4000 seed=1" + LOAD)
            + "stop vdb\n"
            + ("start vdb " + START)
            + ("wl /dev/mapper/vdo-vdb write count=2000 seed=2" + LOAD)
            + "stop vdb; sync\n",
        List.of(image));
    return image;
  }

  private Path ofTheEngine() {
    var image = folder.resolve("engine.img");
    run(
        new FormatCommand(),
        "--physical-size 3G --slab-bits 13 --logical-size " + LOGICAL_BLOCKS * 4 + "K " + image);
    run(
        new ImageCommand(),
        "fill "
            + image
            + " --seed 3 --count 6000 --unique 40 --duplicate 20 --compressible 25 --zero 5"
            + " --discard 10");
    return image;
  }

  /** In place; in place with slabs twice as large; on a device that has grown; on another one. */
  private void restore(Path volume) throws IOException, VdoException {
    String name = Lab.nameOf(volume);
    var hashes = contentOf(volume);
    var xml = folder.resolve(name + ".xml");
    run(new DumpCommand(), "-o " + xml + " " + volume);
    long larger = Files.size(volume) + MORE_BLOCKS * BlockDevice.BLOCK_SIZE;

    var inPlace = lab.copy(volume, name + "-in-place");
    wipe(inPlace, 0);
    run(
        new RestoreCommand(),
        "-i %s -o %s --apply --undo %s".formatted(xml, inPlace, folder.resolve(name + ".undo1")));
    lab.tell(
        inPlace, lab.referee().recovered(inPlace).differencesFrom(lab.referee().recovered(volume)));

    var wider = lab.copy(volume, name + "-wider");
    wipe(wider, 2);
    run(
        new RestoreCommand(),
        "-i %s -o %s --slab-bits 14 --apply --undo %s"
            .formatted(xml, wider, folder.resolve(name + ".undo3")));

    var grown = lab.copy(volume, name + "-grown");
    wipe(grown, 1);
    try (var file = new RandomAccessFile(grown.toFile(), "rw")) {
      file.setLength(larger);
    }
    run(
        new RestoreCommand(),
        "-i %s -o %s --physical-size %dK --apply --undo %s"
            .formatted(xml, grown, larger / 1024, folder.resolve(name + ".undo2")));

    var moved = folder.resolve(name + "-moved.img");
    run(
        new RestoreCommand(),
        "-i %s -o %s --physical-size %dK".formatted(xml, moved, larger / 1024));
    copyData(volume, moved);

    for (var image : List.of(inPlace, wider, grown, moved)) {
      assertThat(lab.referee().stateOf(image)).isEqualTo(VolumeState.CLEAN);
      lab.judgeClean(image);
      restored.add(image);
      expected.add(hashes);
    }
    long slabs = slabsOf(volume);
    assertThat(slabsOf(inPlace)).isEqualTo(slabs);
    assertThat(slabsOf(wider)).isEqualTo(slabs / 2);
    assertThat(slabsOf(grown)).isGreaterThan(slabs);
    assertThat(slabsOf(moved)).isGreaterThan(slabs);
  }

  private static long slabsOf(Path volume) throws VdoException {
    try (var device = FileDevice.open(volume, Access.READ)) {
      return VolumeAreas.of(device).slabs().slabCount();
    }
  }

  private static long[] contentOf(Path volume) throws VdoException {
    try (var device = FileDevice.open(volume, Access.READ)) {
      var content = Gathered.all(device, Order.BY_LBN, 2);
      assertThat(content.losses()).isEmpty();
      return LongStream.range(0, LOGICAL_BLOCKS).map(content::hash).toArray();
    }
  }

  /** The blocks that a dump describes. */
  private static NavigableSet<Long> metadata(VolumeAreas areas) {
    var blocks = new TreeSet<>(areas.blocks(Area.GEOMETRY));
    blocks.addAll(areas.blocks(Area.SUPER_BLOCK));
    blocks.addAll(areas.blocks(Area.INTERIOR));
    blocks.addAll(areas.blocks(Area.LEAF));
    addRange(
        blocks, areas.volume().superBlock().blockMap().rootOrigin(), areas.forest().rootCount());
    addRange(blocks, areas.journal().firstPbn(), areas.journal().blocks());
    addRange(blocks, areas.summaryStart(), SlabSummary.BLOCKS);
    var slabs = areas.slabs();
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      long first = slabs.referenceStart(slab);
      addRange(blocks, first, slabs.slabStart(slab) + slabs.slabBlocks() - first);
    }
    return blocks;
  }

  private static void addRange(NavigableSet<Long> blocks, long first, long count) {
    LongStream.range(first, first + count).forEach(blocks::add);
  }

  /** Zeros, or noise that depends on the seed, where metadata were. */
  private static void wipe(Path volume, long seed) throws VdoException {
    var random = new SplittableRandom(seed);
    var block = new byte[BlockDevice.BLOCK_SIZE];
    try (var device = FileDevice.open(volume, Access.READ_WRITE, Caching.PAGE_CACHE)) {
      for (long pbn : metadata(VolumeAreas.of(device))) {
        if (seed != 0) {
          random.nextBytes(block);
        }
        device.write(pbn, MemorySegment.ofArray(block));
      }
    }
  }

  private static void copyData(Path from, Path to) throws VdoException {
    try (var source = FileDevice.open(from, Access.READ);
        var target = FileDevice.open(to, Access.READ_WRITE, Caching.PAGE_CACHE)) {
      var areas = VolumeAreas.of(source);
      var metadata = metadata(areas);
      var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
      var zeros = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
      for (long pbn = areas.slabs().slabStart(0); pbn < areas.slabs().endBlock(); pbn++) {
        if (!metadata.contains(pbn)) {
          source.read(pbn, block).orThrow(source);
          if (block.mismatch(zeros) >= 0) {
            target.write(pbn, block);
          }
        }
      }
    }
  }

  private static String hash(String disk, String to) {
    return "wl /dev/mapper/vdo-" + disk + " hash /dev/" + to + "\n";
  }

  /** A disk for {@code wl hash} to write to. */
  private Path hashFile(String name) throws IOException {
    var file = folder.resolve(name + ".hash");
    try (var disk = new RandomAccessFile(file.toFile(), "rw")) {
      disk.setLength((2 + LOGICAL_BLOCKS / 512) * 4096L);
    }
    return file;
  }

  private static void run(Command command, String line) {
    var run = ToolRun.of(command, (Object[]) line.strip().split(" +", -1));
    assertThat(run.status()).as("%s: %s", line, run).isZero();
  }
}
