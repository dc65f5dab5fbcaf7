package io.vdotools.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.SpilledOverlay;
import io.vdotools.device.change.ChangeSet;
import io.vdotools.device.change.UndoLog;
import io.vdotools.device.change.UndoWriter;
import io.vdotools.device.change.WriteGate;
import io.vdotools.engine.LogicalSweep.Order;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.Volume;
import io.vdotools.engine.VolumeWalk;
import io.vdotools.engine.WalkOptions;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.problem.ProblemCode;
import io.vdotools.testing.BlockHash;
import io.vdotools.testing.Gathered;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.RecoveredState;
import io.vdotools.testing.Segments;
import io.vdotools.testing.VolumeImages;
import io.vdotools.xml.XmlReader;
import io.vdotools.xml.XmlWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A volume that is made of the dump of another is that other, but for its journals. */
class RestoredVolumesTest {
  /** A volume to dump. */
  record Original(String name, MemoryDevice device) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Original> originals() {
    return Stream.concat(
        GoldenVolume.all().map(golden -> new Original(golden.name(), golden.copy())),
        Stream.of(
            new Original("of every kind", VolumeImages.clean().device()),
            new Original("fresh", VolumeImages.fresh().device()),
            new Original("with a dirty slab", VolumeImages.cleanWithDirtySlab().device()),
            new Original("recovering", VolumeImages.recovering().device()),
            new Original("crashed", VolumeImages.crashed(JournalFormat.CURRENT).device()),
            new Original("crashed of old", VolumeImages.crashed(JournalFormat.V1).device())));
  }

  static byte[] dump(BlockDevice device) throws VdoException {
    var out = new ByteArrayOutputStream();
    try (var parallel = new Parallel(1, 1, () -> 0)) {
      new VolumeWalk(
              LogicalVolume.open(Volume.open(device)),
              WalkOptions.WHOLE,
              parallel,
              VolumeWalk.Progress.NONE)
          .run(new XmlWriter(out, "a dump"));
    }
    return out.toByteArray();
  }

  private static BuiltVolume restore(byte[] xml, BuildOptions options, BuildSite site)
      throws VdoException {
    try (var builder = new MetadataBuilder(options, site, MemoryDevice::ofBlocks)) {
      XmlReader.read(new ByteArrayInputStream(xml), "dump.xml", builder);
      return builder.built();
    }
  }

  private static MemoryDevice restoreAnew(byte[] xml, BuildOptions options) throws VdoException {
    var made = new MemoryDevice[1];
    restore(xml, options, layout -> made[0] = MemoryDevice.ofBlocks(layout.deviceBlocks()));
    return made[0];
  }

  private static void assertSound(BlockDevice device) throws VdoException {
    var findings = VolumeCheck.run(device, CheckOptions.standard()).findings();
    // That a volume was in read-only mode is as true of the restored one, and all that is wrong.
    boolean isReadOnly =
        Volume.open(device).superBlock().vdo().state() == VolumeState.READ_ONLY_MODE;
    assertThat(findings.codes().stream().filter(code -> findings.worst(code).isDefect()).toList())
        .isEqualTo(isReadOnly ? List.of(ProblemCode.READ_ONLY_MODE) : List.of());
  }

  @ParameterizedTest
  @MethodSource("originals")
  void theDumpOfWhatWasRestoredIsTheDump(Original original) throws VdoException {
    var xml = dump(original.device());

    var restored = restoreAnew(xml, BuildOptions.DEFAULT);

    var again = dump(restored);
    assertThat(again.length).isEqualTo(xml.length);
    assertThat(Arrays.mismatch(again, xml)).isEqualTo(-1);
    var before = RecoveredState.of(original.device());
    assertThat(RecoveredState.of(restored).differencesFrom(before)).isEmpty();
    assertSound(restored);
    // Of one that was stopped in good order, each byte of the first two blocks.
    var volume = Volume.open(original.device());
    var opened = Volume.open(restored);
    if (volume.superBlock().vdo().state() == VolumeState.CLEAN) {
      assertThat(opened.superBlock()).isEqualTo(volume.superBlock());
    }
    assertThat(opened.geometry()).isEqualTo(volume.geometry());
  }

