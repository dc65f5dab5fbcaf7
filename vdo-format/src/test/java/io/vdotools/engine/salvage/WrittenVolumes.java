package io.vdotools.engine.salvage;

import io.vdotools.VdoException;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.live.LiveOptions;
import io.vdotools.engine.live.LiveVolume;
import io.vdotools.engine.zones.Sections;
import io.vdotools.engine.zones.SimulatedExecution;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VolumeState;
import io.vdotools.testing.Segments;
import io.vdotools.testing.VolumeBuilder;
import java.lang.foreign.MemorySegment;

/** Small volumes that the engine wrote, with journals that tell how they came to be. */
final class WrittenVolumes {
  /** Leaf pages that hold mappings, by number: some trees have one, some two, some three. */
  static final long[] LEAVES = {0, 1, 2, 60, 61, 120, 5, 65, 245, 30};

  /** LBNs mapped in each of these. */
  static final int MAPPED = 20;

  static final long LOGICAL_BLOCKS = 200_000;

  private WrittenVolumes() {}

  /** {@return a volume whose recovery journal still holds all that was ever written to it} */
  static MemoryDevice young() throws VdoException {
    var device = empty();
    var volume = open(device);
    fill(volume);
    volume.close();
    return device;
  }

  /** {@return a volume whose recovery journal has forgotten all but its last writes} */
  static MemoryDevice worn() throws VdoException {
    var device = empty();
    var volume = open(device);
    fill(volume);
    for (int i = 0; i < 10_000; i++) {
      write(volume, 812 + i % 5, 1_000_000 + i);
    }
    volume.close();
    return device;
  }

  /** {@return a volume that crashed after half of it had been written in another session} */
  static MemoryDevice crashed() throws VdoException {
    var device = young();
    var volume = open(device);
    for (long leaf : new long[] {0, 60, 180, 7}) {
      for (int i = 10; i < 40; i++) {
        write(volume, leaf * 812 + i, 5000 + leaf * 100 + i);
      }
    }
    volume.await(volume.flush());
    volume.crash();
    return device;
  }

  private static MemoryDevice empty() {
    return VolumeBuilder.ofSlabs(6, 256, 16, LOGICAL_BLOCKS)
        .journalBlocks(32)
        .state(VolumeState.NEW)
        .build()
        .device();
  }

  private static LiveVolume open(MemoryDevice device) throws VdoException {
    return LiveVolume.open(
        device,
        LiveOptions.standard().withIndex(null),
        Sections.of(1, 1, 1),
        new SimulatedExecution(1));
  }

  private static void fill(LiveVolume volume) throws VdoException {
    for (long leaf : LEAVES) {
      for (int i = 0; i < MAPPED; i++) {
        write(volume, leaf * 812 + 3 * i, leaf * 100 + i);
      }
    }
  }

  private static void write(LiveVolume volume, long lbn, long seed) throws VdoException {
    MemorySegment content = Segments.randomBlock(seed);
    volume.await(volume.write(lbn * BlockSize.BLOCK, content));
  }
}
