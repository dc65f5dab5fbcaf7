package io.vdotools.fuzz;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.pack.FrameKind;
import io.vdotools.pack.PackDevice;
import io.vdotools.pack.PackExtraction;
import io.vdotools.pack.PackFile;
import io.vdotools.pack.PackSalvage;
import io.vdotools.pack.PackSink;
import io.vdotools.testing.PackInMemory;
import io.vdotools.testing.VolumeBuilder;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Reads a pack in all three ways: in place of a volume, as {@code vdo_unpack} does, and what is
 * left of it. Where checksums were left alone, what comes out is what was packed, whatever was
 * changed.
 */
public final class PackTarget {
  /** Packs of larger devices are only read for long. */
  private static final long MOST_BLOCKS = 1 << 14;

  private static final MemoryDevice VOLUME = volume();
  private static final List<byte[]> PACKS = packs();

  private PackTarget() {}

  private static MemoryDevice volume() {
    return VolumeBuilder.ofSlabs(2, 256, 16, 12_000)
        .plainRange(0, 10)
        .shared(0, 10, 11)
        .zero(20, 21)
        .zero(unforeseeable())
        .compressed(30, 31, 32)
        .plain(2999)
        .crashAfterHere(JournalFormat.CURRENT)
        .plainRange(100, 60)
        .discard(3)
        .build()
        .device();
  }

  /** Every other one of many LBNs, as a coin has it: a column that is packed as planes of bits. */
  private static long[] unforeseeable() {
    var random = new SplittableRandom(1);
    return LongStream.range(200, 11_990).filter(_ -> random.nextBoolean()).toArray();
  }

  private static List<byte[]> packs() {
    var image = Scene.image("packed.img", VOLUME);
    byte[] whole = Scene.written("vdo_pack", "whole.vdopack", image);
    return List.of(
        whole,
        Scene.written("vdo_pack", "data.vdopack", "--with-data", image),
        Scene.written("vdo_pack", "delta.vdopack", "--base", Scene.file("whole.vdopack"), image));
  }

  /** Runs on one input. */
  public static void fuzzerTestOneInput(byte[] input) {
    var pack = PackEdits.of(PACKS, input);
    var sink = new Sink(!pack.isSealed());
    asVolume(pack);
    try (var file = PackFile.open(new PackInMemory(pack.bytes()))) {
      PackExtraction.run(file, sink, _ -> {});
    } catch (VdoException _) {
      // Refused with a reason.
    }
    try {
      PackSalvage.open(new PackInMemory(pack.bytes())).run(sink, _ -> {});
    } catch (VdoException _) {
      // Nothing is left.
    }
  }

  private static void asVolume(PackEdits.Edited pack) {
    try (var file = PackFile.open(new PackInMemory(pack.bytes()))) {
      try (var device = new PackDevice(file, null)) {
        var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
        for (long pbn = 0; pbn < Math.min(MOST_BLOCKS, device.blockCount()); pbn++) {
          boolean isRead = device.read(pbn, block).isEmpty();
          if (isRead && !pack.isSealed()) {
            insistOn(pbn, block);
          }
        }
      }
    } catch (VdoException _) {
      // Refused with a reason.
    }
  }

  private static void insistOn(long pbn, MemorySegment content) {
    boolean isThere = pbn >= 0 && pbn < VOLUME.blockCount();
    if (!isThere || content.mismatch(MemorySegment.ofArray(VOLUME.block(pbn))) >= 0) {
      throw new IllegalStateException("block " + pbn + " is not what was packed");
    }
  }

  /** Takes everything, and insists on what is known. */
  private record Sink(boolean isExact) implements PackSink {
    @Override
    public void blocks(FrameKind kind, long[] blocks, byte[] content) {
      for (int i = 0; isExact && i < blocks.length; i++) {
        var one = MemorySegment.ofArray(content).asSlice((long) i * 4096, 4096);
        insistOn(blocks[i], one);
      }
    }

    @Override
    public void zeros(long first, long count) {
      for (long pbn = first; isExact && pbn < first + count; pbn++) {
        insistOn(pbn, MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]));
      }
    }

    @Override
    public void kept(long first, long count) {}

    @Override
    public void unreadable(long first, long count, String reason) {}

    @Override
    public void lost(long first, long last, long count, String why) {}

    @Override
    public void damaged(String why) {}
  }
}