  @Test
  void contentComesBackWhenAllMetadataWereWiped() throws VdoException {
    var golden = GoldenVolume.load("small");
    var xml = dump(golden.copy());
    var wiped = golden.copy();
    for (long pbn : metadata(golden)) {
      wiped.put(pbn, new byte[BlockDevice.BLOCK_SIZE]);
    }
    assertThatThrownBy(() -> Volume.open(wiped)).isInstanceOf(VdoException.class);

    restore(xml, BuildOptions.DEFAULT, _ -> wiped);

    assertSound(wiped);
    var content = Gathered.all(wiped, Order.BY_LBN, 1);
    assertThat(content.losses()).isEmpty();
    long[] expected = BlockHash.ofSmall();
    var original = Gathered.all(golden.copy(), Order.BY_LBN, 1);
    for (int lbn = 0; lbn < expected.length; lbn++) {
      assertThat(content.hash(lbn)).as("LBN %d", lbn).isEqualTo(original.hash(lbn));
      assertThat(content.hash(lbn)).isIn(expected[lbn], 0L);
    }
  }

  /** All blocks that the fixture has of the metadata. */
  private static NavigableSet<Long> metadata(GoldenVolume golden) throws VdoException {
    var volume = Volume.open(golden.copy());
    var slabs = golden.slabs();
    var all = new TreeSet<Long>();
    for (long pbn : golden.storedBlocks()) {
      boolean isData = slabs.isDataBlock(pbn);
      var page = new BlockMapPage(golden.block(pbn)).validity(volume.nonce(), pbn);
      boolean isPage = page == BlockMapPage.Validity.VALID;
      if (!isData || isPage) {
        all.add(pbn);
      }
    }
    return all;
  }

  @Test
  void aLargerVolumeHoldsTheSame() throws VdoException {
    var golden = GoldenVolume.load("churn-recovered");
    var xml = dump(golden.copy());
    long blocks = golden.copy().blockCount() + (40L << 13);

    var larger =
        restoreAnew(
            xml, BuildOptions.DEFAULT.withSize(new TargetSize(blocks, TargetSize.AS_GIVEN)));

    assertThat(larger.blockCount()).isEqualTo(blocks);
    assertSound(larger);
    var before = RecoveredState.of(golden.copy());
    assertThat(RecoveredState.of(larger).mappingsSha256()).isEqualTo(before.mappingsSha256());
    assertThat(RecoveredState.of(larger).treeSha256()).isEqualTo(before.treeSha256());
  }

  @Test
  void anotherSlabSizeIsPossibleWhereAllPlacesStayDataBlocks() throws VdoException {
    var golden = GoldenVolume.load("new");
    var empty = restoreAnew(dump(golden.copy()), sized(15));
    assertSound(empty);
    assertThat(Volume.open(empty).slabs().orElseThrow().slabBlocks()).isEqualTo(1 << 15);

    var young = GoldenVolume.load("dirty-young-recovered");
    var larger = restoreAnew(dump(young.copy()), sized(14));
    assertSound(larger);
    assertThat(RecoveredState.of(larger).mappingsSha256())
        .isEqualTo(RecoveredState.of(young.copy()).mappingsSha256());

    var full = VolumeImages.clean().device();
    assertThatThrownBy(() -> restoreAnew(dump(full), sized(9)))
        .hasMessageContaining("dump.xml: line ")
        .hasMessageContaining("that is no data block");
  }

  private static BuildOptions sized(int slabBits) {
    return BuildOptions.DEFAULT.withSize(new TargetSize(TargetSize.AS_GIVEN, slabBits));
  }

  @Test
  void whatIsInPlaceIsReplacedWithAllThatCouldBeTakenForIt() throws VdoException {
    // Of the crashed volume, the restored one must not replay the journal, nor a slab journal.
    for (String name : List.of("churn", "dirty-zones", "v1-dirty", "recovering")) {
      var golden = GoldenVolume.load(name);
      var device = golden.copy();
      restore(dump(device), BuildOptions.DEFAULT, _ -> device);

      assertSound(device);
      assertThat(RecoveredState.of(device).differencesFrom(RecoveredState.of(golden.copy())))
          .isEmpty();
    }
  }

