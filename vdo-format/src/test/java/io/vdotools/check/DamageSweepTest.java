package io.vdotools.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.damage.Area;
import io.vdotools.engine.damage.Damage;
import io.vdotools.engine.damage.Damage.Kind;
import io.vdotools.engine.damage.Position;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VolumeState;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.problem.Structure;
import io.vdotools.testing.Segments;
import io.vdotools.testing.SlabForm;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of damage to every structure, at its first, middle and last instance. */
class DamageSweepTest {
  private static final int FLIPS = 8;

  private static final VolumeImage CLEAN = VolumeImages.clean();

  /** Slab journals count where slabs are to be scrubbed. */
  private static final VolumeImage RECOVERING =
      VolumeImages.everyKind()
          .slab(0, SlabForm.JOURNAL_ONLY)
          .slab(1, SlabForm.JOURNAL_ONLY)
          .state(VolumeState.RECOVERING)
          .build();

  /** The recovery journal counts after a crash; its live blocks are 10 to 28. */
  private static final VolumeImage CRASHED =
      VolumeImages.everyKind()
          .journalBlocks(32)
          .crashAfterHere()
          .plainRange(3 * 812, 19 * 217 - 30)
          .build();

  private static final long FIRST_LIVE_BLOCK = 10;

  /** What a structure's damage may be reported as; each can show in what depends on it. */
  private static final Map<Area, Set<Structure>> SHOWN_IN = new EnumMap<>(Area.class);

  static {
    SHOWN_IN.put(Area.GEOMETRY, EnumSet.of(Structure.GEOMETRY, Structure.SUPER_BLOCK));
    SHOWN_IN.put(Area.SUPER_BLOCK, EnumSet.of(Structure.SUPER_BLOCK));
    SHOWN_IN.put(
        Area.ROOT,
        EnumSet.of(
            Structure.BLOCK_MAP_ROOT,
            Structure.BLOCK_MAP_INTERIOR,
            Structure.DATA,
            Structure.SUPER_BLOCK));
    SHOWN_IN.put(
        Area.INTERIOR,
        EnumSet.of(
            Structure.BLOCK_MAP_INTERIOR,
            Structure.BLOCK_MAP_LEAF,
            Structure.DATA,
            Structure.SUPER_BLOCK));
    SHOWN_IN.put(
        Area.LEAF, EnumSet.of(Structure.BLOCK_MAP_LEAF, Structure.DATA, Structure.SUPER_BLOCK));
    SHOWN_IN.put(Area.REFERENCE_BLOCK, EnumSet.of(Structure.REFERENCE_BLOCK, Structure.DATA));
    SHOWN_IN.put(Area.SLAB_JOURNAL, EnumSet.of(Structure.SLAB_JOURNAL, Structure.DATA));
    SHOWN_IN.put(Area.SUMMARY, EnumSet.of(Structure.SLAB_SUMMARY, Structure.DATA));
    SHOWN_IN.put(Area.RECOVERY_JOURNAL, EnumSet.of(Structure.RECOVERY_JOURNAL));
    SHOWN_IN.put(Area.COMPRESSED_BLOCK, EnumSet.of(Structure.DATA));
  }

  record Sweep(VolumeImage image, Area area, Kind kind, Position position, long seed) {
    long pbn() {
      return image.block(area, position);
    }

    @Override
    public String toString() {
      return position + " " + area + " " + kind + (kind == Kind.FLIPPED ? " " + seed : "");
    }
  }

  static Stream<Sweep> sweeps() {
    var sweeps = new ArrayList<Sweep>();
    for (var area : Area.values()) {
      for (var kind : Kind.values()) {
        if (!kind.fits(area)
            || (imageFor(area).areas().blocks(area).size() < 2
                && (kind == Kind.SWAPPED || kind == Kind.DUPLICATED))) {
          continue;
        }
        for (var position : Position.values()) {
          if (kind == Kind.TORN && !reachesSecondSector(area, position)) {
            continue;
          }
          for (int seed = 0; seed < (kind == Kind.FLIPPED ? FLIPS : 1); seed++) {
            sweeps.add(new Sweep(imageFor(area), area, kind, position, seed));
          }
        }
      }
    }
    return sweeps.stream();
  }

