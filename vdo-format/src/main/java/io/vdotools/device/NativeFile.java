package io.vdotools.device;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/**
 * A file descriptor of Linux, for the things that Java does not offer: opening a block device for
 * oneself alone, a lock that lasts until it is given back, and the holes of a file.
 *
 * <p>{@code O_EXCL} on a block device is the claim that mounting, swapping and device mapper make,
 * too. The lock is one of an open file description: Java's own is lost as soon as any descriptor of
 * the file is closed in the same process.
 */
final class NativeFile implements AutoCloseable {
  /** Errors that say that somebody else has it. */
  private static final int EAGAIN = 11;

  private static final int EACCES = 13;
  private static final int EBUSY = 16;

  /** There is nothing any more from an offset on. */
  private static final int ENXIO = 6;

  private static final int O_RDONLY = 0;
  private static final int O_RDWR = 2;
  private static final int O_EXCL = 0200;
  private static final int O_CLOEXEC = 02000000;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final int F_OFD_SETLK = 37;
  private static final short F_WRLCK = 1;
  private static final short F_UNLCK = 2;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO_VALUE =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  // struct flock: type, whence, start, length (0: to the end), pid.
  private static final StructLayout LOCK =
      MemoryLayout.structLayout(
          ValueLayout.JAVA_SHORT.withName("l_type"),
          ValueLayout.JAVA_SHORT.withName("l_whence"),
          MemoryLayout.paddingLayout(4),
          ValueLayout.JAVA_LONG.withName("l_start"),
          ValueLayout.JAVA_LONG.withName("l_len"),
          ValueLayout.JAVA_INT.withName("l_pid"),
          MemoryLayout.paddingLayout(4));

  private final int descriptor;
  private boolean isLocked;
  private boolean isClosed;

  private NativeFile(int descriptor) {
    this.descriptor = descriptor;
  }

  /** Somebody else has the file. */
  static final class BusyException extends IOException {
    private static final long serialVersionUID = 1L;

    BusyException() {
      super("in use");
    }
  }

  /**
   * Opens a block device for reading and writing, for this descriptor alone.
   *
   * @throws BusyException if it is mounted, used by another device, or opened so by somebody else
   */
  static NativeFile openExclusively(Path device) throws IOException {
    return new NativeFile(open(device, O_RDWR | O_EXCL | O_CLOEXEC));
  }

  /**
   * Opens a regular file for reading and writing, and locks all of it where its file system knows
   * locks.
   *
   * @throws BusyException if somebody else has locked a part of it
   */
  static NativeFile openLocked(Path path) throws IOException {
    var file = new NativeFile(open(path, O_RDWR | O_CLOEXEC));
    try {
      file.lock();
      return file;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** Opens a regular file or block device for reading. */
  static NativeFile openToRead(Path path) throws IOException {
    return new NativeFile(open(path, O_RDONLY | O_CLOEXEC));
  }

  /**
   * {@return where the first byte from an offset on is that is not in a hole, -1 if there is none}
   *
   * <p>May be called from several threads: nothing else depends on where the descriptor stands.
   *
   * @throws IOException if that cannot be told of this file
   */
  long nextData(long offsetBytes) throws IOException {
    return seek(offsetBytes, SEEK_DATA);
  }

  /**
   * {@return where the first hole from an offset on begins, at the end of the file at the latest;
   * -1 for an offset that is not in the file}
   *
   * @throws IOException if that cannot be told of this file
   */
  long nextHole(long offsetBytes) throws IOException {
    return seek(offsetBytes, SEEK_HOLE);
  }

  private long seek(long offsetBytes, int what) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CALL_STATE);
      long result = Calls.LSEEK.call(state, descriptor, offsetBytes, what);
      if (result >= 0) {
        return result;
      }
      int error = (int) ERRNO_VALUE.get(state, 0L);
      if (error == ENXIO) {
        return -1;
      }
      throw new IOException("error " + error);
    }
  }

  private static int open(Path path, int flags) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CALL_STATE);
      int result = Calls.OPEN.call(state, arena.allocateFrom(path.toString()), flags);
      if (result >= 0) {
        return result;
      }
      int error = (int) ERRNO_VALUE.get(state, 0L);
      throw error == EBUSY ? new BusyException() : new IOException("error " + error);
    }
  }

  private void lock() throws IOException {
    int error = setLock(F_WRLCK);
    if (error == EAGAIN || error == EACCES) {
      throw new BusyException();
    }
    // With another error this file system knows no locks: then nobody else has one.
    isLocked = error == 0;
  }

  /** {@return 0, or the error with which the system refuses} */
  private int setLock(short type) {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(CALL_STATE);
      var lock = arena.allocate(LOCK);
      lock.set(ValueLayout.JAVA_SHORT, 0, type);
      return Calls.FCNTL.call(state, descriptor, F_OFD_SETLK, lock) < 0
          ? (int) ERRNO_VALUE.get(state, 0L)
          : 0;
    }
  }

  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    if (isLocked) {
      // Closing is not enough: a process that is being started has this descriptor for a moment.
      setLock(F_UNLCK);
    }
    Calls.CLOSE.call(descriptor);
  }

  /** {@code int open(const char *path, int flags)} with a place for errno. */
  public interface Open {
    int call(MemorySegment state, MemorySegment path, int flags);
  }

  /** {@code int fcntl(int fd, int command, struct flock *argument)} with a place for errno. */
  public interface Fcntl {
    int call(MemorySegment state, int descriptor, int command, MemorySegment argument);
  }

  /** {@code off_t lseek(int fd, off_t offset, int whence)} with a place for errno. */
  public interface Lseek {
    long call(MemorySegment state, int descriptor, long offset, int whence);
  }

  /** {@code int close(int fd)}. */
  public interface Close {
    int call(int descriptor);
  }

  /** The functions of the C library, looked up when the first of them is needed. */
  private static final class Calls {
    static final Open OPEN =
        function(
            Open.class,
            "open",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            // The mode that may follow.
            Linker.Option.firstVariadicArg(2),
            ERRNO);
    static final Fcntl FCNTL =
        function(
            Fcntl.class,
            "fcntl",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS),
            Linker.Option.firstVariadicArg(2),
            ERRNO);
    static final Lseek LSEEK =
        function(
            Lseek.class,
            "lseek",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT),
            ERRNO);
    static final Close CLOSE =
        function(
            Close.class,
            "close",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private Calls() {}

    @SuppressWarnings("restricted")
    private static <T> T function(
        Class<T> form, String name, FunctionDescriptor type, Linker.Option... options) {
      // Every C library has these functions; what is not found could not be looked for.
      var address =
          LINKER
              .defaultLookup()
              .find(name)
              .orElseThrow(() -> new OutOfMemoryError("no memory to look up " + name));
      var handle = LINKER.downcallHandle(address, type, options);
      return MethodHandleProxies.asInterfaceInstance(form, handle);
    }
  }
}
