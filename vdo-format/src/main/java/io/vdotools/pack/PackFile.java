package io.vdotools.pack;

import io.vdotools.VdoException;
import io.vdotools.bytes.Bytes;
import io.vdotools.device.DeviceException;
import io.vdotools.pack.PackException.Kind;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/**
 * A pack as a file: its header, its directory, and any of its frames. Several threads may read at
 * once.
 */
public final class PackFile implements AutoCloseable {
  private final PackInput input;
  private final PackHeader header;
  private final PackFooter footer;
  private final PackDirectory directory;
  private final Deque<FrameCodec> codecs = new ConcurrentLinkedDeque<>();

  /** A frame that was read and whose list is known, but not yet its content. */
  static final class Frame {
    private final int index;
    private final long offset;
    private final FrameHeader header;
    private final BlockRuns runs;
    private final byte[] bytes;

    Frame(int index, long offset, FrameHeader header, BlockRuns runs, byte[] bytes) {
      this.index = index;
      this.offset = offset;
      this.header = header;
      this.runs = runs;
      this.bytes = bytes;
    }

    int index() {
      return index;
    }

    FrameHeader header() {
      return header;
    }

    BlockRuns runs() {
      return runs;
    }

    /** {@return header, list and payload} */
    byte[] bytes() {
      return bytes;
    }

    /** {@return the same frame without its bytes} */
    Frame withoutBytes() {
      return new Frame(index, offset, header, runs, new byte[0]);
    }

    String where() {
      return PackFile.where(index, offset);
    }

    int payloadAt() {
      return FrameHeader.BYTES + header.listLength();
    }
  }

  private PackFile(PackInput input, PackHeader header, PackFooter footer, PackDirectory directory) {
    this.input = input;
    this.header = header;
    this.footer = footer;
    this.directory = directory;
  }

  /**
   * Opens a pack: reads its header, its end record and its directory.
   *
   * @param input its bytes; closed with the file, and also if this fails
   * @return the pack
   * @throws PackException if it is no pack, or header, end record or directory are damaged
   * @throws DeviceException if it cannot be read
   */
  public static PackFile open(PackInput input) throws VdoException {
    boolean isOpen = false;
    try {
      var header = readHeader(input);
      ZstdLibrary.load();
      var footer = readFooter(input);
      var file = new PackFile(input, header, footer, readDirectory(input, header, footer));
      isOpen = true;
      return file;
    } finally {
      if (!isOpen) {
        input.close();
      }
    }
  }

  static PackHeader readHeader(PackInput input) throws VdoException {
    var bytes = new byte[PackHeader.BYTES];
    int length = input.read(0, bytes);
    return PackHeader.decode(input.name(), bytes, length);
  }

  private static PackFooter readFooter(PackInput input) throws VdoException {
    var bytes = new byte[PackFooter.BYTES];
    long at = input.sizeBytes() - bytes.length;
    try {
      if (at < PackHeader.BYTES || input.read(at, bytes) < bytes.length) {
        throw new FormatFault("the end record is missing");
      }
      return PackFooter.decode(bytes);
    } catch (FormatFault e) {
      throw new PackException(
          Kind.TRUNCATED,
          "%s: byte %d: %s: the file is truncated or damaged; vdo_unpack --salvage gets out what is left"
              .formatted(input.name(), Math.max(0, at), e.what()));
    }
  }

  private static PackDirectory readDirectory(PackInput input, PackHeader header, PackFooter footer)
      throws VdoException {
    long offset = footer.directoryOffset();
    long end = input.sizeBytes() - PackFooter.BYTES;
    try (var codec = new FrameCodec(header, PackMethod.DEFAULT)) {
      if (offset < PackHeader.BYTES || offset > end - FrameHeader.BYTES) {
        throw new FormatFault("the end record does not lead to a directory");
      }
      var start = new byte[FrameHeader.BYTES];
      readFully(input, offset, start);
      var frame = FrameHeader.decode(start, 0);
      if (frame.kind() != FrameKind.DIRECTORY || frame.totalBytes() != end - offset) {
        throw new FormatFault("the directory is not where it has to be");
      }
      var payload = new byte[frame.payloadLength()];
      readFully(input, offset + FrameHeader.BYTES, payload);
      return PackDirectory.decode(
          codec, frame, payload, 0, PackHeader.BYTES, offset, header.sourceBlocks());
    } catch (FormatFault e) {
      throw PackException.damaged(input.name(), "directory at byte " + offset, e.what());
    }
  }

  static void readFully(PackInput input, long offset, byte[] into)
      throws DeviceException, FormatFault {
    if (input.read(offset, into) < into.length) {
      throw new FormatFault("the file ends inside it");
    }
  }

  /** {@return what the pack is of} */
  public PackHeader header() {
    return header;
  }

  /** {@return the name of the file} */
  public String name() {
    return input.name();
  }

  /** {@return the length of the file, in bytes} */
  public long sizeBytes() {
    return input.sizeBytes();
  }

  /** {@return the header as it stands in the file, which an earlier version may have written} */
  byte[] headerBytes() throws DeviceException {
    var bytes = new byte[PackHeader.BYTES];
    int length = input.read(0, bytes);
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }

  /** {@return the digest that the file says it has, 32 bytes} */
  public byte[] digest() {
    return footer.digest().toArray();
  }

  /** {@return the digest that the file says it has, in hexadecimal} */
  public String digestName() {
    return HexFormat.of().formatHex(footer.digest().toArray());
  }

  PackInput input() {
    return input;
  }

  PackFooter footer() {
    return footer;
  }

