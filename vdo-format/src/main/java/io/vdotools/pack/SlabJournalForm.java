package io.vdotools.pack;

import org.jspecify.annotations.Nullable;

/**
 * Blocks of slab journals: where the recovery journal still has the entries, only how many of them;
 * else direction and block apart.
 */
final class SlabJournalForm implements BlockForm {
  /** The bit of an increment in the three bytes of an entry. */
  static final int INCREMENT = 1 << 23;

  /** Beside the three bytes: the increment is one of a page of the block map. */
  static final int PAGE = 1 << 24;

  private static final int BLOCK = FrameCodec.BLOCK;

  // The numbers of a header (format-spec, section 6).
  private static final int HEAD = 0;
  private static final int SEQUENCE = 8;
  private static final int POINT = 16;
  private static final int NONCE = 24;
  private static final int TYPE = 32;
  private static final int HAS_TYPES = 33;
  private static final int COUNT = 34;
  private static final int HEADER_BYTES = 36;
  private static final int SLAB_JOURNAL_TYPE = 2;
  private static final int ENTRY_BYTES = 3;
  private static final int MOST_ENTRIES = 1353;
  private static final int MOST_TYPED_ENTRIES = 1299;
  private static final int TYPES_BYTES = 163;
  private static final int TYPES_AT = BLOCK - TYPES_BYTES;

  private static final int KINDS = 0;
  private static final int WHOLE = 1;
  private static final int HEADERS = 2;
  private static final int MATCHES = 3;
  private static final int DIRECTIONS = 4;
  private static final int TYPES = 5;
  private static final int REST = 6;
  private static final int OFFSETS = 7;
  private static final int COLUMNS = OFFSETS + PbnPredictor.COLUMNS;

  // Offsets in a slab have 23 bits.
  private static final PbnRange OFFSET_RANGE = new PbnRange(0, 23);

  private static final int VERBATIM = 0;
  private static final int REGULAR = 1;

  private final PackHeader header;

  SlabJournalForm(PackHeader header) {
    this.header = header;
  }

  @Override
  public int columns() {
    return COLUMNS;
  }

  private static boolean isRegular(byte[] content, int at, long nonce) {
    int hasTypes = content[at + HAS_TYPES];
    return content[at + TYPE] == SLAB_JOURNAL_TYPE
        && LittleEndian.i64(content, at + NONCE) == nonce
        && (hasTypes & ~1) == 0
        && LittleEndian.u16(content, at + COUNT)
            <= (hasTypes == 0 ? MOST_ENTRIES : MOST_TYPED_ENTRIES);
  }

  /** What is the same from block to block: the numbers of the last header, and the last content. */
  private static final class Previous {
    private long head;
    private long sequence;
    private long point;
    private int at = -1;

    byte byteAt(byte[] content, int offset) {
      return at < 0 ? 0 : content[at + offset];
    }
  }

  @Override
  public boolean isPredictable(Place place) {
    return place.journal() != null;
  }

  @Override
  public void encode(Place place, byte[] content, Columns into) {
    var previous = new Previous();
    var offsets = new PbnPredictor(PbnPredictor.Way.NEAR, OFFSET_RANGE, 1, OFFSETS);
    for (int i = 0; i < place.count(); i++) {
      int at = i * BLOCK;
      if (isRegular(content, at, place.nonce())) {
        into.get(KINDS).add(REGULAR);
        encodeBlock(place, i, content, previous, offsets, into);
      } else {
        into.get(KINDS).add(VERBATIM);
        into.get(WHOLE).addAll(content, at, BLOCK);
      }
      previous.at = at;
    }
  }

  private void encodeBlock(
      Place place,
      int index,
      byte[] content,
      Previous previous,
      PbnPredictor offsets,
      Columns into) {
    int at = index * BLOCK;
    long head = LittleEndian.i64(content, at + HEAD);
    long sequence = LittleEndian.i64(content, at + SEQUENCE);
    long point = LittleEndian.i64(content, at + POINT);
    int count = LittleEndian.u16(content, at + COUNT);
    boolean hasTypes = content[at + HAS_TYPES] != 0;
    var headers = into.get(HEADERS);
    headers.addSigned(sequence - previous.sequence - 1);
    headers.addSigned(head - previous.head);
    headers.addSigned(point - previous.point);
    headers.addVarint(2L * count + (hasTypes ? 1 : 0));
    previous.head = head;
    previous.sequence = sequence;
    previous.point = point;

    long slab = header.slabOf(place.pbn(index));
    int last = place.journal() == null ? -1 : place.journal().change(slab, point);
    int matching = 0;
    if (last >= 0 && place.journal() != null) {
      while (matching < count
          && word(content, at, count - 1 - matching, hasTypes)
              == place.journal().word(slab, last - matching)) {
        matching++;
      }
      into.get(MATCHES).addVarint(count - matching);
    }
    for (int entry = 0; entry < count - matching; entry++) {
      int word = word(content, at, entry, false);
      into.get(DIRECTIONS).add(word >>> 23);
      offsets.encode(word & (INCREMENT - 1), into);
    }
    if (hasTypes) {
      for (int i = 0; i < TYPES_BYTES; i++) {
        into.get(TYPES)
            .add(
                content[at + TYPES_AT + i]
                    ^ toldTypes(place.journal(), slab, last, count, matching, i));
      }
    }
    for (int i = HEADER_BYTES + count * ENTRY_BYTES; i < (hasTypes ? TYPES_AT : BLOCK); i++) {
      into.get(REST).add(content[at + i] ^ previous.byteAt(content, i));
    }
  }

