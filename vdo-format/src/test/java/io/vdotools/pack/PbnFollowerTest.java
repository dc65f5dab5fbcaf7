package io.vdotools.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The format says how numbers follow from columns, one by one; stretches have to agree. */
class PbnFollowerTest {
  private static final int COLUMNS = PbnPredictor.COLUMNS;
  private static final int PLACES = 8;
  private static final long MASK = (1L << 36) - 1;

  /** {@return the numbers of columns by the words of the format} */
  private static long[] byTheFormat(Columns columns, PbnRange range, int count) throws FormatFault {
    var readers = readers(columns);
    var places = new ArrayList<>(Collections.nCopies(PLACES, range.base()));
    var numbers = new long[count];
    for (int i = 0; i < count; i++) {
      int symbol = readers[0].next();
      long number;
      long expected;
      if (symbol == 2 * PLACES) {
        var next = new long[1];
        range.next(next, 1, readers, 3);
        number = next[0];
        expected = number + 1;
        places.removeLast();
      } else {
        long zigzag = symbol < PLACES ? 0 : readers[1].next() | (long) readers[2].next() << 8;
        long difference = (zigzag >>> 1) ^ -(zigzag & 1);
        long before = places.remove(symbol % PLACES);
        number = (before + difference) & MASK;
        expected = before + (difference >> 3) + 1;
      }
      places.addFirst(expected);
      numbers[i] = number;
    }
    return numbers;
  }

  private static ColumnReader[] readers(Columns columns) {
    var readers = new ColumnReader[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
      readers[i] = new ColumnReader(columns.get(i).toArray());
    }
    return readers;
  }

  private static long[] decoded(Columns columns, PbnRange range, int count, Random random)
      throws FormatFault {
    var readers = readers(columns);
    var predictor = new PbnPredictor(PbnPredictor.Way.SLOWLY, range, 1, 0);
    var numbers = new long[count];
    for (int done = 0; done < count; ) {
      // However many are taken at once.
      var some = new long[Math.min(count - done, 1 + random.nextInt(812))];
      predictor.decode(some, some.length, readers);
      System.arraycopy(some, 0, numbers, done, some.length);
      done += some.length;
    }
    Columns.checkEnded(readers);
    return numbers;
  }

  /** Numbers of a few zones, now and then of others, and some that only look near. */
  private static long[] numbers(Random random, PbnRange range) {
    var zones = new long[1 + random.nextInt(12)];
    long most = 1L << range.bits();
    for (int i = 0; i < zones.length; i++) {
      zones[i] = random.nextLong(most);
    }
    int jitter = List.of(1, 8, 100, 700, 4000).get(random.nextInt(5));
    int rare = List.of(2, 30, 1000).get(random.nextInt(3));
    var numbers = new long[random.nextInt(3000)];
    for (int i = 0; i < numbers.length; i++) {
      int zone = random.nextInt(zones.length);
      if (random.nextInt(rare) == 0) {
        zones[zone] =
            switch (random.nextInt(3)) {
              case 0 -> zones[zone] + (1L << 32);
              case 1 -> zones[zone] + random.nextLong(1 << 17) - (1 << 16);
              default -> random.nextLong(most);
            };
      }
      zones[zone] = (zones[zone] + 1) & (most - 1);
      numbers[i] = range.base() + ((zones[zone] + random.nextInt(jitter)) & (most - 1));
    }
    return numbers;
  }

  @Property(tries = 500)
  void numbersComeBackByEitherReader(@ForAll long seed) throws FormatFault {
    var random = new Random(seed);
    var range = new PbnRange(random.nextInt(5000), List.of(12, 20, 35).get(random.nextInt(3)));
    long[] numbers = numbers(random, range);
    var columns = new Columns(COLUMNS);
    var predictor = new PbnPredictor(PbnPredictor.Way.SLOWLY, range, 1, 0);
    for (int done = 0; done < numbers.length; ) {
      int count = Math.min(numbers.length - done, 1 + random.nextInt(812));
      predictor.encode(numbers, done, count, columns);
      done += count;
    }

    assertThat(byTheFormat(columns, range, numbers.length)).isEqualTo(numbers);
    assertThat(decoded(columns, range, numbers.length, random)).isEqualTo(numbers);
  }

  @Property(tries = 500)
  void whateverIsInTheColumnsIsReadByTheFormat(@ForAll long seed) throws FormatFault {
    var random = new Random(seed);
    var range = new PbnRange(random.nextInt(5000), 36);
    var columns = new Columns(COLUMNS);
    int count = random.nextInt(3000);
    int rareSymbols = List.of(2, 50, 2000).get(random.nextInt(3));
    int rareDifferences = List.of(2, 50, 2000).get(random.nextInt(3));
    for (int i = 0; i < count; i++) {
      int symbol =
          random.nextInt(rareSymbols) == 0 ? random.nextInt(17) : PLACES + random.nextInt(4);
      columns.get(0).add(symbol);
      if (symbol == 2 * PLACES) {
        range.add(new long[] {random.nextLong()}, 0, 1, columns, 3);
      } else if (symbol >= PLACES) {
        columns.get(1).add(random.nextInt(256));
        columns.get(2).add(random.nextInt(random.nextInt(rareDifferences) == 0 ? 256 : 4));
      }
    }

    assertThat(decoded(columns, range, count, random))
        .isEqualTo(byTheFormat(columns, range, count));
  }

  @Property(tries = 200)
  void columnsThatEndTooEarlyAreRefused(@ForAll long seed) {
    var random = new Random(seed);
    var columns = new Columns(COLUMNS);
    int count = 1 + random.nextInt(500);
    columns.get(0).addRepeated(PLACES + random.nextInt(8), count);
    int missing = 1 + random.nextInt(2);
    columns.get(missing).addRepeated(1, random.nextInt(count));
    columns.get(3 - missing).addRepeated(1, count);
    assertThatThrownBy(() -> decoded(columns, new PbnRange(0, 20), count, random))
        .isInstanceOf(FormatFault.class);
  }
}
