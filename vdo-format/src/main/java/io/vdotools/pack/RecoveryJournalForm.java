package io.vdotools.pack;

import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.pack.JournalLayout.Generation;
import io.vdotools.pack.PbnPredictor.Way;

/**
 * Blocks of the recovery journal: what follows from the block before is left out, and entries are
 * taken apart by {@link EntryEncoder}.
 */
final class RecoveryJournalForm implements BlockForm {
  private static final int BLOCK = FrameCodec.BLOCK;

  static final int PARAMETERS = 0;
  private static final int KINDS = 1;
  private static final int WHOLE = 2;
  private static final int HEADERS = 3;
  private static final int SECTORS = 4;
  private static final int REST = 5;
  static final int FIRST_ENTRY_COLUMN = 6;
  private static final int COLUMNS = FIRST_ENTRY_COLUMN + EntryEncoder.COLUMNS;

  private static final int VERBATIM = 0;
  private static final int SAMPLED_BLOCKS = 16;

  @Override
  public int columns() {
    return COLUMNS;
  }

  /** The numbers of the block before, and what its entries did to them. */
  private static final class Previous {
    private long blockMapHead;
    private long slabJournalHead;
    private long sequence;
    private long logicalUsed;
    private long blockMapData;
  }

  @Override
  public boolean isPredictable(Place place) {
    return false;
  }

  @Override
  public void encode(Place place, byte[] content, Columns into) {
    var range = range(place, content);
    var best = Way.NOWHERE;
    double fewest = Double.MAX_VALUE;
    for (var way : Way.values()) {
      into.clear();
      encode(place, content, Math.min(SAMPLED_BLOCKS, place.count()), way, range, into);
      double bits = EntryEncoder.estimatedBits(into);
      if (bits < fewest * PbnPredictor.WORTH) {
        fewest = bits;
        best = way;
      }
    }
    into.clear();
    encode(place, content, place.count(), best, range, into);
  }

  private static PbnRange range(Place place, byte[] content) {
    var seen = new PbnRange.Seen();
    for (int i = 0; i < place.count(); i++) {
      var generation = JournalLayout.generation(content, i * BLOCK, place.nonce());
      if (generation == null) {
        continue;
      }
      for (int sector = 1; sector < BlockSize.SECTORS_PER_BLOCK; sector++) {
        int count = JournalLayout.sectorCount(content, i * BLOCK, sector);
        for (int j = 0; j < count; j++) {
          int entry = JournalLayout.entryAt(i * BLOCK, sector, j, generation);
          seen.add(JournalLayout.mapping(content, entry));
          if (generation == Generation.CURRENT) {
            seen.add(JournalLayout.unmapping(content, entry));
          }
        }
      }
    }
    return seen.range();
  }

  private static void encode(
      Place place, byte[] content, int count, Way way, PbnRange range, Columns into) {
    into.get(PARAMETERS).add(way.code());
    range.encode(into.get(PARAMETERS));
    var entries = new EntryEncoder(way, range);
    var previous = new Previous();
    for (int i = 0; i < count; i++) {
      int at = i * BLOCK;
      var generation = JournalLayout.generation(content, at, place.nonce());
      if (generation == null) {
        into.get(KINDS).add(VERBATIM);
        into.get(WHOLE).addAll(content, at, BLOCK);
      } else {
        into.get(KINDS).add(generation.symbol);
        encodeHeader(content, at, generation, previous, into.get(HEADERS));
        encodeSectors(content, at, generation, entries, into);
        account(content, at, generation, previous);
      }
    }
  }

  private static void encodeHeader(
      byte[] content, int at, Generation generation, Previous previous, Column headers) {
    headers.addSigned(
        LittleEndian.i64(content, at + JournalLayout.SEQUENCE) - previous.sequence - 1);
    headers.addSigned(
        LittleEndian.i64(content, at + JournalLayout.BLOCK_MAP_HEAD) - previous.blockMapHead);
    headers.addSigned(
        LittleEndian.i64(content, at + JournalLayout.SLAB_JOURNAL_HEAD) - previous.slabJournalHead);
    headers.addSigned(
        LittleEndian.i64(content, at + JournalLayout.LOGICAL_USED) - previous.logicalUsed);
    headers.addSigned(
        LittleEndian.i64(content, at + JournalLayout.BLOCK_MAP_DATA) - previous.blockMapData);
    headers.addSigned(
        generation.blockEntries - (long) LittleEndian.u16(content, at + JournalLayout.COUNT));
    headers.add(content[at + JournalLayout.CHECK]);
    headers.add(content[at + JournalLayout.RECOVERY]);
  }

  private static void encodeSectors(
      byte[] content, int at, Generation generation, EntryEncoder entries, Columns into) {
    var rest = into.get(REST);
    rest.addAll(
        content, at + JournalLayout.HEADER_BYTES, BlockSize.SECTOR - JournalLayout.HEADER_BYTES);
    int remaining = LittleEndian.u16(content, at + JournalLayout.COUNT);
    for (int sector = 1; sector < BlockSize.SECTORS_PER_BLOCK; sector++) {
      int start = at + sector * BlockSize.SECTOR;
      int count = JournalLayout.sectorCount(content, at, sector);
      int told = Math.min(remaining, generation.mostEntries(sector));
      boolean isTold =
          count == told
              && content[start] == (told == 0 ? 0 : content[at + JournalLayout.CHECK])
              && content[start + 1] == (told == 0 ? 0 : content[at + JournalLayout.RECOVERY]);
      into.get(SECTORS).add(isTold ? 0 : 1);
      if (!isTold) {
        into.get(SECTORS).addAll(content, start, JournalLayout.SECTOR_HEADER_BYTES);
      }
      for (int i = 0; i < count; i++) {
        int entry = JournalLayout.entryAt(at, sector, i, generation);
        entries.encode(content, entry, generation, into);
      }
      int end = JournalLayout.entryAt(at, sector, count, generation);
      rest.addAll(content, end, start + BlockSize.SECTOR - end);
      remaining -= Math.min(count, remaining);
    }
  }

