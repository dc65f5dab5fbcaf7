package io.vdotools.tool.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckProgress;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.LiveJournal;
import io.vdotools.engine.Volume;
import io.vdotools.engine.repair.RepairStep;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VolumeState;
import io.vdotools.testing.VolumeBuilder;
import io.vdotools.testing.VolumeImage;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Of a journal with a hole as much is applied as can be used. What was applied to a page that then
 * turns out to be damaged stays applied, whatever is left of the page: that something was unmapped,
 * too.
 */
class JournalHolesTest {
  private static final int JOURNAL_BLOCKS = 64;
  private static final int LIVE_BLOCKS = LiveJournal.BLOCKS_IN_FLIGHT + 8;
  private static final long MAPPED = 700;
  private static final long FIRST_DISCARDED = 300;
  private static final long DISCARDED = 40;
  private static final long FIRST_OVERWRITTEN = 500;
  private static final long OVERWRITTEN = 20;

  /**
   * A leaf page of many mappings, some of which the journal takes away before or behind a hole, and
   * some of which it changes before and behind it.
   */
  private static VolumeImage volume(VolumeState state, boolean areDiscardedFirst) {
    var discarded = LongStream.range(FIRST_DISCARDED, FIRST_DISCARDED + DISCARDED).toArray();
    var builder =
        VolumeBuilder.ofSlabs(4, 8192, 224, 200_000)
            .journalBlocks(JOURNAL_BLOCKS)
            .plainRange(0, MAPPED)
            .crashAfterHere()
            .plainRange(FIRST_OVERWRITTEN, OVERWRITTEN);
    if (areDiscardedFirst) {
      builder.discard(discarded);
    }
    builder.plainRange(100_000, (LIVE_BLOCKS - 1) * 217L);
    if (!areDiscardedFirst) {
      builder.discard(discarded);
    }
    return builder.plainRange(FIRST_OVERWRITTEN, OVERWRITTEN).state(state).build();
  }

  private static RepairPlan repair(MemoryDevice damaged) throws VdoException {
    return VolumeRepair.plan(
        damaged, RepairOptions.all(CheckOptions.standard()), CheckProgress.NONE);
  }

  @ParameterizedTest
  @CsvSource({"READ_ONLY_MODE, true", "READ_ONLY_MODE, false", "DIRTY, true", "DIRTY, false"})
  void whatWasAppliedHoldsWhateverIsLeftOfThePage(VolumeState state, boolean areDiscardedFirst)
      throws VdoException {
    var image = volume(state, areDiscardedFirst);
    var withHole = image.device();
    var area = Volume.open(withHole).journalArea().orElseThrow();
    withHole.put(area.pbn(area.journalStart() + 3), new byte[BlockSize.BLOCK]);
    var expected = repair(withHole.copy());
    assertThat(expected.isClean()).isTrue();
    byte[] leaf = withHole.block(image.page(0, 0)).clone();
    for (int i = 0; i < BlockSize.SECTOR; i++) {
      leaf[i] = (byte) (i * 31 + 7);
    }
    withHole.put(image.page(0, 0), leaf);

    var plan = repair(withHole);

    assertThat(plan.isClean()).isTrue();
    var lost = plan.steps().stream().map(RepairStep::lost).flatMap(List::stream).toList();
    var after = Content.of(plan.overlay());
    assertThat(after.blocks()).as("what is left of the page is used").containsKey(MAPPED - 1);
    assertThat(Content.of(expected.overlay()).changedIn(after, lost))
        .as(() -> plan.steps().toString())
        .isEmpty();
  }
}