  PackDirectory directory() {
    return directory;
  }

  /**
   * {@return a pack whose directory is lost: frames can be read if somebody knows where they are}
   */
  static PackFile withoutDirectory(PackInput input, PackHeader header) {
    return new PackFile(
        input,
        header,
        new PackFooter(input.sizeBytes(), Bytes.zeros(PackHeader.DIGEST_BYTES)),
        new PackDirectory.Builder().build());
  }

  /**
   * Reads a frame and finds out its blocks.
   *
   * @throws PackException if it is damaged, or not what the directory says
   */
  Frame frame(int index) throws VdoException {
    var header = frameHeader(index);
    var read = frame(header, index, directory.offset(index));
    checkLast(index, read.runs());
    return read;
  }

  /**
   * Finds out the blocks of a frame, without its payload.
   *
   * @throws PackException if header or list are damaged, or not what the directory says
   */
  BlockRuns list(int index) throws VdoException {
    var header = frameHeader(index);
    long offset = directory.offset(index);
    var codec = borrow();
    try {
      var bytes = new byte[header.listLength()];
      readFully(input, offset + FrameHeader.BYTES, bytes);
      var runs = codec.decodeList(header, bytes, 0);
      checkLast(index, runs);
      return runs;
    } catch (FormatFault e) {
      throw damaged(index, offset, e);
    } finally {
      codecs.addFirst(codec);
    }
  }

  private FrameHeader frameHeader(int index) throws VdoException {
    long offset = directory.offset(index);
    long next =
        index + 1 < directory.size() ? directory.offset(index + 1) : footer.directoryOffset();
    try {
      var start = new byte[FrameHeader.BYTES];
      readFully(input, offset, start);
      var frame = FrameHeader.decode(start, 0);
      if (frame.totalBytes() != next - offset
          || frame.kind() != directory.kind(index)
          || frame.part() != directory.part(index)
          || frame.firstBlock() != directory.firstBlock(index)
          || frame.blocks() != directory.blocks(index)) {
        throw notTheOneNamed();
      }
      return frame;
    } catch (FormatFault e) {
      throw damaged(index, offset, e);
    }
  }

  private void checkLast(int index, BlockRuns runs) throws PackException {
    if (runs.last() != directory.lastBlock(index)) {
      throw damaged(index, directory.offset(index), notTheOneNamed());
    }
  }

  private static FormatFault notTheOneNamed() {
    return new FormatFault("the frame is not the one that the directory names");
  }

  /** {@return where a frame is, for a message} */
  String where(int index) {
    return where(index, directory.offset(index));
  }

  private static String where(int index, long offset) {
    return "frame " + index + " at byte " + offset;
  }

  /**
   * Reads a frame whose header is known and finds out its blocks.
   *
   * @throws PackException if it is damaged
   */
  Frame frame(FrameHeader frame, int index, long offset) throws VdoException {
    var codec = borrow();
    try {
      var bytes = new byte[Math.toIntExact(frame.totalBytes())];
      readFully(input, offset, bytes);
      return new Frame(
          index, offset, frame, codec.decodeList(frame, bytes, FrameHeader.BYTES), bytes);
    } catch (FormatFault e) {
      throw damaged(index, offset, e);
    } finally {
      codecs.addFirst(codec);
    }
  }

  private PackException damaged(int index, long offset, FormatFault fault) {
    return PackException.damaged(name(), where(index, offset), fault.what());
  }

  /**
   * {@return the content of the blocks of a frame, one after the other}
   *
   * @param frame a frame of a kind with content
   * @param journal what the recovery journal says
   */
  byte[] content(Frame frame, @Nullable JournalContext journal) throws PackException {
    var codec = borrow();
    try {
      return codec.decode(frame.header(), frame.runs(), frame.bytes(), frame.payloadAt(), journal);
    } catch (FormatFault e) {
      throw PackException.damaged(name(), frame.where(), e.what());
    } finally {
      codecs.addFirst(codec);
    }
  }

  /** {@return why each block of a frame could not be read when the pack was made} */
  String[] texts(Frame frame) throws PackException {
    var codec = borrow();
    try {
      return UnreadableTexts.decode(
          codec.decodeTexts(frame.header(), frame.bytes(), frame.payloadAt()), frame.runs());
    } catch (FormatFault e) {
      throw PackException.damaged(name(), frame.where(), e.what());
    } finally {
      codecs.addFirst(codec);
    }
  }

  private FrameCodec borrow() {
    var codec = codecs.pollFirst();
    return codec == null ? new FrameCodec(header, PackMethod.DEFAULT) : codec;
  }

  /**
   * {@return what the recovery journal of the pack says, null if it is too long to predict from}
   *
   * @throws VdoException if one of its frames is damaged
   */
  @Nullable JournalContext journal() throws VdoException {
    int[] frames = directory.framesOf(FrameKind.RECOVERY_JOURNAL);
    long blocks = 0;
    for (int index : frames) {
      blocks += directory.blocks(index);
    }
    if (blocks > JournalContext.MOST_BLOCKS) {
      return null;
    }
    var content = new byte[(int) blocks * FrameCodec.BLOCK];
    int at = 0;
    for (int index : frames) {
      byte[] part = content(frame(index), null);
      System.arraycopy(part, 0, content, at, part.length);
      at += part.length;
    }
    return JournalContext.of(content, (int) blocks, header);
  }

  @Override
  public void close() throws DeviceException {
    for (var codec = codecs.pollFirst(); codec != null; codec = codecs.pollFirst()) {
      codec.close();
    }
    input.close();
  }
}
