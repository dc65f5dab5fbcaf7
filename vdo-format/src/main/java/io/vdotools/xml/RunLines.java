package io.vdotools.xml;

import io.vdotools.model.MappingBatch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A document in which one empty element stands for many: lines that are each a run of mappings, in
 * the very form in which dumps are written, are taken out of what a parser gets to read, and kept
 * as numbers. A parser takes many times as long for them, and a dump has millions.
 *
 * <p>What is taken out is whole lines of nothing but an empty element, and what stands for them is
 * such a line, too, with an element of the same name. So a parser comes to the same conclusions,
 * wherever in the document they stand, in a comment or in another element. It cannot be deceived by
 * a document that has such an element itself: what matters is in which line that is.
 *
 * <p>Lines are left as they are in documents that do not begin as dumps do, from the first carriage
 * return on, as that may end a line, and while too many are kept.
 */
final class RunLines extends InputStream {
  private static final int BUFFER_BYTES = 1 << 17;

  /** Runs of which a parser has not come to the element that stands for them. */
  private static final int MOST_KEPT = 64;

  private static final byte[] DATA_ELEMENT = element(Names.DATA);
  private static final byte[] ZEROS_ELEMENT = element(Names.ZEROS);
  private static final byte[] FRAGMENTS_ELEMENT = element(Names.FRAGMENTS);

  private static final byte[] DECLARATION =
      "<?xml version='1.0' encoding='UTF-8'?>".getBytes(StandardCharsets.US_ASCII);

  /** In which column of its line an element begins. */
  private static final int COLUMN = PlainElements.INDENT.length() + 1;

  /** A place in the document; lines and columns are counted from 1. */
  record Place(int line, int column) {}

  /** Consecutive lines, each a run. */
  static final class Lines {
    private final MappingBatch runs = new MappingBatch();
    private int count;
    // The number of the line that stands for them, among those that are passed on.
    private long passedLine;
    // How many lines before that one have not been passed on.
    private long missingBefore;
    // Of the last of them, and of what stands for it.
    private int lastLength;
    private int passedLength;

    /** {@return what they say} */
    MappingBatch runs() {
      return runs;
    }

    /**
     * {@return where the element of one of them begins in the document}
     *
     * @param index which of the runs
     */
    Place place(int index) {
      return new Place(number(passedLine + missingBefore + index), COLUMN);
    }

    private long missingBehind() {
      return missingBefore + count - 1;
    }
  }

  private final InputStream source;
  // There is room behind the end, so that each line can be looked at as if it were the longest.
  private final byte[] buffer = new byte[BUFFER_BYTES + RunLine.LONGEST];
  private int at;
  private int end;
  private boolean isAtEndOfSource;
  private @Nullable IOException failure;
  private boolean isBegun;
  private boolean isTaking = true;
  private boolean isLineStart;
  private long passedLine = 1;

  private byte[] element = {};
  private int elementAt;

  // Whose elements the parser has not come to, and those that can be used for others.
  private final ArrayDeque<Lines> kept = new ArrayDeque<>();
  private final ArrayDeque<Lines> spare = new ArrayDeque<>();
  private @Nullable Lines met;
  // How many lines before those that are kept have not been passed on.
  private long missing;

  RunLines(InputStream source) {
    this.source = source;
  }

