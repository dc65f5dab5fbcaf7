package io.vdotools.pack;

import io.vdotools.format.blockmap.BlockMapPage;
import org.jspecify.annotations.Nullable;

/**
 * Pages of the block map: headers that say nothing new are left out, states and PBNs are told
 * apart, and PBNs are told by those before them or by the recovery journal.
 */
final class PageForm implements BlockForm {
  private static final int BLOCK = FrameCodec.BLOCK;
  private static final int HEADER = BlockMapPage.HEADER_BYTES;

  // What a page is.
  private static final int ZEROS = 0;
  private static final int EXPECTED_HEADER = 1;
  private static final int UNINITIALIZED = 2;
  private static final int OTHER_HEADER = 3;
  private static final int VERBATIM = 4;

  // Beside that: all entries have the same symbol, which stands there only once.
  private static final int UNIFORM = 8;

  private static final int PARAMETERS = 0;
  private static final int KINDS = 1;
  private static final int HEADERS = 2;
  private static final int WHOLE = 3;
  private static final int STATES = 4;
  private static final int PLAIN_PBNS = 5;
  private static final int COMPRESSED_PBNS = PLAIN_PBNS + PbnRecall.COLUMNS;
  private static final int COLUMNS = COMPRESSED_PBNS + PbnRecall.COLUMNS;

  private final PageEntries entries = new PageEntries();
  private final PbnSample plainSample = new PbnSample();
  private final PbnSample compressedSample = new PbnSample();

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
    var range = range(place, content);
    sample(place, content);
    var plain = plainSample.method(range);
    var compressed = compressedSample.method(range);
    into.clear();
    var parameters = into.get(PARAMETERS);
    parameters.add(plain.code());
    parameters.add(compressed.code());
    range.encode(parameters);
    var predictors = Predictors.of(plain, compressed, range);
    for (int i = 0; i < place.count(); i++) {
      encodePage(place, i, content, predictors, into);
    }
  }

  /** {@return whether the entries of a page of this kind, without its flag, are taken apart} */
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

  private PbnRange range(Place place, byte[] content) {
    var seen = new PbnRange.Seen();
    for (int i = 0; i < place.count(); i++) {
      if (hasEntries(kind(place, content, i))) {
        entries.load(content, i * BLOCK);
        for (long packed : entries.packed()) {
          seen.add(packed);
        }
      }
    }
    return seen.range();
  }

  /** Looks at some of the pages. */
  private void sample(Place place, byte[] content) {
    plainSample.clear();
    compressedSample.clear();
    for (int i = 0; i < place.count(); i++) {
      if (PbnSample.isSampled(i, place.count()) && hasEntries(kind(place, content, i))) {
        entries.load(content, i * BLOCK);
        var page = place.journal() == null ? null : place.journal().page(place.pbn(i));
        entries.takeApart(page == null ? null : page.told(page.bestCut(entries.packed())));
        plainSample.addPage(entries.plain(), entries.plainCount());
        compressedSample.addPage(entries.compressed(), entries.compressedCount());
      }
    }
  }

  /** Those of plain blocks and of compressed ones, each with what it remembers. */
  private record Predictors(PbnRecall plain, PbnRecall compressed) {
    static Predictors of(PbnRecall.Method plain, PbnRecall.Method compressed, PbnRange range) {
      return new Predictors(
          new PbnRecall(plain, range, PLAIN_PBNS),
          new PbnRecall(compressed, range, COMPRESSED_PBNS));
    }
  }

  private void encodePage(
      Place place, int index, byte[] content, Predictors predictors, Columns into) {
    int kind = kind(place, content, index);
    int at = index * BLOCK;
    if (kind == VERBATIM) {
      into.get(WHOLE).addAll(content, at, BLOCK);
    }
    if (kind == OTHER_HEADER) {
      into.get(HEADERS).addAll(content, at, HEADER);
    }
    if (!hasEntries(kind)) {
      into.get(KINDS).add(kind);
      return;
    }
    entries.load(content, at);
    boolean isUniform = entries.takeApart(told(place, index, into));
    into.get(KINDS).add(isUniform ? kind | UNIFORM : kind);
    into.get(STATES).addAll(entries.symbols(), 0, isUniform ? 1 : PageEntries.ENTRIES);
    predictors.plain.encode(entries.plain(), entries.plainCount(), into);
    predictors.compressed.encode(entries.compressed(), entries.compressedCount(), into);
  }

  private long @Nullable [] told(Place place, int index, Columns into) {
    var page = place.journal() == null ? null : place.journal().page(place.pbn(index));
    if (page == null) {
      return null;
    }
    int cut = page.bestCut(entries.packed());
    into.get(PARAMETERS).addVarint(cut);
    return page.told(cut);
  }

  private static long @Nullable [] told(Place place, int index, ColumnReader parameters)
      throws FormatFault {
    var page = place.journal() == null ? null : place.journal().page(place.pbn(index));
    return page == null ? null : page.told((int) parameters.nextVarint(0, page.entries(), "a cut"));
  }

  @Override
  public void decode(Place place, ColumnReader[] from, byte[] content) throws FormatFault {
    var parameters = from[PARAMETERS];
    var plain = PbnRecall.Method.of(parameters.next());
    var compressed = PbnRecall.Method.of(parameters.next());
    var predictors = Predictors.of(plain, compressed, PbnRange.decode(parameters));
    for (int i = 0; i < place.count(); i++) {
      int at = i * BLOCK;
      int flags = from[KINDS].next();
      int kind = flags & ~UNIFORM;
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
        default -> throw new FormatFault("unknown kind of page " + flags);
      }
      if (hasEntries(kind)) {
        decodeEntries(place, i, flags, predictors, from, content);
      } else if (kind != flags) {
        throw new FormatFault("unknown kind of page " + flags);
      }
    }
    Columns.checkEnded(from);
  }

  private void decodeEntries(
      Place place, int index, int flags, Predictors predictors, ColumnReader[] from, byte[] content)
      throws FormatFault {
    long[] told = told(place, index, from[PARAMETERS]);
    var states = from[STATES];
    if ((flags & UNIFORM) != 0) {
      entries.setSymbol(states.next());
    } else {
      int first = states.position();
      states.skip(PageEntries.ENTRIES);
      entries.setSymbols(states.bytes(), first);
    }
    predictors.plain.decode(entries.plain(), entries.plainCount(), from);
    predictors.compressed.decode(entries.compressed(), entries.compressedCount(), from);
    entries.store(content, index * BLOCK, told);
  }
}
