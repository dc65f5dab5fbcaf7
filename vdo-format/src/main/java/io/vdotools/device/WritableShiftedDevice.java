package io.vdotools.device;

import java.lang.foreign.MemorySegment;

/** A {@link ShiftedDevice} that can be changed. */
public final class WritableShiftedDevice implements WritableBlockDevice {
  private final WritableBlockDevice base;
  private final BlockDevice shifted;
  private final long offset;

  private WritableShiftedDevice(WritableBlockDevice base, long offset) {
    this.base = base;
    this.shifted = ShiftedDevice.of(base, offset);
    this.offset = offset;
  }

  /**
   * {@return the device with shifted numbers; the device itself if the offset is 0}
   *
   * @param base the device below, which is not closed with this one
   * @param offset blocks to subtract from each number, at least 0
   * @throws IllegalArgumentException if the offset is negative
   */
  public static WritableBlockDevice of(WritableBlockDevice base, long offset) {
    if (offset < 0) {
      throw new IllegalArgumentException("offset " + offset);
    }
    return offset == 0 ? base : new WritableShiftedDevice(base, offset);
  }

  @Override
  public String name() {
    return shifted.name();
  }

  @Override
  public long sizeBytes() {
    return shifted.sizeBytes();
  }

  @Override
  public BlockErrors read(long firstBlock, MemorySegment into) {
    return shifted.read(firstBlock, into);
  }

  @Override
  public void write(long firstBlock, MemorySegment from) throws DeviceException {
    if (firstBlock < offset) {
      throw new IllegalArgumentException("block " + firstBlock + " is before the device's start");
    }
    base.write(firstBlock - offset, from);
  }

  @Override
  public void flush() throws DeviceException {
    base.flush();
  }

  /** Does nothing: the device below belongs to whoever opened it. */
  @Override
  public void close() {}
}
