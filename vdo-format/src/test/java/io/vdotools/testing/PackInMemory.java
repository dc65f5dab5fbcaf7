package io.vdotools.testing;

import io.vdotools.pack.PackInput;

/** A pack in memory, which tells how much of it was read. */
public final class PackInMemory implements PackInput {
  private final byte[] pack;
  private long bytesRead;

  /**
   * Takes a pack, or what is to be read as one.
   *
   * @param pack its bytes, which are not copied
   */
  public PackInMemory(byte[] pack) {
    this.pack = pack;
  }

  @Override
  public String name() {
    return "pack";
  }

  @Override
  public long sizeBytes() {
    return pack.length;
  }

  @Override
  public synchronized int read(long offset, byte[] into) {
    int length = (int) Math.clamp(pack.length - offset, 0L, into.length);
    System.arraycopy(pack, (int) Math.clamp(offset, 0L, pack.length), into, 0, length);
    bytesRead += length;
    return length;
  }

  /** {@return how many bytes were read, those read again counted again} */
  public synchronized long bytesRead() {
    return bytesRead;
  }

  @Override
  public void close() {}
}
