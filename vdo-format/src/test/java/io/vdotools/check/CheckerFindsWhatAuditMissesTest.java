package io.vdotools.check;

import static io.vdotools.testing.VolumeImages.FULL_LEAF;
import static io.vdotools.testing.VolumeImages.SHARED;
import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.damage.Area;
import io.vdotools.engine.damage.Damage;
import io.vdotools.engine.damage.Position;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.problem.Finding;
import io.vdotools.problem.Problem;
import io.vdotools.problem.Problem.CountProblem;
import io.vdotools.problem.Problem.EntryProblem;
import io.vdotools.problem.Problem.PageProblem;
import io.vdotools.problem.ProblemCode;
import io.vdotools.testing.VolumeBuilder;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * What VDO's own audit tool passes over, crashes on, or reports by its symptoms only.
 *
 * <p>Each is found, named by its cause, and does not keep the rest from being checked.
 */
class CheckerFindsWhatAuditMissesTest {
  private static final VolumeImage CLEAN = VolumeImages.clean();

  private static CheckResult check(VolumeImage image) throws NotAVolumeException {
    var result = VolumeCheck.run(image.device(), CheckOptions.standard());
    assertThat(result.extent()).isEqualTo(CheckResult.Extent.COMPLETE);
    return result;
  }

  private static List<Problem> problems(CheckResult result, ProblemCode code) {
    return result.findings().kept(code).stream().map(Finding::problem).toList();
  }

  private static Problem only(CheckResult result, ProblemCode code) {
    assertThat(result.findings().kept(code)).as(code.toString()).hasSize(1);
    return problems(result, code).getFirst();
  }

  private static long plain(long pbn) {
    return BlockMapEntry.pack(pbn, MappingState.UNCOMPRESSED);
  }

  /** The audit counts in eight bits, and 255 is its own mark for a page. */
  @Test
  void moreReferencesThanACounterHoldsAreCounted() throws NotAVolumeException {
    var builder = VolumeBuilder.small().plain(SHARED);
    builder.zero(LongStream.range(100, 354).toArray());
    var image = builder.build();
    long pbn = image.page(SHARED, 0) + 1;
    Damage map255 = (_, _) -> {};
    for (long lbn = 100; lbn < 354; lbn++) {
      map255 = map255.and(Damage.mapping(lbn, plain(pbn)));
    }
    var result = check(image.with(map255));

    assertThat(only(result, ProblemCode.COUNT_TOO_LOW))
        .isInstanceOfSatisfying(
            CountProblem.class,
            count -> {
              assertThat(count.pbn()).isEqualTo(pbn);
              assertThat(count.stored()).isEqualTo(1);
              assertThat(count.computed()).isEqualTo(255);
              assertThat(count.lbns())
                  .containsExactly(LbnSet.range(SHARED, 1), LbnSet.range(100, 254));
            });
    var problem = only(result, ProblemCode.TOO_MANY_REFERENCES);
    assertThat(problem.evidence()).contains("PBN " + pbn + " has 255 references");
    assertThat(problem.lbns()).hasToString("[0, 100..353]");
  }

  /** The audit divides by it. */
  @Test
  void aZoneCountOfZeroIsReportedAndNotDividedBy() throws NotAVolumeException {
    var result = check(CLEAN.with(Damage.superBlockField("slab_depot.zone_count", 0)));

    assertThat(result.findings().codes()).containsExactly(ProblemCode.ZONE_COUNT_ZERO);
    assertThat(result.tally().mappings()).isEqualTo(841);
  }

  /** The audit walks the page twice and counts all that is below it twice. */
  @Test
  void aPageWithTwoParentsIsOneProblem() throws NotAVolumeException {
    long leaf = CLEAN.page(FULL_LEAF, 0);
    var result = check(CLEAN.with(Damage.slot(FULL_LEAF, 1, _ -> 1, _ -> plain(leaf))));

    assertThat(result.findings().codes()).containsExactly(ProblemCode.PAGE_TWO_PARENTS);
    var problem = only(result, ProblemCode.PAGE_TWO_PARENTS);
    assertThat(problem.pbn()).isEqualTo(leaf);
    // The place that the page does not belong to: leaf 1 of tree 1.
    assertThat(problem.lbns()).hasToString("[49532..50343]");
    assertThat(problem.evidence()).contains("page 0 of height 0 in tree 1", "page 1 of height 0");
  }

