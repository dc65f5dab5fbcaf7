package io.vdotools.format.index;

import io.vdotools.format.BlockSize;
import java.util.Optional;

/**
 * How large the index region must be for a memory configuration (format-spec, section 4).
 *
 * @param isSparse whether most chapters are kept without a full index
 * @param chapters chapters of the index
 * @param sparseChapters those of them that are sparse
 * @param recordPages record pages of a chapter
 * @param indexPages index pages of a chapter
 * @param blocks the whole region, in blocks
 */
public record IndexGeometry(
    boolean isSparse,
    long chapters,
    long sparseChapters,
    long recordPages,
    long indexPages,
    long blocks) {
  private static final long PAGE_BYTES = 32768;
  private static final long RECORD_BYTES = 32;
  private static final long RECORDS_PER_PAGE = PAGE_BYTES / RECORD_BYTES;
  private static final long BLOCKS_PER_PAGE = PAGE_BYTES / BlockSize.BLOCK;
  private static final long CHAPTERS = 1024;
  private static final int LARGEST_MEMORY = 1024;
  private static final int REDUCED = 0x1000;
  private static final long SPARSE_FACTOR = 10;
  private static final long SPARSE_SAMPLE_RATE = 32;

  private record Memory(long chapters, long recordPages, boolean isReduced) {}

  /**
   * {@return the geometry for a memory code, or nothing if there is no such code}
   *
   * @param memoryCode as stored in the geometry block: gigabytes 1 to 1024; -256, -512, -768 for
   *     quarters of one; each with a "reduced" counterpart on volumes converted to LVM
   * @param isSparse whether the index is sparse
   */
  public static Optional<IndexGeometry> of(int memoryCode, boolean isSparse) {
    return decodeMemory(memoryCode).map(memory -> compute(memory, isSparse));
  }

  /** {@return whether the code is one that only a conversion to LVM leaves behind} */
  public static boolean isReduced(int memoryCode) {
    return decodeMemory(memoryCode).map(Memory::isReduced).orElse(false);
  }

  private static Optional<Memory> decodeMemory(int code) {
    return switch (code) {
      case -256 -> Optional.of(new Memory(CHAPTERS, 64, false));
      case -512 -> Optional.of(new Memory(CHAPTERS, 128, false));
      case -768 -> Optional.of(new Memory(CHAPTERS, 192, false));
      case -1280 -> Optional.of(new Memory(CHAPTERS, 64, true));
      case -1536 -> Optional.of(new Memory(CHAPTERS, 128, true));
      case -1792 -> Optional.of(new Memory(CHAPTERS, 192, true));
      default -> {
        int gigabytes = code > REDUCED ? code - REDUCED : code;
        yield gigabytes >= 1 && gigabytes <= LARGEST_MEMORY
            ? Optional.of(new Memory(CHAPTERS * gigabytes, 256, code > REDUCED))
            : Optional.empty();
      }
    };
  }

  private static IndexGeometry compute(Memory memory, boolean isSparse) {
    long base = memory.chapters();
    long reduction = memory.isReduced() ? 1 : 0;
    long chapters = (isSparse ? SPARSE_FACTOR * base : base) - reduction;
    long sparseChapters = isSparse ? 19 * base / 2 : 0;
    long recordPages = memory.recordPages();
    long recordsPerChapter = RECORDS_PER_PAGE * recordPages;
    long indexPages = indexPages(recordsPerChapter, recordPages);
    long volumeBlocks = BLOCKS_PER_PAGE * (chapters * (indexPages + recordPages) + 1);
    long volumeIndexBytes =
        isSparse
            ? subIndexBytes(recordsPerChapter / SPARSE_SAMPLE_RATE, chapters, chapters)
                + subIndexBytes(
                    recordsPerChapter - recordsPerChapter / SPARSE_SAMPLE_RATE,
                    chapters - sparseChapters,
                    chapters)
                + 12
            : subIndexBytes(recordsPerChapter, chapters, chapters);
    long volumeIndexBlocks = Math.ceilDiv(volumeIndexBytes + 8, BlockSize.BLOCK) + 16;
    long pageMapBlocks = Math.ceilDiv(16 + 2 * chapters * (indexPages - 1), BlockSize.BLOCK);
    long openChapterBlocks = Math.ceilDiv(14 + RECORD_BYTES * recordsPerChapter, BlockSize.BLOCK);
    long saveBlocks = 1 + volumeIndexBlocks + pageMapBlocks + openChapterBlocks;
    return new IndexGeometry(
        isSparse,
        chapters,
        sparseChapters,
        recordPages,
        indexPages,
        3 + volumeBlocks + 2 * saveBlocks);
  }

  private static long indexPages(long recordsPerChapter, long recordPages) {
    int listBits = bits((recordsPerChapter - 1) | 63) - 6;
    long lists = 1L << listBits;
    int payloadBits = bits(recordPages - 1);
    long allBits = deltaBits(recordsPerChapter, 1 << 16, payloadBits);
    long bitsPerList = allBits / lists;
    long totalBits = allBits + 19 * lists;
    long pageBits = (PAGE_BYTES - 20) * 8 - (19 + bitsPerList);
    return Math.ceilDiv(totalBits, pageBits);
  }

  private static long subIndexBytes(long recordsPerChapter, long chapters, long volumeChapters) {
    long rounded = (volumeChapters & 1) == 1 ? chapters + 1 : chapters;
    long lists = Math.max(recordsPerChapter * rounded / 256, 256);
    int chapterBits = bits(rounded - 1);
    long live = rounded + Math.max(rounded / 256, 2);
    long mean = (lists << 20) / (recordsPerChapter * live);
    long expected = deltaBits(recordsPerChapter, mean, chapterBits) * live / 8;
    long memory = expected * 106 / 100;
    long zone = Math.ceilDiv(memory, 65536L) * 65536L;
    return 40 + 8 * lists + 40 + 9 * lists + zone;
  }

  /** Bits that a delta list spends on records with a mean distance and a payload. */
  private static long deltaBits(long entries, long meanDelta, int payloadBits) {
    long k = (836_158 * meanDelta + 603_160) / 1_206_321;
    int code = bits(k + 1);
    return entries * (payloadBits + code + 1) + entries / 2;
  }

  /** {@return the number of bits that it takes to write {@code n}, at least 1} */
  private static int bits(long n) {
    return Math.max(1, Long.SIZE - Long.numberOfLeadingZeros(n));
  }
}
