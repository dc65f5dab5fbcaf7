package io.vdotools.engine.salvage;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.Volume;
import io.vdotools.engine.damage.Area;
import io.vdotools.engine.damage.VolumeAreas;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many pages damaged at once, in ways that a seed decides. */
class RandomDamageTest {
  private static final int SHORT = 60;
  private static final int LONG = 3000;

  private long savedByUs;
  private long savedByRebuild;
  private long mapped;

  private static List<Long> pages(MemoryDevice device) throws VdoException {
    var areas = VolumeAreas.of(device);
    var pages = new ArrayList<Long>();
    for (var area : List.of(Area.ROOT, Area.INTERIOR, Area.LEAF)) {
      pages.addAll(areas.blocks(area));
    }
    return pages;
  }

  /** Damages without a plausible lie: bytes are lost, or noise, or somewhere else. */
  private static MemoryDevice damage(
      MemoryDevice device, List<Long> pages, Set<Long> faults, SplittableRandom random) {
    var broken = device.copy();
    int blows = random.nextInt(1, 6);
    for (int i = 0; i < blows; i++) {
      long pbn = pages.get(random.nextInt(pages.size()));
      var kinds = DestroyedPagesTest.Blow.values();
      switch (random.nextInt(4)) {
        case 0 -> {
          long other = pages.get(random.nextInt(pages.size()));
          broken.put(pbn, device.block(other));
          broken.put(other, device.block(pbn));
        }
        case 1 -> faults.add(pbn);
        default ->
            broken.put(
                pbn,
                kinds[random.nextInt(kinds.length)].strike(broken.block(pbn), random.nextLong()));
      }
    }
    return broken;
  }

  private void run(MemoryDevice device, int seeds) throws VdoException {
    run(device, 0, seeds);
  }

  private void run(MemoryDevice device, int first, int end) throws VdoException {
    var pages = pages(device);
    var sound = Mappings.of(device);
    for (int seed = first; seed < end; seed++) {
      var random = new SplittableRandom(seed);
      var faults = new TreeSet<Long>();
      var broken = damage(device, pages, faults, random);
      var view =
          FaultyDevice.over(
              broken, faults.stream().map(Fault.UnreadableBlock::new).toArray(Fault[]::new));
      SalvageRun run;
      try {
        run = SalvageRun.of(sound, OverlayDevice.over(view), SalvageOptions.standard());
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
      savedByUs += run.saved();
      savedByRebuild += run.damaged().sameAs(sound);
      mapped += sound.mapped();
    }
  }

  @Test
  void eachBlockReadsAsBeforeOrIsNamed() throws VdoException {
    run(WrittenVolumes.worn(), SHORT);
    assertThat(savedByUs).isGreaterThan(savedByRebuild);
  }

  @Test
  void aYoungVolumeLosesNothing() throws VdoException {
    run(WrittenVolumes.young(), SHORT);
    assertThat(savedByUs).isEqualTo(mapped);
  }

  /** Its content was taken for that of the page in whose place it was. */
  @Test
  void aPageInAnothersPlaceThatHasLostItsHeaderIsNotTakenForThat() throws VdoException {
    run(WrittenVolumes.worn(), 1804, 1805);
  }

  @Test
  @Tag("long")
  void eachBlockReadsAsBeforeOrIsNamedWhateverTheSeed() throws VdoException {
    run(WrittenVolumes.worn(), LONG);
    assertThat(savedByUs).isGreaterThan(savedByRebuild);
    run(WrittenVolumes.young(), LONG);
  }

  /** Bytes anywhere in the block map are noise: nothing may be thrown, and nothing may hang. */
  @Test
  void noiseIsSurvived() throws VdoException {
    var device = WrittenVolumes.worn();
    var pages = pages(device);
    for (int seed = 0; seed < SHORT; seed++) {
      var random = new SplittableRandom(seed);
      var broken = device.copy();
      for (int i = random.nextInt(1, 40); i > 0; i--) {
        long pbn = pages.get(random.nextInt(pages.size()));
        var bytes = broken.block(pbn);
        int at = random.nextInt(BlockMapPage.HEADER_BYTES, 400);
        bytes[random.nextBoolean() ? at : random.nextInt(BlockSize.BLOCK)] ^=
            (byte) (1 << random.nextInt(8));
        broken.put(pbn, bytes);
      }
      var overlay = OverlayDevice.over(broken);
      var report = BlockMapSalvage.run(Volume.open(broken), overlay, SalvageOptions.standard());
      var repaired = SalvageRun.applied(broken, overlay);

      var again = OverlayDevice.over(repaired);
      var second =
          BlockMapSalvage.run(
              Volume.open(repaired), again, SalvageOptions.standard().withExpected(report.found()));
      assertThat(second.found()).as("seed %d: %s", seed, second).isEqualTo(report.found());
      assertThat(second.removed()).as("seed %d", seed).isEmpty();
      assertThat(second.contested()).as("seed %d", seed).isEmpty();
    }
  }
}
