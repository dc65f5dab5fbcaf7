package io.vdotools.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.damage.Area;
import io.vdotools.engine.damage.Damage;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.problem.Finding;
import io.vdotools.problem.ProblemCode;
import io.vdotools.testing.SlabForm;
import io.vdotools.testing.VolumeBuilder;
import io.vdotools.testing.VolumeImage;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;

/**
 * Sums of ranges find what counting every reference finds, and neither threads nor memory change
 * what is found.
 */
class FingerprintsAgreeWithCountersTest {
  /** More than the least memory has counters for. */
  private static final int SLABS = 40;

  private static final long LEAST_MEMORY = CheckOptions.LEAST_MEMORY;
  private static final int LEAVES = 30;
  private static final int MOST_MAPPINGS = 300;
  private static final int MOST_DAMAGES = 8;

  /** What only counters see: the kinds of references, not their number. */
  private static final ProblemCode ONLY_COUNTERS = ProblemCode.MIXED_KINDS;

  @Property(tries = 40)
  void whatIsFoundDependsOnTheVolumeAlone(@ForAll long seed) throws NotAVolumeException {
    assertAgreement(seed);
  }

  @Tag("long")
  @Property(tries = 5000)
  void whatIsFoundDependsOnTheVolumeAloneForLong(@ForAll long seed) throws NotAVolumeException {
    assertAgreement(seed);
  }

  private static void assertAgreement(long seed) throws NotAVolumeException {
    var random = new SplittableRandom(seed);
    var image = damaged(randomVolume(random), random);
    // A clock on which every read is slow, so that there are more readers than cores.
    var standard = CheckOptions.standard().withClock(slowClock());
    var expected = findings(image, standard);
    var exact = findings(image, standard.withExact(true));

    assertThat(findings(image, standard.withThreads(2, 4))).isEqualTo(expected);
    assertThat(findings(image, standard.withMemory(LEAST_MEMORY, 2))).isEqualTo(expected);
    assertThat(findings(image, standard.withMemory(LEAST_MEMORY, 3).withThreads(2, 2)))
        .isEqualTo(expected);
    assertThat(findings(image, standard.withExact(true).withThreads(2, 4))).isEqualTo(exact);
    assertThat(
            findings(image, standard.withExact(true).withMemory(LEAST_MEMORY, 2).withThreads(2, 2)))
        .isEqualTo(exact);
    exact.remove(ONLY_COUNTERS);
    expected.remove(ONLY_COUNTERS);
    assertThat(expected).isEqualTo(exact);
  }

  private static LongSupplier slowClock() {
    var now = new AtomicLong();
    return () -> now.addAndGet(1_000_000);
  }

  private static Map<ProblemCode, List<Finding>> findings(VolumeImage image, CheckOptions options)
      throws NotAVolumeException {
    var found = new EnumMap<ProblemCode, List<Finding>>(ProblemCode.class);
    var result = VolumeCheck.run(image.device(), options);
    assertThat(result.extent()).isEqualTo(CheckResult.Extent.COMPLETE);
    for (var code : result.findings().codes()) {
      found.put(code, result.findings().kept(code));
      assertThat(result.findings().count(code)).isEqualTo(result.findings().kept(code).size());
    }
    return found;
  }

  private static VolumeImage randomVolume(SplittableRandom random) {
    var builder = VolumeBuilder.ofSlabs(SLABS, 60 * 812 * 3);
    var forms = SlabForm.values();
    for (int slab = 0; slab < SLABS; slab++) {
      builder.slab(slab, forms[random.nextInt(forms.length)]);
    }
    builder.state(VolumeState.RECOVERING);
    int mappings = random.nextInt(1, MOST_MAPPINGS);
    int crashAfter = random.nextBoolean() ? random.nextInt(mappings) : mappings;
    long last = randomLbn(random);
    builder.plain(last);
    for (int i = 0; i < mappings; i++) {
      if (i == crashAfter) {
        builder.crashAfterHere();
      }
      if (random.nextInt(10) == 0) {
        builder.allocateFromSlab(random.nextInt(SLABS));
      }
      last = change(builder, last, random);
    }
    return builder.build();
  }

  /** {@return an LBN that is mapped to a block}. */
  private static long change(VolumeBuilder builder, long mapped, SplittableRandom random) {
    long lbn = randomLbn(random);
    switch (random.nextInt(8)) {
      case 0 -> builder.zero(lbn);
      case 1 -> builder.discard(lbn);
      case 2, 3 -> builder.shared(mapped, lbn);
      case 4 -> builder.compressed(lbn, randomLbn(random) ^ 1);
      default -> {
        builder.plain(lbn);
        return lbn;
      }
    }
    return mapped;
  }

  private static long randomLbn(SplittableRandom random) {
    return 812L * random.nextInt(LEAVES) * 2 + random.nextInt(40) * 2L;
  }

  private static VolumeImage damaged(VolumeImage image, SplittableRandom random) {
    Damage all = (_, _) -> {};
    int damages = random.nextInt(MOST_DAMAGES);
    for (int i = 0; i < damages; i++) {
      all = all.and(randomDamage(image, random));
    }
    return image.with(all);
  }

  private static Damage randomDamage(VolumeImage image, SplittableRandom random) {
    var areas = image.areas();
    var leaves = areas.blocks(Area.LEAF);
    long target = target(image, random);
    long page = leaves.get(random.nextInt(leaves.size()));
    int slot = random.nextInt(100);
    long packed = BlockMapEntry.pack(target, random.nextInt(4));
    return switch (random.nextInt(6)) {
      case 0, 1 -> setEntry(page, slot, packed);
      case 2 -> {
        var interior = areas.blocks(Area.INTERIOR);
        yield setEntry(
            interior.get(random.nextInt(interior.size())),
            random.nextInt(3),
            BlockMapEntry.pack(target, random.nextInt(2)));
      }
      case 3 -> Damage.edit(_ -> page, block -> block.fill((byte) 0));
      default -> {
        int count = random.nextBoolean() ? random.nextInt(256) : random.nextInt(4);
        yield Damage.count(_ -> target, count);
      }
    };
  }

  private static Damage setEntry(long page, int slot, long packed) {
    return Damage.edit(_ -> page, block -> new BlockMapPage(block).setEntry(slot, packed));
  }

  /** A data block: a page, one that is in use, or any. */
  private static long target(VolumeImage image, SplittableRandom random) {
    var areas = image.areas();
    var slabs = areas.slabs();
    var leaves = areas.blocks(Area.LEAF);
    long leaf = leaves.get(random.nextInt(leaves.size()));
    long any = slabs.slabStart(random.nextInt(SLABS)) + random.nextInt(slabs.dataBlocks());
    long near = leaf + random.nextInt(4);
    return switch (random.nextInt(3)) {
      case 0 -> leaf;
      case 1 -> slabs.isDataBlock(near) ? near : any;
      default -> any;
    };
  }
}
