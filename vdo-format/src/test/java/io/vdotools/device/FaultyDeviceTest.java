package io.vdotools.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultyDeviceTest implements BlockDeviceContract {
  private final MemoryDevice disk = Patterns.numberedDevice(8);

  @Override
  public WritableBlockDevice numberedDeviceOf8() {
    return FaultyDevice.withVolatileCache(Patterns.numberedDevice(8));
  }

  private static BlockErrors readAll(BlockDevice device, MemorySegment into) {
    return device.read(0, into);
  }

  private static void assertWriteFails(FaultyDevice device, long block, int count) {
    assertThatThrownBy(() -> device.write(block, Patterns.segment(100, count)))
        .isInstanceOf(DeviceException.class)
        .extracting("kind")
        .isEqualTo(DeviceException.Kind.WRITE_FAILED);
  }

  private static void assertFlushFails(FaultyDevice device) {
    assertThatThrownBy(device::flush)
        .isInstanceOf(DeviceException.class)
        .extracting("kind")
        .isEqualTo(DeviceException.Kind.FLUSH_FAILED);
  }

  /** The first sectors of one block, then the rest of another. */
  private static byte[] torn(byte[] first, int sectors, byte[] rest) {
    byte[] content = rest.clone();
    System.arraycopy(first, 0, content, 0, sectors * 512);
    return content;
  }

  @Test
  void withoutFaultsItIsTheDiskBelow() throws DeviceException {
    FaultyDevice device = FaultyDevice.over(disk);

    device.write(3, Patterns.segment(100, 2));
    device.flush();

    assertThat(disk.block(4)).isEqualTo(Patterns.block(101));
    assertThat(device.pendingSectors()).isEmpty();
  }

  @Test
  void anUnreadableBlockStaysSoUntilItIsWritten() throws DeviceException {
    FaultyDevice device = FaultyDevice.over(disk, new Fault.UnreadableBlock(2));
    MemorySegment into = Patterns.soiledMemory(8);

    assertThat(readAll(device, into).list())
        .extracting(BlockError::block, BlockError::reason)
        .containsExactly(tuple(2L, BlockError.Reason.READ_ERROR));
    assertThat(Patterns.blockOf(into, 2)).containsOnly(0);
    assertThat(Patterns.blockOf(into, 3)).isEqualTo(Patterns.block(3));
    assertThat(readAll(device, into).contains(2)).isTrue();

    device.write(2, Patterns.segment(60, 1));
    assertThat(Patterns.read(device, 2)).isEqualTo(Patterns.block(60));
  }

  @Test
  void onlyThePlannedReadFails() {
    FaultyDevice device =
        FaultyDevice.over(disk, new Fault.FailedRead(2), new Fault.ShortRead(3, 6));
    MemorySegment into = Patterns.soiledMemory(9);

    assertThat(readAll(device, into).list()).extracting(BlockError::block).containsExactly(8L);
    assertThat(readAll(device, into).list())
        .extracting(BlockError::reason)
        .containsOnly(BlockError.Reason.READ_ERROR, BlockError.Reason.BEYOND_END)
        .hasSize(9);
    assertThat(Patterns.bytesOf(into)).containsOnly(0);
    assertThat(readAll(device, into).list())
        .extracting(BlockError::block, BlockError::reason)
        .containsExactly(
            tuple(6L, BlockError.Reason.SHORT_READ),
            tuple(7L, BlockError.Reason.SHORT_READ),
            tuple(8L, BlockError.Reason.BEYOND_END));
    assertThat(Patterns.blockOf(into, 5)).isEqualTo(Patterns.block(5));
    assertThat(Patterns.blockOf(into, 6)).containsOnly(0);
    assertThat(readAll(device, into).list()).hasSize(1);
    assertThat(device.readCount()).isEqualTo(4);
  }

  @Test
  void plannedWritesFailBeforeOrAfterTheirEffect() throws DeviceException {
    FaultyDevice device =
        FaultyDevice.over(
            disk,
            new Fault.FailedWrite(1),
            new Fault.UnreportedWrite(2),
            new Fault.UnwritableBlock(6));

    assertWriteFails(device, 0, 1);
    assertWriteFails(device, 1, 1);
    assertWriteFails(device, 5, 2);
    device.write(3, Patterns.segment(100, 1));

    MemoryDevice expected = Patterns.numberedDevice(8);
    expected.put(1, Patterns.block(100));
    expected.put(3, Patterns.block(100));
    assertThat(disk.hasSameContentAs(expected)).isTrue();
    assertThat(device.writeCount()).isEqualTo(4);
  }

  @Test
  void aTornWriteLeavesItsFirstSectors() {
    for (int sectors = 0; sectors <= 17; sectors++) {
      MemoryDevice below = Patterns.numberedDevice(8);

      assertWriteFails(FaultyDevice.over(below, new Fault.TornWrite(1, sectors)), 4, 2);

      int inFirst = Math.min(sectors, 8);
      int inSecond = Math.clamp(sectors - 8, 0, 8);
      assertThat(below.block(4)).isEqualTo(torn(Patterns.block(100), inFirst, Patterns.block(4)));
      assertThat(below.block(5)).isEqualTo(torn(Patterns.block(101), inSecond, Patterns.block(5)));
      assertThat(below.block(6)).isEqualTo(Patterns.block(6));
    }
  }

  @Test
  void aTornWriteInTheCacheIsReadBackAsItIs() throws DeviceException {
    FaultyDevice device = FaultyDevice.withVolatileCache(disk, new Fault.TornWrite(1, 3));

    assertWriteFails(device, 4, 1);

    byte[] expected = torn(Patterns.block(100), 3, Patterns.block(4));
    assertThat(Patterns.read(device, 4)).isEqualTo(expected);
    assertThat(disk.block(4)).isEqualTo(Patterns.block(4));
    device.flush();
    assertThat(disk.block(4)).isEqualTo(expected);
  }

  @Test
  void writesWaitInTheVolatileCacheUntilTheyAreFlushed() throws DeviceException {
    FaultyDevice device = FaultyDevice.withVolatileCache(disk);

    device.write(4, Patterns.segment(100, 1));
    assertThat(Patterns.read(device, 4)).isEqualTo(Patterns.block(100));
    assertThat(disk.block(4)).isEqualTo(Patterns.block(4));
    assertThat(device.pendingSectors())
        .hasSize(8)
        .allMatch(sector -> sector.block() == 4 && sector.writes().equals(List.of(1L)));

    device.flush();
    assertThat(disk.block(4)).isEqualTo(Patterns.block(100));
    assertThat(device.pendingSectors()).isEmpty();
  }

  @Test
  void afterAFailedFlushALaterOneDoesNotSaveTheOldWrites() throws DeviceException {
    FaultyDevice device = FaultyDevice.withVolatileCache(disk, new Fault.FailedFlush(1));
    device.write(1, Patterns.segment(100, 2));
    assertFlushFails(device);
    device.write(2, Patterns.segment(200, 1));

    device.flush();

    assertThat(Patterns.read(device, 1)).isEqualTo(Patterns.block(100));
    assertThat(Patterns.read(device.crash(CrashOutcome.ALL_LOST), 1)).isEqualTo(Patterns.block(1));
    assertThat(Patterns.read(device.crash(CrashOutcome.ALL_KEPT), 1))
        .isEqualTo(Patterns.block(100));
    assertThat(Patterns.read(device.crash(CrashOutcome.ALL_LOST), 2))
        .isEqualTo(Patterns.block(200));
    assertThat(device.pendingSectors()).extracting(PendingSector::block).containsOnly(1L);
  }

  @Test
  void onceThePowerIsCutEverythingFails() throws DeviceException {
    FaultyDevice atWrite = FaultyDevice.withVolatileCache(disk, new Fault.PowerCutAtWrite(2));
    atWrite.write(0, Patterns.segment(50, 1));
    assertWriteFails(atWrite, 1, 1);
    FaultyDevice atFlush = FaultyDevice.withVolatileCache(disk, new Fault.PowerCutAtFlush(1));
    atFlush.write(0, Patterns.segment(50, 1));
    assertFlushFails(atFlush);

    for (FaultyDevice device : List.of(atWrite, atFlush)) {
      assertThat(device.isPowerOff()).isTrue();
      assertWriteFails(device, 2, 1);
      assertFlushFails(device);
      assertThat(readAll(device, Patterns.soiledMemory(8)).list())
          .hasSize(8)
          .allMatch(error -> error.detail().equals("the power is off"));
      assertThat(Patterns.read(device.crash(CrashOutcome.ALL_LOST), 0))
          .isEqualTo(Patterns.block(0));
      assertThat(Patterns.read(device.crash(CrashOutcome.ALL_KEPT), 0))
          .isEqualTo(Patterns.block(50));
    }
    assertThat(Patterns.read(atWrite.crash(CrashOutcome.ALL_KEPT), 1))
        .isEqualTo(Patterns.block(100));
    assertThat(disk.hasSameContentAs(Patterns.numberedDevice(8))).isTrue();
  }

  @Test
  void aSectorMayHoldAnyOfItsUnflushedWrites() throws DeviceException {
    FaultyDevice device = FaultyDevice.withVolatileCache(disk);
    device.write(0, Patterns.segment(50, 1));
    device.write(0, Patterns.segment(60, 1));

    byte[] content = Patterns.read(device.crash(sector -> Math.min((int) sector.sector(), 2)), 0);

    byte[] expected = torn(Patterns.block(0), 1, torn(Patterns.block(50), 2, Patterns.block(60)));
    assertThat(Arrays.equals(content, expected)).isTrue();
  }

  @Test
  void plansThatContradictThemselvesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> FaultyDevice.over(disk, new Fault.FailedWrite(2), new Fault.TornWrite(2, 1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FaultyDevice.over(disk, new Fault.PowerCutAtFlush(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> new Fault.FailedRead(0));
    assertThatIllegalStateException()
        .isThrownBy(() -> FaultyDevice.over(disk).crash(CrashOutcome.ALL_LOST));
  }
}
