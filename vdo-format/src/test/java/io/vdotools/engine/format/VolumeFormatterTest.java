package io.vdotools.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckResult;
import io.vdotools.check.Judgement;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.Volume;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.PartitionId;
import io.vdotools.format.VolumeState;
import io.vdotools.format.index.IndexMemory;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.Segments;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VolumeFormatterTest {
  private static final FormatOptions SMALL =
      FormatOptions.defaults(750_000, new UUID(0x0123456789abcdefL, 0xfedcba9876543210L), 42)
          .withSlabBits(13);

  /** A device with old content at both ends and in the middle of what a format overwrites. */
  private static MemoryDevice usedDevice() throws LayoutException {
    var layout = VolumeLayout.of(SMALL);
    var device = MemoryDevice.ofBlocks(SMALL.physicalBlocks());
    long journal = layout.partition(PartitionId.RECOVERY_JOURNAL).offset();
    long roots = layout.partition(PartitionId.BLOCK_MAP).offset();
    for (long block :
        new long[] {
          0,
          1,
          2,
          roots - 1,
          roots,
          roots + 59,
          roots + 60,
          journal - 1,
          journal,
          journal + 300,
          journal + 32767,
          journal + 32768
        }) {
      device.put(block, Segments.array(Segments.randomBlock(block)));
    }
    return device;
  }

  /** What vdoformat made of an empty disk, with the same nonce and UUID: byte for byte. */
  @Test
  void theResultEqualsThatOfVdoformat() throws VdoException {
    var golden = GoldenVolume.load("new");
    var config = golden.superBlock().vdo().config();
    var device = MemoryDevice.ofBlocks(golden.copy().blockCount());

    VolumeFormatter.format(
        device,
        FormatOptions.defaults(
                device.blockCount(), golden.geometry().uuidValue(), golden.geometry().nonce())
            .withLogicalBlocks(config.logicalBlocks())
            .withSlabBits(13));

    assertThat(golden.storedBlocks()).contains(0L, golden.geometry().data().startBlock());
    assertThat(device.hasSameContentAs(golden.copy())).isTrue();
  }

  static Stream<FormatOptions> shapes() {
    return Stream.of(
        SMALL,
        SMALL.withSlabBits(14).withLogicalBlocks(1),
        FormatOptions.defaults(1_236_309, new UUID(-1, 0), -1),
        FormatOptions.defaults(1_400_000 + (1 << 13), UUID.randomUUID(), 1)
            .withSlabBits(13)
            .withIndex(new IndexMemory(-512), false)
            .withLogicalBlocks(1L << 40),
        FormatOptions.defaults(10_000_000, new UUID(5, 6), 7)
            .withSlabBits(20)
            .withIndex(IndexMemory.DEFAULT, true),
        FormatOptions.defaults(1L << 36, new UUID(5, 6), 7).withSlabBits(23));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void theCheckerFindsNothingOnANewVolume(FormatOptions options) throws VdoException {
    var device = MemoryDevice.ofBlocks(options.physicalBlocks());

    var layout = VolumeFormatter.format(device, options);

    var result = VolumeCheck.run(device, CheckOptions.standard());
    assertThat(result.findings().codes()).isEmpty();
    assertThat(result.extent()).isEqualTo(CheckResult.Extent.COMPLETE);
    assertThat(result.judgement()).isEqualTo(Judgement.NEW);
    var volume = Volume.open(device).checkStrictly();
    assertThat(volume.geometry().uuidValue()).isEqualTo(options.uuid());
    assertThat(volume.nonce()).isEqualTo(options.nonce());
    assertThat(volume.superBlock().vdo().state()).isEqualTo(VolumeState.NEW);
    assertThat(volume.slabs()).contains(layout.slabs());
    assertThat(volume.superBlock().vdo().config().logicalBlocks())
        .isEqualTo(layout.logicalBlocks());
  }

  @Test
  void onlyTheMetadataOfANewVolumeIsWritten() throws VdoException {
    var device = usedDevice();
    var before = device.copy();

    var layout = VolumeFormatter.format(device, SMALL);

    long roots = layout.partition(PartitionId.BLOCK_MAP).offset();
    long journal = layout.partition(PartitionId.RECOVERY_JOURNAL).offset();
    for (long cleared : new long[] {1, roots, roots + 59, journal, journal + 300}) {
      assertThat(device.block(cleared)).as("block %d", cleared).containsOnly(0);
    }
    assertThat(device.block(journal + 32767)).containsOnly(0);
    for (long kept : new long[] {2, roots + 60, journal - 1, journal + 32768}) {
      assertThat(device.block(kept)).as("block %d", kept).isEqualTo(before.block(kept));
    }
    assertThat(VolumeCheck.run(device, CheckOptions.standard()).isSound()).isTrue();
  }

  @Test
  void aLongerDeviceKeepsWhatIsBehindTheVolume() throws VdoException {
    var device = MemoryDevice.ofBlocks(SMALL.physicalBlocks() + 1);
    device.put(SMALL.physicalBlocks(), Segments.array(Segments.randomBlock(1)));

    VolumeFormatter.format(device, SMALL);

    assertThat(device.block(SMALL.physicalBlocks()))
        .isEqualTo(Segments.array(Segments.randomBlock(1)));
    assertThat(Volume.open(device).checkStrictly().nonce()).isEqualTo(42);
  }

  @Test
  void nothingIsWrittenIfTheLayoutDoesNotFit() throws VdoException {
    var device = usedDevice();
    var before = device.copy();

    assertThatExceptionOfType(LayoutException.class)
        .isThrownBy(() -> VolumeFormatter.format(device, SMALL.withSlabBits(19)));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            VolumeFormatter.format(device, FormatOptions.defaults(2_000_000, SMALL.uuid(), 1)));

    assertThat(device.hasSameContentAs(before)).isTrue();
  }

  private static List<Fault> faultsOf(long call) {
    return List.of(
        new Fault.FailedWrite(call), new Fault.UnreportedWrite(call), new Fault.TornWrite(call, 3));
  }

  @Test
  void afterAnyRefusedWriteTheOldContentIsThere() throws VdoException {
    var disk = usedDevice();
    var counted = FaultyDevice.over(disk.copy());
    VolumeFormatter.format(counted, SMALL);
    assertThat(counted.writeCount()).isGreaterThan(6);

    for (long call = 1; call <= counted.writeCount(); call++) {
      for (var fault : faultsOf(call)) {
        var tried = disk.copy();

        var failure =
            catchThrowableOfType(
                FormatFailedException.class,
                () -> VolumeFormatter.format(FaultyDevice.over(tried, fault), SMALL));

        assertThat(failure).as("%s", fault).isNotNull();
        assertThat(failure.isOldContentKept()).as("%s", fault).isTrue();
        assertThat(failure).hasMessageContaining("has been put back").hasMessageNotContaining("\n");
        assertThat(tried.hasSameContentAs(disk)).as("%s", fault).isTrue();
      }
    }
  }

  @Test
  void afterARefusedFlushTheOldContentIsThere() throws VdoException {
    var disk = usedDevice();
    for (long call = 1; call <= 3; call++) {
      var tried = disk.copy();
      var device = FaultyDevice.over(tried, new Fault.FailedFlush(call));

      var failure =
          catchThrowableOfType(
              FormatFailedException.class, () -> VolumeFormatter.format(device, SMALL));

      assertThat(failure.isOldContentKept()).isTrue();
      assertThat(tried.hasSameContentAs(disk)).as("flush %d", call).isTrue();
    }
  }

  @Test
  void aBlockThatCanNeverBeWrittenEndsTheFormatAndTheRestIsPutBack() throws VdoException {
    var layout = VolumeLayout.of(SMALL);
    for (long bad : new long[] {0, 1, layout.superBlockPbn(), layout.superBlockPbn() + 1}) {
      var disk = usedDevice();
      var tried = disk.copy();

      var failure =
          catchThrowableOfType(
              FormatFailedException.class,
              () ->
                  VolumeFormatter.format(
                      FaultyDevice.over(tried, new Fault.UnwritableBlock(bad)), SMALL));

      // The bad block itself holds what it held, but the device does not take it again.
      assertThat(failure.isOldContentKept()).isFalse();
      assertThat(failure).hasMessageContaining("could not all be put back (");
      assertThat(tried.hasSameContentAs(disk)).as("block %d", bad).isTrue();
    }
  }

  @Test
  void aBlockThatCannotBeReadIsOverwritten() throws VdoException {
    var disk = usedDevice();
    long journal = VolumeLayout.of(SMALL).partition(PartitionId.RECOVERY_JOURNAL).offset();
    var device =
        FaultyDevice.over(
            disk, new Fault.UnreadableBlock(journal + 5000), new Fault.UnreadableBlock(1));

    VolumeFormatter.format(device, SMALL);

    assertThat(VolumeCheck.run(device, CheckOptions.standard()).isSound()).isTrue();
  }

  /** Power goes at any write or flush: the old volume as it was, none, or the new one. */
  @Test
  void aPowerCutLeavesTheOldVolumeOrNoneOrTheNewOne() throws VdoException {
    var golden = GoldenVolume.load("small");
    var disk = golden.copy();
    var options = FormatOptions.defaults(disk.blockCount(), SMALL.uuid(), 42).withSlabBits(13);
    var counted = FaultyDevice.withVolatileCache(disk.copy());
    VolumeFormatter.format(counted, options);
    var outcomes = new ArrayList<Long>();
    for (long call = 1; call <= counted.writeCount() + counted.flushCount(); call++) {
      Fault fault =
          call <= counted.writeCount()
              ? new Fault.PowerCutAtWrite(call)
              : new Fault.PowerCutAtFlush(call - counted.writeCount());
      for (long seed = 0; seed < 8; seed++) {
        var device = FaultyDevice.withVolatileCache(disk.copy(), fault);
        var failure =
            catchThrowableOfType(
                FormatFailedException.class, () -> VolumeFormatter.format(device, options));
        assertThat(failure.isOldContentKept()).isFalse();

        outcomes.add(judge(device.crash(seed), golden));
      }
    }
    assertThat(outcomes).contains(0L, 42L, golden.geometry().nonce());
  }

  /** {@return the nonce of the sound volume on a device, 0 if there is none} */
  private static long judge(BlockDevice device, GoldenVolume old) throws VdoException {
    var first = Segments.zeroBlock();
    device.read(0, first).orThrow(device);
    if (!GeometryBlock.decode(first).hasMagic()) {
      return 0;
    }
    assertThat(VolumeCheck.run(device, CheckOptions.standard()).isSound()).isTrue();
    var volume = open(device);
    if (volume.nonce() == old.geometry().nonce()) {
      assertThat(volume.superBlock()).isEqualTo(old.superBlock());
    }
    return volume.nonce();
  }

  private static Volume open(BlockDevice device) throws NotAVolumeException {
    return Volume.open(device).checkStrictly();
  }
}
