package io.vdotools.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.damage.Area;
import io.vdotools.engine.damage.Position;
import io.vdotools.format.BlockSize;
import io.vdotools.format.Limits;
import io.vdotools.format.VolumeState;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.problem.Finding;
import io.vdotools.problem.Findings;
import io.vdotools.problem.Problem.SlabProblem;
import io.vdotools.problem.ProblemCode;
import io.vdotools.testing.SlabForm;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A block that cannot be read is a finding about that block, and the run goes on. */
class ReadErrorsTest {
  private static final VolumeImage CLEAN = VolumeImages.clean();
  private static final VolumeImage RECOVERING =
      VolumeImages.everyKind()
          .slab(0, SlabForm.JOURNAL_ONLY)
          .slab(1, SlabForm.BEHIND)
          .state(VolumeState.RECOVERING)
          .build();
  private static final VolumeImage CRASHED =
      VolumeImages.everyKind().crashAfterHere().plainRange(3 * 812, 900).build();
  private static final VolumeImage REBUILDING =
      VolumeImages.everyKind()
          .crashAfterHere()
          .plainRange(3 * 812, 900)
          .state(VolumeState.FORCE_REBUILD)
          .build();

  record Unreadable(String volume, VolumeImage image, Area area, Position position) {
    long pbn() {
      return image.block(area, position);
    }

    @Override
    public String toString() {
      return position + " " + area + " of a " + volume + " volume";
    }
  }

  static Stream<Unreadable> blocks() {
    var blocks = new ArrayList<Unreadable>();
    add(blocks, "clean", CLEAN, Area.values());
    add(blocks, "recovering", RECOVERING, Area.SLAB_JOURNAL, Area.REFERENCE_BLOCK, Area.SUMMARY);
    add(blocks, "crashed", CRASHED, Area.RECOVERY_JOURNAL, Area.LEAF, Area.INTERIOR, Area.ROOT);
    add(blocks, "rebuilding", REBUILDING, Area.RECOVERY_JOURNAL, Area.LEAF, Area.ROOT);
    return blocks.stream();
  }

