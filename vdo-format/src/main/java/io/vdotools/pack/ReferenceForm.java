package io.vdotools.pack;

import io.vdotools.format.BlockSize;
import io.vdotools.format.depot.ReferenceBlock;

/** Reference counts: commit points apart from counts, which are bytes of their own. */
final class ReferenceForm implements BlockForm {
  private static final int BLOCK = FrameCodec.BLOCK;
  private static final int POINTS = 0;
  private static final int COUNTS = 1;
  private static final int COLUMNS = 2;

  @Override
  public int columns() {
    return COLUMNS;
  }

  @Override
  public boolean isPredictable(Place place) {
    return false;
  }

  @Override
  public void encode(Place place, byte[] content, Columns into) {
    long point = 0;
    for (int at = 0; at < place.count() * BLOCK; at += BlockSize.SECTOR) {
      long next = LittleEndian.i64(content, at);
      into.get(POINTS).addSigned(next - point);
      point = next;
      into.get(COUNTS).addAll(content, at + Long.BYTES, ReferenceBlock.COUNTS_PER_SECTOR);
    }
  }

  @Override
  public void decode(Place place, ColumnReader[] from, byte[] content) throws FormatFault {
    long point = 0;
    for (int at = 0; at < place.count() * BLOCK; at += BlockSize.SECTOR) {
      point += from[POINTS].nextSigned();
      LittleEndian.putI64(content, at, point);
      from[COUNTS].next(content, at + Long.BYTES, ReferenceBlock.COUNTS_PER_SECTOR);
    }
    Columns.checkEnded(from);
  }
}
