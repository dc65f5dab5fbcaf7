package io.vdotools.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.VdoException;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.testing.RandomContent;
import io.vdotools.testing.RandomModel;
import io.vdotools.testing.RecordedVisit;
import io.vdotools.testing.RecordedVisit.Mark;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What keeps to the rules is passed on as it is; each rule has something that breaks it. */
class VisitorRulesTest {
  private static final int PLACES = 40;

  private static RecordedVisit model(long seed) {
    return switch ((int) (seed & 3)) {
      case 0 -> RandomModel.withOtherCounts(seed);
      case 1 -> RandomModel.damaged(seed);
      default -> RandomModel.sound(seed);
    };
  }

  private static void tell(List<?> calls) throws VdoException {
    RecordedVisit.of(calls).replay(new VisitorRules(new SilentVisitor()));
  }

  @Property(tries = 40)
  void whatKeepsToTheRulesIsPassedOn(@ForAll long seed) throws VdoException {
    var told = model(seed);
    var heard = new RecordedVisit();

    told.replay(new VisitorRules(heard));

    assertThat(heard.calls()).isEqualTo(told.calls());
  }

  /** Journals are told as they are stored, which may be in any order. */
  private static boolean hasNoOrder(Object call) {
    return call instanceof String
        || call instanceof JournalBlockFields
        || call instanceof JournalEntryFields
        || call instanceof SlabJournalBlockFields
        || call instanceof SlabJournalEntryFields;
  }

  @Property(tries = 20)
  void nothingComesTwice(@ForAll long seed) {
    var calls = model(seed).calls();
    var random = new SplittableRandom(seed);
    for (int i = 0; i < PLACES; i++) {
      int at = random.nextInt(calls.size());
      if (!hasNoOrder(calls.get(at))) {
        var twice = new ArrayList<>(calls);
        twice.add(at, calls.get(at));

        assertThatThrownBy(() -> tell(twice))
            .as("%s", calls.get(at))
            .isInstanceOf(ModelException.class);
      }
    }
  }

  @Property(tries = 20)
  void nothingComesBeforeItsTurn(@ForAll long seed) {
    var calls = model(seed).calls();
    var random = new SplittableRandom(seed);
    for (int i = 0; i < PLACES; i++) {
      int at = random.nextInt(calls.size() - 1);
      if (!hasNoOrder(calls.get(at)) && !hasNoOrder(calls.get(at + 1))) {
        var swapped = new ArrayList<>(calls);
        Collections.swap(swapped, at, at + 1);

        assertThatThrownBy(() -> tell(swapped))
            .as("%s before %s", swapped.get(at), swapped.get(at + 1))
            .isInstanceOf(ModelException.class);
      }
    }
  }

  @Property(tries = 10)
  void nothingIsMissingFromTheWhole(@ForAll long seed) {
    var calls = model(seed).calls();
    for (var call : calls) {
      boolean isNeeded =
          call instanceof DumpScope
              || call instanceof GeometryFields
              || call instanceof SuperBlockFields
              || (call instanceof Mark && call != Mark.END);
      if (isNeeded) {
        var without = new ArrayList<>(calls);
        without.remove(call);

        assertThatThrownBy(() -> tell(without)).as("%s", call).isInstanceOf(ModelException.class);
      }
    }
  }

  /** What a visitor was told, and what was found fault with. */
  private record Heard(List<Object> calls, String fault) {}

  private static Heard oneByOne(List<?> calls) throws VdoException {
    var heard = new RecordedVisit();
    try {
      RecordedVisit.of(calls).replay(new VisitorRules(heard));
    } catch (ModelException e) {
      return new Heard(heard.calls(), String.valueOf(e.getMessage()));
    }
    return new Heard(heard.calls(), "none");
  }

