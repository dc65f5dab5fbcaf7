package io.vdotools.engine.zones;

import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** One call of a {@link Disk}, as a value that can wait in a queue. */
record DiskCall(
    Kind kind, long pbn, MemorySegment block, Section section, Disk.Completion completion) {

  enum Kind {
    READ,
    WRITE,
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

  /** Does what the call asks for; {@return why it failed, null if it did not}. */
  @Nullable DeviceException perform(WritableBlockDevice device, FlushGate gate) {
    try {
      switch (kind) {
        case READ -> device.read(pbn, block).orThrow(device);
        case WRITE -> device.write(pbn, block);
        case WRITE_AFTER_FLUSH -> {
          gate.flush();
          device.write(pbn, block);
        }
        case WRITE_AFTER_FLUSH_DURABLY -> {
          gate.flush();
          device.write(pbn, block);
          gate.flush();
        }
        case FLUSH -> gate.flush();
      }
      return null;
    } catch (DeviceException e) {
      return e;
    }
  }
}
