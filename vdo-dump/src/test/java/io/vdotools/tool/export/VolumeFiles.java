package io.vdotools.tool.export;

import io.vdotools.device.BlockDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.testing.BlockHash;
import io.vdotools.testing.GoldenVolume;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;

/** Volumes in sparse files, and what is in the files that come out of them. */
final class VolumeFiles {
  private VolumeFiles() {}

  static Path golden(String name, Path folder) {
    var volume = GoldenVolume.load(name);
    return write(
        volume.copy(),
        volume.storedBlocks().stream().mapToLong(Long::longValue),
        folder.resolve(name + ".img"));
  }

  static Path of(MemoryDevice device, Path file) {
    return write(device, LongStream.range(0, device.blockCount()), file);
  }

  private static Path write(MemoryDevice device, LongStream blocks, Path file) {
    try (var writer = new RandomAccessFile(file.toFile(), "rw")) {
      writer.setLength(0);
      writer.setLength(device.sizeBytes());
      for (long block : blocks.toArray()) {
        byte[] content = device.block(block);
        if (BlockHash.of(MemorySegment.ofArray(content)) != 0) {
          writer.seek(block * BlockDevice.BLOCK_SIZE);
          writer.write(content);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /** {@return the hash of each block of a raw image} */
  static long[] hashes(Path raw) throws IOException {
    var hashes = new long[Math.toIntExact(Files.size(raw) / BlockDevice.BLOCK_SIZE)];
    var block = new byte[BlockDevice.BLOCK_SIZE];
    try (var reader = Files.newInputStream(raw)) {
      for (int lbn = 0; lbn < hashes.length; lbn++) {
        reader.readNBytes(block, 0, block.length);
        hashes[lbn] = BlockHash.of(MemorySegment.ofArray(block));
      }
    }
    return hashes;
  }

  /** {@return the space that a file takes, in bytes} */
  static long space(Path file) throws IOException, InterruptedException {
    var du = new ProcessBuilder("du", "--block-size=1", file.toString()).start();
    try (var out = du.inputReader()) {
      String line = out.readLine();
      du.waitFor();
      return Long.parseLong(line.split("\t", -1)[0]);
    }
  }
}
