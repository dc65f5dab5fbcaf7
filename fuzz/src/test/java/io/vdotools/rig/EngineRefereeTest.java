package io.vdotools.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.FaultyDevice;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.device.OverlayDevice;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.engine.format.FormatOptions;
import io.vdotools.engine.format.VolumeFormatter;
import io.vdotools.engine.live.LiveOptions;
import io.vdotools.engine.live.LiveVolume;
import io.vdotools.engine.zones.Execution;
import io.vdotools.engine.zones.LockingExecution;
import io.vdotools.engine.zones.Sections;
import io.vdotools.engine.zones.SimulatedExecution;
import io.vdotools.engine.zones.ZonedExecution;
import io.vdotools.format.VolumeState;
import io.vdotools.testing.BlockHash;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What our engine writes, the driver takes; and the other way round. */
@ExtendWith(ErrorsAtOnce.class)
class EngineRefereeTest {
  private static final long BLOCKS = Lab.OVERHEAD_BLOCKS + (5L << 13);
  private static final long LOGICAL_BLOCKS = 6_000;
  private static final long GROWN_BLOCKS = 12_000;
  private static final String LOAD =
      " range=6000 unique=40 duplicate=20 compressible=25 zero=5 discard=10 threads=4\n";
  private static final Sections SECTIONS = Sections.of(3, 2, 2);
  private static final int CRASHES = 56;
  // So few that even a busy machine is done with them before the rig loses patience.
  private static final int CRASHES_OF_A_BOOT = 4;

  @TempDir private Path folder;
  private Lab lab;

  @BeforeEach
  void findRig() {
    var rig = Rig.find();
    assumeTrue(rig.isPresent(), Rig.HOW_TO_SET_UP);
    lab = new Lab(rig.orElseThrow(), folder);
  }

  private static LiveOptions options() {
    return LiveOptions.standard().withCompression(true).withCache(8, 50);
  }

  private Path newVolume(String name) throws VdoException {
    var image = folder.resolve(name + ".img");
    try (var device = FileDevice.create(image, BLOCKS, Caching.PAGE_CACHE)) {
      VolumeFormatter.format(
          device,
          FormatOptions.defaults(BLOCKS, new UUID(1, name.hashCode()), 1 + name.hashCode())
              .withSlabBits(13)
              .withLogicalBlocks(LOGICAL_BLOCKS));
    }
    return image;
  }

  /** A disk for {@code wl hash} to write to. */
  private Path hashFile(String name) throws IOException {
    var file = folder.resolve(name + ".hash");
    try (var disk = new RandomAccessFile(file.toFile(), "rw")) {
      disk.setLength((2 + GROWN_BLOCKS / 512) * 4096L);
    }
    return file;
  }

  private static long[] hashesIn(Path file) throws IOException {
    return BlockHash.parse(Files.readAllBytes(file));
  }

  private static String start(String disk, long logicalBlocks) {
    return "start "
        + disk
        + " "
        + logicalBlocks
        + " 8 logical 2 physical 2 hash 2 compression on\n";
  }

  private static String hash(String disk, String to) {
    return "wl /dev/mapper/vdo-" + disk + " hash /dev/" + to + "\n";
  }

  private static String stop(String disk) {
    return "stop " + disk + "; sync\n";
  }

  /** Formatted, filled, saved, made larger in both ways, changed and saved again. */
  private EngineWork fillAndGrow(Path image, Execution first, Execution second, long seed)
      throws VdoException, IOException {
    var work = new EngineWork(seed);
    try (var device = FileDevice.open(image, Access.READ_WRITE, Caching.PAGE_CACHE)) {
      var volume = LiveVolume.open(device, options(), SECTIONS, first);
      work.request(volume, 4_000, LOGICAL_BLOCKS);
      work.save(volume);
    }
    long larger = BLOCKS + 32_768 + 64 + (2L << 13);
    try (var file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(larger * 4096);
    }
    try (var device = FileDevice.open(image, Access.READ_WRITE, Caching.PAGE_CACHE)) {
      var volume = LiveVolume.open(device, options(), SECTIONS, second);
      work.request(volume, 500, LOGICAL_BLOCKS);
      volume.growPhysical(larger);
      volume.growLogical(GROWN_BLOCKS);
      work.request(volume, 3_000, GROWN_BLOCKS);
      work.save(volume);
    }
    return work;
  }

