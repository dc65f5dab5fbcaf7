package io.vdotools.pack;

import io.vdotools.pack.PbnPredictor.Way;
import org.jspecify.annotations.Nullable;

/**
 * Tells physical block numbers that were told before by their age in a {@link PbnMemory}; a {@link
 * PbnPredictor} tells the new ones.
 *
 * <p>Duplicates and fragments of one compressed block name a block again that was named shortly
 * before. Wherever blocks lie, the same pattern of sharing so gives the same bytes.
 */
final class PbnRecall {
  /** The columns that numbers fill, from the first on. */
  static final int COLUMNS = 2 + PbnPredictor.COLUMNS;

  private static final int SYMBOLS = 0;
  private static final int AGES = 1;
  private static final int NEW_NUMBERS = 2;

  // A symbol is 0 for a new number, else the age, where this is less than that. From here on it has
  // the upper bits of what the age is more; the lower byte stands in a column of its own.
  private static final int LONG = 240;

  /** The greatest age that symbols have room for. */
  static final int OLDEST = LONG + (1 << Byte.SIZE) * ((1 << Byte.SIZE) - LONG) - 1;

  /**
   * How numbers are told.
   *
   * @param recalls whether any is told by its age
   * @param way in which others are told
   */
  record Method(boolean recalls, Way way) {
    private static final int RECALLS = 8;

    /** {@return the method with a code} */
    static Method of(int code) throws FormatFault {
      return new Method((code & RECALLS) != 0, Way.of(code & ~RECALLS));
    }

    /** {@return the code} */
    int code() {
      return way.code() | (recalls ? RECALLS : 0);
    }
  }

  private final @Nullable PbnMemory memory;
  private final PbnAges known = new PbnAges(OLDEST);
  private final PbnPredictor predictor;
  private final int firstColumn;
  private final int[] told = new int[PbnRange.MOST_NUMBERS];
  private final long[] fresh = new long[PbnRange.MOST_NUMBERS + 1];

  /**
   * @param method how to tell numbers
   * @param range of numbers that nothing tells
   * @param firstColumn the first of the columns that numbers fill, or come from
   */
  PbnRecall(Method method, PbnRange range, int firstColumn) {
    this.memory = method.recalls ? new PbnMemory() : null;
    this.predictor = new PbnPredictor(method.way, range, 1, firstColumn + NEW_NUMBERS);
    this.firstColumn = firstColumn;
  }

  /**
   * Adds numbers, at most {@link PbnRange#MOST_NUMBERS} at once.
   *
   * @param pbns hold them
   * @param first where they begin
   * @param count how many there are
   */
  void encode(long[] pbns, int first, int count, Columns into) {
    if (memory == null) {
      predictor.encode(pbns, first, count, into);
      return;
    }
    int[] agesOf = told;
    int freshCount = known.ages(pbns, first, count, agesOf, fresh);
    int longCount = 0;
    var symbolColumn = into.get(firstColumn + SYMBOLS);
    var ageColumn = into.get(firstColumn + AGES);
    byte[] symbols = symbolColumn.room(count);
    byte[] ages = ageColumn.room(count);
    int symbolAt = symbolColumn.size();
    int ageAt = ageColumn.size();
    for (int i = 0; i < count; i++) {
      int age = agesOf[i];
      int beyond = age - LONG;
      int isLong = isLong(age);
      symbols[symbolAt + i] = (byte) (age - isLong * (beyond - (beyond >> Byte.SIZE)));
      ages[ageAt + longCount] = (byte) beyond;
      longCount += isLong;
    }
    symbolColumn.added(count);
    ageColumn.added(longCount);
    predictor.encode(fresh, 0, freshCount, into);
  }

  /** Takes the next numbers, at most {@link PbnRange#MOST_NUMBERS} at once. */
  void decode(long[] pbns, int count, ColumnReader[] from) throws FormatFault {
    if (memory == null) {
      predictor.decode(pbns, count, from);
      return;
    }
    var symbolColumn = from[firstColumn + SYMBOLS];
    int at = symbolColumn.position();
    symbolColumn.skip(count);
    byte[] symbols = symbolColumn.bytes();
    var ageColumn = from[firstColumn + AGES];
    byte[] ages = ageColumn.bytes();
    int ageAt = ageColumn.position();
    int mostLong = ageColumn.remaining();
    int longCount = 0;
    int freshCount = 0;
    for (int i = 0; i < count; i++) {
      int symbol = symbols[at + i] & 0xff;
      int isLong = isLong(symbol);
      int lower = longCount < mostLong ? ages[ageAt + longCount] & 0xff : 0;
      // At most 16 bits.
      int age = symbol + isLong * (((symbol - LONG) << Byte.SIZE) - (symbol - LONG) + lower);
      pbns[i] = age;
      longCount += isLong;
      freshCount += PbnMemory.isNew(symbol);
    }
    // Throws if there were fewer than were taken.
    ageColumn.skip(longCount);
    predictor.decode(fresh, freshCount, from);
    memory.recall(pbns, count, fresh, freshCount);
  }

  /** {@return 1 if an age does not stand for itself, else 0} */
  private static int isLong(int age) {
    return (LONG - 1 - age) >>> (Integer.SIZE - 1);
  }
}
