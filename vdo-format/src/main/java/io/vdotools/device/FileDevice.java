package io.vdotools.device;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A regular file or a block device of the operating system.
 *
 * <p>All access is positional: a bad sector under a memory mapping would end the process. Any
 * memory segment will do, but only native ones are filled without a copy in between, and for {@link
 * Caching#DIRECT} only those of {@link BlockBuffers}. The memory's arena decides which threads may
 * use it; the device itself can be used from all. Interrupting a thread does not stop an access: it
 * ends as usual, and the thread is still interrupted afterwards.
 *
 * <p>The size is taken when the device is opened. If the file shrinks later, the blocks that are
 * gone are short reads. Writing never changes the size.
 */
public final class FileDevice implements WritableBlockDevice {
  /** What the device is opened for. */
  public enum Access {
    /** Reading; a write is a mistake of the program. */
    READ,
    /** Reading and writing. */
    READ_WRITE
  }

  /** Whether the operating system keeps blocks in its memory. */
  public enum Caching {
    /** Through the page cache. */
    PAGE_CACHE,
    /** Past the page cache ({@code O_DIRECT}), for sweeps over more than fits there. */
    DIRECT
  }

  /**
   * The longest single transfer. Large enough to reach a disk's full speed, small enough to bound
   * how many blocks are read again one by one when a transfer meets a bad one.
   */
  private static final int MAX_TRANSFER_BLOCKS = 256;

  private final String name;
  private final PositionalFile file;
  private final long sizeBytes;
  private final Access access;
  private final Caching caching;
  private final int maxTransferBlocks;
  private volatile boolean isClosed;

  /** For tests, which want other files below and shorter transfers. */
  FileDevice(
      String name, PositionalFile file, Access access, Caching caching, int maxTransferBlocks)
      throws IOException {
    this.name = name;
    this.file = file;
    this.sizeBytes = file.sizeBytes();
    this.access = access;
    this.caching = caching;
    this.maxTransferBlocks = maxTransferBlocks;
  }

  /**
   * Opens an existing file or block device through the page cache.
   *
   * @param path a regular file, which may be empty, or a block device; symbolic links are followed
   * @throws DeviceException if there is no such thing or it cannot be opened
   */
  public static FileDevice open(Path path, Access access) throws DeviceException {
    return open(path, access, Caching.PAGE_CACHE);
  }

  /**
   * Opens an existing file or block device.
   *
   * @param path a regular file, which may be empty, or a block device; symbolic links are followed
   * @throws DeviceException if there is no such thing or it cannot be opened that way, {@link
   *     DeviceException.Kind#DIRECT_UNSUPPORTED} if only the caching is in the way
   */
  public static FileDevice open(Path path, Access access, Caching caching) throws DeviceException {
    PositionalFile file = FileOpening.open(path, access, caching);
    try {
      return new FileDevice(path.toString(), file, access, caching, MAX_TRANSFER_BLOCKS);
    } catch (IOException e) {
      FileOpening.abandon(file, e);
      throw FileOpening.refused(path, access, e);
    }
  }

  /**
   * Creates a file of zeros that takes no space until it is written to, and opens it for writing.
   *
   * @param path where nothing may be yet: a file that is there is never replaced
   * @param blocks the size, 0 to 2^51 - 1 blocks
   * @throws DeviceException if there is something at the path, or no such file can be made; then
   *     none is left behind
   * @throws IllegalArgumentException if {@code blocks} is out of range
   */
  public static FileDevice create(Path path, long blocks, Caching caching) throws DeviceException {
    if (blocks < 0 || blocks > Long.MAX_VALUE / BLOCK_SIZE) {
      throw new IllegalArgumentException("number of blocks: " + blocks);
    }
    FileCreation.create(path, blocks * BLOCK_SIZE);
    try {
      return open(path, Access.READ_WRITE, caching);
    } catch (DeviceException e) {
      FileCreation.abandon(path, e);
      throw e;
    }
  }

  /**
   * Creates a file of zeros that takes no space until it is written to and that nobody can find: it
   * is gone when it is closed, however the process ends.
   *
   * @param directory where the space is taken
   * @param blocks the size, 0 to 2^51 - 1 blocks
   * @throws DeviceException if no such file can be made
   */
  public static FileDevice createTemporary(Path directory, long blocks) throws DeviceException {
    Path path = FileCreation.createTemporary(directory, blocks * BLOCK_SIZE);
    try {
      return open(path, Access.READ_WRITE);
    } finally {
      UnfinishedFile.discard(path);
    }
  }

  /** {@return whether the path leads to a block device} */
  public static boolean isBlockDevice(Path path) {
    try {
      return Files.exists(path) && FileOpening.isBlockDevice(path);
    } catch (IOException _) {
      return false;
    }
  }

  /**
   * {@return whether two paths lead to one file or block device, by whatever names}
   *
   * @param path may lead to nothing
   * @param other may lead to nothing; what leads to nothing is the same as nothing
   * @throws DeviceException if it cannot be found out
   */
  public static boolean isSame(Path path, Path other) throws DeviceException {
    try {
      return Files.exists(path)
          && Files.exists(other)
          && (Files.isSameFile(path, other)
              || (isBlockDevice(path)
                  && isBlockDevice(other)
                  && Files.getAttribute(path, "unix:rdev")
                      .equals(Files.getAttribute(other, "unix:rdev"))));
    } catch (IOException e) {
      throw FileOpening.refused(other, Access.READ, e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  /** {@return what the device was opened for} */
  public Access access() {
    return access;
  }

  /** {@return how the device was opened} */
  public Caching caching() {
    return caching;
  }

  @Override
  public BlockErrors read(long firstBlock, MemorySegment into) {
    BlockRange range = BlockRange.ofRead(firstBlock, into);
    checkOpen();
    long within = range.countWithin(blockCount());
    var errors = new BlockErrors.Collector();
    if (isUsableAsIs(into)) {
      for (long done = 0; done < within; done += maxTransferBlocks) {
        long length = Math.min(maxTransferBlocks, within - done);
        readTransfer(firstBlock + done, BlockRange.blocksOf(into, done, length), errors);
      }
    } else {
      readThroughBounce(firstBlock, BlockRange.blocksOf(into, 0, within), errors);
    }
    range.clearBeyondEnd(this, into, errors);
    return errors.collected();
  }

  @Override
  public long nextData(long block, long end) {
    BlockRange.checkWithin(this, block, end);
    checkOpen();
    if (block == end) {
      return end;
    }
    try {
      return Math.clamp(file.nextData(block * BLOCK_SIZE) / BLOCK_SIZE, block, end);
    } catch (IOException _) {
      // Then it has to be read, and trouble with that is told by the read.
      return block;
    }
  }

  @Override
  public long nextHole(long block, long end) {
    BlockRange.checkWithin(this, block, end);
    checkOpen();
    try {
      // A block that is a hole in part is data.
      return Math.clamp(
          Math.ceilDiv(file.nextHole(block * BLOCK_SIZE), BLOCK_SIZE),
          Math.min(block + 1, end),
          end);
    } catch (IOException _) {
      return end;
    }
  }

  private void readThroughBounce(
      long firstBlock, MemorySegment into, BlockErrors.Collector errors) {
    long count = into.byteSize() / BLOCK_SIZE;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bounce = bounce(arena, count);
      for (long done = 0; done < count; done += maxTransferBlocks) {
        long length = Math.min(maxTransferBlocks, count - done);
        MemorySegment part = BlockRange.blocksOf(bounce, 0, length);
        readTransfer(firstBlock + done, part, errors);
        BlockRange.blocksOf(into, done, length).copyFrom(part);
      }
    }
  }

  /** Reads in one piece; if that fails, what is missing block by block. */
  private void readTransfer(long firstBlock, MemorySegment into, BlockErrors.Collector errors) {
    ByteBuffer buffer = into.asByteBuffer();
    // What it says comes again with the block that it belongs to.
    fill(firstBlock, buffer);
    if (!buffer.hasRemaining()) {
      return;
    }
    int count = buffer.limit() / BLOCK_SIZE;
    for (int i = buffer.position() / BLOCK_SIZE; i < count; i++) {
      ByteBuffer single = BlockRange.blocksOf(into, i, 1).asByteBuffer();
      String trouble = fill(firstBlock + i, single);
      if (single.hasRemaining()) {
        errors.add(error(firstBlock + i, single.position(), trouble));
        BlockRange.blocksOf(into, i, 1).fill((byte) 0);
      }
    }
  }

  /**
   * Reads until the buffer is full or no more comes.
   *
   * @return what the operating system said, empty if the file just ended
   */
  private String fill(long firstBlock, ByteBuffer buffer) {
    long offsetBytes = firstBlock * BLOCK_SIZE;
    try {
      while (buffer.hasRemaining()) {
        if (file.read(buffer, offsetBytes + buffer.position()) <= 0) {
          return "";
        }
      }
      return "";
    } catch (IOException e) {
      return FileOpening.reasonOf(e);
    }
  }

  private static BlockError error(long block, int bytesRead, String trouble) {
    return trouble.isEmpty()
        ? BlockError.endsInside(block, bytesRead)
        : new BlockError(block, BlockError.Reason.READ_ERROR, trouble);
  }

  @Override
  public void write(long firstBlock, MemorySegment from) throws DeviceException {
    checkWritable();
    BlockRange range = BlockRange.ofWrite(this, firstBlock, from);
    if (isUsableAsIs(from)) {
      for (long done = 0; done < range.count(); done += maxTransferBlocks) {
        long length = Math.min(maxTransferBlocks, range.count() - done);
        writeTransfer(firstBlock + done, BlockRange.blocksOf(from, done, length));
      }
    } else {
      writeThroughBounce(range, from);
    }
  }

  private void writeThroughBounce(BlockRange range, MemorySegment from) throws DeviceException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bounce = bounce(arena, range.count());
      for (long done = 0; done < range.count(); done += maxTransferBlocks) {
        long length = Math.min(maxTransferBlocks, range.count() - done);
        MemorySegment part = BlockRange.blocksOf(bounce, 0, length);
        part.copyFrom(BlockRange.blocksOf(from, done, length));
        writeTransfer(range.first() + done, part);
      }
    }
  }

  private void writeTransfer(long firstBlock, MemorySegment from) throws DeviceException {
    ByteBuffer buffer = from.asByteBuffer();
    long offsetBytes = firstBlock * BLOCK_SIZE;
    try {
      while (buffer.hasRemaining()) {
        int written = file.write(buffer, offsetBytes + buffer.position());
        // Direct I/O could not go on from the middle of a block.
        if (written <= 0 || (caching == Caching.DIRECT && written % BLOCK_SIZE != 0)) {
          throw new IOException("the write ended early");
        }
      }
    } catch (IOException e) {
      throw new DeviceException(
          DeviceException.Kind.WRITE_FAILED,
          "cannot write %s of %s: %s"
              .formatted(
                  blockNames(firstBlock, buffer.limit() / BLOCK_SIZE),
                  name,
                  FileOpening.reasonOf(e)),
          e);
    }
  }

  private static String blockNames(long first, int count) {
    return count == 1 ? "block " + first : "blocks " + first + " to " + (first + count - 1);
  }

  /**
   * Reads bytes from any place, for files that are no sequence of blocks.
   *
   * @param offsetBytes where, at least 0, possibly behind the end
   * @param into filled from its position on, as far as the file goes
   * @return how many bytes were read, fewer than asked for only at the end of the file
   * @throws DeviceException if they cannot be read
   */
  public int readBytes(long offsetBytes, ByteBuffer into) throws DeviceException {
    checkOpen();
    int start = into.position();
    try {
      while (into.hasRemaining() && file.read(into, offsetBytes + into.position() - start) > 0) {
        // Until the buffer is full, or no more comes.
      }
    } catch (IOException e) {
      throw new DeviceException(
          DeviceException.Kind.READ_FAILED,
          "cannot read %s at byte %d: %s".formatted(name, offsetBytes, FileOpening.reasonOf(e)),
          e);
    }
    return into.position() - start;
  }

  /**
   * Writes bytes to any place, for files that are no sequence of blocks; unlike {@link #write}, it
   * makes the file longer where needed.
   *
   * @param offsetBytes where, at least 0
   * @param from what, from its position to its limit
   * @throws DeviceException if not all of it can be written
   */
  public void writeBytes(long offsetBytes, ByteBuffer from) throws DeviceException {
    checkWritable();
    int start = from.position();
    try {
      while (from.hasRemaining()) {
        if (file.write(from, offsetBytes + from.position() - start) <= 0) {
          throw new IOException("the write ended early");
        }
      }
    } catch (IOException e) {
      throw new DeviceException(
          DeviceException.Kind.WRITE_FAILED,
          "cannot write %s at byte %d: %s".formatted(name, offsetBytes, FileOpening.reasonOf(e)),
          e);
    }
  }

  @Override
  public void flush() throws DeviceException {
    checkWritable();
    try {
      file.flush();
    } catch (IOException e) {
      throw new DeviceException(
          DeviceException.Kind.FLUSH_FAILED,
          "cannot flush %s: %s; what was written since the last flush may be lost"
              .formatted(name, FileOpening.reasonOf(e)),
          e);
    }
  }

  @Override
  public void close() throws DeviceException {
    isClosed = true;
    try {
      file.close();
    } catch (IOException e) {
      throw new DeviceException(
          DeviceException.Kind.CLOSE_FAILED,
          "cannot close %s: %s".formatted(name, FileOpening.reasonOf(e)),
          e);
    }
  }

  private boolean isUsableAsIs(MemorySegment memory) {
    return switch (caching) {
      case PAGE_CACHE -> memory.isNative();
      case DIRECT -> BlockBuffers.isAligned(memory);
    };
  }

  private MemorySegment bounce(Arena arena, long count) {
    return BlockBuffers.allocate(arena, (int) Math.min(maxTransferBlocks, count));
  }

  private void checkOpen() {
    if (isClosed) {
      throw new IllegalStateException(name + " is closed");
    }
  }

  private void checkWritable() {
    checkOpen();
    if (access != Access.READ_WRITE) {
      throw new IllegalStateException(name + " was opened for reading only");
    }
  }
}
