package io.vdotools.engine.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.data.BoundedIndex;
import io.vdotools.engine.zones.Execution;
import io.vdotools.engine.zones.Sections;
import io.vdotools.engine.zones.SimulatedExecution;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VolumeState;
import io.vdotools.problem.Severity;
import io.vdotools.testing.VolumeBuilder;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * One seed's worth of workload, growth, crashes and recoveries in simulation, judged by what may be
 * there afterwards. Crashes come at any step: also in the middle of a growth, of a clean stop, or
 * of the recovery from an earlier crash; of what was not flushed any sectors may be lost.
 *
 * <p>No two requests for one LBN are under way at once, so the writes of an LBN have an order. A
 * crash may take back those that no flush covers; it never takes back others, and what is there is
 * always one of the rest.
 */
final class CrashRun {
  private static final int MOST_UNDER_WAY = 60;
  // The longest journal, and the summary.
  private static final int MOST_MOVED_BLOCKS = 128;

  private final SplittableRandom random;
  private final Map<Long, List<Long>> written = new HashMap<>();
  private final Map<Long, Integer> durable = new HashMap<>();
  private final Map<Long, Integer> answered = new HashMap<>();
  private final Map<Long, CompletableFuture<Void>> busy = new TreeMap<>();
  private final List<Throwable> failures = new ArrayList<>();
  private int logicalBlocks;
  // What a growth that did not come to its end may have made of the size.
  private int largerLogicalBlocks;
  private final long spareBlocks;
  private final BoundedIndex index = new BoundedIndex(512);
  private final boolean isLong;
  private int underWay;
  private boolean isGrowing;
  private boolean hasGrown;
  private long hotLbn;
  private long nextNumber;
  private WritableBlockDevice disk;

  CrashRun(long seed) {
    random = new SplittableRandom(seed);
    isLong = random.nextInt(16) == 0;
    int slabs = random.nextInt(2, 5);
    int slabBlocks = 256 << random.nextInt(3);
    int slabJournalBlocks = isLong ? random.nextInt(4, 9) : random.nextInt(8, 24);
    logicalBlocks = isLong ? random.nextInt(2_000, 20_000) : random.nextInt(200, 3_000);
    largerLogicalBlocks = logicalBlocks;
    spareBlocks = random.nextInt(3) == 0 ? 2L * slabBlocks + MOST_MOVED_BLOCKS : 0;
    var volume =
        VolumeBuilder.ofSlabs(slabs, slabBlocks, slabJournalBlocks, logicalBlocks)
            .journalBlocks(isLong ? 16 : 16 << random.nextInt(3))
            .state(VolumeState.NEW)
            .build()
            .device();
    disk = LiveVolumes.enlarged(volume, spareBlocks);
  }

  void run() throws VdoException {
    int rounds = random.nextInt(1, 4);
    for (int round = 0; round < rounds; round++) {
      crashOnce();
      if (random.nextInt(3) == 0) {
        crashWhileOpening();
      }
    }
    var simulation = new SimulatedExecution(random.nextLong());
    var volume = open(disk, simulation);
    verify(volume);
    work(volume, simulation, random.nextInt(100));
    finishRequests(volume);
    volume.close();
    assertThat(failures).isEmpty();
    assertSound(disk, "after a clean stop");
  }

  /** {@return what the disk holds after the crashes, before anything has recovered it} */
  MemoryDevice crashed() throws VdoException {
    for (int round = random.nextInt(1, 4); round > 0; round--) {
      crashOnce();
    }
    return copyOf(disk);
  }

  private static MemoryDevice copyOf(BlockDevice device) throws VdoException {
    var copy = MemoryDevice.ofBlocks(device.blockCount());
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    for (long i = 0; i < device.blockCount(); i++) {
      device.read(i, block).orThrow(device);
      copy.write(i, block);
    }
    return copy;
  }

  private LiveVolume open(WritableBlockDevice device, Execution execution) throws VdoException {
    var options =
        LiveOptions.standard()
            .withIndex(random.nextInt(8) == 0 ? null : index)
            .withCompression(random.nextInt(4) != 0)
            .withCache(random.nextInt(1, 8), random.nextInt(1, 20))
            .withRequestLimit(random.nextInt(1, 200));
    var sections = Sections.of(random.nextInt(1, 4), random.nextInt(1, 3), random.nextInt(1, 3));
    var volume = LiveVolume.open(device, options, sections, execution);
    int size = Math.toIntExact(volume.sizeBytes() / BlockSize.BLOCK);
    assertThat(size).isIn(logicalBlocks, largerLogicalBlocks);
    logicalBlocks = size;
    largerLogicalBlocks = size;
    return volume;
  }

