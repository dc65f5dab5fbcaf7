package io.vdotools.device;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** A file that fails at one of the operations on it. */
public final class FailingFiles implements FileAccess {
  /** How an operation goes wrong. */
  public enum Fault {
    READ_ERROR(Operation.READ),
    SHORT_READ(Operation.READ),
    END_OF_FILE(Operation.READ),
    WRITE_ERROR(Operation.WRITE),
    /** As are all behind it: nobody makes room. */
    NO_SPACE(Operation.WRITE),
    SHORT_WRITE(Operation.WRITE),
    FLUSH_ERROR(Operation.FLUSH);

    private final Operation operation;

    Fault(Operation operation) {
      this.operation = operation;
    }

    /** {@return whether it can happen to a file that is only read} */
    public boolean isOfReads() {
      return operation == Operation.READ;
    }
  }

  private static final int SECTOR = 512;

  private final Path file;
  private final Fault fault;
  private final long index;
  private final AtomicLong operations = new AtomicLong();

  /**
   * @param file the file, and those beside it with names that are made of its own: what has another
   *     name until it is complete
   * @param fault how it fails
   * @param index at which of its operations of that kind, from 1 on
   */
  public FailingFiles(Path file, Fault fault, long index) {
    this.file = file;
    this.fault = fault;
    this.index = index;
  }

  /** {@return what something returns for which files fail that it opens itself} */
  public <T> T during(Supplier<T> something) {
    return ScopedValue.where(FileAccess.BOUND, this).call(something::get);
  }

  /** {@return whether there were as many operations} */
  public boolean hasHappened() {
    return operations.get() >= index;
  }

  private boolean concerns(Path path) {
    return path.resolveSibling(file.getFileName()).equals(file)
        && path.getFileName().toString().contains(file.getFileName().toString());
  }

  @Override
  public int allow(Operation operation, Path path, int bytes) throws IOException {
    if (operation != fault.operation || !concerns(path)) {
      return bytes;
    }
    long now = operations.incrementAndGet();
    if (now != index && !(fault == Fault.NO_SPACE && now > index)) {
      return bytes;
    }
    return switch (fault) {
      case READ_ERROR, WRITE_ERROR, FLUSH_ERROR -> throw new IOException("Input/output error");
      case NO_SPACE -> throw new IOException("No space left on device");
      case END_OF_FILE -> 0;
      case SHORT_READ, SHORT_WRITE -> Math.min(bytes, SECTOR);
    };
  }
}
