package io.vdotools.engine.salvage;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.damage.Area;
import io.vdotools.engine.damage.VolumeAreas;
import io.vdotools.format.BlockSize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every page of the block map is destroyed in turn. */
class DestroyedPagesTest {
  /** Ways to destroy a page. */
  enum Blow {
    ZEROED,
    GARBAGE,
    FIRST_SECTOR_ZEROED,
    FIRST_SECTOR_GARBAGE,
    LAST_SECTORS_GARBAGE,
    VERSION_FLIPPED,
    NONCE_FLIPPED,
    PBN_FLIPPED,
    NOT_INITIALIZED;

    byte[] strike(byte[] page, long seed) {
      var bytes = page.clone();
      var random = new SplittableRandom(seed);
      switch (this) {
        case ZEROED -> Arrays.fill(bytes, (byte) 0);
        case GARBAGE -> random.nextBytes(bytes);
        case FIRST_SECTOR_ZEROED -> Arrays.fill(bytes, 0, BlockSize.SECTOR, (byte) 0);
        case FIRST_SECTOR_GARBAGE -> garble(bytes, 0, BlockSize.SECTOR, random);
        case LAST_SECTORS_GARBAGE -> garble(bytes, 5 * BlockSize.SECTOR, bytes.length, random);
        case VERSION_FLIPPED -> bytes[4] ^= 1;
        case NONCE_FLIPPED -> bytes[10] ^= 4;
        case PBN_FLIPPED -> bytes[18] ^= 16;
        case NOT_INITIALIZED -> bytes[32] = 0;
      }
      return bytes;
    }

    private static void garble(byte[] bytes, int from, int to, SplittableRandom random) {
      var noise = new byte[to - from];
      random.nextBytes(noise);
      System.arraycopy(noise, 0, bytes, from, noise.length);
    }
  }

  private static MemoryDevice struck(MemoryDevice device, long pbn, Blow blow) {
    var copy = device.copy();
    copy.put(pbn, blow.strike(device.block(pbn), pbn));
    return copy;
  }

  private static List<Long> pages(BlockDevice device, Area... areas) throws VdoException {
    var found = VolumeAreas.of(device);
    var pages = new ArrayList<Long>();
    for (var area : areas) {
      pages.addAll(found.blocks(area));
    }
    return pages;
  }

  @ParameterizedTest
  @EnumSource
  void noPageAboveTheLeavesCostsAMappingWhileTheJournalRemembers(Blow blow) throws VdoException {
    var device = WrittenVolumes.young();
    for (long pbn : pages(device, Area.ROOT, Area.INTERIOR)) {
      var run = SalvageRun.of(device, struck(device, pbn, blow), SalvageOptions.standard());

      assertThat(run.isWhole()).as("%s at PBN %d: %s", blow, pbn, run.report()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void noLeafCostsAMappingWhileTheJournalRemembers(Blow blow) throws VdoException {
    var device = WrittenVolumes.young();
    for (long pbn : pages(device, Area.LEAF)) {
      var run = SalvageRun.of(device, struck(device, pbn, blow), SalvageOptions.standard());

      assertThat(run.isWhole()).as("%s at PBN %d: %s", blow, pbn, run.report()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPageOfAWornVolumeCostsWhatIsNamed(Blow blow) throws VdoException {
    var device = WrittenVolumes.worn();
    for (long pbn : pages(device, Area.ROOT, Area.INTERIOR, Area.LEAF)) {
      var run = SalvageRun.of(device, struck(device, pbn, blow), SalvageOptions.standard());

      // What was not saved was named, which holds for every run.
      assertThat(run.report().isSound()).as("%s at PBN %d", blow, pbn).isFalse();
    }
  }
}
