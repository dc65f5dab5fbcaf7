package io.vdotools.engine.salvage;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.Volume;
import io.vdotools.engine.damage.Damage;
import io.vdotools.engine.damage.StructFields;
import io.vdotools.engine.salvage.LostMappings.Certainty;
import io.vdotools.engine.salvage.SalvageOptions.Scan;
import io.vdotools.engine.salvage.SalvageOptions.Unplaced;
import io.vdotools.engine.salvage.UnplacedPage.Disposition;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.testing.VolumeImage;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What counts as evidence for the place of a page, and what does not. */
class EvidenceTest {
  private static VolumeImage young;
  private static VolumeImage worn;

  @BeforeAll
  static void write() throws VdoException {
    young = VolumeImage.of(WrittenVolumes.young());
    worn = VolumeImage.of(WrittenVolumes.worn());
  }

  private static SalvageOptions options() {
    return SalvageOptions.standard();
  }

  private static Damage zero(long lbn, int height) {
    return Damage.edit(areas -> areas.page(lbn, height), block -> block.fill((byte) 0));
  }

  private static SalvageRun salvage(VolumeImage sound, Damage damage, SalvageOptions options)
      throws VdoException {
    return SalvageRun.of(sound.device(), sound.with(damage).device(), options);
  }

  @Test
  void aSoundVolumeStaysAsItIs() throws VdoException {
    for (var sound : new VolumeImage[] {young, worn}) {
      var run = SalvageRun.of(sound.device(), sound.device(), options());
      var searched = SalvageRun.of(sound.device(), sound.device(), options().withScan(Scan.ALWAYS));

      assertThat(run.report().isSound()).as("%s", run.report()).isTrue();
      assertThat(run.report().scannedBlocks()).isZero();
      assertThat(searched.report().isSound()).as("%s", searched.report()).isTrue();
      assertThat(searched.report().scannedBlocks()).isPositive();
      assertThat(searched.overlay().changedBlocks()).isEmpty();
      assertThat(run.report().found().logicalBlocks()).isEqualTo(run.sound().mapped());
    }
  }

  @Test
  void theJournalSaysWhereAPageBelongs() throws VdoException {
    var run = salvage(young, zero(60 * 812, 1), options());

    assertThat(run.isWhole()).isTrue();
    assertThat(run.report().placements())
        .extracting(Placement::pbn)
        .containsExactly(young.page(0, 0), young.page(60 * 812, 0), young.page(120 * 812, 0));
    assertThat(run.report().placements())
        .allMatch(placement -> placement.confidence() == Confidence.CERTAIN)
        .allMatch(placement ->
            placement.evidence().getFirst().source() == Evidence.Source.RECOVERY_JOURNAL);
    assertThat(run.report().lost()).isEmpty();
  }

  @Test
  void withoutEvidenceNothingIsGuessed() throws VdoException {
    var run = salvage(worn, zero(0, 1), options());

    assertThat(run.report().placements()).isEmpty();
    assertThat(run.report().unplaced())
        .extracting(UnplacedPage::pbn)
        .containsExactly(worn.page(0, 0), worn.page(60 * 812, 0), worn.page(120 * 812, 0));
    assertThat(run.report().unplaced())
        .allMatch(page -> page.height() == 0 && page.disposition() == Disposition.KEPT);
    assertThat(run.report().lost())
        .singleElement()
        .extracting(LostMappings::place)
        .isEqualTo(PageId.place(PageId.of(1, 0, 0)));
  }

  @Test
  void anOlderImageSaysWhereAPageBelongs() throws VdoException {
    var hint = Volume.open(young.device().copy());
    for (int height = 1; height <= 4; height++) {
      var run = salvage(worn, zero(0, height), options().withHint(hint));

      assertThat(run.isWhole()).as("height %d: %s", height, run.report()).isTrue();
      assertThat(run.report().placements())
          .isNotEmpty()
          .allMatch(placement -> placement.evidence().getFirst().source() == Evidence.Source.HINT);
    }
  }

  @Test
  void anImageOfAnotherVolumeIsNoHint() throws VdoException {
    var other = young.device().copy();
    var foreign =
        VolumeImage.of(other)
            .with(Damage.superBlockField("vdo.nonce", 77).and(Damage.geometryField("nonce", 77)))
            .device();

    var run = salvage(worn, zero(0, 1), options().withHint(Volume.open(foreign)));

    assertThat(run.report().placements()).isEmpty();
    assertThat(run.report().remarks()).singleElement().asString().contains("older image");
  }

