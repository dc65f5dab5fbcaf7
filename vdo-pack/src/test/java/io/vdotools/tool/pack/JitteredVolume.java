package io.vdotools.tool.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.bytes.Bytes;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.device.MemoryDevice;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.pack.FrameCodec;
import io.vdotools.pack.FrameKind;
import io.vdotools.pack.PackHeader;
import io.vdotools.pack.PackMethod;
import io.vdotools.pack.PackWriter;
import io.vdotools.testing.VolumeBuilder;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * A volume as one long write through a driver with four zones leaves it: of 64 requests in flight
 * any may be the next that is given a block. Its reference counts know nothing of that.
 */
final class JitteredVolume {
  private static final int ZONES = 4;
  private static final int TURN = 128;
  private static final int IN_FLIGHT = 64;
  private static final long SLAB_BLOCKS = 1L << 21;
  // Reference counts and a journal take less than this at the end of a slab.
  private static final long SLAB_METADATA = 1000;
  private static final long NONCE = 4711;
  private static final long ZERO_BLOCK = BlockMapEntry.pack(0, MappingState.UNCOMPRESSED);

  private JitteredVolume() {}

  /**
   * Writes it to a new file.
   *
   * @param leafPages how many leaf pages it has, all of whose entries are mappings
   * @return how many mappings
   */
  static long write(Path path, int leafPages) throws VdoException {
    long mapped = (long) leafPages * BlockMapPage.ENTRIES;
    var builder = VolumeBuilder.ofSlabs(ZONES, SLAB_BLOCKS, 224, mapped);
    long firstSlab = builder.nextBlock();
    builder.zero(LongStream.range(0, leafPages).map(i -> i * BlockMapPage.ENTRIES).toArray());
    long endOfPages = builder.nextBlock();
    var device = builder.build().device();
    var mappings = mappings((int) mapped, firstSlab + SLAB_BLOCKS / 4);
    int filled = 0;
    for (long block = firstSlab; block < endOfPages; block++) {
      var page = new BlockMapPage(MemorySegment.ofArray(device.block(block)));
      // The pages of the upper levels lie between the leaves.
      if (page.entry(0) == ZERO_BLOCK) {
        for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
          page.setEntry(slot, BlockMapEntry.pack(mappings[filled++], MappingState.UNCOMPRESSED));
        }
        device.write(block, page.bytes());
      }
    }
    assertThat(filled).isEqualTo(mappings.length);
    try (var file = FileDevice.create(path, device.blockCount(), Caching.PAGE_CACHE)) {
      copy(device, file, 0, endOfPages);
      for (int zone = 1; zone <= ZONES; zone++) {
        long end = firstSlab + zone * SLAB_BLOCKS;
        copy(device, file, end - SLAB_METADATA, end);
      }
      copy(device, file, firstSlab + ZONES * SLAB_BLOCKS, device.blockCount());
    }
    return mapped;
  }

  /** {@return a pack of one frame, of leaf pages with such mappings and nothing else} */
  static byte[] pack(int leafPages) throws VdoException {
    var header =
        new PackHeader(
            false, true, 1L << 40, 0, NONCE, 1000, 19, Bytes.zeros(16), PackHeader.noBase());
    var mappings = mappings(leafPages * BlockMapPage.ENTRIES, SLAB_BLOCKS);
    var content = new byte[leafPages * BlockDevice.BLOCK_SIZE];
    var blocks = LongStream.range(1000, 1000 + leafPages).toArray();
    for (int i = 0; i < leafPages; i++) {
      var page =
          new BlockMapPage(
              MemorySegment.ofArray(content)
                  .asSlice((long) i * BlockDevice.BLOCK_SIZE, BlockDevice.BLOCK_SIZE));
      page.format(NONCE, blocks[i]);
      for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
        long pbn = mappings[i * BlockMapPage.ENTRIES + slot];
        page.setEntry(slot, BlockMapEntry.pack(pbn, MappingState.UNCOMPRESSED));
      }
    }
    var bytes = new ByteArrayOutputStream();
    var writer = new PackWriter(header, bytes::writeBytes);
    try (var codec = new FrameCodec(header, PackMethod.DEFAULT)) {
      writer.add(codec.encode(FrameKind.LEAF, blocks, leafPages, content, null));
    }
    var _ = writer.finish();
    return bytes.toByteArray();
  }

  private static void copy(MemoryDevice from, FileDevice into, long start, long end)
      throws VdoException {
    for (long block = start; block < end; block++) {
      into.write(block, MemorySegment.ofArray(from.block(block)));
    }
  }

  /** {@return the PBN of each LBN} */
  private static long[] mappings(int count, long first) {
    var pbns = new long[count];
    var next = LongStream.range(0, ZONES).map(zone -> first + zone * SLAB_BLOCKS).toArray();
    var random = new Random(1);
    var inFlight = LongStream.range(0, IN_FLIGHT).mapToInt(i -> (int) i).toArray();
    int lbn = IN_FLIGHT;
    for (int done = 0; done < pbns.length; done++) {
      int chosen = random.nextInt(Math.min(IN_FLIGHT, pbns.length - done));
      pbns[inFlight[chosen]] = next[done / TURN % ZONES]++;
      inFlight[chosen] = lbn < pbns.length ? lbn++ : inFlight[pbns.length - done - 1];
    }
    return pbns;
  }
}
