package io.vdotools.pack;

import io.vdotools.device.BlockDevice;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Makes frames of blocks, and blocks of frames. Not for several threads at once: each has its own.
 *
 * <p>Every frame is read back before it is given out, so that a mistake in here costs space and not
 * somebody's metadata.
 */
public final class FrameCodec implements AutoCloseable {
  /** The size of a block, in bytes. */
  static final int BLOCK = BlockDevice.BLOCK_SIZE;

  /** What the columns of a frame may hold beside what their blocks do, in bytes. */
  private static final int COLUMN_SLACK = 1 << 16;

  // Bytes for each block; with fewer, there is nothing to gain.
  private static final int WORTH_ANOTHER_WAY = BLOCK - BLOCK / 8;

  private static final double WORTH_DEPENDING = 0.9;
  private static final int LEAST_GAIN = 256;

  // Columns take more room than the blocks that they come from, before they are compressed.
  private static final int COLUMN_FACTOR = 3;

  private final PackHeader header;
  private final ColumnCodec columns;
  private final Map<FrameKind.Form, BlockForm> forms = new EnumMap<>(FrameKind.Form.class);
  private final Map<FrameKind.Form, Columns> used = new EnumMap<>(FrameKind.Form.class);

  /**
   * @param header of the pack
   * @param method how to compress; reading needs none
   */
  public FrameCodec(PackHeader header, PackMethod method) {
    this.header = header;
    this.columns = new ColumnCodec(method);
  }

  /** One frame as it stands in the file: header, list and payload. */
  public static final class EncodedFrame {
    private final byte[] bytes;
    private final FrameHeader header;
    private final long lastBlock;

    EncodedFrame(byte[] bytes, FrameHeader header, long lastBlock) {
      this.bytes = bytes;
      this.header = header;
      this.lastBlock = lastBlock;
    }

    byte[] bytes() {
      return bytes;
    }

    FrameHeader header() {
      return header;
    }

    long lastBlock() {
      return lastBlock;
    }

    /** {@return the number of blocks} */
    public long blocks() {
      return header.blocks();
    }

    /** {@return the length of the frame, in bytes} */
    public int sizeBytes() {
      return bytes.length;
    }
  }

  /**
   * {@return a frame with the content of blocks}
   *
   * @param kind what they are; a kind with content
   * @param blocks which blocks of the device, ascending
   * @param count how many, 1 to 512
   * @param content their content, one after the other
   * @param journal what the recovery journal says, null to predict nothing from it
   */
  public EncodedFrame encode(
      FrameKind kind, long[] blocks, int count, byte[] content, @Nullable JournalContext journal) {
    var runs = BlockRuns.of(blocks, count);
    var form = form(kind);
    int checksum = checksum(content, count);
    if (form != null) {
      int method = FrameHeader.COLUMNS;
      var payload = apart(kind, form, place(blocks, count, null), content);
      var place = place(blocks, count, journal);
      if (form.isPredictable(place)) {
        var predicted = apart(kind, form, place, content);
        // A frame that stands for itself is worth a little more.
        if (predicted.size() + LEAST_GAIN < payload.size() * WORTH_DEPENDING) {
          payload = predicted;
          method = FrameHeader.PREDICTED;
        }
      }
      // What was taken apart without being understood may be larger than it was.
      var plain = payload.size() > count * WORTH_ANOTHER_WAY ? plain(content, count) : null;
      if (plain == null || payload.size() <= plain.size()) {
        var frame = frame(kind, method, runs, payload, checksum);
        if (isFaithful(frame, content, count, journal)) {
          return frame;
        }
      }
    }
    var frame = frame(kind, FrameHeader.PLAIN, runs, plain(content, count), checksum);
    if (!isFaithful(frame, content, count, journal)) {
      throw new IllegalStateException("a frame of " + kind + " reads back as something else");
    }
    return frame;
  }

  /** {@return blocks in columns, which are compressed} */
  private Column apart(FrameKind kind, BlockForm form, BlockForm.Place place, byte[] content) {
    var apart = used.computeIfAbsent(kind.form(), _ -> new Columns(form.columns()));
    apart.clear();
    form.encode(place, content, apart);
    var payload = new Column(place.count() * 512);
    apart.encode(columns, payload);
    return payload;
  }

