package io.vdotools.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.engine.NotAVolumeException;
import io.vdotools.format.VolumeState;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.problem.ProblemCode;
import io.vdotools.testing.SlabForm;
import io.vdotools.testing.VolumeBuilder;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the tests of damage begin with: volumes with nothing wrong, in each state. */
class SoundVolumesTest {
  private static CheckResult check(VolumeImage image) throws NotAVolumeException {
    return VolumeCheck.run(
        image.device(), CheckOptions.standard().withLevel(CheckOptions.Level.THOROUGH));
  }

  private static void assertSound(VolumeImage image, ProblemCode... information)
      throws NotAVolumeException {
    var result = check(image);
    assertThat(result.extent()).isEqualTo(CheckResult.Extent.COMPLETE);
    assertThat(result.findings().codes())
        .as(() -> result.findings().all().toString())
        .containsExactlyInAnyOrder(information);
    assertThat(result.isSound()).isTrue();
  }

  static Stream<Arguments> volumes() {
    return Stream.of(
        Arguments.of("clean", VolumeImages.clean(), List.of()),
        Arguments.of("new", VolumeImages.fresh(), List.of()),
        Arguments.of("dirty slab", VolumeImages.cleanWithDirtySlab(), List.of()),
        Arguments.of("recovering", VolumeImages.recovering(), List.of()),
        Arguments.of("without counts", VolumeImages.recoveringWithoutCounts(), List.of()),
        Arguments.of(
            "crashed",
            VolumeImages.crashed(JournalFormat.CURRENT),
            List.of(ProblemCode.RECOVERY_PENDING)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("volumes")
  void nothingIsWrongWithASoundVolume(String name, VolumeImage image, List<ProblemCode> information)
      throws NotAVolumeException {
    assertThat(name).isNotEmpty();
    assertSound(image, information.toArray(ProblemCode[]::new));
  }

  @Test
  void nothingButItsAgeIsWrongWithAnOldDriversVolume() throws NotAVolumeException {
    var result = check(VolumeImages.crashed(JournalFormat.V1));

    assertThat(result.findings().codes())
        .as(() -> result.findings().all().toString())
        .containsExactlyInAnyOrder(ProblemCode.RECOVERY_PENDING, ProblemCode.JOURNAL_OLD_FORMAT);
  }

  @ParameterizedTest
  @EnumSource(SlabForm.class)
  void aSlabMayBeInAnyFormWhileItIsRecovered(SlabForm form) throws NotAVolumeException {
    assertSound(VolumeImages.everyKind().slab(0, form).state(VolumeState.RECOVERING).build());
  }

  @ParameterizedTest
  @MethodSource("zoneCounts")
  void theZoneCountSelectsTheSummaryEntries(int zones) throws NotAVolumeException {
    assertSound(VolumeImages.everyKind().zones(zones).withStaleSummaryCopies().build());
  }

  static Stream<Integer> zoneCounts() {
    return Stream.of(1, 2, 3);
  }

  @Test
  void aVolumeWithoutAnyMappingIsSound() throws NotAVolumeException {
    var result = check(VolumeBuilder.small().build());

    assertThat(result.isSound()).isTrue();
    assertThat(result.tally().mappings()).isZero();
  }

  @Test
  void theTallyCountsWhatWasMapped() throws NotAVolumeException {
    var tally = check(VolumeImages.clean()).tally();

    assertThat(tally.plainMappings()).isEqualTo(10 + 3 + 4 + 812);
    assertThat(tally.compressedMappings()).isEqualTo(9);
    assertThat(tally.zeroMappings()).isEqualTo(3);
    assertThat(tally.leafPages()).isEqualTo(4);
    assertThat(tally.interiorPages()).isEqualTo(3 * 3);
    assertThat(tally.usedSlabs()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(
      value = VolumeState.class,
      names = {"READ_ONLY_MODE", "FORCE_REBUILD", "REBUILD_FOR_UPGRADE", "UNKNOWN"})
  void aStateThatIsAProblemIsTheOnlyOne(VolumeState state) throws NotAVolumeException {
    var result = check(VolumeImages.everyKind().state(state).build());

    assertThat(result.extent()).isEqualTo(CheckResult.Extent.COMPLETE);
    assertThat(result.findings().codes())
        .as(() -> result.findings().all().toString())
        .containsExactly(
            switch (state) {
              case READ_ONLY_MODE -> ProblemCode.READ_ONLY_MODE;
              case UNKNOWN -> ProblemCode.STATE_UNKNOWN;
              default -> ProblemCode.REBUILD_REQUESTED;
            });
  }
}