  @Test
  @Tag("kernel")
  void theDriverReadsAndGoesOnWithWhatTheEngineSaved() throws IOException, VdoException {
    var zoned = newVolume("zoned");
    var locked = newVolume("locked");
    var works =
        Map.of(
            zoned,
            fillAndGrow(
                zoned,
                new ZonedExecution(SECTIONS, 2, 1, 2),
                new ZonedExecution(SECTIONS, 1, 0, 0),
                1),
            locked,
            fillAndGrow(
                locked, new LockingExecution(SECTIONS, 2), new LockingExecution(SECTIONS, 0), 2));
    var images = List.of(zoned, locked);
    var disks = new ArrayList<Path>();
    var script = new StringBuilder();
    for (int i = 0; i < images.size(); i++) {
      var image = images.get(i);
      assertThat(lab.referee().stateOf(image)).isEqualTo(VolumeState.CLEAN);
      lab.judgeClean(image);
      disks.add(lab.copy(image, Lab.nameOf(image) + "-driven"));
      disks.add(hashFile(Lab.nameOf(image) + "-1"));
      disks.add(hashFile(Lab.nameOf(image) + "-2"));
      String disk = Lab.device(3 * i);
      script
          .append(start(disk, GROWN_BLOCKS))
          .append(hash(disk, Lab.device(3 * i + 1)))
          .append("wl /dev/mapper/vdo-" + disk + " write count=1500 seed=5" + LOAD)
          .append(hash(disk, Lab.device(3 * i + 2)))
          .append(stop(disk));
    }

    lab.run(script.toString(), disks);

    for (int i = 0; i < images.size(); i++) {
      var image = images.get(i);
      var driven = disks.get(3 * i);
      lab.tell(image, works.get(image).contradictions(hashesIn(disks.get(3 * i + 1))));
      lab.tell(image, lab.referee().contentDiffers(image, disks.get(3 * i + 1)));
      lab.tell(driven, lab.referee().contentDiffers(driven, disks.get(3 * i + 2)));
      lab.judgeClean(driven);
      assertThat(lab.referee().superBlockOf(driven).vdo().completeRecoveries())
          .as("nothing had to be recovered")
          .isZero();
    }
    assertThat(lab.disagreements()).isEmpty();
  }

  @Test
  @Tag("kernel")
  void theEngineReadsAndGoesOnWithWhatTheDriverWrote() throws IOException, VdoException {
    var image = lab.disk("driver", 3, 13);
    var before = hashFile("before");
    lab.run(
        "vdoformat --force --uds-memory-size=0.25 --slab-bits=13 --logical-size="
            + LOGICAL_BLOCKS * 4
            + "K /dev/vdb\n"
            + start("vdb", LOGICAL_BLOCKS)
            + "wl /dev/mapper/vdo-vdb write count=5000 seed=9"
            + LOAD
            + hash("vdb", "vdc")
            + stop("vdb"),
        List.of(image, before));
    lab.tell(image, lab.referee().contentDiffers(image, before));

    var work = new EngineWork(3, hashesIn(before));
    try (var device = FileDevice.open(image, Access.READ_WRITE, Caching.PAGE_CACHE)) {
      var volume =
          LiveVolume.open(device, options(), SECTIONS, new ZonedExecution(SECTIONS, 2, 0, 1));
      lab.tell(image, work.contradictions(readAll(volume)));
      work.request(volume, 4_000, LOGICAL_BLOCKS);
      work.save(volume);
    }
    lab.judgeClean(image);
    var after = hashFile("after");
    lab.run(
        start("vdb", LOGICAL_BLOCKS)
            + hash("vdb", "vdc")
            + "wl /dev/mapper/vdo-vdb write count=500 seed=10"
            + LOAD
            + stop("vdb"),
        List.of(image, after));
    lab.tell(image, work.contradictions(hashesIn(after)));
    lab.judgeClean(image);
    assertThat(lab.disagreements()).isEmpty();
  }

  private static long[] readAll(LiveVolume volume) throws VdoException {
    var hashes = new long[Math.toIntExact(volume.sizeBytes() / BlockDevice.BLOCK_SIZE)];
    for (int lbn = 0; lbn < hashes.length; lbn++) {
      var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
      volume.await(volume.read((long) lbn * BlockDevice.BLOCK_SIZE, block));
      hashes[lbn] = BlockHash.of(block);
    }
    return hashes;
  }

