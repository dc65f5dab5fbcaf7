package io.vdotools.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.format.PartitionId;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenVolumeTest {
  @Test
  void allVolumesAreListed() {
    assertThat(GoldenVolume.names())
        .contains("new", "small", "churn", "churn-recovered", "v1-dirty", "v1-dirty-recovered")
        .hasSizeGreaterThanOrEqualTo(12)
        .isSorted();
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void anImageIsAsLongAsItsVolume(GoldenVolume volume) {
    assertThat(volume.copy().sizeBytes()).isEqualTo(volume.facts().get("sizeBytes").asLong());
    assertThat(volume.facts().get("name").asString()).isEqualTo(volume.name());
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void theStoredBlocksLieWhereTheyWereKept(GoldenVolume volume) {
    var counts = new TreeMap<String, Integer>();
    for (long pbn : volume.storedBlocks()) {
      assertThat(volume.block(pbn).mismatch(Segments.zeroBlock()))
          .as("PBN %d", pbn)
          .isNotEqualTo(-1);
      counts.merge(areaOf(volume, pbn), 1, Integer::sum);
    }
    var expected = new TreeMap<String, Integer>();
    var facts = volume.facts().get("nonZeroBlocks");
    facts.properties().forEach(area -> expected.put(area.getKey(), area.getValue().asInt()));

    assertThat(counts).isEqualTo(expected);
  }

  private static String areaOf(GoldenVolume volume, long pbn) {
    long dataStart = volume.geometry().data().startBlock();
    if (pbn <= dataStart) {
      return pbn == 0 ? "geometry" : pbn == dataStart ? "super block" : "index";
    }
    var slabs = volume.slabs();
    if (slabs.contains(pbn)) {
      int offset = slabs.offsetInSlab(pbn);
      return offset < slabs.dataBlocks()
          ? "data"
          : offset < slabs.dataBlocks() + slabs.referenceBlocks()
              ? "reference counts"
              : "slab journal";
    }
    for (var id : PartitionId.values()) {
      var partition = volume.superBlock().layout().partition(id).orElseThrow();
      if (pbn >= partition.offset() && pbn < partition.end()) {
        return id == PartitionId.BLOCK_MAP ? "block map root" : id.title();
      }
    }
    return "nowhere";
  }

  @Test
  void aChangedCopyLeavesTheOriginalAlone() {
    var copy = GoldenVolume.load("new").copy();
    copy.put(0, new byte[4096]);

    assertThat(GoldenVolume.load("new").geometry().hasMagic()).isTrue();
    assertThat(GoldenVolume.load("new").copy().hasSameContentAs(copy)).isFalse();
  }

  @Test
  void aNameThatDoesNotExistIsRefused() {
    assertThatThrownBy(() -> GoldenVolume.load("absent"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("golden/absent.tar.gz");
  }
}