  /** The audit follows such a tree 812 times a level. */
  @Test
  void aCycleEndsWhereItBegan() throws NotAVolumeException {
    for (int height = 1; height <= 3; height++) {
      for (int ancestor = height; ancestor <= 3; ancestor++) {
        long above = CLEAN.page(FULL_LEAF, ancestor);
        var result = check(CLEAN.with(Damage.entry(FULL_LEAF, height, _ -> plain(above))));

        assertThat(problems(result, ProblemCode.PAGE_TWO_PARENTS))
            .as("height %d to %d", height, ancestor)
            .singleElement()
            .satisfies(problem -> assertThat(problem.pbn()).isEqualTo(above));
        assertThat(problems(result, ProblemCode.ORPHANED_PAGE))
            .extracting(Problem::pbn)
            .contains(CLEAN.page(FULL_LEAF, height - 1));
      }
    }
  }

  /** The audit ends at the first such entry. */
  @Test
  void entriesIntoMetadataAreNamedAndTheRunGoesOn() throws NotAVolumeException {
    var areas = CLEAN.areas();
    long journal = areas.slabs().journalStart(0);
    var result =
        check(
            CLEAN.with(
                Damage.mapping(20, plain(areas.slabs().referenceStart(0)))
                    .and(Damage.mapping(21, plain(journal)))
                    .and(Damage.mapping(SHARED, plain(journal)))
                    .and(Damage.count(_ -> areas.slabs().slabStart(1) + 7000, 1))));

    assertThat(only(result, ProblemCode.ENTRY_INTO_METADATA))
        .isInstanceOfSatisfying(
            EntryProblem.class,
            problem -> {
              assertThat(problem.pbn()).isEqualTo(CLEAN.page(SHARED, 0));
              assertThat(problem.slots()).isEqualTo(3);
              assertThat(problem.lbns())
                  .containsExactly(LbnSet.range(SHARED, 1), LbnSet.range(20, 2));
              assertThat(problem.evidence()).contains("a slab journal block");
            });
    assertThat(problems(result, ProblemCode.COUNT_TOO_HIGH))
        .extracting(Problem::pbn)
        .containsExactly(CLEAN.page(SHARED, 0) + 1, areas.slabs().slabStart(1) + 7000);
  }

  /** The audit takes a lost page for an empty one and reports 812 counts. */
  @Test
  void aLostLeafIsNamedAsTheCauseOfItsCounts() throws NotAVolumeException {
    long leaf = CLEAN.page(FULL_LEAF, 0);
    var result = check(CLEAN.with(Damage.edit(_ -> leaf, block -> block.fill((byte) 0))));

    assertThat(only(result, ProblemCode.PAGE_LOST))
        .isInstanceOfSatisfying(
            PageProblem.class,
            problem -> {
              assertThat(problem.pbn()).isEqualTo(leaf);
              assertThat(problem.parentPbn()).isEqualTo(CLEAN.page(FULL_LEAF, 1));
              assertThat(problem.evidence()).contains("named by slot 0 of the page at PBN");
              assertThat(problem.lbns()).hasToString("[812..1623]");
            });
    assertThat(only(result, ProblemCode.COUNT_TOO_HIGH))
        .isInstanceOfSatisfying(
            CountProblem.class,
            problem -> {
              assertThat(problem.pbn()).isEqualTo(leaf + 1);
              assertThat(problem.blocks()).isEqualTo(812);
              assertThat(problem.cause())
                  .contains("block map page at PBN " + leaf, "LBN 812..1623");
            });
  }

  @Test
  void aMisplacedLeafIsNamedAsTheCauseOfItsCounts() throws NotAVolumeException {
    long leaf = CLEAN.page(FULL_LEAF, 0);
    var result = check(CLEAN.with(Damage.pageField(FULL_LEAF, 0, "pbn", 5)));

    assertThat(only(result, ProblemCode.PAGE_MISPLACED).lbns()).hasToString("[812..1623]");
    assertThat(causesOf(result))
        .allSatisfy(cause -> assertThat(cause).contains("page at PBN " + leaf));
  }

