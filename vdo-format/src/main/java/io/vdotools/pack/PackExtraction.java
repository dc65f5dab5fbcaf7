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
    new PackExtraction(file, sink).run(progress);
  }

  private void run(Progress progress) throws VdoException {
    digest.update(file.header().encode());
    for (int i = 0; i < file.directory().size(); i++) {
      var frame = file.frame(i);
      digest.update(frame.bytes());
      deliver(
          file, frame, frame.header().method() == FrameHeader.PREDICTED ? journal() : null, sink);
      progress.bytes(frame.bytes().length);
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

  private @Nullable JournalContext journal() throws VdoException {
    if (!isJournalKnown) {
      journal = file.journal();
      isJournalKnown = true;
    }
    return journal;
  }

  /** Hands on what a frame holds. */
  static void deliver(
      PackFile file, PackFile.Frame frame, @Nullable JournalContext journal, PackSink sink)
      throws VdoException {
    var runs = frame.runs();
    switch (frame.header().kind()) {
      case ZERO -> {
        for (int run = 0; run < runs.runs(); run++) {
          sink.zeros(runs.runStart(run), runs.runLength(run));
        }
      }
      case KEPT -> {
        for (int run = 0; run < runs.runs(); run++) {
          sink.kept(runs.runStart(run), runs.runLength(run));
        }
      }
      case UNREADABLE -> {
        String[] texts = file.texts(frame);
        for (int run = 0; run < runs.runs(); run++) {
          sink.unreadable(runs.runStart(run), runs.runLength(run), texts[run]);
        }
      }
      case RECOVERY_JOURNAL,
          START,
          INTERIOR,
          LEAF,
          REFERENCE,
          SLAB_JOURNAL,
          SUMMARY,
          INDEX,
          FOUND,
          DATA ->
          sink.blocks(frame.header().kind(), runs.toArray(), file.content(frame, journal));
      case DIRECTORY -> throw new IllegalStateException("a directory among the frames");
    }
  }
}