  private Column plain(byte[] content, int count) {
    var payload = new Column(count * 512);
    columns.encode(content, 0, count * BLOCK, payload);
    return payload;
  }

  private boolean isFaithful(
      EncodedFrame frame, byte[] content, int count, @Nullable JournalContext journal) {
    try {
      var runs = decodeList(frame.header(), frame.bytes(), FrameHeader.BYTES);
      byte[] back =
          decode(
              frame.header(),
              runs,
              frame.bytes(),
              FrameHeader.BYTES + frame.header().listLength(),
              journal);
      return Arrays.equals(back, 0, count * BLOCK, content, 0, count * BLOCK);
    } catch (FormatFault _) {
      return false;
    }
  }

  /** {@return a frame that only lists blocks} */
  EncodedFrame encodeList(FrameKind kind, int part, BlockRuns runs) {
    return frame(kind, FrameHeader.PLAIN, part, runs, new Column(0), 0);
  }

  /**
   * {@return a frame of blocks that are as they are in the base}
   *
   * @param part what they are
   * @param blocks which, ascending
   * @param count how many, 1 to 512
   */
  public EncodedFrame encodeKept(FrameKind part, long[] blocks, int count) {
    return encodeList(FrameKind.KEPT, part.id(), BlockRuns.of(blocks, count));
  }

  /** {@return a frame that has a text for each block} */
  EncodedFrame encodeTexts(BlockRuns runs, byte[] texts) {
    var payload = new Column(texts.length);
    columns.encode(texts, 0, texts.length, payload);
    return frame(FrameKind.UNREADABLE, FrameHeader.PLAIN, runs, payload, 0);
  }

  /** {@return the columns of a directory as a frame} */
  EncodedFrame encodeDirectory(int frames, Columns directory) {
    var payload = new Column(1 << 12);
    directory.encode(columns, payload);
    return assemble(
        FrameKind.DIRECTORY, FrameHeader.PLAIN, 0, frames, 0, 0, new Column(0), payload, 0);
  }

  private EncodedFrame frame(
      FrameKind kind, int method, BlockRuns runs, Column payload, int rawChecksum) {
    return frame(kind, method, 0, runs, payload, rawChecksum);
  }

  private EncodedFrame frame(
      FrameKind kind, int method, int part, BlockRuns runs, Column payload, int rawChecksum) {
    var list = new Column(64);
    runs.encode(list);
    var packedList = new Column(64);
    columns.encode(list, packedList);
    return assemble(
        kind,
        method,
        part,
        runs.blocks(),
        runs.first(),
        runs.last(),
        packedList,
        payload,
        rawChecksum);
  }

  private static EncodedFrame assemble(
      FrameKind kind,
      int method,
      int part,
      long blocks,
      long first,
      long last,
      Column list,
      Column payload,
      int rawChecksum) {
    var frameHeader =
        new FrameHeader(
            kind,
            method,
            part,
            blocks,
            first,
            list.size(),
            payload.size(),
            FrameHeader.checksum(list.bytes(), 0, list.size()),
            FrameHeader.checksum(payload.bytes(), 0, payload.size()),
            rawChecksum);
    var bytes = new byte[Math.toIntExact(frameHeader.totalBytes())];
    frameHeader.encode(bytes, 0);
    System.arraycopy(list.bytes(), 0, bytes, FrameHeader.BYTES, list.size());
    System.arraycopy(payload.bytes(), 0, bytes, FrameHeader.BYTES + list.size(), payload.size());
    return new EncodedFrame(bytes, frameHeader, last);
  }

  /** {@return the blocks of a frame} */
  BlockRuns decodeList(FrameHeader frame, byte[] bytes, int at) throws FormatFault {
    if (FrameHeader.checksum(bytes, at, frame.listLength()) != frame.listChecksum()) {
      throw new FormatFault("the list of blocks has another checksum");
    }
    var packed = new ColumnReader(bytes, at, frame.listLength());
    var list = columns.decode(packed, FrameHeader.LONGEST_LIST);
    packed.checkEnded("the list of blocks");
    return BlockRuns.decode(list, frame.firstBlock(), frame.blocks(), header.sourceBlocks());
  }