  /** Tells the numbers of the next block from this one. */
  private static void account(byte[] content, int at, Generation generation, Previous previous) {
    previous.sequence = LittleEndian.i64(content, at + JournalLayout.SEQUENCE);
    previous.blockMapHead = LittleEndian.i64(content, at + JournalLayout.BLOCK_MAP_HEAD);
    previous.slabJournalHead = LittleEndian.i64(content, at + JournalLayout.SLAB_JOURNAL_HEAD);
    long logical = LittleEndian.i64(content, at + JournalLayout.LOGICAL_USED);
    long pages = LittleEndian.i64(content, at + JournalLayout.BLOCK_MAP_DATA);
    for (int sector = 1; sector < BlockSize.SECTORS_PER_BLOCK; sector++) {
      int count = JournalLayout.sectorCount(content, at, sector);
      for (int i = 0; i < count; i++) {
        int entry = JournalLayout.entryAt(at, sector, i, generation);
        int operation = JournalLayout.operation(content, entry);
        boolean isMapped = BlockMapEntry.state(JournalLayout.mapping(content, entry)) != 0;
        if (generation == Generation.OLD) {
          logical += isMapped && operation <= 1 ? (operation == 1 ? 1 : -1) : 0;
          pages += operation == 3 ? 1 : 0;
        } else if (operation == 1) {
          pages++;
        } else {
          boolean wasMapped = BlockMapEntry.state(JournalLayout.unmapping(content, entry)) != 0;
          logical += (isMapped ? 1 : 0) - (wasMapped ? 1 : 0);
        }
      }
    }
    previous.logicalUsed = logical;
    previous.blockMapData = pages;
  }

  @Override
  public void decode(Place place, ColumnReader[] from, byte[] content) throws FormatFault {
    var way = Way.of(from[PARAMETERS].next());
    var entries = new EntryDecoder(way, PbnRange.decode(from[PARAMETERS]));
    var previous = new Previous();
    for (int i = 0; i < place.count(); i++) {
      int at = i * BLOCK;
      int kind = from[KINDS].next();
      if (kind == VERBATIM) {
        from[WHOLE].next(content, at, BLOCK);
        continue;
      }
      var generation = Generation.of(kind);
      if (generation == null) {
        throw new FormatFault("unknown kind of journal block " + kind);
      }
      LittleEndian.putI64(content, at + JournalLayout.NONCE, place.nonce());
      content[at + JournalLayout.TYPE] = (byte) generation.type;
      decodeHeader(content, at, generation, previous, from[HEADERS]);
      decodeSectors(content, at, generation, entries, from);
      account(content, at, generation, previous);
    }
    Columns.checkEnded(from);
  }

  private static void decodeHeader(
      byte[] content, int at, Generation generation, Previous previous, ColumnReader headers)
      throws FormatFault {
    LittleEndian.putI64(
        content, at + JournalLayout.SEQUENCE, headers.nextSigned() + previous.sequence + 1);
    LittleEndian.putI64(
        content, at + JournalLayout.BLOCK_MAP_HEAD, headers.nextSigned() + previous.blockMapHead);
    LittleEndian.putI64(
        content,
        at + JournalLayout.SLAB_JOURNAL_HEAD,
        headers.nextSigned() + previous.slabJournalHead);
    LittleEndian.putI64(
        content, at + JournalLayout.LOGICAL_USED, headers.nextSigned() + previous.logicalUsed);
    LittleEndian.putI64(
        content, at + JournalLayout.BLOCK_MAP_DATA, headers.nextSigned() + previous.blockMapData);
    LittleEndian.putU16(
        content, at + JournalLayout.COUNT, (int) (generation.blockEntries - headers.nextSigned()));
    content[at + JournalLayout.CHECK] = (byte) headers.next();
    content[at + JournalLayout.RECOVERY] = (byte) headers.next();
  }

  private static void decodeSectors(
      byte[] content, int at, Generation generation, EntryDecoder entries, ColumnReader[] from)
      throws FormatFault {
    from[REST].next(
        content, at + JournalLayout.HEADER_BYTES, BlockSize.SECTOR - JournalLayout.HEADER_BYTES);
    int remaining = LittleEndian.u16(content, at + JournalLayout.COUNT);
    for (int sector = 1; sector < BlockSize.SECTORS_PER_BLOCK; sector++) {
      int start = at + sector * BlockSize.SECTOR;
      int told = Math.min(remaining, generation.mostEntries(sector));
      if (from[SECTORS].next() != 0) {
        from[SECTORS].next(content, start, JournalLayout.SECTOR_HEADER_BYTES);
      } else if (told > 0) {
        content[start] = content[at + JournalLayout.CHECK];
        content[start + 1] = content[at + JournalLayout.RECOVERY];
        content[start + 2] = (byte) told;
      }
      int count = JournalLayout.sectorCount(content, at, sector);
      if (count > generation.mostEntries(sector)) {
        throw new FormatFault("a sector of the journal has " + count + " entries");
      }
      for (int i = 0; i < count; i++) {
        entries.decode(content, JournalLayout.entryAt(at, sector, i, generation), generation, from);
      }
      int end = JournalLayout.entryAt(at, sector, count, generation);
      from[REST].next(content, end, start + BlockSize.SECTOR - end);
      remaining -= Math.min(count, remaining);
    }
  }
}
