package io.vdotools.engine.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.Volume;
import io.vdotools.engine.zones.Execution;
import io.vdotools.engine.zones.Sections;
import io.vdotools.engine.zones.SimulatedExecution;
import io.vdotools.format.BlockSize;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VolumeState;
import io.vdotools.problem.Severity;
import io.vdotools.testing.VolumeBuilder;
import java.lang.foreign.MemorySegment;

/** What tests of open volumes have in common. */
final class LiveVolumes {
  static final Sections SECTIONS = Sections.of(2, 2, 2);

  private LiveVolumes() {}

  /** {@return a new volume with slabs of 256 blocks} */
  static MemoryDevice tiny(int slabs) {
    return VolumeBuilder.ofSlabs(slabs, 256, 16, 3000)
        .journalBlocks(32)
        .state(VolumeState.NEW)
        .build()
        .device();
  }

  /** {@return the same content on a device with more blocks} */
  static MemoryDevice enlarged(MemoryDevice device, long moreBlocks) {
    var larger = MemoryDevice.ofBlocks(device.blockCount() + moreBlocks);
    for (long block = 0; block < device.blockCount(); block++) {
      larger.put(block, device.block(block));
    }
    return larger;
  }

  static LiveVolume open(WritableBlockDevice device) throws VdoException {
    return open(device, 1);
  }

  static LiveVolume open(WritableBlockDevice device, long seed) throws VdoException {
    return open(device, new SimulatedExecution(seed));
  }

  static LiveVolume open(WritableBlockDevice device, Execution execution) throws VdoException {
    var options = LiveOptions.standard().withCompression(true).withCache(4, 4);
    return LiveVolume.open(device, options, SECTIONS, execution);
  }

  static void write(LiveVolume volume, long lbn, long value) throws EngineException {
    var content = MemorySegment.ofArray(BlockValues.content(value));
    volume.await(volume.write(lbn * BlockSize.BLOCK, content));
  }

  static byte[] read(LiveVolume volume, long lbn) throws EngineException {
    var found = new byte[BlockSize.BLOCK];
    volume.await(volume.read(lbn * BlockSize.BLOCK, MemorySegment.ofArray(found)));
    return found;
  }

  static void assertHolds(LiveVolume volume, long lbn, long value) throws EngineException {
    assertThat(read(volume, lbn)).as("LBN %s", lbn).isEqualTo(BlockValues.content(value));
  }

  /** Nothing worth more than a note is wrong with a volume. */
  static void assertSound(BlockDevice device) throws VdoException {
    var result = VolumeCheck.run(device, CheckOptions.standard().withExact(true));
    assertThat(result.findings().all())
        .filteredOn(finding -> finding.severity() != Severity.INFO)
        .isEmpty();
    assertThat(result.isSound()).isTrue();
  }

  static VolumeState stateOf(BlockDevice device) throws VdoException {
    return Volume.open(device).superBlock().vdo().state();
  }

  static void setState(WritableBlockDevice device, VolumeState state) throws VdoException {
    var volume = Volume.open(device);
    var superBlock = volume.superBlock();
    var block = MemorySegment.ofArray(new byte[BlockSize.BLOCK]);
    superBlock.withVdo(superBlock.vdo().withState(state)).encode(block);
    SuperBlock.sealChecksum(block);
    device.write(volume.superBlockPbn(), block);
  }
}