  private static Heard manyAtOnce(List<?> calls) throws VdoException {
    var heard = new RecordedVisit();
    var rules = new VisitorRules(heard);
    var runs = new MappingBatch();
    try {
      for (int i = 0; i <= calls.size(); i++) {
        var run = i < calls.size() && calls.get(i) instanceof MappingRun known ? known : null;
        if ((run == null || runs.isFull()) && runs.size() > 0) {
          int before = heard.calls().size();
          try {
            rules.mappings(runs);
          } catch (ModelException e) {
            assertThat(runs.told()).isEqualTo(heard.calls().size() - before);
            throw e;
          }
          runs.clear();
        }
        if (run != null) {
          runs.add(run);
        } else if (i < calls.size()) {
          RecordedVisit.of(calls.subList(i, i + 1)).replay(rules);
        }
      }
    } catch (ModelException e) {
      return new Heard(heard.calls(), String.valueOf(e.getMessage()));
    }
    return new Heard(heard.calls(), "none");
  }

  private static MappingRun near(MappingRun run, SplittableRandom random) {
    long lbn = run.firstLbn() + random.nextInt(-1, 2);
    long count = run.count() + random.nextInt(-1, 2);
    return switch (random.nextInt(4)) {
      case 0 -> new MappingRun.Data(lbn, count, run.entry(0).pbn() + random.nextInt(-1, 2));
      case 1 -> new MappingRun.Data(lbn, count, random.nextLong() >> random.nextInt(64));
      case 2 -> new MappingRun.Zeros(lbn, count);
      default -> new MappingRun.Fragments(lbn, count, run.entry(0).pbn(), random.nextInt(16));
    };
  }

  @Property(tries = 200)
  void manyMappingsAtOnceAreLikeOneByOne(@ForAll long seed) throws VdoException {
    var random = new SplittableRandom(seed);
    var calls = new ArrayList<>(model(seed).calls());
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(calls.size());
      if (calls.get(at) instanceof MappingRun run) {
        calls.set(at, near(run, random));
      }
    }

