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
  private final PagePbns plain = new PagePbns();
  private final PagePbns compressed = new PagePbns();
  private final Column cuts = new Column(16);
  private final PbnSample sample = new PbnSample();

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
    into.clear();
    plain.clear();
    compressed.clear();
    cuts.clear();
    for (int i = 0; i < place.count(); i++) {
      takeApart(place, i, content, into);
    }
    var seen = new PbnRange.Seen();
    seen.addAll(plain);
    seen.addAll(compressed);
    var range = seen.range();
    var plainMethod = sample.method(plain, range);
    var compressedMethod = sample.method(compressed, range);
    var parameters = into.get(PARAMETERS);
    parameters.add(plainMethod.code());
    parameters.add(compressedMethod.code());
    range.encode(parameters);
    parameters.addAll(cuts.bytes(), 0, cuts.size());
    var predictors = Predictors.of(plainMethod, compressedMethod, range);
    encode(plain, predictors.plain, into);
    encode(compressed, predictors.compressed, into);
    plain.clear();
    compressed.clear();
  }

  private static void encode(PagePbns pbns, PbnRecall predictor, Columns into) {
    for (int page = 0; page < pbns.pages(); page++) {
      predictor.encode(pbns.all(), pbns.start(page), pbns.count(page), into);
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

  /** Those of plain blocks and of compressed ones, each with what it remembers. */
  private record Predictors(PbnRecall plain, PbnRecall compressed) {
    static Predictors of(PbnRecall.Method plain, PbnRecall.Method compressed, PbnRange range) {
      return new Predictors(
          new PbnRecall(plain, range, PLAIN_PBNS),
          new PbnRecall(compressed, range, COMPRESSED_PBNS));
    }
  }

  /** Takes a page apart, but for its PBNs, which are told once all are known. */
  private void takeApart(Place place, int index, byte[] content, Columns into) {
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
    boolean isUniform = entries.takeApart(told(place, index));
    into.get(KINDS).add(isUniform ? kind | UNIFORM : kind);
    into.get(STATES).addAll(entries.symbols(), 0, isUniform ? 1 : PageEntries.ENTRIES);
    plain.addPage(entries.plain(), 0, entries.plainCount());
    compressed.addPage(entries.compressed(), 0, entries.compressedCount());
  }

  private long @Nullable [] told(Place place, int index) {
    var page = place.journal() == null ? null : place.journal().page(place.pbn(index));
    if (page == null) {
      return null;
    }
    int cut = page.bestCut(entries.packed());
    cuts.addVarint(cut);
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
