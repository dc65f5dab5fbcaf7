package io.vdotools.contract;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandleProxies;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * What a file holds, in a line: its size and a checksum of all that is not zero in it.
 *
 * <p>Holes are passed over, so that a sparse image of gigabytes costs no more than its blocks.
 */
final class Digest {
  private static final int BLOCK = 4096;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final int O_RDONLY = 0;

  private static final Open OPEN =
      function(
          Open.class,
          "open",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final Close CLOSE =
      function(
          Close.class, "close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  private static final Seek SEEK =
      function(
          Seek.class,
          "lseek",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));

  private Digest() {}

  /** {@code int open(const char *path, int flags)}. */
  public interface Open {
    int call(MemorySegment path, int flags);
  }

  /** {@code int close(int fd)}. */
  public interface Close {
    int call(int descriptor);
  }

  /** {@code off_t lseek(int fd, off_t offset, int whence)}. */
  public interface Seek {
    long call(int descriptor, long offset, int whence);
  }

  @SuppressWarnings("restricted") // Java has no other way to find the holes of a file.
  private static <T> T function(
      Class<T> form, String name, FunctionDescriptor type, Linker.Option... options) {
    var linker = Linker.nativeLinker();
    return MethodHandleProxies.asInterfaceInstance(
        form, linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options));
  }

  /** Takes the parts of a file that may hold something. */
  @FunctionalInterface
  interface Extents {
    void extent(long start, long end) throws IOException;
  }

  /** Walks over the parts of a file that are no holes. */
  static void forEachExtent(Path path, Extents extents) throws IOException {
    try (var arena = Arena.ofConfined()) {
      int descriptor = OPEN.call(arena.allocateFrom(path.toString()), O_RDONLY);
      if (descriptor < 0) {
        throw new IOException("cannot open " + path);
      }
      try {
        long end = 0;
        long start = SEEK.call(descriptor, end, SEEK_DATA);
        while (start >= 0) {
          end = SEEK.call(descriptor, start, SEEK_HOLE);
          extents.extent(start, end);
          start = SEEK.call(descriptor, end, SEEK_DATA);
        }
      } finally {
        CLOSE.call(descriptor);
      }
    }
  }

  /** {@return the size and a checksum of the content} */
  static String of(Path path) {
    var checksum = new CRC32C();
    var block = new byte[BLOCK];
    try (var reader = new RandomAccessFile(path.toFile(), "r")) {
      forEachExtent(
          path,
          (start, end) -> {
            for (long at = start / BLOCK * BLOCK; at < end; at += BLOCK) {
              reader.seek(at);
              int length = reader.read(block, 0, (int) Math.min(BLOCK, reader.length() - at));
              if (!isZero(block, length)) {
                checksum.update((int) (at / BLOCK));
                checksum.update((int) ((at / BLOCK) >>> 8));
                checksum.update((int) ((at / BLOCK) >>> 16));
                checksum.update(block, 0, length);
              }
            }
          });
      return reader.length() + " bytes, checksum " + Long.toHexString(checksum.getValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@return what a write of any kind would change: the content and the time of the last one} */
  static String withTime(Path path) {
    try {
      return of(path) + ", written " + Files.getLastModifiedTime(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies a file with its holes. */
  static void copy(Path from, Path to) {
    try (var reader = new RandomAccessFile(from.toFile(), "r");
        var writer = new RandomAccessFile(to.toFile(), "rw")) {
      writer.setLength(reader.length());
      forEachExtent(
          from,
          (start, end) -> {
            var source = reader.getChannel();
            var target = writer.getChannel().position(start);
            for (long at = start; at < end; ) {
              at += source.transferTo(at, end - at, target);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isZero(byte[] block, int length) {
    for (int i = 0; i < length; i++) {
      if (block[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