    assertThat(manyAtOnce(calls)).isEqualTo(oneByOne(calls));
  }

  /** A volume with two slabs, and the calls up to where its block map begins. */
  private static final RandomContent EMPTY = RandomContent.empty(2, 13, 100_000);

  private static final SlabGeometry SLABS = EMPTY.superBlock().slabs().orElseThrow();
  private static final long FIRST = SLABS.firstBlock();

  private static List<Object> blockMap(Object... calls) {
    var all = new ArrayList<Object>();
    all.add(DumpScope.WHOLE);
    all.add(EMPTY.geometry());
    all.add(EMPTY.superBlock());
    all.add(Mark.BEGIN_BLOCK_MAP);
    for (int height = 3; height >= 0; height--) {
      all.add(new PagePlace(height, 0, 0, FIRST + height));
    }
    all.addAll(List.of(calls));
    return all;
  }

  private static List<Object> slabs(Object... calls) {
    var all = blockMap(Mark.END_BLOCK_MAP, Mark.BEGIN_SLABS);
    all.addAll(List.of(calls));
    return all;
  }

  private static void assertRefused(String why, List<Object> calls) throws VdoException {
    tell(calls.subList(0, calls.size() - 1));
    assertThatThrownBy(() -> tell(calls))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(why)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void pagesHaveTheirPlace() throws VdoException {
    assertRefused("comes without the page above it", blockMap(new PagePlace(0, 1, 0, FIRST + 9)));
    assertRefused("no page can lie at PBN 5", blockMap(new PagePlace(3, 1, 0, 5)));
    assertRefused("is none of a volume", blockMap(new PagePlace(3, 60, 0, FIRST + 9)));
    assertRefused("is none of a volume", blockMap(new PagePlace(4, 1, 0, FIRST + 9)));
    assertRefused("is none of a volume", blockMap(new PagePlace(-1, 1, 0, FIRST + 9)));
    assertRefused("is none of a volume", blockMap(new PagePlace(0, 0, 812, FIRST + 9)));
    assertRefused("is none of a volume", blockMap(new PagePlace(0, 0, -1, FIRST + 9)));
    tell(blockMap(new PagePlace(3, 1, 0, PagePlace.UNPLACED)));
  }

  @Test
  void mappingsLieWithinTheLastLeafPageAndOneSlab() throws VdoException {
    tell(blockMap(new MappingRun.Data(0, 812, FIRST + 10)));
    assertRefused("within the last leaf page", blockMap(new MappingRun.Zeros(811, 2)));
    assertRefused("within the last leaf page", blockMap(new MappingRun.Zeros(812, 1)));
    assertRefused("out of order", blockMap(new MappingRun.Zeros(7, 3), new MappingRun.Zeros(9, 1)));
    assertRefused("within the logical size", blockMap(new MappingRun.Zeros(0, 0)));
    assertRefused("within the logical size", blockMap(new MappingRun.Zeros(0, Long.MAX_VALUE)));
    assertRefused("within the logical size", blockMap(new MappingRun.Zeros(-1, 1)));
    assertRefused("within the logical size", blockMap(new MappingRun.Zeros(100_000, 1)));
    long endOfSlab = FIRST + SLABS.dataBlocks();
    tell(blockMap(new MappingRun.Data(0, 2, endOfSlab - 2)));
    assertRefused("no data can lie", blockMap(new MappingRun.Data(0, 2, endOfSlab - 1)));
    // From one slab into the other, over what lies between them.
    assertRefused(
        "no data can lie",
        blockMap(
            new MappingRun.Data(0, SLABS.slabBlocks() - SLABS.dataBlocks() + 2, endOfSlab - 1)));
    assertRefused("no data can lie", blockMap(new MappingRun.Data(0, 1, FIRST - 1)));
    assertRefused("no data can lie", blockMap(new MappingRun.Data(0, 1, Long.MIN_VALUE)));
  }

  @Test
  void fragmentsAreThoseOfOneBlock() throws VdoException {
    tell(blockMap(new MappingRun.Fragments(0, 14, FIRST + 10, 0)));
    assertRefused("at most 14", blockMap(new MappingRun.Fragments(0, 15, FIRST + 10, 0)));
    assertRefused("at most 14", blockMap(new MappingRun.Fragments(0, 2, FIRST + 10, 13)));
    assertRefused("at most 14", blockMap(new MappingRun.Fragments(0, 1, FIRST + 10, -1)));
    assertRefused("no data can lie", blockMap(new MappingRun.Fragments(0, 1, 0, 0)));
  }

  @Test
  void countsFollowTheirSlab() throws VdoException {
    var first = new SlabState(0, true);
    var second = new SlabState(1, true);
    tell(slabs(first, new CountRun(FIRST, 1, 254), second));
    assertRefused("no data blocks of slab -1", slabs(new CountRun(FIRST, 1, 3)));
    assertRefused("no data blocks of slab 1", slabs(first, second, new CountRun(FIRST, 1, 3)));
    assertRefused("0 to 254, not 255", slabs(first, new CountRun(FIRST, 1, 255)));
    assertRefused("0 to 254, not -1", slabs(first, new CountRun(FIRST, 1, -1)));
    assertRefused("no data blocks", slabs(first, new CountRun(FIRST, 0, 3)));
    assertRefused(
        "out of order", slabs(first, new CountRun(FIRST + 1, 2, 3), new CountRun(FIRST + 2, 1, 3)));
    assertRefused("is none of 2 slabs", slabs(new SlabState(2, true)));
    assertRefused("is none of 2 slabs", slabs(new SlabState(-1, true)));
    assertRefused("out of order", slabs(second, first));
  }

  @Test
  void inASoundVolumeThereIsNoDoubt() throws VdoException {
    var calls = blockMap();
    assertRefused("told to be sound", List.of(calls.get(0), calls.get(1), calls.get(2), "a doubt"));
    var lost = UnreadableCause.READ_ERROR;
    assertRefused(
        "told to be sound", blockMap(new UnreadablePage(new PagePlace(3, 1, 0, FIRST), lost)));
    assertRefused(
        "told to be sound", slabs(new SlabState(0, true), new UnreadableCounts(FIRST, 1, lost)));
  }
}
