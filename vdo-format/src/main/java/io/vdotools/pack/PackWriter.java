package io.vdotools.pack;

import io.vdotools.VdoException;
import io.vdotools.bytes.Bytes;
import io.vdotools.pack.FrameCodec.EncodedFrame;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Puts frames into a pack, from its first byte to its last, so that it can go to a pipe.
 *
 * <p>Frames of each kind come in the order of their blocks. Blocks of zeros and unreadable ones are
 * gathered and listed at the end.
 */
public final class PackWriter {
  // What a pack lists as unreadable in one frame.
  private static final int UNREADABLE_PER_FRAME = 256;
  private static final int LONGEST_TEXT = 120;

  private final PackHeader header;
  private final PackOutput output;
  private final MessageDigest digest = sha256();
  private final PackDirectory.Builder directory = new PackDirectory.Builder();
  private final RunList zeros = new RunList();
  private final List<Unreadable> unreadable = new ArrayList<>();
  private long offset;

  /** Neighbours that cannot be read for one reason. */
  private record Unreadable(long first, long blocks, String reason) {}

  /**
   * Begins a pack.
   *
   * @param header what it is the pack of
   * @param output takes the bytes
   * @throws VdoException if the output fails
   */
  public PackWriter(PackHeader header, PackOutput output) throws VdoException {
    this.header = header;
    this.output = output;
    write(header.encode());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private void write(byte[] bytes) throws VdoException {
    output.write(bytes);
    digest.update(bytes);
    offset += bytes.length;
  }

  /**
   * Adds a frame.
   *
   * @param frame its blocks come after those of the last frame of its kind
   * @throws VdoException if the output fails
   */
  public void add(EncodedFrame frame) throws VdoException {
    directory.add(frame.header(), offset, frame.lastBlock());
    write(frame.bytes());
  }

  /**
   * Remembers a block that belongs to the pack and is all zeros.
   *
   * @param block a block of the device
   */
  public void addZero(long block) {
    zeros.add(block, 1);
  }

  /**
   * Remembers a block that belongs to the pack and cannot be read.
   *
   * @param block a block of the device
   * @param reason why, in words
   */
  public void addUnreadable(long block, String reason) {
    String text = oneLine(reason);
    if (!unreadable.isEmpty()) {
      var last = unreadable.getLast();
      if (last.first() + last.blocks() == block && last.reason().equals(text)) {
        unreadable.set(
            unreadable.size() - 1, new Unreadable(last.first(), last.blocks() + 1, text));
        return;
      }
    }
    unreadable.add(new Unreadable(block, 1, text));
  }

  /** {@return how many bytes were written} */
  public long bytes() {
    return offset;
  }

  /**
   * Ends the pack.
   *
   * @return its digest
   * @throws VdoException if the output fails
   */
  public byte[] finish() throws VdoException {
    try (var codec = new FrameCodec(header, PackMethod.DEFAULT)) {
      addZeros(codec);
      addUnreadable(codec);
      long end = offset;
      write(directory.build().encode(codec, end).bytes());
      var start = PackFooter.start(end);
      digest.update(start);
      var footer = new PackFooter(end, Bytes.copyOf(digest.digest()));
      output.write(footer.encode());
      offset += PackFooter.BYTES;
      return footer.digest().toArray();
    }
  }

  private void addZeros(FrameCodec codec) throws VdoException {
    zeros.sort();
    int from = 0;
    long blocks = 0;
    for (int i = 0; i < zeros.size(); i++) {
      long length = zeros.length()[i];
      if (i > from
          && (i - from == BlockRuns.MOST_RUNS || blocks + length > BlockRuns.MOST_BLOCKS)) {
        add(codec.encodeList(FrameKind.ZERO, 0, BlockRuns.of(zeros, from, i)));
        from = i;
        blocks = 0;
      }
      blocks += length;
    }
    if (from < zeros.size()) {
      add(codec.encodeList(FrameKind.ZERO, 0, BlockRuns.of(zeros, from, zeros.size())));
    }
  }

  private void addUnreadable(FrameCodec codec) throws VdoException {
    unreadable.sort(Comparator.comparingLong(Unreadable::first));
    for (int from = 0; from < unreadable.size(); from += UNREADABLE_PER_FRAME) {
      var some = unreadable.subList(from, Math.min(from + UNREADABLE_PER_FRAME, unreadable.size()));
      var texts = new StringBuilder();
      var runs = new RunList();
      for (var run : some) {
        texts.append(run.blocks()).append(' ').append(run.reason()).append('\n');
        runs.add(run.first(), run.blocks());
      }
      add(
          codec.encodeTexts(
              BlockRuns.of(runs, 0, runs.size()),
              texts.toString().getBytes(StandardCharsets.US_ASCII)));
    }
  }

  /** {@return a text without anything that a terminal would obey} */
  static String oneLine(String text) {
    String line = text.replaceAll("[^\\x20-\\x7e]", "?");
    return line.length() <= LONGEST_TEXT ? line : line.substring(0, LONGEST_TEXT);
  }
}
