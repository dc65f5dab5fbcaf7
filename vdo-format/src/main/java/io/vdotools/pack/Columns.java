package io.vdotools.pack;

/** The columns that blocks of one form are taken apart into: a fixed number, in a fixed order. */
final class Columns {
  private final Column[] columns;

  Columns(int count) {
    columns = new Column[count];
    for (int i = 0; i < count; i++) {
      columns[i] = new Column(1 << 10);
    }
  }

  Column get(int index) {
    return columns[index];
  }

  void clear() {
    for (var column : columns) {
      column.clear();
    }
  }

  void encode(ColumnCodec codec, Column into) {
    for (var column : columns) {
      codec.encode(column, into);
    }
  }

  /**
   * {@return readers of columns that were encoded}
   *
   * @param payload all of the columns, and nothing behind them
   * @param budget the most bytes that they may have together, which bounds what is allocated
   */
  static ColumnReader[] decode(int count, ColumnCodec codec, ColumnReader payload, long budget)
      throws FormatFault {
    var readers = new ColumnReader[count];
    long left = budget;
    for (int i = 0; i < count; i++) {
      readers[i] = codec.decode(payload, left);
      left -= readers[i].remaining();
    }
    payload.checkEnded("the payload");
    return readers;
  }

  static void checkEnded(ColumnReader[] readers) throws FormatFault {
    for (var reader : readers) {
      reader.checkEnded("a column");
    }
  }
}
