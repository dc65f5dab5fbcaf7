package io.vdotools.engine.live;

import static io.vdotools.engine.live.LiveVolumes.assertHolds;
import static io.vdotools.engine.live.LiveVolumes.assertSound;
import static io.vdotools.engine.live.LiveVolumes.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.Volume;
import io.vdotools.engine.VolumeWalk;
import io.vdotools.engine.WalkOptions;
import io.vdotools.engine.build.BuildOptions;
import io.vdotools.engine.build.MetadataBuilder;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VolumeState;
import io.vdotools.testing.RecoveredState;
import io.vdotools.xml.XmlReader;
import io.vdotools.xml.XmlWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What the engine wrote and left behind goes through a dump and comes back, in the end for use. */
class RestoredLiveVolumeTest {
  private static final int LBNS = 3000;

  /** {@return what was written last to each LBN} */
  private static long[] use(MemoryDevice device, SplittableRandom random, boolean stopsCleanly)
      throws VdoException {
    long[] values = new long[LBNS];
    var volume = LiveVolumes.open(device, random.nextLong());
    int requests = 300 + random.nextInt(900);
    for (int i = 0; i < requests; i++) {
      int lbn = random.nextInt(LBNS);
      long value =
          switch (random.nextInt(5)) {
            case 0 -> BlockValues.HOLE;
            case 1 -> BlockValues.ZERO;
            case 2, 3 -> BlockValues.compressible(random.nextInt(200));
            default -> BlockValues.random(random.nextInt(200));
          };
      if (value == BlockValues.HOLE) {
        volume.await(volume.discard((long) lbn * BlockSize.BLOCK, BlockSize.BLOCK));
      } else {
        write(volume, lbn, value);
      }
      values[lbn] = value;
    }
    volume.await(volume.flush());
    if (stopsCleanly) {
      volume.close();
    } else {
      volume.crash();
    }
    return values;
  }

  private static String dump(BlockDevice device) throws VdoException {
    var out = new ByteArrayOutputStream();
    try (var parallel = new Parallel(1, 1, () -> 0)) {
      new VolumeWalk(
              LogicalVolume.open(Volume.open(device)),
              WalkOptions.WHOLE,
              parallel,
              VolumeWalk.Progress.NONE)
          .run(new XmlWriter(out, "a dump"));
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static void restore(String xml, MemoryDevice onto) throws VdoException {
    try (var builder =
        new MetadataBuilder(BuildOptions.DEFAULT, _ -> onto, MemoryDevice::ofBlocks)) {
      XmlReader.read(
          new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)), "dump.xml", builder);
      builder.built();
    }
  }

  @Property(tries = 8)
  void comesBackInEveryEntryCountAndField(@ForAll long seed, @ForAll boolean stopsCleanly)
      throws VdoException {
    var device = LiveVolumes.tiny(10);
    var values = use(device, new SplittableRandom(seed), stopsCleanly);
    var xml = dump(device);

    var anew = MemoryDevice.ofBlocks(device.blockCount());
    restore(xml, anew);

    assertThat(dump(anew)).isEqualTo(xml);
    assertThat(RecoveredState.of(anew).differencesFrom(RecoveredState.of(device))).isEmpty();
    assertThat(Volume.open(anew).geometry()).isEqualTo(Volume.open(device).geometry());
    if (stopsCleanly) {
      assertThat(Volume.open(anew).superBlock()).isEqualTo(Volume.open(device).superBlock());
    }
    assertSound(anew);

    // In place the data are there, too, and the engine goes on with them.
    restore(xml, device);
    assertThat(LiveVolumes.stateOf(device)).isEqualTo(VolumeState.CLEAN);
    try (var volume = LiveVolumes.open(device)) {
      for (int lbn = 0; lbn < LBNS; lbn++) {
        assertHolds(volume, lbn, values[lbn]);
      }
      write(volume, 1, BlockValues.random(7));
    }
    assertSound(device);
  }
}
