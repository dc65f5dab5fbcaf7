package io.vdotools.tool.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.engine.damage.Area;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.pack.PackDevice;
import io.vdotools.pack.PackMethod;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is packed comes out as it was. */
class RoundTripTest {
  static List<String> goldenVolumes() {
    return GoldenVolume.names();
  }

  @ParameterizedTest
  @MethodSource("goldenVolumes")
  void everyMetadataBlockOfAVolumeOfTheDriverComesOutAsItWas(String name) throws VdoException {
    var volume = GoldenVolume.load(name);
    var device = volume.copy();

    byte[] pack = Packs.pack(device);

    var contents = Contents.of(pack);
    contents.assertAsOn(device);
    assertThat(contents.unreadable).isEmpty();
    long superBlock = volume.geometry().data().startBlock();
    for (long pbn : volume.storedBlocks().tailSet(superBlock)) {
      if (!contents.blocks.containsKey(pbn)) {
        // What is left out is data: in a slab, among its data blocks, and no page.
        assertThat(volume.slabs().isDataBlock(pbn)).as("PBN %s", pbn).isTrue();
        assertThat(
                new BlockMapPage(volume.block(pbn))
                    .validity(volume.superBlock().vdo().nonce(), pbn))
            .as("PBN %s", pbn)
            .isEqualTo(BlockMapPage.Validity.INVALID);
      }
    }
    assertHoldsAllAreas(volume, contents);
    try (var inPlace = Packs.open(pack)) {
      Contents.assertReadsAs(inPlace, device, contents);
    }
  }

  private static void assertHoldsAllAreas(GoldenVolume volume, Contents contents) {
    var slabs = volume.slabs();
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      for (long i = 0; i < slabs.referenceBlocks() + slabs.journalBlocks(); i++) {
        assertThat(contents.blocks).containsKey(slabs.referenceStart(slab) + i);
      }
    }
    volume
        .superBlock()
        .layout()
        .partitions()
        .forEach(partition -> {
          if (partition.id() == 2 || partition.id() == 3 || partition.id() == 0) {
            assertThat(contents.blocks)
                .containsKeys(
                    partition.offset(),
                    partition.offset() + partition.count() / 2,
                    partition.offset() + partition.count() - 1);
          }
        });
  }

  @Test
  void everyKindOfBlockOfASmallVolumeComesOutAsItWas() throws VdoException {
    for (var image :
        List.of(
            VolumeImages.clean(),
            VolumeImages.fresh(),
            VolumeImages.recovering(),
            VolumeImages.crashed(JournalFormat.CURRENT),
            VolumeImages.crashed(JournalFormat.V1))) {
      byte[] pack = Packs.pack(image.device());

      var contents = Contents.of(pack);
      contents.assertAsOn(image.device());
      try (var inPlace = Packs.open(pack)) {
        Contents.assertReadsAs(inPlace, image.device(), contents);
      }
    }
  }

  @Test
  void thePackIsTheSameForAnyNumberOfThreads() {
    for (var device : List.of(GoldenVolume.load("small").copy(), VolumeImages.clean().device())) {
      byte[] one = Packs.pack(device, Packs.withThreads(1));
      for (int threads = 2; threads <= 8; threads++) {
        assertThat(Packs.pack(device, Packs.withThreads(threads))).isEqualTo(one);
      }
    }
  }

  @Test
  void lz4AndEveryLevelOfZstdGiveTheSameBlocks() throws VdoException {
    var device = VolumeImages.crashed(JournalFormat.CURRENT).device();
    var expected = Contents.of(Packs.pack(device));
    for (var method :
        List.of(
            new PackMethod(PackMethod.Codec.LZ4, 3),
            new PackMethod(PackMethod.Codec.ZSTD, 1),
            new PackMethod(PackMethod.Codec.ZSTD, 22))) {
      var contents = Contents.of(Packs.pack(device, Packs.with(false, false, method, 1)));

      assertThat(contents.blocks.keySet()).isEqualTo(expected.blocks.keySet());
      contents.assertAsOn(device);
    }
  }

  @Test
  void aPackOfAPackIsTheSamePack() throws VdoException {
    for (var image : List.of(VolumeImages.clean(), VolumeImages.crashed(JournalFormat.CURRENT))) {
      byte[] pack = Packs.pack(image.device());
      try (var inPlace = Packs.open(pack)) {
        assertThat(Packs.pack(inPlace)).isEqualTo(pack);
      }
    }
  }

  @Test
  void blocksThatCannotBeReadAreListedWithTheReason() throws VdoException {
    var image = VolumeImages.clean();
    long leaf = image.page(VolumeImages.PLAIN, 0);
    long journal = image.areas().journal().firstPbn() + 3;
    var faulty =
        FaultyDevice.over(
            image.device().copy(),
            new Fault.UnreadableBlock(leaf),
            new Fault.UnreadableBlock(journal));

    byte[] pack = Packs.pack(faulty);

    var contents = Contents.of(pack);
    assertThat(contents.unreadable).containsOnlyKeys(leaf, journal);
    try (var inPlace = Packs.open(pack)) {
      var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
      assertThat(inPlace.read(leaf, block).list())
          .singleElement()
          .satisfies(error ->
              assertThat(error.detail())
                  .isEqualTo(contents.unreadable.get(leaf) + " when the pack was made"));
    }
  }

  @Test
  void blocksThatNobodyPackedCannotBeRead() throws VdoException {
    var image = VolumeImages.clean();
    long data = image.areas().slabs().firstBlock() + 5000;
    try (PackDevice inPlace = Packs.open(Packs.pack(image.device()))) {
      var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
      assertThat(inPlace.read(data, block).list())
          .singleElement()
          .satisfies(error -> assertThat(error.detail()).isEqualTo(PackDevice.ABSENT));
    }
  }

  @Test
  void everyReferencedDataBlockComesAlongOnceIfAskedFor() throws VdoException {
    for (VolumeImage image :
        List.of(
            VolumeImages.clean(),
            VolumeImages.crashed(JournalFormat.CURRENT),
            VolumeImage.of(GoldenVolume.load("small").copy()))) {
      var contents = Contents.of(Packs.pack(image.device(), Packs.withData()));

      contents.assertAsOn(image.device());
      for (long pbn : image.areas().blocks(Area.COMPRESSED_BLOCK)) {
        assertThat(contents.blocks).containsKey(pbn);
      }
    }
  }
}
