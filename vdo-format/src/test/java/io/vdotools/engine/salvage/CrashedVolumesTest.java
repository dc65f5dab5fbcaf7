package io.vdotools.engine.salvage;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockError;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.BlockMapPatches;
import io.vdotools.engine.JournalReplay;
import io.vdotools.engine.JournalScan;
import io.vdotools.engine.LiveJournal;
import io.vdotools.engine.ReplayedDevice;
import io.vdotools.engine.SlabStates;
import io.vdotools.engine.Volume;
import io.vdotools.engine.damage.Area;
import io.vdotools.engine.damage.VolumeAreas;
import io.vdotools.format.journal.RecoveryJournalBlock;
import io.vdotools.testing.GoldenVolume;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Volumes that crashed: the journal has been replayed into the block map when a salvage begins. */
class CrashedVolumesTest {
  /** {@return an overlay with the recovery journal replayed into the block map, and that alone} */
  private static OverlayDevice replayed(BlockDevice device) throws VdoException {
    var volume = Volume.open(device);
    var patches = patches(volume);
    var view = new ReplayedDevice(device, patches, volume.nonce());
    var overlay = OverlayDevice.over(device);
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    for (long page : patches.pages()) {
      if (view.read(page, block).isEmpty()) {
        overlay.write(page, block);
      }
    }
    return overlay;
  }

  private static BlockMapPatches patches(Volume volume) {
    var area = volume.journalArea().orElseThrow();
    var scan = JournalScan.of(volume.device(), area, new Unread());
    var slabs = volume.slabs().orElseThrow();
    var live = LiveJournal.parse(volume.device(), area, scan);
    return JournalReplay.recover(
            volume,
            slabs,
            live,
            SlabStates.read(
                    volume.device(),
                    volume.summaryStart().orElseThrow(),
                    slabs,
                    volume.superBlock().slabDepot().zoneCount())
                .entries(),
            false,
            (_, _, _, _) -> {})
        .patches();
  }

  private static final class Unread implements JournalScan.Visitor {
    @Override
    public void block(long position, RecoveryJournalBlock block) {}

    @Override
    public void unreadable(long position, BlockError error) {}
  }

  private static List<Long> pages(BlockDevice device) throws VdoException {
    var areas = VolumeAreas.of(device);
    var pages = new ArrayList<Long>();
    for (var area : List.of(Area.ROOT, Area.INTERIOR, Area.LEAF)) {
      pages.addAll(areas.blocks(area));
    }
    return pages;
  }

  private static MemoryDevice struck(MemoryDevice device, long pbn, DestroyedPagesTest.Blow blow) {
    var copy = device.copy();
    copy.put(pbn, blow.strike(device.block(pbn), pbn));
    return copy;
  }

  @ParameterizedTest
  @ValueSource(strings = {"ZEROED", "FIRST_SECTOR_GARBAGE", "NONCE_FLIPPED", "PBN_FLIPPED"})
  void whatAReplayTookForAnEmptyPageIsFilledAgain(DestroyedPagesTest.Blow blow)
      throws VdoException {
    var device = WrittenVolumes.crashed();
    var sound = Mappings.of(replayed(device));
    for (long pbn : pages(replayed(device))) {
      var overlay = replayed(struck(device, pbn, blow));

      var run = SalvageRun.of(sound, overlay, SalvageOptions.standard());

      assertThat(run.isWhole()).as("%s at PBN %d: %s", blow, pbn, run.report()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"churn", "dirty-zones", "dirty-young", "v1-dirty"})
  void aReplayedGoldenVolumeIsSound(String name) throws VdoException {
    var device = GoldenVolume.load(name).copy();
    var overlay = replayed(device);
    var replayed = overlay.changedBlocks();

    var run = SalvageRun.of(Mappings.of(overlay), overlay, SalvageOptions.standard());

    assertThat(run.report().isSound()).as("%s", run.report()).isTrue();
    assertThat(overlay.changedBlocks()).isEqualTo(replayed);
  }

  @Test
  void theInteriorPagesOfAGoldenVolumeAreFoundAgain() throws VdoException {
    var device = GoldenVolume.load("churn").copy();
    var sound = Mappings.of(replayed(device));
    var areas = VolumeAreas.of(replayed(device));
    for (int height = 4; height > 0; height--) {
      long pbn = page(areas, height);
      var overlay = replayed(struck(device, pbn, DestroyedPagesTest.Blow.GARBAGE));

      var run = SalvageRun.of(sound, overlay, SalvageOptions.standard());

      assertThat(run.isWhole()).as("height %d: %s", height, run.report()).isTrue();
    }
  }

  private static long page(VolumeAreas areas, int height) throws VdoException {
    return areas.page(0, height);
  }
}
