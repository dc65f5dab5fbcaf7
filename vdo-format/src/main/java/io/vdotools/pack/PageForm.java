package io.vdotools.pack;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.MappingState;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Pages of the block map: headers that say nothing new are left out, states and PBNs are told
 * apart, and PBNs are told by those before them or by the recovery journal.
 */
final class PageForm implements BlockForm {
  private static final int BLOCK = FrameCodec.BLOCK;
  private static final int HEADER = BlockMapPage.HEADER_BYTES;
  private static final int ENTRIES = BlockMapPage.ENTRIES;

  // What a page is.
  private static final int ZEROS = 0;
  private static final int EXPECTED_HEADER = 1;
  private static final int UNINITIALIZED = 2;
  private static final int OTHER_HEADER = 3;
  private static final int VERBATIM = 4;

  private static final int PARAMETERS = 0;
  private static final int KINDS = 1;
  private static final int HEADERS = 2;
  private static final int WHOLE = 3;
  private static final int STATES = 4;
  private static final int PBNS = 5;
  private static final int COLUMNS = PBNS + PbnPredictor.COLUMNS;

  // In place of a state: entries that need no PBN or do not have the one that goes with the state.
  private static final int UNMAPPED_WITH_PBN = 16;
  private static final int ZERO_BLOCK = 17;
  private static final int AS_IN_JOURNAL = 18;

  private static final int SAMPLED_PAGES = 8;

  private final Columns trial = new Columns(COLUMNS);

  @Override
  public int columns() {
    return COLUMNS;
  }