  private static boolean reachesSecondSector(Area area, Position position) {
    var image = imageFor(area);
    var block = MemorySegment.ofArray(image.device().block(image.block(area, position)));
    var tail = block.asSlice(BlockSize.SECTOR);
    return tail.mismatch(Segments.zeros((int) tail.byteSize())) >= 0;
  }

  private static VolumeImage imageFor(Area area) {
    return switch (area) {
      case SLAB_JOURNAL -> RECOVERING;
      case RECOVERY_JOURNAL -> CRASHED;
      default -> CLEAN;
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sweeps")
  void everyDamageIsReportedOrCannotBeSeen(Sweep sweep) throws NotAVolumeException {
    var damaged =
        sweep.image().with(Damage.of(sweep.kind(), sweep.area(), sweep.position(), sweep.seed()));
    var result =
        VolumeCheck.run(
            damaged.device(), CheckOptions.standard().withLevel(CheckOptions.Level.THOROUGH));

    boolean isLayoutIntact = sweep.area() != Area.SUPER_BLOCK && sweep.area() != Area.GEOMETRY;
    if (isLayoutIntact) {
      assertThat(result.extent()).isEqualTo(CheckResult.Extent.COMPLETE);
    }
    var reason = whyItCannotBeSeen(sweep);
    // Some bits of such a block would be noticed nevertheless.
    if (reason.isPresent() && (sweep.kind() != Kind.FLIPPED || result.isSound())) {
      assertThat(result.isSound()).as(reason.get()).isTrue();
      return;
    }
    List<Structure> structures =
        result.findings().all().stream().map(f -> f.problem().structure()).toList();
    assertThat(structures)
        .as(() -> result.findings().all().toString())
        .containsAnyElementsOf(SHOWN_IN.getOrDefault(sweep.area(), Set.of()));
  }

  /** The damages that leave a sound volume behind, or one that is sound for all that is known. */
  private static Optional<String> whyItCannotBeSeen(Sweep sweep) {
    return Optional.ofNullable(
        switch (sweep.area()) {
          case SUMMARY -> whyASummaryCannotTell(sweep);
          case RECOVERY_JOURNAL -> whyAJournalCannotTell(sweep);
          case REFERENCE_BLOCK ->
              sweep.position() == Position.LAST
                      && (sweep.kind() == Kind.ZEROED || sweep.kind() == Kind.STALE)
                  ? "a block without references may never have been written"
                  : null;
          case COMPRESSED_BLOCK ->
              switch (sweep.kind()) {
                case DUPLICATED ->
                    sweep.position() == Position.MIDDLE
                        ? "nothing in a compressed block says which one it is"
                        : null;
                case TORN -> "all fragments end in the first sector";
                default -> null;
              };
          default -> null;
        });
  }

  private static @Nullable String whyASummaryCannotTell(Sweep sweep) {
    long block = sweep.pbn() - CLEAN.areas().summaryStart();
    boolean isFirstOfCopy = block % SlabSummary.BLOCKS_PER_COPY == 0;
    return switch (sweep.kind()) {
      case ZEROED, FLIPPED, TORN, WRONG_NONCE -> null;
      case STALE, DUPLICATED -> block == 0 ? null : "the first copy alone counts";
      case SWAPPED -> isFirstOfCopy ? null : "blocks without entries of slabs are all alike";
    };
  }

  private static @Nullable String whyAJournalCannotTell(Sweep sweep) {
    if (sweep.kind() == Kind.SWAPPED || sweep.kind() == Kind.DUPLICATED) {
      return null;
    }
    if (sweep.pbn() < CRASHED.areas().journal().pbn(FIRST_LIVE_BLOCK)) {
      return "blocks before the journal's start are not read";
    }
    return sweep.position() == Position.LAST
        ? "without its last block the journal is that of an earlier crash"
        : null;
  }

  @Test
  void everyStructureIsSwept() {
    for (var area : Area.values()) {
      assertThat(imageFor(area).areas().blocks(area)).as(area.toString()).isNotEmpty();
    }
  }
}