  @Test
  void whatALeafHeldInAnOlderImageIsUsedOnlyIfAskedFor() throws VdoException {
    var hint = Volume.open(worn.device().copy());
    var careful = salvage(worn, zero(0, 0), options().withHint(hint));
    var daring = salvage(worn, zero(0, 0), options().withHint(hint).withAcceptWeak(true));

    assertThat(careful.isWhole()).isFalse();
    assertThat(daring.isWhole()).isTrue();
    assertThat(daring.report().restored())
        .singleElement()
        .extracting(RestoredPage::confidence)
        .isEqualTo(Confidence.WEAK);
  }

  @Test
  void theOnlyPageForTheOnlyPlaceIsPlaced() throws VdoException {
    // With 812 LBNs in a leaf and one leaf in this tree there is one slot for it.
    var run = salvage(worn, zero(0, 2), options());

    assertThat(run.isWhole()).as("%s", run.report()).isTrue();
    assertThat(run.report().placements())
        .singleElement()
        .satisfies(placement -> {
          assertThat(placement.pbn()).isEqualTo(worn.page(0, 1));
          assertThat(placement.confidence()).isEqualTo(Confidence.STRONG);
          assertThat(placement.evidence().getFirst().source())
              .isEqualTo(Evidence.Source.ELIMINATION);
        });
  }

  @Test
  void aTurnedBitInAnEntryIsTurnedBack() throws VdoException {
    long leaf = worn.page(60 * 812, 0);
    for (int bit = 0; bit < 12; bit++) {
      long wrong = leaf ^ (1L << bit);
      var run =
          salvage(
              worn,
              Damage.entry(60 * 812, 1, _ -> BlockMapEntry.pack(wrong, MappingState.UNCOMPRESSED)),
              options());

      assertThat(run.saved() == run.sound().mapped() || !run.report().lost().isEmpty())
          .as("bit %d: %s", bit, run.report())
          .isTrue();
    }
  }

  @Test
  void pagesWithoutAPlaceAreFreedIfAskedFor() throws VdoException {
    var run = salvage(worn, zero(0, 1), options().withUnplaced(Unplaced.FREE));

    assertThat(run.report().unplaced())
        .hasSize(3)
        .allMatch(page -> page.disposition() == Disposition.FREED);
    for (var page : run.report().unplaced()) {
      var block = MemorySegment.ofArray(new byte[BlockSize.BLOCK]);
      assertThat(run.overlay().read(page.pbn(), block).isEmpty()).isTrue();
      assertThat(block.mismatch(MemorySegment.ofArray(new byte[BlockSize.BLOCK]))).isEqualTo(-1);
    }
  }

  @Test
  void aCopyOfAPageInABlockOfDataIsNoPage() throws VdoException {
    // LBN 3 now holds the leaf of LBN 0, as a copy of the volume in itself does.
    long data = pbnOf(worn, 3);
    var decoy = Damage.copy(areas -> areas.page(0, 0), _ -> data);
    var run = salvage(worn, decoy.and(zero(0, 0)), options());

    assertThat(run.report().restored()).isEmpty();
    assertThat(run.report().lost())
        .singleElement()
        .extracting(LostMappings::certainty)
        .isIn(Certainty.LOST, Certainty.POSSIBLY_LOST);
  }

  @Test
  void aBlockOfDataThatLooksLikeAPageOfItsOwnPbnIsNoPage() throws VdoException {
    long data = pbnOf(worn, 60 * 812 + 3);
    var decoy =
        Damage.copy(areas -> areas.page(0, 0), _ -> data)
            .and(Damage.edit(_ -> data, block -> setPbn(block, data)));
    // Another tree has lost its root.
    var run = salvage(worn, decoy.and(zero(812, 4)), options());

    assertThat(run.report().unplaced())
        .filteredOn(page -> page.disposition() == Disposition.DATA)
        .extracting(UnplacedPage::pbn)
        .containsExactly(data);
    assertThat(run.after().of(60 * 812 + 3)).isEqualTo(run.sound().of(60 * 812 + 3));
  }

  private static void setPbn(MemorySegment block, long pbn) {
    StructFields.set(BlockMapPage.STRUCT, block, "pbn", pbn);
  }

  private static long pbnOf(VolumeImage image, long lbn) throws VdoException {
    return BlockMapEntry.pbn(Mappings.of(image.device()).of((int) lbn));
  }

  @Test
  void aPageOfAnotherVolumeInThePlaceOfOneIsNotTakenForIt() throws VdoException {
    var run = salvage(worn, Damage.pageField(0, 0, "nonce", 0x5_ec2d_9a11_7733L), options());

    assertThat(run.report().restored()).isEmpty();
    assertThat(run.report().lost()).isNotEmpty();
  }

