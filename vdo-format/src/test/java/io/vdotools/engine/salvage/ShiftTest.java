package io.vdotools.engine.salvage;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.Volume;
import io.vdotools.engine.damage.Area;
import io.vdotools.engine.damage.Damage;
import io.vdotools.engine.damage.StructFields;
import io.vdotools.engine.damage.VolumeAreas;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.testing.VolumeImage;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages that are all displaced by the same number of blocks. */
class ShiftTest {
  private static List<Long> pages(BlockDevice device, Area... areas) throws VdoException {
    var found = VolumeAreas.of(device);
    var pages = new ArrayList<Long>();
    for (var area : areas) {
      pages.addAll(found.blocks(area));
    }
    return pages;
  }

  private static SalvageReport salvage(MemoryDevice device) throws VdoException {
    var overlay = OverlayDevice.over(device);
    return BlockMapSalvage.run(Volume.open(device), overlay, SalvageOptions.standard());
  }

  @ParameterizedTest
  @ValueSource(longs = {256, 7, -7, 1_000_000})
  void headersThatAreAllOffByTheSameNumberAreCorrected(long blocks) throws VdoException {
    var sound = WrittenVolumes.worn();
    var shifted = sound.copy();
    for (long pbn : pages(sound, Area.INTERIOR, Area.LEAF)) {
      var bytes = MemorySegment.ofArray(sound.block(pbn));
      StructFields.set(BlockMapPage.STRUCT, bytes, "pbn", pbn + blocks);
      shifted.write(pbn, bytes);
    }

    var run = SalvageRun.of(sound, shifted, SalvageOptions.standard());

    assertThat(run.report().shift())
        .hasValueSatisfying(shift -> {
          assertThat(shift.kind()).isEqualTo(PageShift.Kind.HEADERS_CORRECTED);
          assertThat(shift.blocks()).isEqualTo(blocks);
        });
    assertThat(run.isWhole()).as("%s", run.report()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {700, 701})
  void contentsThatAreAllDisplacedAreMovedBack(long blocks) throws VdoException {
    var sound = WrittenVolumes.worn();
    var shifted = sound.copy();
    var pages = pages(sound, Area.INTERIOR, Area.LEAF);
    pages.forEach(pbn -> shifted.put(pbn, new byte[BlockDevice.BLOCK_SIZE]));
    pages.forEach(pbn -> shifted.put(pbn + blocks, sound.block(pbn)));

    var run = SalvageRun.of(sound, shifted, SalvageOptions.standard());

    assertThat(run.report().shift())
        .hasValueSatisfying(shift -> {
          assertThat(shift.kind()).isEqualTo(PageShift.Kind.CONTENTS_MOVED);
          assertThat(shift.blocks()).isEqualTo(-blocks);
        });
    assertThat(run.isWhole()).as("%s", run.report()).isTrue();
  }

  @Test
  void slabsThatAreDisplacedWithTheirDataAreLeftAlone() throws VdoException {
    var sound = WrittenVolumes.worn();
    var slabs = VolumeAreas.of(sound).slabs();
    var shifted = sound.copy();
    for (long pbn = slabs.endBlock() - 1; pbn >= slabs.firstBlock(); pbn--) {
      shifted.put(
          pbn,
          pbn - 8 < slabs.firstBlock() ? new byte[BlockDevice.BLOCK_SIZE] : sound.block(pbn - 8));
    }
    var overlay = OverlayDevice.over(shifted);

    var report = BlockMapSalvage.run(Volume.open(shifted), overlay, SalvageOptions.standard());

    assertThat(report.shift())
        .hasValueSatisfying(shift -> {
          assertThat(shift.kind()).isEqualTo(PageShift.Kind.WHOLE_DEPOT);
          assertThat(shift.blocks()).isEqualTo(-8);
        });
    assertThat(overlay.changedBlocks()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {16, -16})
  void aDeviceThatIsDisplacedAsAWholeIsToBeOpenedDisplaced(long blocks) throws VdoException {
    var sound = VolumeImage.of(WrittenVolumes.worn());
    long from = sound.areas().volume().superBlockPbn();
    var shifted = MemoryDevice.ofBlocks(sound.device().blockCount() + 16);
    for (long pbn = from; pbn < sound.device().blockCount(); pbn++) {
      if (pbn + blocks >= 0) {
        shifted.put(pbn + blocks, sound.device().block(pbn));
      }
    }
    long superBlock = from + blocks;
    if (superBlock < 0) {
      return;
    }
    shifted.put(0, sound.device().block(0));
    var image = shifted.copy();
    var geometry = Damage.geometryField("regions[1].start_block", superBlock);
    geometry.inflict(image, sound.areas());

    assertThat(salvage(image).shift())
        .hasValueSatisfying(shift -> {
          assertThat(shift.kind()).isEqualTo(PageShift.Kind.WHOLE_DEVICE);
          assertThat(shift.blocks()).isEqualTo(-blocks);
        });
  }
}
