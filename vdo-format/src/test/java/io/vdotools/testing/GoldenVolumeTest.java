package io.vdotools.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

  @Test
  void everyStoredBlockIsReadAtItsPlace() {
    var volume = GoldenVolume.load("small");
    long firstBlock = volume.slabs().firstBlock();
    long slabBlocks = volume.slabs().totalBlocks();
    long data = 0;
    for (long i = 0; i < slabBlocks; i++) {
      long pbn = firstBlock + i;
      data += volume.slabs().isDataBlock(pbn) && !isZero(volume, pbn) ? 1 : 0;
    }

    var expected = volume.facts().get("nonZeroBlocks");
    assertThat(data).isEqualTo(expected.get("data").asLong());
    assertThat(isZero(volume, 0)).isFalse();
    assertThat(isZero(volume, 1)).isFalse();
    assertThat(isZero(volume, 2)).isFalse();
    assertThat(isZero(volume, 3)).isTrue();
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

  private static boolean isZero(GoldenVolume volume, long pbn) {
    return volume.block(pbn).mismatch(Segments.zeroBlock()) < 0;
  }
}
