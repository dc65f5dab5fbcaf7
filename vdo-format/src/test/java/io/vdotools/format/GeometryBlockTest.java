package io.vdotools.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.bytes.Bytes;
import io.vdotools.testing.FieldTable;
import io.vdotools.testing.Segments;
import java.lang.foreign.MemorySegment;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The geometry block (format-spec, sections 2 and 15.1). */
class GeometryBlockTest {
  /** The test vector of section 2.2. */
  private static final String VERSION_4 =
      """
      64 6d 76 64 6f 30 30 31  05 00 00 00 04 00 00 00 00 00 00 00 5d 00 00 00 00 00 00 00
      09 01 02 00  08 07 06 05 04 03 02 01  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f
      00 00 00 00 01 00 00 00 00 00 00 00  01 00 00 00 d8 5c 0a 00 00 00 00 00
      00 ff ff ff  00 00 00 00  00   28 42 6f 8c
      """;

  /** The worked example of section 15.1. */
  private static final String UNIT_TEST_IMAGE =
      """
      64 6d 76 64 6f 30 30 31  05 00 00 00 05 00 00 00
      00 00 00 00 65 00 00 00  00 00 00 00 00 00 00 00
      ed fe ed ac ef be ad de  66 6c 79 69 6e 67 20 56
      44 4f 20 40 20 52 48 00  00 00 00 00 00 00 00 00
      00 00 00 00 01 00 00 00  00 00 00 00 01 00 00 00
      01 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
      00 cd fb 6c ec
      """;

  private static final GeometryBlock VALUES_OF_VERSION_4 =
      new GeometryBlock(
          GeometryBlock.MAGIC,
          new ComponentHeader(5, new VersionNumber(4, 0), 93),
          131_337,
          0x0102030405060708L,
          Bytes.copyOf(Segments.ofHex("000102030405060708090a0b0c0d0e0f")),
          0,
          new Region(Region.INDEX, 1),
          new Region(Region.DATA, 679_128),
          new IndexConfig(-256, 0, 0),
          0x8C6F4228L,
          Bytes.zeros(4096 - 93));

  @Test
  void version5HasTheFieldsOfTheFormatDescription() {
    assertThat(FieldTable.of(GeometryBlock.STRUCT_5))
        .isEqualTo(
            """
            0 8 magic_number
            8 4 header.id
            12 4 header.version.major_version
            16 4 header.version.minor_version
            20 8 header.size
            28 4 release_version
            32 8 nonce
            40 16 uuid
            56 8 bio_offset
            64 4 regions[0].id
            68 8 regions[0].start_block
            76 4 regions[1].id
            80 8 regions[1].start_block
            88 4 index_config.mem
            92 4 index_config.unused
            96 1 index_config.sparse
            97 4 checksum
            101
            """);
  }

  @Test
  void version4LacksTheBlockOffset() {
    assertThat(FieldTable.of(GeometryBlock.STRUCT_4))
        .isEqualTo(
            """
            0 8 magic_number
            8 4 header.id
            12 4 header.version.major_version
            16 4 header.version.minor_version
            20 8 header.size
            28 4 release_version
            32 8 nonce
            40 16 uuid
            56 4 regions[0].id
            60 8 regions[0].start_block
            68 4 regions[1].id
            72 8 regions[1].start_block
            80 4 index_config.mem
            84 4 index_config.unused
            88 1 index_config.sparse
            89 4 checksum
            93
            """);
  }

  @Test
  void theVectorOfVersion4IsDecoded() {
    var block = Segments.blockOfHex(VERSION_4);

    assertThat(GeometryBlock.decode(block)).isEqualTo(VALUES_OF_VERSION_4);
    assertThat(GeometryBlock.formatOf(block)).isEqualTo(GeometryFormat.V4);
    assertThat(GeometryBlock.computeChecksum(block)).isEqualTo(0x8C6F4228L);
  }

  @Test
  void theVectorOfVersion4IsEncoded() {
    var block = Segments.zeroBlock();
    VALUES_OF_VERSION_4.encode(block);

    assertThat(Segments.array(block)).isEqualTo(Segments.array(Segments.blockOfHex(VERSION_4)));
  }