  /** Lets the power go at a moment that the seed chooses, half the time in a second session. */
  private static EngineWork crash(Path image, long seed) throws VdoException {
    var random = new SplittableRandom(seed);
    var work = new EngineWork(random.nextLong());
    try (var device = FileDevice.open(image, Access.READ_WRITE, Caching.PAGE_CACHE)) {
      if (random.nextBoolean()) {
        var volume = open(device, new SimulatedExecution(random.nextLong()), random);
        work.request(volume, random.nextInt(500), LOGICAL_BLOCKS);
        work.save(volume);
      }
      var flushed = OverlayDevice.over(device);
      var disk = FaultyDevice.withVolatileCache(flushed);
      var simulation = new SimulatedExecution(random.nextLong());
      var volume = open(disk, simulation, random);
      work.request(volume, random.nextInt(20, 1_500), random.nextLong(200, LOGICAL_BLOCKS));
      if (random.nextBoolean()) {
        work.flush(volume);
      } else {
        simulation.run(random.nextInt(3_000));
      }
      simulation.crash();
      var left = disk.crash(random.nextLong());
      apply(flushed, device);
      apply(left, device);
    }
    return work;
  }

  private static LiveVolume open(
      WritableBlockDevice device, Execution execution, SplittableRandom random)
      throws VdoException {
    var options =
        options()
            .withCompression(random.nextInt(4) != 0)
            .withCache(random.nextInt(1, 8), random.nextInt(1, 20));
    var sections = Sections.of(random.nextInt(1, 4), random.nextInt(1, 4), random.nextInt(1, 3));
    return LiveVolume.open(device, options, sections, execution);
  }

  private static void apply(OverlayDevice from, WritableBlockDevice to) throws DeviceException {
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    for (long pbn : from.changedBlocks()) {
      from.read(pbn, block).orThrow(from);
      to.write(pbn, block);
    }
  }

  /** Crashes volumes, lets the driver recover them, and looks for what had been flushed. */
  private void crashAndRecover(List<Long> seeds) throws IOException, VdoException {
    var works = new LinkedHashMap<Path, EngineWork>();
    var disks = new ArrayList<Path>();
    var script = new StringBuilder();
    for (long seed : seeds) {
      var image = newVolume("crash-" + seed);
      works.put(image, crash(image, seed));
      assertThat(lab.referee().stateOf(image)).isEqualTo(VolumeState.DIRTY);
      lab.judgeCrashed(image);
      String disk = Lab.device(disks.size());
      String hashes = Lab.device(disks.size() + 1);
      disks.add(lab.copy(image, Lab.nameOf(image) + "-recovered"));
      disks.add(hashFile(Lab.nameOf(image)));
      script
          .append(start(disk, LOGICAL_BLOCKS))
          .append("settle " + disk + "\n")
          .append(hash(disk, hashes))
          .append(stop(disk));
    }

    lab.run(script.toString(), disks);

    int at = 0;
    for (var entry : works.entrySet()) {
      var image = entry.getKey();
      var recovered = disks.get(at++);
      var hashes = disks.get(at++);
      lab.tell(image, entry.getValue().contradictions(hashesIn(hashes)));
      lab.tell(image, lab.referee().contentDiffers(image, hashes));
      lab.judgeClean(recovered);
      lab.discard(List.of(image, recovered, hashes));
    }
  }

  @Test
  void theDriverRecoversSomeVolumesThatTheEngineCrashed() throws IOException, VdoException {
    crashAndRecover(List.of(1L, 2L, 3L));
    assertThat(lab.disagreements()).isEmpty();
  }

  @Test
  @Tag("kernel")
  void theDriverRecoversVolumesThatTheEngineCrashedAtManyPlaces() throws IOException, VdoException {
    int judged = 0;
    for (long first = 101; first <= 100 + CRASHES; first += CRASHES_OF_A_BOOT) {
      var seeds = new ArrayList<Long>();
      for (long seed = first; seed < first + CRASHES_OF_A_BOOT; seed++) {
        seeds.add(seed);
      }
      judged += lab.attempt("crashes " + seeds, () -> crashAndRecover(seeds)) ? seeds.size() : 0;
      lab.note("judged " + judged + " crashes, " + lab.disagreements().size() + " disagreements");
    }
    assertThat(lab.disagreements()).isEmpty();
    assertThat(judged).isEqualTo(CRASHES);
  }
}
