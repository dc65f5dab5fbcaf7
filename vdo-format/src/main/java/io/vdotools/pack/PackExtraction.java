package io.vdotools.pack;

import io.vdotools.VdoException;
import io.vdotools.pack.PackException.Kind;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Gets everything out of a pack, and finds every byte that is not as it was written: each belongs
 * to a checksum, and all of them to the digest.
 */
public final class PackExtraction {
  // So that a thread has something to do while others are waited for.
  private static final int AHEAD = 2;

  private final PackFile file;
  private final PackSink sink;
  private final MessageDigest digest = PackWriter.sha256();
  private @Nullable JournalContext journal;
  private boolean isJournalKnown;

  private PackExtraction(PackFile file, PackSink sink) {
    this.file = file;
    this.sink = sink;
  }

  /** Learns how far an extraction has come. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Some of the file was read.
     *
     * @param bytes how many since the last call
     */
    void bytes(long bytes);
  }

  /**
   * Gets everything out, and fails at the first byte that is wrong.
   *
   * @param file the pack
   * @param sink takes what it holds
   * @param progress learns how far it has come
   * @throws PackException if the pack is damaged
   * @throws VdoException if it cannot be read, or what it holds not be taken
   */
  public static void run(PackFile file, PackSink sink, Progress progress) throws VdoException {
    run(file, sink, progress, 1);
  }

  /**
   * Gets everything out with several threads, and fails at the first byte that is wrong.
   *
   * @param file the pack
   * @param sink takes what it holds, on the thread of the caller
   * @param progress learns how far it has come
   * @param threads how many take frames apart, at least 1; nothing else depends on it
   * @throws PackException if the pack is damaged
   * @throws VdoException if it cannot be read, or what it holds not be taken
   */
  public static void run(PackFile file, PackSink sink, Progress progress, int threads)
      throws VdoException {
    new PackExtraction(file, sink).run(progress, threads);
  }

  private void run(Progress progress, int threads) throws VdoException {
    PackOverlaps.check(file);
    digest.update(file.headerBytes());
    // Few are ahead of those that are delivered: each has a mebibyte or two.
    try (var work = new OrderedWork(threads, threads + AHEAD)) {
      for (int i = 0; i < file.directory().size(); i++) {
        var frame = frame(i, work);
        digest.update(frame.bytes());
        boolean isPredicted = frame.header().method() == FrameHeader.PREDICTED;
        var told = isPredicted ? journal() : null;
        int length = frame.bytes().length;
        OrderedWork.Taker<Delivery> taker =
            delivery -> {
              delivery.to(sink);
              progress.bytes(length);
            };
        if (threads == 1) {
          taker.take(Delivery.of(file, frame, told));
        } else {
          work.submit(() -> Delivery.of(file, frame, told), taker);
        }
      }
      work.finish();
    }
    long end = file.footer().directoryOffset();
    var rest = new byte[Math.toIntExact(file.sizeBytes() - PackFooter.BYTES - end)];
    try {
      PackFile.readFully(file.input(), end, rest);
    } catch (FormatFault e) {
      throw PackException.damaged(file.name(), "directory at byte " + end, e.what());
    }
    digest.update(rest);
    digest.update(PackFooter.start(end));
    if (!Arrays.equals(digest.digest(), file.footer().digest().toArray())) {
      throw new PackException(
          Kind.DAMAGED,
          file.name() + ": all frames are whole, but together they have another digest");
    }
  }

  /** {@return a frame; what is wrong with those before it is more to the point} */
  private PackFile.Frame frame(int index, OrderedWork work) throws VdoException {
    try {
      return file.frame(index);
    } catch (VdoException e) {
      work.finish();
      throw e;
    }
  }

  private @Nullable JournalContext journal() throws VdoException {
    if (!isJournalKnown) {
      journal = file.journal();
      isJournalKnown = true;
    }
    return journal;
  }

  /** What a frame holds, ready to be handed on. */
  static final class Delivery {
    private final PackFile.Frame frame;
    private final byte[] content;
    private final String[] texts;

    private Delivery(PackFile.Frame frame, byte[] content, String[] texts) {
      this.frame = frame.withoutBytes();
      this.content = content;
      this.texts = texts;
    }

    /** {@return what a frame holds} */
    static Delivery of(PackFile file, PackFile.Frame frame, @Nullable JournalContext journal)
        throws PackException {
      var kind = frame.header().kind();
      boolean hasTexts = kind == FrameKind.UNREADABLE;
      return new Delivery(
          frame,
          kind.form().hasContent() ? file.content(frame, journal) : new byte[0],
          hasTexts ? file.texts(frame) : new String[0]);
    }

    /** Hands it on. */
    void to(PackSink sink) throws VdoException {
      var runs = frame.runs();
      var kind = frame.header().kind();
      if (kind.form().hasContent()) {
        sink.blocks(kind, runs.toArray(), content);
        return;
      }
      for (int run = 0; run < runs.runs(); run++) {
        switch (kind) {
          case ZERO -> sink.zeros(runs.runStart(run), runs.runLength(run));
          case KEPT -> sink.kept(runs.runStart(run), runs.runLength(run));
          case UNREADABLE -> sink.unreadable(runs.runStart(run), runs.runLength(run), texts[run]);
          default -> throw new IllegalStateException(kind + " among the frames");
        }
      }
    }
  }
}