  /** Lets the power go while the last crash is being recovered from. */
  private void crashWhileOpening() throws VdoException {
    var cut =
        random.nextBoolean()
            ? new Fault.PowerCutAtWrite(random.nextInt(1, 50))
            : new Fault.PowerCutAtFlush(random.nextInt(1, 8));
    var faulty = FaultyDevice.withVolatileCache(disk, cut);
    var simulation = new SimulatedExecution(random.nextLong());
    try {
      var _ = open(faulty, simulation);
      simulation.crash();
    } catch (DeviceException e) {
      assertThat(faulty.isPowerOff()).as(e.getMessage()).isTrue();
    }
    disk = faulty.crash(random.nextLong());
  }

  private void crashOnce() throws VdoException {
    var faulty = FaultyDevice.withVolatileCache(disk);
    var simulation = new SimulatedExecution(random.nextLong());
    var patience = new Patience(simulation);
    var volume = open(faulty, patience);
    verify(volume);
    int requests = requests();
    work(volume, simulation, requests / 2);
    if (random.nextInt(4) == 0) {
      simulation.runUntil(volume.suspend());
      simulation.runUntil(volume.resume());
    }
    hotLbn = random.nextInt(logicalBlocks);
    work(volume, simulation, requests - requests / 2);
    if (random.nextInt(4) == 0) {
      grow(volume, patience);
    }
    if (random.nextInt(8) == 0) {
      var _ = volume.suspend();
      simulation.run(random.nextInt(500));
    }
    if (random.nextBoolean()) {
      // The worst moment for what the flush has just promised.
      simulation.run(random.nextInt(50));
      simulation.runUntil(flush(volume));
    } else {
      simulation.run(random.nextInt(1, 2000));
    }
    simulation.crash();
    disk = faulty.crash(random.nextLong());
    busy.clear();
    underWay = 0;
    assertThat(failures).isEmpty();
    assertSound(disk, "after a crash");
  }

  /** Lets the volume grow, while requests are under way and others come; perhaps not to the end. */
  private void grow(LiveVolume volume, Patience patience) throws VdoException {
    patience.limit(random.nextInt(3) == 0 ? Long.MAX_VALUE : random.nextInt(400));
    isGrowing = true;
    try {
      if (random.nextBoolean()) {
        largerLogicalBlocks = logicalBlocks + random.nextInt(1, 2_000);
        volume.growLogical(largerLogicalBlocks);
        logicalBlocks = largerLogicalBlocks;
      } else if (spareBlocks > 0 && !hasGrown) {
        hasGrown = true;
        volume.growPhysical(disk.blockCount());
      }
      patience.limit(Long.MAX_VALUE);
      isGrowing = false;
      work(volume, patience.simulation(), random.nextInt(100));
    } catch (Patience.Lost _) {
      // The crash comes in the middle.
    }
    isGrowing = false;
  }

  /** Few requests of every kind, or so many cheap ones that all journals go round. */
  private int requests() {
    return isLong ? random.nextInt(2000, 6000) : random.nextInt(10, 250);
  }

  private static void assertSound(BlockDevice device, String when) throws VdoException {
    var result = VolumeCheck.run(device, CheckOptions.standard().withExact(true));
    assertThat(result.findings().all())
        .as(when)
        .filteredOn(finding -> finding.severity() != Severity.INFO)
        .isEmpty();
    assertThat(result.isSound()).isTrue();
  }

  private void work(LiveVolume volume, SimulatedExecution simulation, int requests) {
    for (int i = 0; i < requests; i++) {
      request(volume);
      if (random.nextInt(3) == 0) {
        simulation.run(random.nextInt(200));
      }
      while (underWay > MOST_UNDER_WAY) {
        assertThat(simulation.step()).as("requests are under way and nothing happens").isTrue();
      }
    }
  }

  private void request(LiveVolume volume) {
    if (isLong && random.nextInt(20) != 0) {
      cheapRequest(volume);
      return;
    }
    switch (random.nextInt(20)) {
      case 0 -> {
        var _ = flush(volume);
      }
      case 1, 2 -> discard(volume);
      case 3 -> read(volume);
      case 4 -> write(volume, BlockValues.ZERO, false);
      case 5 -> write(volume, newValue(), true);
      case 6, 7, 8, 9 -> write(volume, BlockValues.random(random.nextInt(10)), false);
      case 10, 11 -> write(volume, BlockValues.compressible(random.nextInt(10)), false);
      default -> write(volume, newValue(), false);
    }
  }

