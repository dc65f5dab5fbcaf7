package io.vdotools.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.bytes.Bytes;
import io.vdotools.device.BlockDevice;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.MappingState;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FrameCodecTest {
  private static final int BLOCK = BlockDevice.BLOCK_SIZE;
  private static final int PAGES = 256;
  private static final long NONCE = 0x0123_4567_89ab_cdefL;
  private static final PackHeader HEADER =
      new PackHeader(
          false,
          false,
          1L << 40,
          0,
          NONCE,
          1000,
          19,
          Bytes.zeros(16),
          Bytes.zeros(PackHeader.DIGEST_BYTES));

  /** {@return the bits that each mapping of some pages takes, the rest of the frame included} */
  private static double bitsPerMapping(LongUnaryOperator pbnOfMapping) {
    return bitsPerPackedMapping(mapping ->
        BlockMapEntry.pack(pbnOfMapping.applyAsLong(mapping), MappingState.UNCOMPRESSED));
  }

  private static double bitsPerPackedMapping(LongUnaryOperator packedMapping) {
    var blocks = new long[PAGES];
    var content = new byte[PAGES * BLOCK];
    for (int i = 0; i < PAGES; i++) {
      blocks[i] = 1000 + i * 813L;
      var page = new BlockMapPage(MemorySegment.ofArray(content).asSlice((long) i * BLOCK, BLOCK));
      page.format(NONCE, blocks[i]);
      for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
        page.setEntry(slot, packedMapping.applyAsLong((long) i * BlockMapPage.ENTRIES + slot));
      }
    }
    try (var codec = new FrameCodec(HEADER, PackMethod.DEFAULT)) {
      int bytes = codec.encode(FrameKind.LEAF, blocks, PAGES, content, null).sizeBytes();
      return 8.0 * bytes / (PAGES * BlockMapPage.ENTRIES);
    }
  }

  @Test
  void mappingsInOrderTakeNextToNothing() {
    assertThat(bitsPerMapping(mapping -> 1001 + mapping + mapping / BlockMapPage.ENTRIES))
        .isLessThanOrEqualTo(0.05);
  }

  @Test
  void mappingsFromFourZonesALittleOutOfOrderTakeNineBitsAtMost() {
    int mappings = PAGES * BlockMapPage.ENTRIES;
    var pbns = new long[mappings];
    var random = new Random(1);
    var inFlight = new int[64];
    int next = 0;
    for (; next < inFlight.length; next++) {
      inFlight[next] = next;
    }
    var zones = new long[] {2_000, 9_000_000, 17_000_000, 30_000_000};
    for (int done = 0; done < mappings; done++) {
      // Any of the requests in flight may be the next that is given a block.
      int chosen;
      do {
        chosen = random.nextInt(inFlight.length);
      } while (inFlight[chosen] < 0);
      int zone = done / 128 % zones.length;
      pbns[inFlight[chosen]] = zones[zone]++;
      inFlight[chosen] = next < mappings ? next++ : -1;
    }

    assertThat(bitsPerMapping(mapping -> pbns[(int) mapping])).isLessThanOrEqualTo(9);
  }

  @Test
  void mappingsToAnywhereTakeLittleMoreThanTheyHaveTo() {
    var random = new Random(1);
    // 27 bits are those of the number of blocks.
    assertThat(bitsPerMapping(_ -> 1000 + random.nextLong(1L << 27))).isLessThanOrEqualTo(28);
  }

  @Test
  void fragmentsTakeLittleMoreThanTheChoiceAmongBlocksBeingFilled() {
    var random = new Random(1);
    var lefts = new int[8];
    var blocks = new long[lefts.length];
    var next = new long[] {5000};
    // Three bits say which of the blocks it is, and two which fragment.
    double bits =
        bitsPerPackedMapping(_ -> {
          int chosen = random.nextInt(lefts.length);
          if (lefts[chosen] == 0) {
            lefts[chosen] = 4;
            // Their blocks do not follow one another.
            next[0] += 1 + random.nextInt(100);
            blocks[chosen] = next[0];
          }
          return BlockMapEntry.pack(blocks[chosen], MappingState.ofFragment(--lefts[chosen]));
        });

    assertThat(bits).isLessThan(3 + 2 + 100.0 / 32);
  }

  @Test
  void duplicatesOfBlocksNearbyTakeTheBitsOfTheirChoice() {
    var random = new Random(1);
    var pbns = new long[PAGES * BlockMapPage.ENTRIES];
    for (int i = 0; i < pbns.length; i++) {
      // Every other one repeats one of the last thousand, which lie anywhere.
      pbns[i] =
          i > 1000 && random.nextBoolean()
              ? pbns[i - 1 - random.nextInt(1000)]
              : 1000 + random.nextLong(1L << 27);
    }

    // Half of the numbers are new, half have about a thousand choices; and one bit says which.
    assertThat(bitsPerMapping(mapping -> pbns[(int) mapping])).isLessThan((27 + 10) / 2.0 + 2);
  }

  @Property(tries = 200)
  void anyContentOfAnyKindComesBack(
      @ForAll @IntRange(min = 1, max = 20) int count, @ForAll FrameKind kind, @ForAll Random random)
      throws FormatFault {
    if (!kind.form().hasContent()) {
      return;
    }
    var blocks = new long[count];
    var content = new byte[count * BLOCK];
    long block = random.nextLong(1L << 20);
    for (int i = 0; i < count; i++) {
      block += 1 + (random.nextBoolean() ? 0 : random.nextInt(1000));
      blocks[i] = block;
      fill(content, i * BLOCK, random);
    }
    try (var codec = new FrameCodec(HEADER, PackMethod.DEFAULT)) {
      var journal = JournalContext.of(content, count, HEADER);
      var frame = codec.encode(kind, blocks, count, content, journal);

      var header = FrameHeader.decode(frame.bytes(), 0);
      var runs = codec.decodeList(header, frame.bytes(), FrameHeader.BYTES);
      assertThat(runs.toArray()).isEqualTo(blocks);
      assertThat(
              codec.decode(
                  header, runs, frame.bytes(), FrameHeader.BYTES + header.listLength(), journal))
          .isEqualTo(content);
      assertThat(frame.sizeBytes()).isLessThan(count * BLOCK * 101 / 100 + 128);
    }
  }

  @Property(tries = 60)
  void pagesWithEntriesOfEverySortAreTakenApart(
      @ForAll @IntRange(min = 1, max = 12) int count, @ForAll Random random) throws FormatFault {
    var blocks = new long[count];
    var content = new byte[count * BLOCK];
    for (int i = 0; i < count; i++) {
      blocks[i] = 1000 + i * 813L;
      var page = new BlockMapPage(MemorySegment.ofArray(content).asSlice((long) i * BLOCK, BLOCK));
      page.format(NONCE, blocks[i]);
      fillInRuns(page, random);
    }
    assertIsTakenApart(new PageForm(), blocks, content);
  }

  /** Runs of mappings of one sort each: in order, a little out of order, anywhere, none at all. */
  private static void fillInRuns(BlockMapPage page, Random random) {
    int bits = 1 + random.nextInt(36);
    int longestRun = List.of(1, 3, 100, BlockMapPage.ENTRIES).get(random.nextInt(4));
    int slot = 0;
    while (slot < BlockMapPage.ENTRIES) {
      long pbn = random.nextLong(1L << bits);
      long step = random.nextInt(2);
      int jitter = List.of(1, 1, 50, 3000).get(random.nextInt(4));
      int state = List.of(0, 1, 1, 2, 15).get(random.nextInt(5));
      boolean isStateRandom = random.nextInt(4) == 0;
      boolean hasPbn = random.nextInt(4) > 0;
      int end = Math.min(BlockMapPage.ENTRIES, slot + 1 + random.nextInt(longestRun));
      for (; slot < end; slot++) {
        int actual = isStateRandom ? random.nextInt(16) : state;
        long actualPbn = hasPbn ? pbn + random.nextInt(jitter) : 0;
        page.setEntry(slot, BlockMapEntry.pack(actualPbn & ((1L << 36) - 1), actual));
        pbn += step;
      }
    }
  }

  @Property(tries = 60)
  void countsOfEverySortAreTakenApart(
      @ForAll @IntRange(min = 1, max = 12) int count, @ForAll Random random) throws FormatFault {
    var blocks = new long[count];
    var content = new byte[count * BLOCK];
    int others = List.of(2, 20, 200, 100_000).get(random.nextInt(4));
    for (int i = 0; i < count; i++) {
      blocks[i] = 5000L + i;
      for (int at = 0; at < BLOCK; at++) {
        content[i * BLOCK + at] =
            (byte) (random.nextInt(others) == 0 ? random.nextInt(256) : random.nextInt(2));
      }
    }
    assertIsTakenApart(new ReferenceForm(), blocks, content);
  }

  @Property(tries = 60)
  void countsInRunsAreTakenApart(
      @ForAll @IntRange(min = 1, max = 12) int count, @ForAll Random random) throws FormatFault {
    var blocks = new long[count];
    var content = new byte[count * BLOCK];
    int longest = List.of(20, 600, 5000, 100_000).get(random.nextInt(4));
    int left = 0;
    int value = 0;
    for (int i = 0; i < content.length; i++) {
      blocks[i / BLOCK] = 5000L + i / BLOCK;
      if (i % 512 < 8) {
        content[i] = (byte) random.nextInt();
        continue;
      }
      if (left == 0) {
        left = 1 + random.nextInt(longest);
        value = List.of(0, 0, 1, 1, 2 + random.nextInt(254)).get(random.nextInt(5));
      }
      left--;
      content[i] = (byte) value;
    }
    assertIsTakenApart(new ReferenceForm(), blocks, content);
  }

  @Property(tries = 300)
  void anyColumnComesBack(@ForAll Random random) throws FormatFault {
    var column = new Column(0);
    int length = random.nextInt(60_000);
    int density = List.of(1, 3, 20, 500).get(random.nextInt(4));
    int values = List.of(2, 5, 256).get(random.nextInt(3));
    for (int i = 0; i < length; i++) {
      boolean isZero = random.nextInt(density) > 0;
      // Something that repeats is compressed once more.
      boolean repeats = column.size() > 1000 && random.nextInt(40) == 0;
      if (repeats) {
        column.addAll(column.toArray(), random.nextInt(900), 100);
      } else {
        column.add(isZero ? 0 : random.nextInt(values));
      }
    }
    try (var codec = new ColumnCodec(PackMethod.DEFAULT)) {
      var packed = new Column(0);
      codec.encode(column, packed);
      var reader = new ColumnReader(packed.bytes(), 0, packed.size());
      var back = codec.decode(reader, column.size());

      assertThat(back.toArray()).isEqualTo(column.toArray());
      reader.checkEnded("the column");
    }
  }

  @Test
  void zerosApartTakeNoMoreThanWhatIsBetweenThem() throws FormatFault {
    var column = new Column(0);
    var random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      column.addRepeated(0, 50 + random.nextInt(4));
      column.add(1 + random.nextInt(4));
    }
    try (var codec = new ColumnCodec(PackMethod.DEFAULT)) {
      var packed = new Column(0);
      codec.encode(column, packed);

      // Two bits for each run, two for each byte between.
      assertThat(packed.size()).isLessThan(2000 * 4 / 8 + 200);
    }
  }

  @Test
  void countsOfZeroAndOneTakeOneBitEach() throws FormatFault {
    var blocks = new long[64];
    var content = new byte[blocks.length * BLOCK];
    var random = new Random(1);
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = 5000L + i;
      for (int at = 0; at < BLOCK; at++) {
        content[i * BLOCK + at] = (byte) (at % 512 < 8 ? 0 : random.nextInt(2));
      }
    }
    assertThat(assertIsTakenApart(new ReferenceForm(), blocks, content))
        .isLessThan(content.length / 8 + 200);
  }

  @Test
  void numbersToAnywhereTakeTheBitsOfTheirRange() {
    var random = new Random(1);
    for (long range : List.of(1L << 20, (1L << 21) + 1, 100_000_000L, 1L << 35)) {
      double bits = Math.log((double) range) / Math.log(2);

      assertThat(bitsPerMapping(_ -> 1000 + random.nextLong(range))).isBetween(bits, bits + 0.5);
    }
  }

  /** A frame that fell back to plain blocks would come back as well; this does not fall back. */
  private static int assertIsTakenApart(BlockForm form, long[] blocks, byte[] content)
      throws FormatFault {
    var place = new BlockForm.Place(blocks, blocks.length, NONCE, null);
    var columns = new Columns(form.columns());
    var packed = new Column(0);
    var back = new byte[content.length];
    try (var codec = new ColumnCodec(PackMethod.DEFAULT)) {
      form.encode(place, content, columns);
      columns.encode(codec, packed);
      var reader = new ColumnReader(packed.bytes(), 0, packed.size());
      form.decode(place, Columns.decode(form.columns(), codec, reader, 3L * content.length), back);
    }
    assertThat(back).isEqualTo(content);
    return packed.size();
  }

  /** Something that is half of what it looks like, so that every way of packing is taken. */
  private static void fill(byte[] content, int at, Random random) {
    switch (random.nextInt(5)) {
      case 0 -> {
        for (int i = 0; i < BLOCK; i++) {
          content[at + i] = (byte) random.nextInt();
        }
      }
      case 1 -> {
        LittleEndian.putI32(content, at, 4);
        LittleEndian.putI32(content, at + 4, 1);
        LittleEndian.putI64(content, at + 8, NONCE);
        scatter(content, at + 16, BLOCK - 16, random);
      }
      case 2 -> {
        scatter(content, at, BLOCK, random);
        LittleEndian.putI64(content, at + JournalLayout.NONCE, NONCE);
        content[at + JournalLayout.TYPE] = (byte) random.nextInt(1, 4);
        LittleEndian.putU16(content, at + 34, random.nextInt(1400));
        for (int sector = 1; sector < 8; sector++) {
          content[at + 512 * sector + 2] = (byte) random.nextInt(36);
        }
      }
      case 3 -> scatter(content, at, BLOCK, random);
      default -> {
        // Zeros.
      }
    }
  }

  private static void scatter(byte[] content, int at, int length, Random random) {
    int density = List.of(1, 4, 64).get(random.nextInt(3));
    for (int i = 0; i < length; i++) {
      content[at + i] = random.nextInt(density) == 0 ? (byte) random.nextInt() : 0;
    }
  }
}