  @Override
  public boolean isPredictable(Place place) {
    var journal = place.journal();
    for (int i = 0; journal != null && i < place.count(); i++) {
      if (journal.page(place.pbn(i)) != null) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void encode(Place place, byte[] content, Columns into) {
    var entries = new long[ENTRIES];
    long base = smallestPbn(place, content, entries);
    int reach = reach(place, content, base, entries);
    into.clear();
    var parameters = into.get(PARAMETERS);
    parameters.add(reach);
    parameters.addVarint(base);
    var predictors = Predictors.toEncode(PbnPredictor.REACHES[reach], base, into);
    for (int i = 0; i < place.count(); i++) {
      int kind = kind(place, content, i);
      into.get(KINDS).add(kind);
      if (kind == VERBATIM) {
        into.get(WHOLE).addAll(content, i * BLOCK, BLOCK);
      }
      if (kind == OTHER_HEADER) {
        into.get(HEADERS).addAll(content, i * BLOCK, HEADER);
      }
      if (hasEntries(kind)) {
        loadEntries(content, i * BLOCK, entries);
        encodeEntries(place, i, entries, predictors, into);
      }
    }
  }

  private static boolean hasEntries(int kind) {
    return kind != ZEROS && kind != VERBATIM;
  }

  private static int kind(Place place, byte[] content, int index) {
    int at = index * BLOCK;
    if (LittleEndian.i32(content, at) != BlockMapPage.VERSION.major()
        || LittleEndian.i32(content, at + 4) != BlockMapPage.VERSION.minor()
        || LittleEndian.i64(content, at + 8) != place.nonce()) {
      return FrameCodec.isZero(content, at) ? ZEROS : VERBATIM;
    }
    boolean isExpected =
        LittleEndian.i64(content, at + 16) == place.pbn(index)
            && LittleEndian.i64(content, at + 24) == 0;
    int flags = LittleEndian.i32(content, at + 32);
    if (!isExpected || flags >>> 1 != 0) {
      return OTHER_HEADER;
    }
    return flags == 1 ? EXPECTED_HEADER : UNINITIALIZED;
  }

  private static void loadEntries(byte[] content, int at, long[] entries) {
    int last = ENTRIES - 1;
    for (int slot = 0; slot < last; slot++) {
      entries[slot] =
          LittleEndian.i64(content, at + HEADER + slot * BlockMapEntry.SIZE_BYTES)
              & BlockMapEntry.MASK;
    }
    // The last entry ends with the page.
    entries[last] = LittleEndian.i64(content, at + BLOCK - Long.BYTES) >>> 24;
  }

  private static void storeEntry(byte[] content, int at, int slot, long packed) {
    int where = at + HEADER + slot * BlockMapEntry.SIZE_BYTES;
    content[where] = (byte) packed;
    LittleEndian.putI32(content, where + 1, (int) (packed >>> 8));
  }

  private static long smallestPbn(Place place, byte[] content, long[] entries) {
    long smallest = Long.MAX_VALUE;
    for (int i = 0; i < place.count(); i++) {
      if (hasEntries(kind(place, content, i))) {
        loadEntries(content, i * BLOCK, entries);
        for (long packed : entries) {
          long pbn = BlockMapEntry.pbn(packed);
          smallest = pbn == 0 ? smallest : Math.min(smallest, pbn);
        }
      }
    }
    return smallest == Long.MAX_VALUE ? 0 : smallest;
  }

  /** {@return which reach makes a few of the pages smallest} */
  private int reach(Place place, byte[] content, long base, long[] entries) {
    int best = 0;
    double fewest = Double.MAX_VALUE;
    for (int reach = 0; reach < PbnPredictor.REACHES.length; reach++) {
      trial.clear();
      var predictors = Predictors.toEncode(PbnPredictor.REACHES[reach], base, trial);
      int step = Math.max(1, place.count() / SAMPLED_PAGES);
      for (int i = step / 2; i < place.count(); i += step) {
        if (hasEntries(kind(place, content, i))) {
          loadEntries(content, i * BLOCK, entries);
          encodeEntries(place, i, entries, predictors, trial);
        }
      }
      double bits = PbnPredictor.estimatedBits(trial, PBNS);
      if (bits < fewest * PbnPredictor.WORTH) {
        fewest = bits;
        best = reach;
      }
    }
    return best;
  }

  /** Plain blocks follow one another; of a compressed one several fragments do. */
  private record Predictors(
      PbnPredictor plain, PbnPredictor compressed, PbnPredictor.@Nullable Target target) {
    static Predictors toDecode(int reach, long base) {
      return new Predictors(
          new PbnPredictor(reach, base, 1), new PbnPredictor(reach, base, 0), null);
    }

    static Predictors toEncode(int reach, long base, Columns into) {
      return new Predictors(
          new PbnPredictor(reach, base, 1),
          new PbnPredictor(reach, base, 0),
          PbnPredictor.Target.of(into, PBNS));
    }

    PbnPredictor of(int state) {
      return MappingState.isCompressed(state) ? compressed : plain;
    }
  }

  private static void encodeEntries(
      Place place, int index, long[] entries, Predictors predictors, Columns into) {
    var states = into.get(STATES);
    var target = Objects.requireNonNull(predictors.target());
    var journal = place.journal();
    long[] told = null;
    if (journal != null) {
      var page = journal.page(place.pbn(index));
      if (page != null) {
        int cut = page.bestCut(entries);
        into.get(PARAMETERS).addVarint(cut);
        told = page.told(cut);
      }
    }
    for (int slot = 0; slot < ENTRIES; slot++) {
      long packed = entries[slot];
      if (told != null && told[slot] == packed) {
        states.add(AS_IN_JOURNAL);
        continue;
      }
      int state = BlockMapEntry.state(packed);
      long pbn = BlockMapEntry.pbn(packed);
      if (state <= MappingState.UNCOMPRESSED && pbn == 0) {
        states.add(state == MappingState.UNMAPPED ? MappingState.UNMAPPED : ZERO_BLOCK);
        continue;
      }
      states.add(state == MappingState.UNMAPPED ? UNMAPPED_WITH_PBN : state);
      predictors.of(state).encode(pbn, target);
    }
  }

  @Override
  public void decode(Place place, ColumnReader[] from, byte[] content) throws FormatFault {
    var parameters = from[PARAMETERS];
    int reach = parameters.next();
    if (reach >= PbnPredictor.REACHES.length) {
      throw new FormatFault("unknown reach " + reach);
    }
    var predictors = Predictors.toDecode(PbnPredictor.REACHES[reach], parameters.nextVarint());
    for (int i = 0; i < place.count(); i++) {
      int at = i * BLOCK;
      int kind = from[KINDS].next();
      switch (kind) {
        case ZEROS -> {}
        case VERBATIM -> from[WHOLE].next(content, at, BLOCK);
        case OTHER_HEADER -> from[HEADERS].next(content, at, HEADER);
        case EXPECTED_HEADER, UNINITIALIZED -> {
          LittleEndian.putI32(content, at, (int) BlockMapPage.VERSION.major());
          LittleEndian.putI32(content, at + 4, (int) BlockMapPage.VERSION.minor());
          LittleEndian.putI64(content, at + 8, place.nonce());
          LittleEndian.putI64(content, at + 16, place.pbn(i));
          content[at + 32] = (byte) (kind == EXPECTED_HEADER ? 1 : 0);
        }
        default -> throw new FormatFault("unknown kind of page " + kind);
      }
      if (hasEntries(kind)) {
        decodeEntries(place, i, predictors, from, content);
      }
    }
    Columns.checkEnded(from);
  }

  private static void decodeEntries(
      Place place, int index, Predictors predictors, ColumnReader[] from, byte[] content)
      throws FormatFault {
    long[] told = null;
    if (place.journal() != null) {
      var page = place.journal().page(place.pbn(index));
      if (page != null) {
        told = page.told((int) from[PARAMETERS].nextVarint(0, page.entries(), "a cut"));
      }
    }
    int at = index * BLOCK;
    int first = from[STATES].position();
    from[STATES].skip(ENTRIES);
    byte[] states = from[STATES].bytes();
    for (int slot = 0; slot < ENTRIES; slot++) {
      int symbol = states[first + slot] & 0xff;
      if (symbol == MappingState.UNMAPPED) {
        continue;
      }
      long packed;
      if (symbol == AS_IN_JOURNAL && told != null) {
        packed = told[slot];
      } else if (symbol == ZERO_BLOCK) {
        packed = BlockMapEntry.pack(0, MappingState.UNCOMPRESSED);
      } else if (symbol <= UNMAPPED_WITH_PBN) {
        int state = symbol == UNMAPPED_WITH_PBN ? MappingState.UNMAPPED : symbol;
        packed = BlockMapEntry.pack(predictors.of(state).decode(from, PBNS), state);
      } else {
        throw new FormatFault("unknown symbol " + symbol + " for a mapping state");
      }
      storeEntry(content, at, slot, packed);
    }
  }
}