  @Test
  void aPageThatWasWrittenOverAnotherIsPutBack() throws VdoException {
    long lost = worn.page(0, 0);
    var misdirected = Damage.copy(_ -> lost, areas -> areas.page(60 * 812, 0)).and(zero(0, 0));
    var run = salvage(worn, misdirected, options());

    assertThat(run.report().restored())
        .anyMatch(page ->
            page.pbn() == lost && page.evidence().getFirst().source() == Evidence.Source.OWN_PBN);
    assertThat(run.after().of(0)).isEqualTo(run.sound().of(0));
    assertThat(run.after().of(60 * 812)).isZero();
  }

  @Test
  void pagesThatChangedPlacesGoHome() throws VdoException {
    long one = worn.page(0, 0);
    long other = worn.page(812, 0);
    var swapped = worn.device().copy();
    swapped.put(one, worn.device().block(other));
    swapped.put(other, worn.device().block(one));

    assertThat(SalvageRun.of(worn.device(), swapped, options()).isWhole()).isTrue();
  }

  @Test
  void aLeafThatTwoSlotsNameStaysWhereTheJournalPutIt() throws VdoException {
    var image = young;
    long leaf = image.page(60 * 812, 0);
    // Slot 0 of the same page names it, too, and so its own leaf is lost to sight.
    var run =
        salvage(
            image,
            Damage.entry(0, 1, _ -> BlockMapEntry.pack(leaf, MappingState.UNCOMPRESSED)),
            options());

    assertThat(run.isWhole()).as("%s", run.report()).isTrue();
    assertThat(run.report().contested())
        .singleElement()
        .satisfies(page -> {
          assertThat(page.confidence()).isEqualTo(Confidence.CERTAIN);
          assertThat(page.kept().slot()).isEqualTo(1);
        });
  }

  @Test
  void aLeafThatTwoSlotsNameIsDoubtfulIfNothingTells() throws VdoException {
    long leaf = worn.page(60 * 812, 0);
    var run =
        salvage(
            worn,
            Damage.entry(0, 1, _ -> BlockMapEntry.pack(leaf, MappingState.UNCOMPRESSED)),
            options());

    assertThat(run.report().contested())
        .singleElement()
        .extracting(ContestedPage::confidence)
        .isEqualTo(Confidence.WEAK);
    assertThat(run.report().lost()).anyMatch(lost -> lost.certainty() == Certainty.DOUBTFUL);
  }

  @Test
  void aMapThatLeadsInACircleHasAnEnd() throws VdoException {
    long above = young.page(0, 2);
    var run =
        salvage(
            young,
            Damage.entry(0, 1, _ -> BlockMapEntry.pack(above, MappingState.UNCOMPRESSED)),
            options());

    assertThat(run.isWhole()).as("%s", run.report()).isTrue();
  }

  @Test
  void impossibleEntriesAreRemovedByName() throws VdoException {
    long behind = 1L << 34;
    long metadata = worn.areas().slabs().journalStart(0);
    long page = worn.page(0, 1);
    var damage =
        Damage.mapping(0, BlockMapEntry.pack(behind, MappingState.UNCOMPRESSED))
            .and(Damage.mapping(3, BlockMapEntry.pack(metadata, 3)))
            .and(Damage.mapping(6, BlockMapEntry.pack(5, MappingState.UNMAPPED)))
            .and(Damage.mapping(9, BlockMapEntry.pack(0, 7)))
            .and(Damage.mapping(12, BlockMapEntry.pack(page, MappingState.UNCOMPRESSED)));
    var run = salvage(worn, damage, options());

    assertThat(run.report().removed())
        .extracting(RemovedEntry::reason)
        .contains(RemovedEntry.Reason.MAPS_A_PAGE);
    assertThat(run.report().removed()).extracting(e -> e.lbns().first()).contains(12L);
    assertThat(run.after().of(15)).isEqualTo(run.sound().of(15));
    // No page is missing for that: nothing has to be searched for.
    assertThat(run.report().scannedBlocks()).isZero();
    for (int lbn : new int[] {0, 3, 6, 9, 12}) {
      assertThat(run.after().of(lbn)).isZero();
      assertThat(run.named().get(lbn)).isTrue();
    }
  }

  @Test
  void aSecondSalvageHasNothingToDo() throws VdoException {
    var damaged = worn.with(zero(0, 1).and(zero(812, 3)).and(zero(2 * 812, 0))).device();
    var first = SalvageRun.of(worn.device(), damaged, options());
    MemoryDevice repaired = SalvageRun.applied(damaged, first.overlay());

    var overlay = OverlayDevice.over(repaired);
    var report =
        BlockMapSalvage.run(
            Volume.open(repaired), overlay, options().withExpected(first.report().found()));

    assertThat(overlay.changedBlocks()).isEmpty();
    assertThat(report.placements()).isEmpty();
    assertThat(report.lost()).isEmpty();
    assertThat(report.found()).isEqualTo(first.report().found());
  }
}
