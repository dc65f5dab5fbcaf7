package io.vdotools.format.compress;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.testing.BlockHash;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.Segments;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Test;

/** The data of the volume {@code small}, compressed blocks above all, as the driver wrote it. */
class GoldenContentTest {
  private static final GoldenVolume SMALL = GoldenVolume.load("small");

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
  void everyBlockReadsAsTheDriverReadIt() {
    var mappings = mappings();
    var hashes = BlockHash.ofSmall();
    int compressed = 0;
    int plain = 0;
    for (int lbn = 0; lbn < hashes.length; lbn++) {
      var entry = mappings.getOrDefault((long) lbn, BlockMapEntry.UNMAPPED);
      boolean isPlain = entry.state() == MappingState.UNCOMPRESSED && entry.pbn() != 0;
      if (isPlain && lbn >= PLAIN_DATA_KEPT) {
        continue;
      }
      compressed += MappingState.isCompressed(entry.state()) ? 1 : 0;
      plain += isPlain ? 1 : 0;
      assertThat(BlockHash.of(content(entry))).as("LBN %d, %s", lbn, entry).isEqualTo(hashes[lbn]);
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
