package io.vdotools.testing;

import io.vdotools.device.BlockDevice;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HexFormat;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/** A golden volume unpacked to a sparse file, for a test to damage and to check. */
public final class VolumeFile {
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

  private final Path path;
  private final NavigableSet<Long> writtenBlocks = new TreeSet<>();

  private VolumeFile(Path path) {
    this.path = path;
  }

  /** Unpacks a volume into a directory, under its own name. */
  public static VolumeFile unpack(String name, Path directory) {
    return unpack(name, directory.resolve(name + ".img"), Long.MAX_VALUE);
  }

  /** Unpacks the blocks of a volume below a limit: what a copy that was cut off holds. */
  public static VolumeFile unpack(String name, Path path, long limitBlocks) {
    var volume = GoldenVolume.load(name);
    var file = new VolumeFile(path);
    long blocks = Math.min(limitBlocks, volume.copy().blockCount());
    try (var writer = new RandomAccessFile(path.toFile(), "rw")) {
      writer.setLength(blocks * BlockDevice.BLOCK_SIZE);
      for (long pbn : volume.storedBlocks().headSet(blocks)) {
        writer.seek(pbn * BlockDevice.BLOCK_SIZE);
        writer.write(volume.block(pbn).toArray(ValueLayout.JAVA_BYTE));
        file.writtenBlocks.add(pbn);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    file.seal();
    return file;
  }

  /** {@return where the file is} */
  public Path path() {
    return path;
  }

  /** Overwrites bytes of a block, given in hexadecimal. */
  public VolumeFile overwrite(long pbn, int offsetBytes, String hex) {
    return overwrite(pbn, offsetBytes, HexFormat.of().parseHex(hex));
  }

  /** Overwrites eight bytes of a block with a little-endian number. */
  public VolumeFile overwrite(long pbn, int offsetBytes, long value) {
    return overwrite(
        pbn,
        offsetBytes,
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }

  /** Overwrites bytes of a block. */
  public VolumeFile overwrite(long pbn, int offsetBytes, byte[] bytes) {
    try (var writer = new RandomAccessFile(path.toFile(), "rw")) {
      writer.seek(pbn * BlockDevice.BLOCK_SIZE + offsetBytes);
      writer.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    writtenBlocks.add(pbn);
    seal();
    return this;
  }

  /** Overwrites a block with zeros. */
  public VolumeFile zero(long pbn) {
    return overwrite(pbn, 0, new byte[BlockDevice.BLOCK_SIZE]);
  }

  /**
   * {@return what a write would change: the size, the time of the last change, and a checksum of
   * all blocks that hold anything}
   */
  public String fingerprint() {
    var checksum = new CRC32C();
    var block = new byte[BlockDevice.BLOCK_SIZE];
    try (var reader = new RandomAccessFile(path.toFile(), "r")) {
      for (long pbn : writtenBlocks) {
        reader.seek(pbn * BlockDevice.BLOCK_SIZE);
        reader.readFully(block);
        checksum.update(block);
      }
      return "%d bytes of %s, checksum %x"
          .formatted(reader.length(), Files.getLastModifiedTime(path), checksum.getValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Dates the file back, so that a write anywhere shows. */
  private void seal() {
    try {
      Files.setLastModifiedTime(path, LONG_AGO);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
