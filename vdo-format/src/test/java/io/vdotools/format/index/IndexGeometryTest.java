package io.vdotools.format.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.BlockSize;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The size of the index region (format-spec, section 4.5). */
class IndexGeometryTest {
  @ParameterizedTest
  @CsvSource({
    // memory code, chapters, index pages, volume blocks, blocks, bytes
    "-256, 1024, 6, 573448, 679127, 2781704192",
    "-512, 1024, 13, 1155080, 1366399, 5596770304",
    "-768, 1024, 20, 1736712, 2053669, 8411828224",
    "1, 1024, 26, 2310152, 2732747, 11193331712",
    "2, 2048, 26, 4620296, 5496229, 22512553984",
    "3, 3072, 26, 6930440, 8294557, 33974505472",
    "4, 4096, 26, 9240584, 11058007, 45293596672",
    "8, 8192, 26, 18481160, 22251355, 91141550080",
    "16, 16384, 26, 36962312, 44777475, 183408537600",
    "64, 65536, 26, 147849224, 181329075, 742723891200",
    "1024, 1048576, 26, 2365587464, 2972616243, 12175836131328",
  })
  void aDenseIndexHasTheSizeOfTheFormatDescription(
      int code, long chapters, long indexPages, long volumeBlocks, long blocks, long bytes) {
    var geometry = IndexGeometry.of(code, false).orElseThrow();

    assertThat(geometry.isSparse()).isFalse();
    assertThat(geometry.chapters()).isEqualTo(chapters);
    assertThat(geometry.sparseChapters()).isZero();
    assertThat(geometry.indexPages()).isEqualTo(indexPages);
    assertThat(volumeBlocks(geometry)).isEqualTo(volumeBlocks);
    assertThat(geometry.blocks()).isEqualTo(blocks);
    assertThat(geometry.blocks() * BlockSize.BLOCK).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    // memory code, chapters, volume blocks, blocks, bytes
    "-256, 10240, 5734408, 5822251, 23847940096",
    "-512, 10240, 11550728, 11726359, 48031166464",
    "-768, 10240, 17367048, 17630467, 72214392832",
    "1, 10240, 23101448, 23452645, 96062033920",
    "2, 20480, 46202888, 46928887, 192220721152",
    "4, 40960, 92405768, 93909179, 384651997184",
    "16, 163840, 369623048, 376068883, 1540378144768",
    "1024, 10485760, 23655874568, 24153506003, 98932760588288",
  })
  void aSparseIndexHasTheSizeOfTheFormatDescription(
      int code, long chapters, long volumeBlocks, long blocks, long bytes) {
    var geometry = IndexGeometry.of(code, true).orElseThrow();

    assertThat(geometry.isSparse()).isTrue();
    assertThat(geometry.chapters()).isEqualTo(chapters);
    assertThat(geometry.sparseChapters()).isEqualTo(chapters * 19 / 20);
    assertThat(volumeBlocks(geometry)).isEqualTo(volumeBlocks);
    assertThat(geometry.blocks()).isEqualTo(blocks);
    assertThat(geometry.blocks() * BlockSize.BLOCK).isEqualTo(bytes);
  }

  /** A header page, and the pages of every chapter; eight blocks each. */
  private static long volumeBlocks(IndexGeometry geometry) {
    return 8 * (1 + geometry.chapters() * (geometry.recordPages() + geometry.indexPages()));
  }

  @ParameterizedTest
  @CsvSource({
    "-1280, false, 678567, 1023",
    "-1280, true, 5821691, 10239",
    "0x1001, false, 2730491, 1023",
    "0x1001, true, 23450387, 10239",
  })
  void aConvertedVolumeHasAChapterFewer(String code, boolean isSparse, long blocks, long chapters) {
    var geometry = IndexGeometry.of(Integer.decode(code), isSparse).orElseThrow();

    assertThat(geometry.blocks()).isEqualTo(blocks);
    assertThat(geometry.chapters()).isEqualTo(chapters);
    assertThat(IndexGeometry.isReduced(Integer.decode(code))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"-256, 64", "-512, 128", "-768, 192", "1, 256", "1024, 256"})
  void aChapterHasThatManyRecordPages(int code, long recordPages) {
    assertThat(IndexGeometry.of(code, false).orElseThrow().recordPages()).isEqualTo(recordPages);
    assertThat(IndexGeometry.of(code, true).orElseThrow().recordPages()).isEqualTo(recordPages);
    assertThat(IndexGeometry.isReduced(code)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        -1,
        -255,
        -257,
        -1024,
        -2048,
        1025,
        4095,
        0x1000,
        0x1401,
        0x2001,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE
      })
  void aCodeThatNoWriterStoresHasNoGeometry(int code) {
    assertThat(IndexGeometry.of(code, false)).isEmpty();
    assertThat(IndexGeometry.of(code, true)).isEmpty();
    assertThat(IndexGeometry.isReduced(code)).isFalse();
  }

  @Test
  void exactlyTheCodesOfTheFormatDescriptionAreKnown() {
    int known = 0;
    for (int code = -0x2000; code <= 0x3000; code++) {
      known += IndexGeometry.of(code, false).isPresent() ? 1 : 0;
    }

    // Three parts of a gigabyte and 1024 whole ones, each also reduced.
    assertThat(known).isEqualTo(2 * (3 + 1024));
  }

  @Property(tries = 300)
  void moreMemoryMakesALargerIndex(
      @ForAll @IntRange(min = 1, max = 1023) int gigabytes, @ForAll boolean isSparse) {
    var smaller = IndexGeometry.of(gigabytes, isSparse).orElseThrow();
    var larger = IndexGeometry.of(gigabytes + 1, isSparse).orElseThrow();
    var reduced = IndexGeometry.of(0x1000 + gigabytes, isSparse).orElseThrow();

    assertThat(larger.blocks()).isGreaterThan(smaller.blocks());
    assertThat(reduced.blocks()).isLessThan(smaller.blocks());
    assertThat(smaller.blocks()).isGreaterThan(volumeBlocks(smaller));
  }

  @Test
  void theSmallestDevicesOfTheFormatDescriptionFollowFromIt() {
    // Geometry and super block, roots, recovery journal, summary, and one slab.
    long rest = 2 + 60 + 32_768 + 64;

    assertThat(blocks(-256, false) + rest + (1 << 13)).isEqualTo(720_213);
    assertThat(blocks(-256, false) + rest + (1 << 19)).isEqualTo(1_236_309);
    assertThat(blocks(-256, false) + rest + (1 << 23)).isEqualTo(9_100_629);
    assertThat(blocks(1, false) + rest + (1 << 13)).isEqualTo(2_773_833);
    assertThat(blocks(1, false) + rest + (1 << 19)).isEqualTo(3_289_929);
    assertThat(blocks(1, false) + rest + (1 << 23)).isEqualTo(11_154_249);
    assertThat(blocks(-256, true) + rest + (1 << 13)).isEqualTo(5_863_337);
    assertThat(blocks(-256, true) + rest + (1 << 19)).isEqualTo(6_379_433);
    assertThat(blocks(-256, true) + rest + (1 << 23)).isEqualTo(14_243_753);
  }

  private static long blocks(int code, boolean isSparse) {
    return IndexGeometry.of(code, isSparse).orElseThrow().blocks();
  }
}
