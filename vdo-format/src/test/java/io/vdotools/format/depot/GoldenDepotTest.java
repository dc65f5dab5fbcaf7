package io.vdotools.format.depot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.BlockSize;
import io.vdotools.format.Limits;
import io.vdotools.format.PartitionId;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.Segments;
import java.lang.foreign.MemorySegment;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Slab summaries, slab journals and reference counts that VDO wrote. */
class GoldenDepotTest {
  private static SlabSummary summaryOf(GoldenVolume volume) {
    var layout = volume.superBlock().layout();
    long start = layout.partition(PartitionId.SLAB_SUMMARY).orElseThrow().offset();
    return new SlabSummary(volume.blocks(start, SlabSummary.BLOCKS));
  }

  private static SlabSummaryEntry authoritativeEntry(
      GoldenVolume volume, SlabSummary summary, int slab) {
    int zones = volume.superBlock().slabDepot().zoneCount();
    return summary.entry(SlabSummary.authoritativeCopy(slab, zones), slab);
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void aSummaryMadeOfItsEntriesHasTheBytesThatVdoWrote(GoldenVolume volume) {
    var summary = summaryOf(volume);
    var made = new SlabSummary(Segments.zeros(SlabSummary.BLOCKS * BlockSize.BLOCK));
    for (int copy = 0; copy < SlabSummary.COPIES; copy++) {
      for (int slab = 0; slab < Limits.SLABS; slab++) {
        made.setEntry(copy, slab, summary.entry(copy, slab));
      }
    }

    assertThat(made.bytes().mismatch(summary.bytes())).isEqualTo(-1);
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void theSlabsInUseHaveTheEntriesThatVdosToolsSay(GoldenVolume volume) {
    var summary = summaryOf(volume);
    var expected = new TreeMap<Integer, SlabSummaryEntry>();
    for (var slab : volume.facts().get("slabs")) {
      expected.put(
          slab.get("slab").asInt(),
          new SlabSummaryEntry(
              slab.get("tailBlockOffset").asInt(),
              slab.get("fullnessHint").asInt(),
              slab.get("loadRefCounts").asBoolean(),
              slab.get("isDirty").asBoolean()));
    }
    var found = new TreeMap<Integer, SlabSummaryEntry>();
    for (int slab = 0; slab < volume.slabs().slabCount(); slab++) {
      var entry = authoritativeEntry(volume, summary, slab);
      if (!entry.isUnused()) {
        found.put(slab, entry);
      } else if (!volume.name().equals("new")) {
        // A volume that was never started has no summary yet.
        assertThat(entry).as("slab %d", slab).isEqualTo(volume.slabs().unusedEntry());
      }
    }

    assertThat(found).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void aSlabJournalBlockMadeOfItsEntriesHasTheLiveBytesThatVdoWrote(GoldenVolume volume) {
    var slabs = volume.slabs();
    long nonce = volume.geometry().nonce();
    int written = 0;
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      for (int position = 0; position < slabs.journalBlocks(); position++) {
        var block = new SlabJournalBlock(volume.block(slabs.journalStart(slab) + position));
        if (block.belongsTo(nonce)) {
          assertThat(slabs.journalPosition(block.sequenceNumber())).isEqualTo(position);
          assertSame(remade(block, nonce), block, "slab %d position %d".formatted(slab, position));
          written++;
        }
      }
    }

    assertThat(written)
        .isEqualTo(volume.facts().get("nonZeroBlocks").path("slab journal").asInt(0));
  }

  private static SlabJournalBlock remade(SlabJournalBlock original, long nonce) {
    var made = new SlabJournalBlock(Segments.zeroBlock());
    made.format(original.head(), original.sequenceNumber(), nonce);
    assertThat(original.entryCount()).isBetween(1, original.capacity());
    for (int i = 0; i < original.entryCount(); i++) {
      // Only the last point is on disk; it is also the only one that stays.
      assertThat(made.append(original.entry(i), original.recoveryPoint())).isTrue();
    }
    return made;
  }

  /** Compares header, entries and type bits; what lies between them is undefined. */
  private static void assertSame(SlabJournalBlock made, SlabJournalBlock original, String place) {
    int live = 36 + 3 * original.entryCount();
    assertThat(Segments.array(made.bytes().asSlice(0, live)))
        .as(place)
        .isEqualTo(Segments.array(original.bytes().asSlice(0, live)));
    if (original.hasBlockMapIncrements()) {
      assertThat(Segments.array(made.bytes().asSlice(3933)))
          .as("type bits, %s", place)
          .isEqualTo(Segments.array(original.bytes().asSlice(3933)));
    }
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void aReferenceBlockMadeOfItsCountsHasTheBytesThatVdoWrote(GoldenVolume volume) {
    var slabs = volume.slabs();
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      for (int i = 0; i < slabs.usedReferenceBlocks(); i++) {
        var original = new ReferenceBlock(volume.block(slabs.referenceStart(slab) + i));
        var made = new ReferenceBlock(Segments.zeroBlock());
        for (int index = 0; index < ReferenceBlock.COUNTS_PER_BLOCK; index++) {
          made.setCount(index, original.count(index));
        }
        for (int sector = 0; sector < BlockSize.SECTORS_PER_BLOCK; sector++) {
          made.setCommitPoint(sector, original.commitPoint(sector));
        }
        assertThat(made.bytes().mismatch(original.bytes())).as("slab %d", slab).isEqualTo(-1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void theStoredCountsAreThoseThatVdosToolsSay(GoldenVolume volume) {
    var slabs = volume.slabs();
    var summary = summaryOf(volume);
    var histogram = new TreeMap<String, Integer>();
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      boolean hasCounts = authoritativeEntry(volume, summary, slab).loadRefCounts();
      var blocks = volume.blocks(slabs.referenceStart(slab), slabs.usedReferenceBlocks());
      for (int offset = 0; offset < slabs.dataBlocks(); offset++) {
        int count = hasCounts ? count(blocks, offset) : ReferenceBlock.EMPTY;
        boolean isFree = count == ReferenceBlock.PROVISIONAL;
        histogram.merge(String.valueOf(isFree ? 0 : count), 1, Integer::sum);
      }
      if (hasCounts) {
        assertBehindTheLastBlockIsZero(slabs, blocks);
      }
    }
    var expected = new TreeMap<String, Integer>();
    var facts = volume.facts().get("referenceCounts").get("histogram");
    facts.properties().forEach(bar -> expected.put(bar.getKey(), bar.getValue().asInt()));

    assertThat(histogram).isEqualTo(expected);
  }

  private static int count(MemorySegment blocks, int offset) {
    return referenceBlock(blocks, offset / 4032).count(offset % 4032);
  }

  private static ReferenceBlock referenceBlock(MemorySegment blocks, int number) {
    return new ReferenceBlock(blocks.asSlice((long) number * BlockSize.BLOCK, BlockSize.BLOCK));
  }

  private static void assertBehindTheLastBlockIsZero(SlabGeometry slabs, MemorySegment blocks) {
    int capacity = slabs.usedReferenceBlocks() * ReferenceBlock.COUNTS_PER_BLOCK;
    for (int offset = slabs.dataBlocks(); offset < capacity; offset++) {
      assertThat(count(blocks, offset)).as("offset %d", offset).isZero();
    }
  }
}