  private void cheapRequest(LiveVolume volume) {
    switch (random.nextInt(8)) {
      case 0 -> write(volume, BlockValues.ZERO, false);
      case 1 -> discard(volume);
      default -> write(volume, BlockValues.random(random.nextInt(40)), false);
    }
  }

  private long newValue() {
    long number = 1000 + nextNumber++;
    return random.nextBoolean() ? BlockValues.random(number) : BlockValues.compressible(number);
  }

  /** An LBN that is not busy; mostly out of a few, so that some are written again and again. */
  private long pick() {
    while (true) {
      long lbn =
          random.nextInt(4) == 0
              ? random.nextInt(logicalBlocks)
              : (hotLbn + random.nextInt(100)) % logicalBlocks;
      var last = busy.get(lbn);
      if (last == null || last.isDone()) {
        return lbn;
      }
    }
  }

  private List<Long> history(long lbn) {
    return written.computeIfAbsent(lbn, _ -> new ArrayList<>(List.of(BlockValues.HOLE)));
  }

  private void write(LiveVolume volume, long value, boolean isDurable) {
    long lbn = pick();
    int at = history(lbn).size();
    history(lbn).add(value);
    var content = MemorySegment.ofArray(BlockValues.content(value));
    long offset = lbn * BlockSize.BLOCK;
    var answer = isDurable ? volume.writeDurably(offset, content) : volume.write(offset, content);
    track(
        volume,
        lbn,
        answer,
        () -> {
          answered.put(lbn, at);
          if (isDurable) {
            durable.put(lbn, at);
          }
        });
  }

  private void discard(LiveVolume volume) {
    long lbn = pick();
    int at = history(lbn).size();
    history(lbn).add(BlockValues.HOLE);
    var answer = volume.discard(lbn * BlockSize.BLOCK, BlockSize.BLOCK);
    track(volume, lbn, answer, () -> answered.put(lbn, at));
  }

  private void read(LiveVolume volume) {
    long lbn = pick();
    var into = new byte[BlockSize.BLOCK];
    long expected = history(lbn).getLast();
    track(
        volume,
        lbn,
        volume.read(lbn * BlockSize.BLOCK, MemorySegment.ofArray(into)),
        () -> assertThat(into).as("LBN %s", lbn).isEqualTo(BlockValues.content(expected)));
  }

  private CompletableFuture<Void> flush(LiveVolume volume) {
    var covered = new HashMap<>(answered);
    return volume
        .flush()
        .handle((_, error) -> {
          if (error == null) {
            covered.forEach((lbn, at) -> durable.merge(lbn, at, Math::max));
          } else if (!isNotRunning(error)) {
            failures.add(error);
          }
          return null;
        });
  }

  private static boolean isNotRunning(Throwable error) {
    return error instanceof EngineException refused
        && refused.kind() == EngineException.Kind.NOT_RUNNING;
  }

  private void track(LiveVolume volume, long lbn, CompletableFuture<Void> answer, Runnable then) {
    underWay++;
    busy.put(
        lbn,
        answer.whenComplete((_, error) -> {
          underWay--;
          if (error == null) {
            then.run();
            if (isGrowing && random.nextInt(4) == 0) {
              request(volume);
            }
          } else if (error instanceof EngineException full
              && full.kind() == EngineException.Kind.NO_SPACE) {
            // Nothing was written: the value before is still there.
            history(lbn).removeLast();
          } else {
            failures.add(error);
          }
        }));
  }

  private void finishRequests(LiveVolume volume) throws EngineException {
    for (var answer : List.copyOf(busy.values())) {
      volume.await(answer.exceptionally(_ -> null));
    }
  }

  /** Reads all that was ever written; what is there from now on is the only thing that may be. */
  private void verify(LiveVolume volume) throws EngineException {
    for (var entry : new TreeMap<>(written).entrySet()) {
      long lbn = entry.getKey();
      var history = entry.getValue();
      var found = new byte[BlockSize.BLOCK];
      volume.await(volume.read(lbn * BlockSize.BLOCK, MemorySegment.ofArray(found)));
      var allowed = history.subList(durable.getOrDefault(lbn, 0), history.size());
      var value =
          allowed.reversed().stream()
              .filter(v -> Arrays.equals(found, BlockValues.content(v)))
              .findFirst();
      assertThat(value)
          .as("LBN %s holds none of the %s values that it may hold", lbn, allowed.size())
          .isPresent();
      entry.setValue(new ArrayList<>(List.of(value.get())));
      written.put(lbn, new ArrayList<>(List.of(value.get())));
      durable.put(lbn, 0);
      answered.put(lbn, 0);
    }
  }
}