  private static byte[] element(String name) {
    return (PlainElements.INDENT + "<" + name + "/>\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static int number(long line) {
    return (int) Math.min(line, Integer.MAX_VALUE);
  }

  /**
   * {@return a place in the document}
   *
   * @param passed its line among those that were passed on
   * @param column its column there
   */
  Place placeOf(int passed, int column) {
    if (met != null && met.passedLine >= passed) {
      return placeOf(passed, column, met);
    }
    long before = missing;
    for (var lines : kept) {
      if (lines.passedLine >= passed) {
        return placeOf(passed, column, lines);
      }
      before = lines.missingBehind();
    }
    return new Place(number(passed + before), column);
  }

  /** {@return a place before some lines, or in the one that stands for them} */
  private static Place placeOf(int passed, int column, Lines lines) {
    // In that one, what comes behind the element comes behind the last of the lines.
    return passed == lines.passedLine && column >= lines.passedLength
        ? new Place(
            number(passed + lines.missingBehind()), column + lines.lastLength - lines.passedLength)
        : new Place(number(passed + lines.missingBefore), column);
  }

  /** {@return whether there can be an element that stands for lines} */
  boolean isKeeping() {
    return !kept.isEmpty();
  }

  /**
   * {@return the lines that an element stands for, valid until the next call; null if it stands for
   * itself}
   *
   * @param passed the number of the line, among those that were passed on, where it begins
   */
  @Nullable Lines at(int passed) {
    if (met != null) {
      spare.add(met);
      met = null;
    }
    while (!kept.isEmpty() && kept.getFirst().passedLine <= passed) {
      var lines = kept.removeFirst();
      missing = lines.missingBehind();
      if (lines.passedLine == passed) {
        met = lines;
        return lines;
      }
      spare.add(lines);
    }
    return null;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /** Passes on no more than one element that stands for lines, so that few of them are kept. */
  @Override
  public int read(byte[] into, int start, int length) throws IOException {
    Objects.checkFromIndexSize(start, length, into.length);
    begin();
    int done = 0;
    while (done < length) {
      if (elementAt < element.length) {
        int count = Math.min(length - done, element.length - elementAt);
        System.arraycopy(element, elementAt, into, start + done, count);
        elementAt += count;
        return done + count;
      }
      boolean mayTake = isLineStart && isTaking && kept.size() < MOST_KEPT;
      if (mayTake ? isLineCutOff() : at == end) {
        if (done > 0) {
          break;
        }
        fill(mayTake ? RunLine.LONGEST : 1);
      }
      if (at == end) {
        if (failure != null && done == 0) {
          throw failure;
        }
        break;
      }
      if (!mayTake || !takeLines()) {
        done += passOn(into, start + done, length - done);
      }
    }
    return done > 0 || length == 0 ? done : -1;
  }

  private void begin() {
    if (!isBegun) {
      isBegun = true;
      fill(DECLARATION.length);
      isTaking =
          end >= DECLARATION.length
              && Arrays.equals(buffer, 0, DECLARATION.length, DECLARATION, 0, DECLARATION.length);
    }
  }

  private boolean isLineCutOff() {
    return !isAtEndOfSource && end - at < RunLine.LONGEST;
  }

  /** Reads until there are so many bytes, or no more of them. */
  private void fill(int least) {
    System.arraycopy(buffer, at, buffer, 0, end - at);
    end -= at;
    at = 0;
    while (end < least && !isAtEndOfSource) {
      int count;
      try {
        count = source.read(buffer, end, BUFFER_BYTES - end);
      } catch (IOException e) {
        // What was read before it comes first.
        failure = e;
        count = -1;
      }
      isAtEndOfSource = count < 0;
      end += Math.max(count, 0);
    }
    if (isAtEndOfSource) {
      Arrays.fill(buffer, end, end + RunLine.LONGEST, (byte) 0);
    }
  }

  /** Passes on bytes up to the end of a line, or less. */
  private int passOn(byte[] into, int start, int length) {
    int most = Math.min(length, end - at);
    int count = isTaking ? upToEndOfLine(most) : most;
    System.arraycopy(buffer, at, into, start, count);
    at += count;
    return count;
  }

  private int upToEndOfLine(int most) {
    isLineStart = false;
    for (int i = 0; i < most; i++) {
      if (buffer[at + i] == '\n') {
        isLineStart = true;
        passedLine++;
        return i + 1;
      }
      if (buffer[at + i] == '\r') {
        isTaking = false;
        return i + 1;
      }
    }
    return most;
  }

  /** {@return whether there were lines to take, and an element for them is to be passed on} */
  private boolean takeLines() {
    byte[] name =
        switch (buffer[at + PlainElements.INDENT.length() + 1]) {
          case 'd' -> DATA_ELEMENT;
          case 'z' -> ZEROS_ELEMENT;
          default -> FRAGMENTS_ELEMENT;
        };
    var lines = spare.isEmpty() ? new Lines() : spare.removeLast();
    var runs = lines.runs;
    runs.clear();
    int last = 0;
    for (int length = RunLine.take(buffer, at, runs); length > 0; ) {
      last = length;
      at += length;
      if (isLineCutOff()) {
        fill(RunLine.LONGEST);
      }
      length = runs.isFull() ? 0 : RunLine.take(buffer, at, runs);
    }
    if (last == 0) {
      spare.add(lines);
      return false;
    }
    lines.count = runs.size();
    lines.missingBefore = kept.isEmpty() ? missing : kept.getLast().missingBehind();
    lines.passedLine = passedLine++;
    lines.lastLength = last;
    lines.passedLength = name.length;
    kept.add(lines);
    element = name;
    elementAt = 0;
    return true;
  }
}
