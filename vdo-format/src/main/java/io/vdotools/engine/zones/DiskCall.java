package io.vdotools.engine.zones;

import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One call of a {@link Disk}, as a value that can wait in a queue.
 *
 * <p>A write that asks for flushes is done in parts, each a single call of the device: so nobody
 * has to wait in the middle of it.
 */
record DiskCall(
    Kind kind, long pbn, MemorySegment block, Section section, Disk.Completion completion) {

  enum Kind {
    READ,
    WRITE,
    WRITE_DURABLY,
    WRITE_AFTER_FLUSH,
    WRITE_AFTER_FLUSH_DURABLY,
    FLUSH
  }

  static DiskCall read(long pbn, byte[] into, Section section, Disk.Completion completion) {
    return new DiskCall(Kind.READ, pbn, MemorySegment.ofArray(into), section, completion);
  }

  static DiskCall write(
      long pbn, byte[] from, Disk.Order order, Section section, Disk.Completion completion) {
    var kind =
        switch (order) {
          case PLAIN -> Kind.WRITE;
          case AFTER_FLUSH -> Kind.WRITE_AFTER_FLUSH;
          case AFTER_FLUSH_DURABLY -> Kind.WRITE_AFTER_FLUSH_DURABLY;
        };
    return new DiskCall(kind, pbn, MemorySegment.ofArray(from), section, completion);
  }

  static DiskCall flush(Section section, Disk.Completion completion) {
    return new DiskCall(Kind.FLUSH, 0, MemorySegment.NULL, section, completion);
  }

  /** {@return whether the first part is a flush of the device} */
  boolean beginsWithFlush() {
    return switch (kind) {
      case READ, WRITE, WRITE_DURABLY -> false;
      case WRITE_AFTER_FLUSH, WRITE_AFTER_FLUSH_DURABLY, FLUSH -> true;
    };
  }

  /** {@return what is left to do after the first part, null if that was all} */
  @Nullable DiskCall rest() {
    return switch (kind) {
      case READ, WRITE, FLUSH -> null;
      case WRITE_AFTER_FLUSH -> with(Kind.WRITE);
      case WRITE_AFTER_FLUSH_DURABLY -> with(Kind.WRITE_DURABLY);
      case WRITE_DURABLY -> with(Kind.FLUSH);
    };
  }

  private DiskCall with(Kind other) {
    return new DiskCall(other, pbn, block, section, completion);
  }

  /** Does the first part; {@return why it failed, null if it did not}. */
  @Nullable DeviceException performPart(WritableBlockDevice device, FlushGate gate) {
    try {
      switch (kind) {
        case READ -> device.read(pbn, block).orThrow(device);
        case WRITE, WRITE_DURABLY -> device.write(pbn, block);
        case WRITE_AFTER_FLUSH, WRITE_AFTER_FLUSH_DURABLY, FLUSH -> gate.flush();
      }
      return null;
    } catch (DeviceException e) {
      return e;
    }
  }
}