  /** {@return an entry, and with it whether its type bit is set if there are any} */
  private static int word(byte[] content, int at, int entry, boolean hasTypes) {
    int where = at + HEADER_BYTES + entry * ENTRY_BYTES;
    int word = LittleEndian.u16(content, where) | (content[where + 2] & 0xff) << 16;
    boolean isPage = hasTypes && (content[at + TYPES_AT + entry / 8] >>> (entry % 8) & 1) != 0;
    return isPage ? word | PAGE : word;
  }

  /** {@return eight type bits as far as the journal tells them} */
  private static int toldTypes(
      @Nullable JournalContext journal, long slab, int last, int count, int matching, int group) {
    int bits = 0;
    if (journal != null) {
      for (int entry = Math.max(8 * group, count - matching);
          entry < Math.min(8 * group + 8, count);
          entry++) {
        int word = journal.word(slab, last - (count - 1 - entry));
        bits |= (word & PAGE) != 0 ? 1 << (entry % 8) : 0;
      }
    }
    return bits;
  }

  @Override
  public void decode(Place place, ColumnReader[] from, byte[] content) throws FormatFault {
    var previous = new Previous();
    var offsets = new PbnPredictor(PbnPredictor.Way.NEAR, OFFSET_RANGE, 1, OFFSETS);
    for (int i = 0; i < place.count(); i++) {
      int kind = from[KINDS].next();
      if (kind == REGULAR) {
        decodeBlock(place, i, content, previous, offsets, from);
      } else if (kind == VERBATIM) {
        from[WHOLE].next(content, i * BLOCK, BLOCK);
      } else {
        throw new FormatFault("unknown kind of slab journal block " + kind);
      }
      previous.at = i * BLOCK;
    }
    Columns.checkEnded(from);
  }

  private void decodeBlock(
      Place place,
      int index,
      byte[] content,
      Previous previous,
      PbnPredictor offsets,
      ColumnReader[] from)
      throws FormatFault {
    int at = index * BLOCK;
    var headers = from[HEADERS];
    previous.sequence += headers.nextSigned() + 1;
    previous.head += headers.nextSigned();
    previous.point += headers.nextSigned();
    int countAndTypes = (int) headers.nextVarint(0, 2 * MOST_ENTRIES + 1, "a count of entries");
    int count = countAndTypes >>> 1;
    boolean hasTypes = (countAndTypes & 1) != 0;
    if (hasTypes && count > MOST_TYPED_ENTRIES) {
      throw new FormatFault("a slab journal block has " + count + " entries");
    }
    LittleEndian.putI64(content, at + HEAD, previous.head);
    LittleEndian.putI64(content, at + SEQUENCE, previous.sequence);
    LittleEndian.putI64(content, at + POINT, previous.point);
    LittleEndian.putI64(content, at + NONCE, place.nonce());
    content[at + TYPE] = SLAB_JOURNAL_TYPE;
    content[at + HAS_TYPES] = (byte) (hasTypes ? 1 : 0);
    LittleEndian.putU16(content, at + COUNT, count);

    long slab = header.slabOf(place.pbn(index));
    int last = place.journal() == null ? -1 : place.journal().change(slab, previous.point);
    int literal = count;
    if (last >= 0 && place.journal() != null) {
      literal = (int) from[MATCHES].nextVarint(0, count, "a count of entries");
    }
    for (int entry = 0; entry < count; entry++) {
      int word;
      if (entry < literal) {
        int direction = from[DIRECTIONS].next();
        word = (int) (offsets.decode(from) & (INCREMENT - 1)) | direction << 23;
      } else {
        word = place.journal() == null ? 0 : place.journal().word(slab, last - (count - 1 - entry));
      }
      int where = at + HEADER_BYTES + entry * ENTRY_BYTES;
      LittleEndian.putU16(content, where, word);
      content[where + 2] = (byte) (word >>> 16);
    }
    if (hasTypes) {
      for (int i = 0; i < TYPES_BYTES; i++) {
        int told = toldTypes(place.journal(), slab, last, count, count - literal, i);
        content[at + TYPES_AT + i] = (byte) (from[TYPES].next() ^ told);
      }
    }
    for (int i = HEADER_BYTES + count * ENTRY_BYTES; i < (hasTypes ? TYPES_AT : BLOCK); i++) {
      content[at + i] = (byte) (from[REST].next() ^ previous.byteAt(content, i));
    }
  }
}
