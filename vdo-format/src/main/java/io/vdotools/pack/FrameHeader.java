package io.vdotools.pack;

import java.util.zip.CRC32C;

/**
 * What stands before the list and the payload of a frame: 48 bytes.
 *
 * @param kind what the blocks are
 * @param method how the payload represents them: 0 as they are, 1 in columns, 2 in columns
 *     predicted from the recovery journal
 * @param part for {@link FrameKind#KEPT} the kind that the blocks are of, else 0
 * @param blocks how many there are, 1 to 2^31; in the directory, the number of frames
 * @param firstBlock the first of them
 * @param listLength the length of the list of blocks, in bytes
 * @param payloadLength the length of the payload, in bytes
 * @param listChecksum of the list
 * @param payloadChecksum of the payload
 * @param rawChecksum of the content of the blocks one after the other, 0 where there is none
 */
record FrameHeader(
    FrameKind kind,
    int method,
    int part,
    long blocks,
    long firstBlock,
    int listLength,
    int payloadLength,
    int listChecksum,
    int payloadChecksum,
    int rawChecksum) {
  static final int BYTES = 48;

  static final int PLAIN = 0;
  static final int COLUMNS = 1;
  static final int PREDICTED = 2;

  /** The most blocks with content in a frame. */
  static final int MOST_BLOCKS = 512;

  /** The longest list, in bytes: what the most runs take at most, and a little. */
  static final int LONGEST_LIST = 1 << 17;

  /** The longest payload, in bytes. */
  static final int LONGEST_PAYLOAD = 4 << 20;

  private static final int MAGIC = 0x6d617266; // "fram"
  private static final int CHECKED_BYTES = BYTES - Integer.BYTES;

  long totalBytes() {
    return BYTES + (long) listLength + payloadLength;
  }

  void encode(byte[] into, int at) {
    LittleEndian.putI32(into, at, MAGIC);
    into[at + 4] = (byte) kind.id();
    into[at + 5] = (byte) method;
    into[at + 6] = (byte) part;
    into[at + 7] = 0;
    LittleEndian.putI64(into, at + 8, blocks);
    LittleEndian.putI64(into, at + 16, firstBlock);
    LittleEndian.putI32(into, at + 24, listLength);
    LittleEndian.putI32(into, at + 28, payloadLength);
    LittleEndian.putI32(into, at + 32, listChecksum);
    LittleEndian.putI32(into, at + 36, payloadChecksum);
    LittleEndian.putI32(into, at + 40, rawChecksum);
    LittleEndian.putI32(into, at + CHECKED_BYTES, checksum(into, at, CHECKED_BYTES));
  }

  /** {@return whether a header may begin here, for those who look for one} */
  static boolean mayBegin(byte[] bytes, int at) {
    return LittleEndian.i32(bytes, at) == MAGIC
        && LittleEndian.i32(bytes, at + CHECKED_BYTES) == checksum(bytes, at, CHECKED_BYTES);
  }

  static FrameHeader decode(byte[] bytes, int at) throws FormatFault {
    if (LittleEndian.i32(bytes, at) != MAGIC) {
      throw new FormatFault("no frame begins here");
    }
    if (!mayBegin(bytes, at)) {
      throw new FormatFault("the header has another checksum");
    }
    var kind = FrameKind.of(bytes[at + 4] & 0xff);
    if (kind == null) {
      throw new FormatFault("unknown kind " + (bytes[at + 4] & 0xff));
    }
    var header =
        new FrameHeader(
            kind,
            bytes[at + 5] & 0xff,
            bytes[at + 6] & 0xff,
            LittleEndian.i64(bytes, at + 8),
            LittleEndian.i64(bytes, at + 16),
            LittleEndian.i32(bytes, at + 24),
            LittleEndian.i32(bytes, at + 28),
            LittleEndian.i32(bytes, at + 32),
            LittleEndian.i32(bytes, at + 36),
            LittleEndian.i32(bytes, at + 40));
    header.check(bytes[at + 7]);
    return header;
  }

  private void check(int reserved) throws FormatFault {
    boolean isPossible =
        switch (kind.form()) {
          case OPAQUE -> method == PLAIN && blocks <= MOST_BLOCKS;
          case TEXTS -> method == PLAIN && blocks <= BlockRuns.MOST_BLOCKS;
          case PAGES, SLAB_JOURNAL -> method <= PREDICTED && blocks <= MOST_BLOCKS;
          case REFERENCES, RECOVERY_JOURNAL -> method <= COLUMNS && blocks <= MOST_BLOCKS;
          case LIST -> method == PLAIN && blocks <= BlockRuns.MOST_BLOCKS && payloadLength == 0;
          case DIRECTORY -> method == PLAIN && blocks <= Integer.MAX_VALUE && listLength == 0;
        };
    boolean isKnownPart = kind == FrameKind.KEPT ? part > 0 && part < FrameKind.COUNT : part == 0;
    if (!isPossible
        || !isKnownPart
        || reserved != 0
        || blocks < (kind == FrameKind.DIRECTORY ? 0 : 1)
        || firstBlock < 0
        || listLength < 0
        || listLength > LONGEST_LIST
        || payloadLength < 0
        || (kind != FrameKind.DIRECTORY && payloadLength > LONGEST_PAYLOAD)) {
      throw new FormatFault("the header holds impossible numbers");
    }
  }

  /** {@return the CRC-32C of some bytes} */
  static int checksum(byte[] bytes, int start, int length) {
    var crc = new CRC32C();
    crc.update(bytes, start, length);
    return (int) crc.getValue();
  }
}
