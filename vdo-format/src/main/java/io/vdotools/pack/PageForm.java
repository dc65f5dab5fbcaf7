package io.vdotools.pack;

import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.pack.PbnPredictor.Way;
import java.util.List;
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
  private static final int COMPRESSED_PBNS = PLAIN_PBNS + PbnPredictor.COLUMNS;
  private static final int COLUMNS = COMPRESSED_PBNS + PbnPredictor.COLUMNS;

  private static final int SAMPLED_PAGES = 8;

  // Those that take less time come first.
  private static final List<Way> WAYS = List.of(Way.NOWHERE, Way.FAR, Way.NEAR, Way.SLOWLY);

  // Where numbers are now closer to one place and now to another, neither side can foresee the next
  // step, and what repeats in them does not repeat in their places.
  private static final double WORTH_MANY_PLACES = 0.85;

  private final Columns trial = new Columns(COLUMNS);
  private final PageEntries entries = new PageEntries();

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
    var way = way(place, content, range);
    into.clear();
    var parameters = into.get(PARAMETERS);
    parameters.add(way.code());
    range.encode(parameters);
    var predictors = Predictors.of(way, range);
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

  /** {@return which way makes a few of the pages smallest} */
  private Way way(Place place, byte[] content, PbnRange range) {
    var best = Way.NOWHERE;
    double fewest = Double.MAX_VALUE;
    for (var way : WAYS) {
      trial.clear();
      var predictors = Predictors.of(way, range);
      int step = Math.max(1, place.count() / SAMPLED_PAGES);
      for (int i = step / 2; i < place.count(); i += step) {
        encodePage(place, i, content, predictors, trial);
      }
      double bits =
          PbnPredictor.estimatedBits(trial, PLAIN_PBNS)
              + PbnPredictor.estimatedBits(trial, COMPRESSED_PBNS);
      if (bits < fewest * (way == Way.NEAR ? WORTH_MANY_PLACES : PbnPredictor.WORTH)) {
        best = way;
      }
      // Also of a way that is not taken: what follows slowly has to be better than it, too.
      fewest = Math.min(fewest, bits);
    }
    return best;
  }

  /** Plain blocks follow one another; of a compressed one several fragments do. */
  private record Predictors(PbnPredictor plain, PbnPredictor compressed) {
    static Predictors of(Way way, PbnRange range) {
      return new Predictors(
          new PbnPredictor(way, range, 1, PLAIN_PBNS),
          new PbnPredictor(way, range, 0, COMPRESSED_PBNS));
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
    var way = Way.of(parameters.next());
    var predictors = Predictors.of(way, PbnRange.decode(parameters));
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
