package io.vdotools.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.bytes.Struct;
import io.vdotools.testing.Segments;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Places in journals (format-spec, section 1.5). */
class JournalPointTest {
  @Example
  void theExampleHasTheBytesOfTheFormatDescription() {
    var bytes = Segments.zeros(8);
    Struct.named("point").u64("point").set(bytes, JournalPoint.pack(0x123456, 433));

    assertThat(Segments.hex(bytes, 0, 8)).isEqualTo("b1 01 56 34 12 00 00 00");
    assertThat(JournalPoint.toString(JournalPoint.pack(7, 2))).isEqualTo("(7, 2)");
    assertThat(JournalPoint.pack(0, 0)).isEqualTo(JournalPoint.NONE);
  }

  @Property
  void packingAndUnpackingAreInverse(
      @ForAll @LongRange(max = Limits.SEQUENCE_NUMBERS - 1) long sequence,
      @ForAll @IntRange(max = 0xffff) int entry) {
    long point = JournalPoint.pack(sequence, entry);

    assertThat(JournalPoint.sequenceNumber(point)).isEqualTo(sequence);
    assertThat(JournalPoint.entryIndex(point)).isEqualTo(entry);
  }

  @Property
  void anyBitsAreAPoint(@ForAll long point) {
    assertThat(
            JournalPoint.pack(JournalPoint.sequenceNumber(point), JournalPoint.entryIndex(point)))
        .isEqualTo(point);
    assertThat(JournalPoint.sequenceNumber(point)).isBetween(0L, Limits.SEQUENCE_NUMBERS - 1);
  }

  @Property
  void pointsAreOrderedBySequenceNumberAndThenByEntry(
      @ForAll @LongRange(max = Limits.SEQUENCE_NUMBERS - 1) long sequence,
      @ForAll @IntRange(max = 0xffff) int entry,
      @ForAll @LongRange(max = Limits.SEQUENCE_NUMBERS - 1) long otherSequence,
      @ForAll @IntRange(max = 0xffff) int otherEntry) {
    boolean expected =
        sequence < otherSequence || (sequence == otherSequence && entry < otherEntry);

    assertThat(
            JournalPoint.isBefore(
                JournalPoint.pack(sequence, entry), JournalPoint.pack(otherSequence, otherEntry)))
        .isEqualTo(expected);
  }

  @Example
  void theLargestPointComesLast() {
    long last = JournalPoint.pack(Limits.SEQUENCE_NUMBERS - 1, 0xffff);

    assertThat(JournalPoint.isBefore(JournalPoint.NONE, last)).isTrue();
    assertThat(JournalPoint.isBefore(last, JournalPoint.NONE)).isFalse();
    assertThat(JournalPoint.isBefore(last, last)).isFalse();
  }
}