  private static void add(
      List<Unreadable> blocks, String volume, VolumeImage image, Area... areas) {
    for (var area : areas) {
      for (var position : Position.values()) {
        blocks.add(new Unreadable(volume, image, area, position));
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("blocks")
  void anUnreadableBlockIsAFindingAndTheRunGoesOn(Unreadable block) throws NotAVolumeException {
    var result = check(block.image(), block.pbn());

    if (!isNeverRead(block)) {
      assertThat(result.findings().all())
          .as(() -> result.findings().all().toString())
          .anySatisfy(finding -> {
            assertThat(finding.problem().pbn()).isEqualTo(block.pbn());
            assertThat(finding.problem().code().name()).contains("UNREADABLE");
          });
      assertThat(result.isSound()).isFalse();
    }
    assertThat(result.extent())
        .isEqualTo(
            block.area() == Area.SUPER_BLOCK
                ? CheckResult.Extent.LAYOUT_ONLY
                : CheckResult.Extent.COMPLETE);
  }

  /** Of the journal of a slab at rest a load reads the last block only. */
  private static boolean isNeverRead(Unreadable block) {
    return block.volume().equals("clean")
        && block.area() == Area.SLAB_JOURNAL
        && block.position() != Position.LAST;
  }

  @Test
  void everyUnreadableRootIsFound() throws NotAVolumeException {
    var areas = CLEAN.areas();
    long first = areas.volume().superBlock().blockMap().rootOrigin();
    var faults = new Fault[areas.forest().rootCount()];
    for (int tree = 0; tree < faults.length; tree++) {
      faults[tree] = new Fault.UnreadableBlock(first + tree);
    }
    var result =
        VolumeCheck.run(FaultyDevice.over(CLEAN.device().copy(), faults), CheckOptions.standard());

    assertThat(result.findings().kept(ProblemCode.PAGE_UNREADABLE))
        .extracting(finding -> finding.problem().pbn())
        .hasSize(faults.length)
        .startsWith(first);
    assertThat(result.extent()).isEqualTo(CheckResult.Extent.COMPLETE);
  }

  @Test
  void anUnreadableDataBlockOfAPlainMappingIsNotTheChecksBusiness() throws NotAVolumeException {
    long data = CLEAN.page(VolumeImages.FULL_LEAF, 0) + 5;

    assertThat(check(CLEAN, data).isSound()).isTrue();
  }

  @Test
  void aDeviceThatReadsNothingButItsFirstTwoBlocksIsCheckedToTheEnd() throws NotAVolumeException {
    var device = new OnlyFirstBlocks(CLEAN.device(), 2);
    var result = VolumeCheck.run(device, CheckOptions.standard());

    assertThat(result.extent()).isEqualTo(CheckResult.Extent.COMPLETE);
    assertThat(result.findings().count(ProblemCode.SUMMARY_UNREADABLE)).isEqualTo(64);
    assertThat(result.findings().count(ProblemCode.PAGE_UNREADABLE)).isEqualTo(60);
    assertThat(result.findings().count(ProblemCode.JOURNAL_UNREADABLE)).isEqualTo(16);
  }

  @Test
  void ofEntriesOfSlabsToComeEachIsCountedTheFirstAreNamedAndOnesNotReadPassedOver()
      throws NotAVolumeException {
    var device = CLEAN.device().copy();
    long summary = CLEAN.block(Area.SUMMARY, Position.FIRST);
    int slabs = CLEAN.areas().slabs().slabCount();
    var noise = new byte[BlockSize.BLOCK];
    Arrays.fill(noise, (byte) 0xa5);
    for (int block = SlabSummary.BLOCKS_PER_COPY; block < SlabSummary.BLOCKS; block++) {
      device.put(summary + block, noise);
    }
    var unreadable = new Fault.UnreadableBlock(summary + SlabSummary.BLOCKS_PER_COPY + 1);
    var result = VolumeCheck.run(FaultyDevice.over(device, unreadable), CheckOptions.standard());

    int copies = SlabSummary.COPIES - 1;
    assertThat(result.findings().count(ProblemCode.FUTURE_SLAB_ENTRY))
        .isEqualTo((long) copies * (Limits.SLABS - slabs) - SlabSummary.ENTRIES_PER_BLOCK);
    var kept = result.findings().kept(ProblemCode.FUTURE_SLAB_ENTRY);
    assertThat(kept).hasSize(Findings.DEFAULT_KEPT_PER_CODE);
    for (int i = 0; i < kept.size(); i++) {
      assertThat(kept.get(i).problem().pbn()).isEqualTo(summary + SlabSummary.BLOCKS_PER_COPY);
      assertThat(((SlabProblem) kept.get(i).problem()).slab()).isEqualTo(slabs + i);
    }
  }

  private static CheckResult check(VolumeImage image, long unreadable) throws NotAVolumeException {
    var device = FaultyDevice.over(image.device().copy(), new Fault.UnreadableBlock(unreadable));
    return VolumeCheck.run(device, CheckOptions.standard().withLevel(CheckOptions.Level.THOROUGH));
  }

  /** A read error must not be mistaken for a finding of another volume. */
  @Test
  void whatCouldBeReadIsJudgedAsEver() throws NotAVolumeException {
    long leaf = CLEAN.page(VolumeImages.SHARED, 0);
    var result = check(CLEAN, leaf);

    assertThat(result.findings().codes())
        .containsExactlyInAnyOrder(
            ProblemCode.PAGE_UNREADABLE,
            ProblemCode.COUNT_TOO_HIGH,
            ProblemCode.LOGICAL_BLOCKS_USED);
    assertThat(result.findings().kept(ProblemCode.COUNT_TOO_HIGH))
        .extracting(Finding::problem)
        .allSatisfy(problem -> assertThat(problem.evidence()).contains("page at PBN " + leaf));
  }
}