  @Test
  void theSameVolumeInVersion5HasTheChecksumOfTheFormatDescription() {
    var old = VALUES_OF_VERSION_4;
    var twin =
        new GeometryBlock(
            old.magic(),
            ComponentHeader.of(ComponentId.GEOMETRY_BLOCK),
            0,
            old.nonce(),
            old.uuid(),
            0,
            old.index(),
            old.data(),
            old.indexConfig(),
            0xFC876EC3L,
            Bytes.zeros(4096 - 101));
    var block = Segments.zeroBlock();
    twin.encode(block);

    assertThat(GeometryBlock.computeChecksum(block)).isEqualTo(0xFC876EC3L);
    assertThat(Segments.hex(block, 97, 4)).isEqualTo("c3 6e 87 fc");
    assertThat(GeometryBlock.formatOf(block)).isEqualTo(GeometryFormat.V5);
    assertThat(GeometryBlock.decode(block)).isEqualTo(twin);
  }

  @Test
  void theWorkedExampleIsDecoded() {
    var block = Segments.blockOfHex(UNIT_TEST_IMAGE);
    var geometry = GeometryBlock.decode(block);

    assertThat(geometry.header()).isEqualTo(ComponentHeader.of(ComponentId.GEOMETRY_BLOCK));
    assertThat(geometry.nonce()).isEqualTo(0xDEADBEEFACEDFEEDL);
    assertThat(geometry.uuidValue())
        .isEqualTo(UUID.fromString("666c7969-6e67-2056-444f-204020524800"));
    assertThat(geometry.index()).isEqualTo(new Region(Region.INDEX, 1));
    assertThat(geometry.data()).isEqualTo(new Region(Region.DATA, 1));
    assertThat(geometry.indexConfig()).isEqualTo(new IndexConfig(0, 0, 0));
    assertThat(geometry.checksum())
        .isEqualTo(0xEC6CFBCDL)
        .isEqualTo(GeometryBlock.computeChecksum(block));
  }

  @Test
  void theOffsetOfAConvertedVolumeIsRead() {
    var block = Segments.blockOfHex(UNIT_TEST_IMAGE);
    block.asSlice(56, 8).copyFrom(Segments.ofHex("00 02 00 00 00 00 00 00"));

    assertThat(GeometryBlock.decode(block).bioOffset()).isEqualTo(512);
  }

  @Test
  void anyByteButZeroMeansSparse() {
    assertThat(new IndexConfig(1, 0, 0).isSparse()).isFalse();
    assertThat(new IndexConfig(1, 0, 1).isSparse()).isTrue();
    assertThat(new IndexConfig(1, 0, 0x80).isSparse()).isTrue();
  }

  @Test
  void aHeaderThatDiffersInAnyFieldIsOfNoKnownGeneration() {
    for (int offset = 0; offset < 28; offset++) {
      var block = Segments.blockOfHex(UNIT_TEST_IMAGE);
      damage(block, offset);
      assertThat(GeometryBlock.formatOf(block))
          .as("byte %d", offset)
          .isEqualTo(GeometryFormat.UNKNOWN);
    }
    assertThat(GeometryBlock.formatOf(Segments.zeroBlock())).isEqualTo(GeometryFormat.UNKNOWN);
  }

  private static void damage(MemorySegment block, int offset) {
    var place = Segments.array(block.asSlice(offset, 1));
    place[0] ^= 0x40;
    block.asSlice(offset, 1).copyFrom(MemorySegment.ofArray(place));
  }

  @Test
  void preReleaseGenerationsAreRecognisedByTheirHeaderAtTheStart() {
    var first = Segments.blockOfHex("05 00 00 00 01 00 00 00 00 00 00 00 3c");
    var second = Segments.blockOfHex("05 00 00 00 02 00 00 00 00 00 00 00 45");
    var neither = Segments.blockOfHex("05 00 00 00 03 00 00 00 00 00 00 00 45");

    assertThat(GeometryBlock.formatOf(first)).isEqualTo(GeometryFormat.PRE_RELEASE_1);
    assertThat(GeometryBlock.formatOf(second)).isEqualTo(GeometryFormat.PRE_RELEASE_2);
    assertThat(GeometryBlock.formatOf(neither)).isEqualTo(GeometryFormat.UNKNOWN);
    assertThat(GeometryFormat.values())
        .filteredOn(GeometryFormat::isSupported)
        .containsExactly(GeometryFormat.V4, GeometryFormat.V5);
  }

  @Test
  void theChecksumCoversEveryByteBeforeItAndNoneBehind() {
    var original = Segments.blockOfHex(UNIT_TEST_IMAGE);
    long checksum = GeometryBlock.computeChecksum(original);
    for (int offset = 0; offset < 200; offset++) {
      if (offset >= 12 && offset < 16) {
        continue; // The major version moves the checksum itself.
      }
      var block = Segments.copy(original);
      damage(block, offset);
      assertThat(GeometryBlock.computeChecksum(block) == checksum)
          .as("byte %d", offset)
          .isEqualTo(offset >= 97);
    }
  }
}
