package io.vdotools.pack;

import io.vdotools.VdoException;
import io.vdotools.device.DeviceException;
import io.vdotools.pack.PackFile.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Gets out of a damaged pack what is left. By its directory where there is one, because that says
 * which blocks are missing; else from frame to frame, with a search for the next where one is
 * damaged.
 */
public final class PackSalvage {
  private static final int SEARCHED_BYTES = 1 << 20;

  private final PackInput input;
  private final PackHeader header;
  private @Nullable JournalContext journal;
  private byte[] journalContent = new byte[0];
  private boolean isJournalDamaged;

  private PackSalvage(PackInput input, PackHeader header) {
    this.input = input;
    this.header = header;
  }

  /**
   * Begins with the header, without which nothing can be had.
   *
   * @param input the pack, which the caller closes
   * @return what can be salvaged
   * @throws PackException if there is no usable header
   * @throws VdoException if it cannot be read
   */
  public static PackSalvage open(PackInput input) throws VdoException {
    return new PackSalvage(input, PackFile.readHeader(input));
  }

  /** {@return what the pack is of} */
  public PackHeader header() {
    return header;
  }

  /** {@return the name of the file} */
  public String name() {
    return input.name();
  }

  /**
   * Gets everything out that is whole, and says what is not.
   *
   * @param sink takes both
   * @param progress learns how far it has come
   * @throws VdoException if the file cannot be read, or what it holds not be taken
   */
  public void run(PackSink sink, PackExtraction.Progress progress) throws VdoException {
    try (var file = PackFile.open(unclosed(input))) {
      salvage(file, sink, progress);
    } catch (PackException e) {
      sink.damaged(String.valueOf(e.getMessage()));
      search(sink, progress);
    }
  }

  /** The file is closed by whoever opened it. */
  private static PackInput unclosed(PackInput input) {
    return new PackInput() {
      @Override
      public String name() {
        return input.name();
      }

      @Override
      public long sizeBytes() {
        return input.sizeBytes();
      }

      @Override
      public int read(long offset, byte[] into) throws DeviceException {
        return input.read(offset, into);
      }

      @Override
      public void close() {}
    };
  }

  private void salvage(PackFile file, PackSink sink, PackExtraction.Progress progress)
      throws VdoException {
    var directory = file.directory();
    for (int i = 0; i < directory.size(); i++) {
      Frame frame;
      try {
        frame = file.frame(i);
      } catch (PackException e) {
        isJournalDamaged |= directory.kind(i) == FrameKind.RECOVERY_JOURNAL;
        sink.lost(directory.firstBlock(i), directory.lastBlock(i), directory.blocks(i), why(e));
        continue;
      }
      salvage(file, frame, sink);
      progress.bytes(frame.bytes().length);
    }
  }

  /** {@return the message without the advice, which the user has followed} */
  private String why(PackException e) {
    String message = String.valueOf(e.getMessage());
    int advice = message.indexOf("; vdo_unpack");
    String fact = advice < 0 ? message : message.substring(0, advice);
    String prefix = name() + ": ";
    return fact.startsWith(prefix) ? fact.substring(prefix.length()) : fact;
  }

  private static void lost(BlockRuns runs, String why, PackSink sink) {
    for (int run = 0; run < runs.runs(); run++) {
      long first = runs.runStart(run);
      sink.lost(first, first + runs.runLength(run) - 1, runs.runLength(run), why);
    }
  }

  private void deliver(PackFile file, Frame frame, PackSink sink) throws VdoException {
    if (frame.header().kind() == FrameKind.RECOVERY_JOURNAL) {
      byte[] content = file.content(frame, null);
      int blocks = (journalContent.length + content.length) / FrameCodec.BLOCK;
      if (blocks <= JournalContext.MOST_BLOCKS) {
        var joined = new byte[journalContent.length + content.length];
        System.arraycopy(journalContent, 0, joined, 0, journalContent.length);
        System.arraycopy(content, 0, joined, journalContent.length, content.length);
        journalContent = joined;
      }
      sink.blocks(frame.header().kind(), frame.runs().toArray(), content);
      return;
    }
    boolean isPredicted = frame.header().method() == FrameHeader.PREDICTED;
    // If a part of the journal is lost, what was predicted from it has another checksum.
    PackExtraction.Delivery.of(file, frame, isPredicted ? journal() : null).to(sink);
  }

  private JournalContext journal() {
    var known = journal;
    if (known == null) {
      known = JournalContext.of(journalContent, journalContent.length / FrameCodec.BLOCK, header);
      journal = known;
    }
    return known;
  }

  /** From frame to frame, without a directory. */
  private void search(PackSink sink, PackExtraction.Progress progress) throws VdoException {
    long offset = PackHeader.BYTES;
    long end = input.sizeBytes();
    int index = 0;
    try (var file = PackFile.withoutDirectory(unclosed(input), header)) {
      while (offset < end) {
        FrameHeader next = headerAt(offset);
        if (next == null) {
          long found = nextFrame(offset + 1, end);
          if (offset < end - PackFooter.BYTES || found < end) {
            sink.damaged(
                "bytes " + offset + " to " + (found - 1) + " of the file hold no whole frame");
          }
          progress.bytes(found - offset);
          offset = found;
          continue;
        }
        if (next.kind() == FrameKind.DIRECTORY) {
          return;
        }
        salvage(file, next, index++, offset, sink);
        progress.bytes(next.totalBytes());
        offset += next.totalBytes();
      }
      sink.damaged("the end of the file is missing, and with it whatever came behind");
    }
  }

  private void salvage(PackFile file, FrameHeader next, int index, long offset, PackSink sink)
      throws VdoException {
    Frame frame;
    try {
      frame = file.frame(next, index, offset);
    } catch (PackException e) {
      sink.damaged(next.blocks() + " blocks from block " + next.firstBlock() + " on: " + why(e));
      return;
    }
    salvage(file, frame, sink);
  }

  private void salvage(PackFile file, Frame frame, PackSink sink) throws VdoException {
    try {
      deliver(file, frame, sink);
    } catch (PackException e) {
      isJournalDamaged |= frame.header().kind() == FrameKind.RECOVERY_JOURNAL;
      boolean isPredicted = frame.header().method() == FrameHeader.PREDICTED;
      lost(
          frame.runs(),
          isPredicted && isJournalDamaged
              ? frame.where() + ": was predicted from the recovery journal, a part of which is lost"
              : why(e),
          sink);
    }
  }

  /** {@return the header of the frame that begins at a place, null if none does} */
  private @Nullable FrameHeader headerAt(long offset) throws VdoException {
    var bytes = new byte[FrameHeader.BYTES];
    try {
      PackFile.readFully(input, offset, bytes);
      var frame = FrameHeader.decode(bytes, 0);
      return frame.totalBytes() <= input.sizeBytes() - offset ? frame : null;
    } catch (FormatFault _) {
      return null;
    }
  }

  /** {@return where the next frame begins, the end of the file if none does} */
  private long nextFrame(long from, long end) throws VdoException {
    var bytes = new byte[SEARCHED_BYTES];
    for (long at = from; at < end; at += bytes.length - FrameHeader.BYTES + 1) {
      int length = input.read(at, bytes);
      for (int i = 0; i + FrameHeader.BYTES <= length; i++) {
        if (FrameHeader.mayBegin(bytes, i) && headerAt(at + i) != null) {
          return at + i;
        }
      }
    }
    return end;
  }
}
