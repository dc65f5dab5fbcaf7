package io.vdotools.pack;

import io.vdotools.device.DeviceException;
import io.vdotools.device.FileDevice;
import java.nio.ByteBuffer;

/** The bytes of a pack, from any place. Several threads may read at once. */
public interface PackInput extends AutoCloseable {
  /** {@return what to call it in a message} */
  String name();

  /** {@return its length, in bytes} */
  long sizeBytes();

  /**
   * Reads some bytes.
   *
   * @param offset where, at least 0
   * @param into takes them, from its start on
   * @return how many there were, fewer than asked for only at the end
   * @throws DeviceException if they cannot be read
   */
  int read(long offset, byte[] into) throws DeviceException;

  @Override
  void close() throws DeviceException;

  /** {@return a file, which closing this closes} */
  static PackInput of(FileDevice file) {
    return new PackInput() {
      @Override
      public String name() {
        return file.name();
      }

      @Override
      public long sizeBytes() {
        return file.sizeBytes();
      }

      @Override
      public int read(long offset, byte[] into) throws DeviceException {
        return file.readBytes(offset, ByteBuffer.wrap(into));
      }

      @Override
      public void close() throws DeviceException {
        file.close();
      }
    };
  }
}
