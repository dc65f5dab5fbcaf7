package io.vdotools.xml;

import org.codehaus.stax2.typed.TypedValueDecoder;

/**
 * Decodes digits where they stand in the parser's buffer. What is no number of at most eighteen
 * digits it leaves to somebody who has the time to find out what it is.
 */
final class PlainNumber extends TypedValueDecoder {
  private static final long NOT_PLAIN = -1;

  // That many cannot overflow.
  private static final int MOST_DIGITS = 18;

  private long value;

  /** {@return what was decoded last, -1 if that was no such number} */
  long value() {
    return value;
  }

  @Override
  public void decode(String text) {
    value = NOT_PLAIN;
    decode(text.toCharArray(), 0, text.length());
  }

  @Override
  public void decode(char[] buffer, int start, int end) {
    value = NOT_PLAIN;
    if (start == end || end - start > MOST_DIGITS) {
      return;
    }
    long number = 0;
    for (int i = start; i < end; i++) {
      int digit = buffer[i] - '0';
      if (digit < 0 || digit > 9) {
        return;
      }
      number = 10 * number + digit;
    }
    value = number;
  }

  @Override
  public void handleEmptyValue() {
    value = NOT_PLAIN;
  }
}
