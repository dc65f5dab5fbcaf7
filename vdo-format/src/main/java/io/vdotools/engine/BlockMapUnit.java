package io.vdotools.engine;

import io.vdotools.VdoException;
import io.vdotools.device.BlockBuffers;
import io.vdotools.engine.TreeLevels.Known;
import io.vdotools.engine.TreeLevels.Status;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.model.BlockMapPiece;
import io.vdotools.model.PagePlace;
import io.vdotools.model.VolumeVisitor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some consecutive leaf pages: read together in the order in which they lie, and put into a piece
 * where the visitor takes such.
 *
 * <p>Used again and again; by one thread at a time.
 */
final class BlockMapUnit {
  private static final int FANOUT = BlockMapPage.ENTRIES;
  private static final int LEAVES = 8;
  // With the gaps between them.
  private static final int BUFFER_BLOCKS = 2 * LEAVES;
  // Pages that are not there cost little.
  private static final int PAGES = 128 * LEAVES;
  private static final long NOT_READ = -1;
  private static final int OUTSIDE = -1;

  private final LogicalVolume volume;
  private final SurveyFaults faults;
  private final int trees;
  private final MemorySegment buffer;
  private final MappingRuns runs;
  private final @Nullable BlockMapPiece piece;

  private long firstPage;
  private int pages;
  private final Known[] known = new Known[PAGES];
  private PageList wanted = new PageList(LEAVES);
  // Where pages that were read begin in the buffer.
  private final long[] offsets = new long[PAGES];
  // The marks around pages in the piece.
  private final int[] starts = new int[PAGES];
  private final int[] ends = new int[PAGES];

  BlockMapUnit(LogicalVolume volume, SurveyFaults faults, VolumeVisitor visitor, Arena arena) {
    this.volume = volume;
    this.faults = faults;
    this.trees = volume.forest().rootCount();
    this.buffer = BlockBuffers.allocate(arena, BUFFER_BLOCKS);
    this.runs = new MappingRuns(volume.slabs());
    this.piece = visitor.newPiece().orElse(null);
  }

  /** Begins anew, with the leaf page of a number, of which all trees are numbered in turn. */
  void begin(long page) {
    firstPage = page;
    pages = 0;
    wanted = new PageList(LEAVES);
    if (piece != null) {
      piece.cut(0);
    }
  }

  /** {@return whether there is room for another page} */
  boolean hasRoom() {
    return pages < PAGES && wanted.size() < LEAVES;
  }

  /** Adds the next page. */
  void add(Known page) {
    known[pages] = page;
    offsets[pages] = NOT_READ;
    starts[pages] = OUTSIDE;
    if (page.status() == Status.PRESENT) {
      wanted.add(page.pbn(), pages);
    }
    pages++;
  }

  /** {@return how many pages there are, those that are not allocated included} */
  int size() {
    return pages;
  }

  /** {@return how many are allocated} */
  int leaves() {
    return wanted.size();
  }

  Known known(int page) {
    return known[page];
  }

  private PagePlace place(int page) {
    long number = firstPage + page;
    return new PagePlace(0, (int) (number % trees), number / trees, known[page].pbn());
  }

  private static int firstSlot(long pageLbn, long first) {
    return (int) Math.max(0, first - pageLbn);
  }

  private static int endSlot(long pageLbn, long end) {
    return (int) Math.min(FANOUT, end - pageLbn);
  }

  /**
   * Reads the pages, and puts them into the piece.
   *
   * @param pace learns how long that took
   * @param first the first LBN to be told
   * @param end the LBN behind the last
   */
  void read(ReadPace pace, long first, long end) {
    if (wanted.size() == 0) {
      return;
    }
    // A block that is named twice stays in the list once: the others find it by its PBN.
    List<long[]> others = new ArrayList<>();
    wanted.sortAndUnite((pbn, _, other) -> others.add(new long[] {pbn, other}));
    long begin = pace.begin();
    var reads = ScatteredRead.of(volume.device(), wanted, 0, wanted.size(), buffer);
    pace.ended(begin, wanted.size());
    for (int i = 0; i < wanted.size(); i++) {
      judge((int) wanted.number(i), reads, i);
    }
    for (long[] other : others) {
      int kept = (int) wanted.number(wanted.indexOf(other[0]));
      known[(int) other[1]] = known[kept];
      offsets[(int) other[1]] = offsets[kept];
    }
    if (piece != null) {
      for (int page = 0; page < pages; page++) {
        put(page, piece, first, end);
      }
    }
  }

  private void judge(int page, ScatteredRead reads, int index) {
    long pbn = known[page].pbn();
    var read = reads.page(index);
    var cause = faults.causeOf(volume, pbn, 0, reads.isUnreadable(index), read);
    if (cause != null) {
      known[page] = Known.lost(pbn, cause);
    } else if (read.validity(volume.nonce(), pbn) == BlockMapPage.Validity.VALID) {
      offsets[page] = reads.offset(index);
    }
  }

  /** Puts a page into the piece, unless one of its mappings makes no sense. */
  private void put(int page, BlockMapPiece into, long first, long end) {
    if (offsets[page] == NOT_READ) {
      return;
    }
    long lbn = (firstPage + page) * FANOUT;
    int before = into.mark();
    into.page(place(page));
    if (runs.put(buffer, offsets[page], lbn, firstSlot(lbn, first), endSlot(lbn, end), into)) {
      starts[page] = before;
      ends[page] = into.mark();
    } else {
      into.cut(before);
    }
  }

  /** {@return the piece with what is in it} */
  @Nullable BlockMapPiece piece() {
    return piece;
  }

  /** {@return whether a page is in the piece, with all its mappings} */
  boolean isInPiece(int page) {
    return starts[page] != OUTSIDE;
  }

  int start(int page) {
    return starts[page];
  }

  int end(int page) {
    return ends[page];
  }

  /** Tells the mappings of a page one by one. */
  void tellMappings(int page, long first, long end, VolumeVisitor visitor) throws VdoException {
    if (offsets[page] != NOT_READ) {
      long lbn = (firstPage + page) * FANOUT;
      runs.tell(buffer, offsets[page], lbn, firstSlot(lbn, first), endSlot(lbn, end), visitor);
    }
  }
}