  @Test
  void whereverItIsCutOffAnInPlaceRestoreCanBeCompletedOrTakenBack() throws VdoException {
    var golden = GoldenVolume.load("churn-recovered");
    var xml = dump(golden.copy());
    var damaged = golden.copy();
    for (long pbn : metadata(golden)) {
      damaged.put(pbn, new byte[BlockDevice.BLOCK_SIZE]);
    }
    var overlay = new SpilledOverlay[1];
    var built =
        restore(
            xml,
            BuildOptions.DEFAULT,
            layout -> {
              overlay[0] =
                  SpilledOverlay.over(damaged, MemoryDevice.ofBlocks(layout.mostWrittenBlocks()));
              return overlay[0];
            });
    assertSound(overlay[0]);
    long commit = built.layout().superBlockPbn();
    var changes = ChangeSet.of(overlay[0], commit);
    var undo = MemoryDevice.ofBlocks(UndoWriter.fileBlocks(changes));
    UndoWriter.write(changes, "the disk", undo);
    for (int write = 1; write <= changes.size(); write += 1 + changes.size() / 15) {
      var disk = damaged.copy();
      var faulty = FaultyDevice.withVolatileCache(disk, new Fault.PowerCutAtWrite(write));
      assertThatThrownBy(() -> WriteGate.of(faulty, UndoLog.open(undo), _ -> {}).goOn())
          .isInstanceOf(DeviceException.class);
      var left = faulty.crash(write);
      // Not yet valid: no super block, or only when all else is there.
      WriteGate.of(left, UndoLog.open(undo), _ -> {}).goOn();
      assertThat(dump(left)).isEqualTo(xml);
      WriteGate.of(left, UndoLog.open(undo), _ -> {}).goBack();
      for (long pbn : changes.blocks()) {
        var found = Segments.zeroBlock();
        assertThat(left.read(pbn, found).isEmpty()).isTrue();
        assertThat(Segments.array(found)).isEqualTo(damaged.block(pbn));
      }
    }
  }

  private static byte[] edited(byte[] xml, String old, String replacement) {
    String text = new String(xml, StandardCharsets.UTF_8);
    assertThat(text).contains(old);
    return text.replaceFirst(Pattern.quote(old), replacement).getBytes(StandardCharsets.UTF_8);
  }

  private static void assertRefused(byte[] xml, String... parts) {
    var refusal =
        assertThatThrownBy(() -> restoreAnew(xml, BuildOptions.DEFAULT))
            .isInstanceOf(VdoException.class)
            .hasMessageMatching("dump\\.xml: line \\d+, column \\d+: [^\n]*");
    for (String part : parts) {
      refusal.hasMessageContaining(part);
    }
  }

  @Test
  void whatContradictsItselfIsRefusedWithItsPlace() throws VdoException {
    var xml = dump(VolumeImages.clean().device());

    assertRefused(
        edited(xml, "<data lbn=\"10\" pbn=\"66\"/>", "<data lbn=\"10\" pbn=\"65\"/>"),
        "LBN 10 at PBN 65",
        "a page of the block map");
    assertRefused(edited(xml, "pbn=\"8257\"", "pbn=\"65\""), "a page of the block map");
    assertRefused(edited(xml, "pbn=\"8257\"", "pbn=\"66\""), "there lies data");
    assertRefused(
        edited(xml, "logical-blocks-used=\"", "logical-blocks-used=\"9"), "logical blocks used");
    assertRefused(edited(xml, "block-map-data-blocks=\"", "block-map-data-blocks=\"9"), "pages");
    assertRefused(edited(xml, "physical-blocks=\"", "physical-blocks=\"9"), "partitions end");
    assertRefused(edited(xml, "used=\"true\"", "used=\"false\""), "never been used");
    assertRefused(edited(xml, "state=\"clean\"", "state=\"new\""), "NEW");
    assertRefused(
        edited(xml, "recovery-journal-blocks=\"16\"", "recovery-journal-blocks=\"17\""), "");
    assertRefused(edited(xml, "whole=\"true\"", "whole=\"false\""), "only a part");
  }

  @Test
  void moreReferencesThanCanBeCountedAreRefused() throws VdoException {
    var xml = dump(VolumeImages.clean().device());
    var many = new StringBuilder();
    for (int lbn = 812; lbn < 2 * 812; lbn++) {
      many.append("<data lbn=\"%d\" pbn=\"8258\"/>".formatted(lbn));
    }
    assertRefused(
        edited(xml, "<data lbn=\"812\" blocks=\"812\" pbn=\"8258\"/>", many.toString()),
        "LBN 1066",
        "254 references");
  }

  @Test
  void pagesOfAnEditedDumpNeedNoPlace() throws VdoException {
    var original = VolumeImages.clean().device();
    String text = new String(dump(original), StandardCharsets.UTF_8);
    var without = text.replaceAll("(<page [^>]*height=\"[01]\"[^>]*) pbn=\"\\d+\"", "$1");
    assertThat(without).isNotEqualTo(text);

    var restored = restoreAnew(without.getBytes(StandardCharsets.UTF_8), BuildOptions.DEFAULT);

    assertSound(restored);
    assertThat(RecoveredState.of(restored).mappingsSha256())
        .isEqualTo(RecoveredState.of(original).mappingsSha256());
  }
}