  private static List<String> causesOf(CheckResult result) {
    return problems(result, ProblemCode.COUNT_TOO_HIGH).stream()
        .map(problem -> ((CountProblem) problem).cause())
        .toList();
  }

  @Test
  void aLostRootIsNamedAsTheCauseOfItsCounts() throws NotAVolumeException {
    long root = CLEAN.page(FULL_LEAF, 4);
    var result = check(CLEAN.with(Damage.pageField(FULL_LEAF, 4, "pbn", 5)));

    assertThat(only(result, ProblemCode.ROOT_INVALID).pbn()).isEqualTo(root);
    assertThat(causesOf(result))
        .allSatisfy(cause -> assertThat(cause).contains("page at PBN " + root));
    assertThat(problems(result, ProblemCode.ORPHANED_PAGE)).hasSize(4);
  }

  @Test
  void aWipedRootShowsByThePagesThatItLost() throws NotAVolumeException {
    var areas = CLEAN.areas();
    var result =
        check(CLEAN.with(Damage.edit(a -> a.page(FULL_LEAF, 4), block -> block.fill((byte) 0))));

    assertThat(problems(result, ProblemCode.ORPHANED_PAGE))
        .extracting(Problem::pbn)
        .containsExactly(
            CLEAN.page(FULL_LEAF, 3),
            CLEAN.page(FULL_LEAF, 2),
            CLEAN.page(FULL_LEAF, 1),
            CLEAN.page(FULL_LEAF, 0));
    assertThat(causesOf(result))
        .allSatisfy(cause -> assertThat(cause).contains("page at PBN " + areas.page(FULL_LEAF, 3)));
  }

  @Test
  void aWrongCountNamesTheLogicalBlocksThatItConcerns() throws NotAVolumeException {
    long pbn = CLEAN.page(SHARED, 0) + 1;
    var result = check(CLEAN.with(Damage.count(_ -> pbn, 1)));

    assertThat(only(result, ProblemCode.COUNT_TOO_LOW))
        .isInstanceOfSatisfying(
            CountProblem.class,
            problem -> {
              assertThat(problem.computed()).isEqualTo(4);
              assertThat(problem.lbns())
                  .containsExactly(LbnSet.range(SHARED, 1), LbnSet.range(10, 3));
            });
  }

  /** The audit compares no journal: such a volume is sound to it, or full of wrong counts. */
  @Test
  void journalsAreReplayedBeforeCountsAreCompared() throws NotAVolumeException {
    var crashed = VolumeImages.crashed(JournalFormat.CURRENT);
    assertThat(check(crashed).isSound()).isTrue();

    long journalBlock = crashed.areas().journal().pbn(10);
    var result = check(crashed.with(Damage.edit(_ -> journalBlock, block -> block.fill((byte) 0))));
    assertThat(only(result, ProblemCode.JOURNAL_HOLE).pbn()).isEqualTo(journalBlock);
  }

  @Test
  void allProblemsOfOneVolumeAreFoundInOneRun() throws NotAVolumeException {
    var areas = CLEAN.areas();
    var result =
        check(
            CLEAN.with(
                Damage.superBlockField("recovery_journal.logical_blocks_used", 5)
                    .and(Damage.mapping(20, plain(areas.slabs().journalStart(0))))
                    .and(Damage.count(_ -> areas.slabs().slabStart(0) + 7000, 9))
                    .and(Damage.edit(a -> a.page(FULL_LEAF, 0), block -> block.fill((byte) 0)))
                    .and(Damage.zeroed(Area.SLAB_JOURNAL, Position.LAST))));

    assertThat(result.findings().codes())
        .containsExactlyInAnyOrder(
            ProblemCode.ENTRY_INTO_METADATA,
            ProblemCode.PAGE_LOST,
            ProblemCode.COUNT_TOO_HIGH,
            ProblemCode.SLAB_JOURNAL_TAIL,
            ProblemCode.COMMIT_POINT_AHEAD,
            ProblemCode.LOGICAL_BLOCKS_USED);
  }
}
