package io.vdotools.format.compress;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.Segments;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Test;

/** The data of the volume {@code small}, compressed blocks above all, as the driver wrote it. */
class GoldenContentTest {
  private static final GoldenVolume SMALL = GoldenVolume.load("small");
  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Plain data is in the fixture for the LBNs below this. */
  private static final long PLAIN_DATA_KEPT = 1000;

  private static Map<Long, BlockMapEntry> mappings() {
    var forest =
        new Forest(Forest.DEFAULT_ROOT_COUNT, SMALL.superBlock().vdo().config().logicalBlocks());
    long rootOrigin = SMALL.superBlock().blockMap().rootOrigin();
    var mappings = new TreeMap<Long, BlockMapEntry>();
    for (long number = 0; number < forest.leafPages(); number++) {
      var place = forest.place(number * BlockMapPage.ENTRIES);
      long pbn = rootOrigin + place.tree();
      for (int height = Forest.ROOT_HEIGHT; height > 0 && pbn != 0; height--) {
        int shifts = height - 1;
        long slot = place.pageIndex() / Math.powExact(BlockMapPage.ENTRIES, shifts);
        var page = new BlockMapPage(SMALL.block(pbn));
        pbn = BlockMapEntry.pbn(page.entry((int) (slot % BlockMapPage.ENTRIES)));
      }
      if (pbn != 0) {
        var leaf = new BlockMapPage(SMALL.block(pbn));
        for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
          mappings.put(
              number * BlockMapPage.ENTRIES + slot, BlockMapEntry.unpack(leaf.entry(slot)));
        }
      }
    }
    return mappings;
  }

  @Test
  void everyBlockReadsAsTheDriverReadIt() throws IOException {
    var mappings = mappings();
    var hashes = driverHashes();
    int compressed = 0;
    int plain = 0;
    for (long lbn = 0; lbn < hashes.byteSize() / Long.BYTES; lbn++) {
      var entry = mappings.getOrDefault(lbn, BlockMapEntry.UNMAPPED);
      boolean isPlain = entry.state() == MappingState.UNCOMPRESSED && entry.pbn() != 0;
      if (isPlain && lbn >= PLAIN_DATA_KEPT) {
        continue;
      }
      compressed += MappingState.isCompressed(entry.state()) ? 1 : 0;
      plain += isPlain ? 1 : 0;
      long expected = hashes.get(WORD, lbn * Long.BYTES);
      assertThat(hash(content(entry))).as("LBN %d, %s", lbn, entry).isEqualTo(expected);
    }

    var facts = SMALL.facts().get("blockMap").get("mappings");
    assertThat(compressed).isEqualTo(facts.get("compressed").asInt());
    assertThat(plain).isPositive().isLessThan(facts.get("plain").asInt());
  }

  private static MemorySegment content(BlockMapEntry entry) {
    if (entry.pbn() == 0) {
      return Segments.zeroBlock();
    }
    var block = SMALL.block(entry.pbn());
    if (!MappingState.isCompressed(entry.state())) {
      return block;
    }
    int slot = MappingState.fragment(entry.state());
    var fragment = new CompressedBlock(block).fragment(slot).orElseThrow();
    var content = new byte[BlockSize.BLOCK];
    int length =
        LZ4Factory.safeInstance().safeDecompressor().decompress(Segments.array(fragment), content);
    assertThat(length).isEqualTo(BlockSize.BLOCK);
    return MemorySegment.ofArray(content);
  }

  /** {@return the words of the file after its first block, one for each logical block} */
  private static MemorySegment driverHashes() throws IOException {
    var zipped = new ByteArrayInputStream(GoldenVolume.resource("small.hash.gz"));
    try (var in = new GZIPInputStream(zipped)) {
      var file = MemorySegment.ofArray(in.readAllBytes());
      long logicalBlocks = file.get(WORD, 0);
      assertThat(logicalBlocks).isEqualTo(SMALL.superBlock().vdo().config().logicalBlocks());
      return file.asSlice(BlockSize.BLOCK, logicalBlocks * Long.BYTES);
    }
  }

  /** The hash that format-spec/golden/README.md defines. */
  private static long hash(MemorySegment block) {
    if (block.mismatch(Segments.zeroBlock()) < 0) {
      return 0;
    }
    long hash = 0;
    for (long at = 0; at < BlockSize.BLOCK; at += Long.BYTES) {
      hash = (hash ^ block.get(WORD, at)) * 0x100000001b3L;
      hash ^= hash >>> 29;
    }
    return hash == 0 ? 1 : hash;
  }

  @Test
  void aCompressedBlockMadeOfItsFragmentsHasTheBytesThatTheDriverWrote() {
    var compressed = new TreeSet<Long>();
    mappings().values().stream()
        .filter(entry -> MappingState.isCompressed(entry.state()))
        .forEach(entry -> compressed.add(entry.pbn()));
    assertThat(compressed).isNotEmpty();
    for (long pbn : compressed) {
      var original = new CompressedBlock(SMALL.block(pbn));
      assertThat(original.version()).isEqualTo(CompressedBlock.VERSION);
      assertThat(original.isPackedAsDriversDo()).as("PBN %d", pbn).isTrue();
      var fragments = new ArrayList<byte[]>();
      long live = 36;
      for (int slot = 0; slot < CompressedBlock.SLOTS && original.size(slot) != 0; slot++) {
        fragments.add(Segments.array(original.fragment(slot).orElseThrow()));
        live += original.size(slot);
      }
      var made = new CompressedBlock(Segments.zeroBlock());
      made.format(fragments);
      assertThat(Segments.array(made.bytes().asSlice(0, live)))
          .as("PBN %d", pbn)
          .isEqualTo(Segments.array(original.bytes().asSlice(0, live)));
    }
  }
}