  /**
   * {@return the content of the blocks of a frame, one after the other}
   *
   * @param frame its header
   * @param runs its blocks
   * @param bytes hold its payload
   * @param at where the payload begins in them
   * @param journal what the recovery journal says, for frames that are predicted from it
   */
  byte[] decode(
      FrameHeader frame, BlockRuns runs, byte[] bytes, int at, @Nullable JournalContext journal)
      throws FormatFault {
    checkPayload(frame, bytes, at);
    int count = (int) frame.blocks();
    long budget = (long) COLUMN_FACTOR * count * BLOCK + COLUMN_SLACK;
    var payload = new ColumnReader(bytes, at, frame.payloadLength());
    byte[] content;
    var form = form(frame.kind());
    if (form == null || frame.method() == FrameHeader.PLAIN) {
      content = columns.decode(payload, (long) count * BLOCK).toArray();
      payload.checkEnded("the payload");
      if (content.length != count * BLOCK) {
        throw new FormatFault(content.length + " bytes are not " + count + " blocks");
      }
    } else {
      boolean isPredicted = frame.method() == FrameHeader.PREDICTED;
      if (isPredicted && journal == null) {
        throw new FormatFault("the recovery journal is missing, and the frame depends on it");
      }
      var apart = Columns.decode(form.columns(), columns, payload, budget);
      content = new byte[count * BLOCK];
      form.decode(place(runs.toArray(), count, isPredicted ? journal : null), apart, content);
    }
    if (checksum(content, count) != frame.rawChecksum()) {
      throw new FormatFault("the blocks have another checksum");
    }
    return content;
  }

  static void checkPayload(FrameHeader frame, byte[] bytes, int at) throws FormatFault {
    if (FrameHeader.checksum(bytes, at, frame.payloadLength()) != frame.payloadChecksum()) {
      throw new FormatFault("the payload has another checksum");
    }
  }

  /** {@return the texts of a frame, one for each block} */
  byte[] decodeTexts(FrameHeader frame, byte[] bytes, int at) throws FormatFault {
    checkPayload(frame, bytes, at);
    var payload = new ColumnReader(bytes, at, frame.payloadLength());
    byte[] texts = columns.decode(payload, COLUMN_SLACK).toArray();
    payload.checkEnded("the payload");
    return texts;
  }

  /** {@return the columns of a directory} */
  ColumnReader[] decodeDirectory(FrameHeader frame, int count, byte[] bytes, int at)
      throws FormatFault {
    checkPayload(frame, bytes, at);
    return Columns.decode(
        count,
        columns,
        new ColumnReader(bytes, at, frame.payloadLength()),
        PackDirectory.mostBytes(frame.blocks()));
  }

  private BlockForm.Place place(long[] blocks, int count, @Nullable JournalContext journal) {
    var pbns = new long[count];
    for (int i = 0; i < count; i++) {
      pbns[i] = blocks[i] + header.blockOffset();
    }
    return new BlockForm.Place(pbns, count, header.nonce(), journal);
  }

  private @Nullable BlockForm form(FrameKind kind) {
    var form = forms.get(kind.form());
    if (form == null) {
      form = newForm(kind.form());
      if (form != null) {
        forms.put(kind.form(), form);
      }
    }
    return form;
  }

  private @Nullable BlockForm newForm(FrameKind.Form form) {
    return switch (form) {
      case PAGES -> new PageForm();
      case REFERENCES -> new ReferenceForm();
      case SLAB_JOURNAL -> new SlabJournalForm(header);
      case RECOVERY_JOURNAL -> new RecoveryJournalForm();
      case OPAQUE, LIST, TEXTS, DIRECTORY -> null;
    };
  }

  private static int checksum(byte[] content, int count) {
    var crc = new CRC32C();
    crc.update(content, 0, count * BLOCK);
    return (int) crc.getValue();
  }

  /** {@return whether a block holds nothing but zeros} */
  static boolean isZero(byte[] content, int at) {
    return content[at] == 0
        && Arrays.equals(content, at, at + BLOCK - 1, content, at + 1, at + BLOCK);
  }

  @Override
  public void close() {
    columns.close();
  }
}
