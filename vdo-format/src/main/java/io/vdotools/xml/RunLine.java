package io.vdotools.xml;

import io.vdotools.bytes.AsciiScan;
import io.vdotools.bytes.AsciiText;
import io.vdotools.model.MappingBatch;

/** A line that is a run of mappings, in the very form that {@link PlainElements} gives it. */
final class RunLine {
  /** How many bytes may be looked at: a start, four numbers, and the text behind each of them. */
  static final int LONGEST = 12 * AsciiScan.MOST_AHEAD;

  private static final AsciiText DATA = AsciiText.of(PlainElements.start(Names.DATA));
  private static final AsciiText ZEROS = AsciiText.of(PlainElements.start(Names.ZEROS));
  private static final AsciiText FRAGMENTS = AsciiText.of(PlainElements.start(Names.FRAGMENTS));
  private static final AsciiText BLOCKS = PlainElements.attribute(Names.BLOCKS);
  private static final AsciiText PBN = PlainElements.attribute(Names.PBN);
  private static final AsciiText FRAGMENT = PlainElements.attribute(Names.FRAGMENT);
  private static final AsciiText END = AsciiText.of("\"/>\n");

  private RunLine() {}

  /**
   * Adds the run that a line is, unless it is in another form, whatever it means then.
   *
   * @param bytes holds the line, with at least {@link #LONGEST} bytes from its start on
   * @param start where it starts
   * @param runs takes the run; there must be room
   * @return the length of the line, 0 if it is in another form
   */
  static int take(byte[] bytes, int start, MappingBatch runs) {
    boolean isData = AsciiScan.isAt(bytes, start, DATA);
    boolean isFragments = !isData && AsciiScan.isAt(bytes, start, FRAGMENTS);
    if (!isData && !isFragments && !AsciiScan.isAt(bytes, start, ZEROS)) {
      return 0;
    }
    int at = start + (isData ? DATA : isFragments ? FRAGMENTS : ZEROS).length();
    long lbn = number(bytes, at);
    at += AsciiScan.digits(bytes, at);
    long count = 1;
    if (AsciiScan.isAt(bytes, at, BLOCKS)) {
      at += BLOCKS.length();
      count = number(bytes, at);
      at += AsciiScan.digits(bytes, at);
    }
    long pbn = 0;
    if (isData || isFragments) {
      if (!AsciiScan.isAt(bytes, at, PBN)) {
        return 0;
      }
      at += PBN.length();
      pbn = number(bytes, at);
      at += AsciiScan.digits(bytes, at);
    }
    long fragment = 0;
    if (isFragments) {
      if (!AsciiScan.isAt(bytes, at, FRAGMENT)) {
        return 0;
      }
      at += FRAGMENT.length();
      fragment = number(bytes, at);
      at += AsciiScan.digits(bytes, at);
    }
    boolean isWhole =
        (lbn | count | pbn | fragment) >= 0
            && fragment <= Integer.MAX_VALUE
            && AsciiScan.isAt(bytes, at, END);
    if (!isWhole) {
      return 0;
    }
    if (isData) {
      runs.addData(lbn, count, pbn);
    } else if (isFragments) {
      runs.addFragments(lbn, count, pbn, (int) fragment);
    } else {
      runs.addZeros(lbn, count);
    }
    return at + END.length() - start;
  }

  /** {@return the number that stands at a place, -1 if none does, or one that may be too large} */
  private static long number(byte[] bytes, int at) {
    int digits = AsciiScan.digits(bytes, at);
    return digits > 0 && digits <= AsciiScan.MOST_DIGITS ? AsciiScan.number(bytes, at, digits) : -1;
  }
}
