package io.vdotools.tool.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.engine.LogicalSweep.Order;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.Volume;
import io.vdotools.engine.VolumeWalk;
import io.vdotools.engine.WalkOptions;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.testing.BlockHash;
import io.vdotools.testing.Gathered;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.ToolRun;
import io.vdotools.testing.VolumeFile;
import io.vdotools.xml.XmlWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dumps become images, bring wiped volumes back, and do no harm to anything else. */
class RestoreCommandTest {
  private static final String SMALL = "small";

  @TempDir private Path folder;
  private Path xml;
  private String text;

  @BeforeEach
  void dumpSmall() throws VdoException, IOException {
    text = dump(GoldenVolume.load(SMALL).copy());
    xml = Files.writeString(folder.resolve("small.xml"), text);
  }

  private static String dump(BlockDevice device) throws VdoException {
    var out = new ByteArrayOutputStream();
    try (var parallel = new Parallel(1, 1, () -> 0)) {
      new VolumeWalk(
              LogicalVolume.open(Volume.open(device)),
              WalkOptions.WHOLE,
              parallel,
              VolumeWalk.Progress.NONE)
          .run(new XmlWriter(out, "a dump"));
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String dump(Path path) throws VdoException {
    try (var device = FileDevice.open(path, Access.READ)) {
      return dump(device);
    }
  }

  private static ToolRun run(Object... arguments) {
    return ToolRun.of(new RestoreCommand(), arguments);
  }

  private List<String> files() throws IOException {
    try (var all = Files.list(folder)) {
      return all.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  @Test
  void aDumpBecomesAnImage() throws VdoException, IOException {
    var image = folder.resolve("copy.img");

    var run = run("-i", xml, "-o", image, "--json");

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.schemaErrors("vdo_restore")).isEmpty();
    assertThat(run.json().get("verdict").asString()).isEqualTo("done");
    assertThat(dump(image)).isEqualTo(text);
    assertThat(files()).containsExactly("copy.img", "small.xml");
    // What it would do to itself once more: nothing but to confirm the super block.
    var again = run("-i", xml, "-o", image, "--json");
    assertThat(again.schemaErrors("vdo_restore")).isEmpty();
    assertThat(again.json().get("verdict").asString()).isEqualTo("ready");
    assertThat(again.json().get("changedBlocks").asInt()).isZero();
  }

  @Test
  void aWipedVolumeComesBackWithItsContent() throws VdoException, IOException {
    var volume = VolumeFile.unpack(SMALL, folder);
    wipe(volume);
    String wiped = volume.fingerprint();
    var undo = folder.resolve("small.vdoundo");

    var plan = run("-i", xml, "-o", volume.path(), "--undo", undo);
    assertThat(plan.err()).isEmpty();
    assertThat(plan.status()).isZero();
    assertThat(plan.out()).contains("--apply writes it");
    assertThat(volume.fingerprint()).isEqualTo(wiped);

    var run = run("-i", xml, "-o", volume.path(), "--undo", undo, "--apply");

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("restored, and in order");
    assertThat(dump(volume.path())).isEqualTo(text);
    assertThat(undo).exists();
    try (var device = FileDevice.open(volume.path(), Access.READ)) {
      var content = Gathered.all(device, Order.BY_LBN, 1);
      assertThat(content.losses()).isEmpty();
      long[] expected = BlockHash.ofSmall();
      for (int lbn = 0; lbn < 1000; lbn++) {
        assertThat(content.hash(lbn)).as("LBN %d", lbn).isEqualTo(expected[lbn]);
      }
    }
  }

  private static void wipe(VolumeFile volume) throws VdoException {
    var golden = GoldenVolume.load(SMALL);
    long nonce = Volume.open(golden.copy()).nonce();
    for (long pbn : golden.storedBlocks()) {
      boolean isPage =
          new BlockMapPage(golden.block(pbn)).validity(nonce, pbn) == BlockMapPage.Validity.VALID;
      if (isPage || !golden.slabs().isDataBlock(pbn)) {
        volume.zero(pbn);
      }
    }
  }

  @Test
  void anotherVolumeAndForeignContentAreRefused() {
    var other = VolumeFile.unpack("churn-recovered", folder);
    String before = other.fingerprint();
    var run = run("-i", xml, "-o", other.path(), "--apply");
    assertThat(run.status()).isEqualTo(8);
    assertThat(run.err()).contains("holds a VDO volume").contains("use --force");
    assertThat(other.fingerprint()).isEqualTo(before);

    var ext4 = VolumeFile.unpack("new", folder).zero(0).overwrite(0, 1080, "53ef");
    before = ext4.fingerprint();
    run = run("-i", xml, "-o", ext4.path(), "--apply");
    assertThat(run.status()).isEqualTo(8);
    assertThat(run.err()).contains("holds ").contains("use --force");
    assertThat(ext4.fingerprint()).isEqualTo(before);
  }

  @Test
  void theDumpItselfAndWhatIsTooSmallAreRefused() throws IOException {
    assertRefused(run("-i", xml, "-o", xml, "--apply"), "is the dump itself");
    assertThat(Files.readString(xml)).isEqualTo(text);
    var small = Files.write(folder.resolve("small.img"), new byte[1 << 20]);
    assertRefused(run("-i", xml, "-o", small, "--apply"), "name a larger device");
    assertRefused(run("-i", folder.resolve("none"), "-o", folder.resolve("x")), "no such file");
    assertRefused(run("-i", folder, "-o", folder.resolve("x")), "it is a directory");
    assertRefused(run("-i", xml, "-o", folder.resolve("none/x")), "directory does not exist");
    assertThat(files()).containsExactly("small.img", "small.xml");
  }

  @Test
  void anUndoFileInNoDirectoryIsRefused() throws IOException {
    var volume = VolumeFile.unpack(SMALL, folder);
    var undo = folder.resolve("none/small.vdoundo");
    String why = "vdo_restore: cannot create " + undo + ": its directory does not exist; check";

    assertRefused(run("-i", xml, "-o", volume.path(), "--undo", undo), why);
    assertRefused(run("-i", xml, "-o", volume.path(), "--undo", undo, "--apply"), why);
  }

  private static void assertRefused(ToolRun run, String part) {
    assertThat(run.status()).isEqualTo(8);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains(part);
  }

  /** Documents that are no sound dump, each for another reason. */
  private List<String> unsound() {
    return List.of(
        "",
        "hello",
        "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"b\">]><vdo-dump/>",
        text.substring(0, text.length() / 2),
        // All but the last line: everything was read and built by then.
        text.substring(0, text.lastIndexOf("</vdo-dump")),
        text.replaceFirst("<page ", "<page color=\"red\" "),
        text.replaceFirst("<page ", "<leaf "),
        text.replaceFirst("<block-map>", "<block-map>&evil;"),
        text.replaceFirst("(<data lbn=\"\\d+\"[^>]*>)", "$1$1"),
        text.replaceFirst("(<data lbn=\"\\d+\" [^>]*)pbn=\"", "$1pbn=\"99999999999999999999"),
        text.replaceFirst("(?s)(<page [^>]*>)(.*)(<page [^>]*>)", "$3$2$1"),
        text.replaceFirst("logical-blocks=\"", "logical-blocks=\"99999999999999"));
  }

  private static void assertUnsound(ToolRun run) {
    assertRefused(run, "small.xml: line ");
    assertThat(run.err()).containsPattern("line \\d+, column \\d+: ");
  }

  @Test
  void whatIsNoSoundDumpLeavesNothing() throws IOException {
    var image = folder.resolve("x.img");
    for (String bad : unsound()) {
      Files.writeString(xml, bad);
      assertUnsound(run("-i", xml, "-o", image));
      assertThat(files()).containsExactly("small.xml");
    }
  }

  @Test
  void whatIsNoSoundDumpLeavesAVolumeAsItIs() throws IOException {
    var volume = VolumeFile.unpack(SMALL, folder);
    String before = volume.fingerprint();
    var names = files();
    var undo = folder.resolve("small.vdoundo");
    for (String bad : unsound()) {
      Files.writeString(xml, bad);
      for (var more : List.of(List.of("--apply"), List.of("--apply", "--force"))) {
        var words = new ArrayList<Object>(List.of("-i", xml, "-o", volume.path(), "--undo", undo));
        words.addAll(more);
        assertUnsound(run(words.toArray()));
        assertThat(volume.fingerprint()).isEqualTo(before);
        assertThat(files()).isEqualTo(names);
      }
    }
  }

  /** A device with nothing on it, as a new disk would be, larger than the volume. */
  private Path blankDevice() throws IOException {
    var device = folder.resolve("device.img");
    try (var file = new RandomAccessFile(device.toFile(), "rw")) {
      file.setLength(6L << 30);
    }
    return device;
  }

  private void restoreOnto(Path device, Object... more) {
    var words = new ArrayList<Object>(List.of("-i", xml, "-o", device, "--apply", "--undo"));
    words.add(folder.resolve("device.vdoundo"));
    words.addAll(List.of(more));
    var run = run(words.toArray());
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
  }

  @Test
  void anotherDeviceTakesTheVolume() throws VdoException, IOException {
    var device = blankDevice();

    restoreOnto(device);

    assertThat(Files.size(device)).isEqualTo(6L << 30);
    assertThat(dump(device)).isEqualTo(text);
  }

  @Test
  void anotherDeviceTakesTheVolumeWithAllOfItsRoomAndInLargerSlabs()
      throws VdoException, IOException {
    var device = blankDevice();

    restoreOnto(device, "--physical-size", "6G", "--slab-bits", "14");

    var original = slabs(GoldenVolume.load(SMALL).copy());
    try (var opened = FileDevice.open(device, Access.READ)) {
      var slabs = slabs(opened);
      assertThat(slabs.slabBlocks()).isEqualTo(1 << 14);
      assertThat(slabs.endBlock()).isGreaterThan(2 * original.endBlock());
    }
    assertThat(blockMap(dump(device))).isEqualTo(blockMap(text)).contains("<data lbn=");
  }

  private static SlabGeometry slabs(BlockDevice device) throws VdoException {
    return Volume.open(device).slabs().orElseThrow();
  }

  private static String blockMap(String dump) {
    return dump.substring(dump.indexOf("<block-map>"), dump.indexOf("</block-map>"));
  }

  @Test
  void aDumpThatMakesADamagedVolumeIsWrittenOnlyWhenForced() throws IOException {
    var image = folder.resolve("x.img");
    // A count that nobody accounts for: one block more in use.
    var extra =
        text.replaceFirst("(<slab number=\"0\"[^>]*>)", "$1<count pbn=\"687000\" value=\"7\"/>");
    assertThat(extra).isNotEqualTo(text);
    Files.writeString(xml, extra);

    var run = run("-i", xml, "-o", image);
    assertThat(run.status()).as(run.out() + run.err()).isEqualTo(4);
    assertThat(run.out()).contains("problem", "nothing was written");
    assertThat(files()).containsExactly("small.xml");

    run = run("-i", xml, "-o", image, "--force");
    assertThat(run.status()).isEqualTo(4);
    assertThat(run.out()).contains("made, with the problems above");
    assertThat(image).exists();
  }

  @Test
  void aVolumeInReadOnlyModeComesBackAsItWas() throws VdoException, IOException {
    text = dump(GoldenVolume.load("readonly").copy());
    Files.writeString(xml, text);
    var image = folder.resolve("x.img");

    var run = run("-i", xml, "-o", image);
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isEqualTo(4);
    assertThat(run.out())
        .contains("state     read only mode", "made, and in read-only mode as the dump says");
    assertThat(dump(image)).isEqualTo(text);

    var plan = run("-i", xml, "-o", image, "--json");
    assertThat(plan.schemaErrors("vdo_restore")).isEmpty();
    assertThat(plan.json().get("verdict").asString()).isEqualTo("ready");
    assertThat(plan.status()).isEqualTo(4);
  }

  @Test
  void sizesCanDiffer() throws VdoException {
    var image = folder.resolve("large.img");
    assertThat(run("-i", xml, "-o", image, "--physical-size", "5G", "--json").status()).isZero();
    try (var device = FileDevice.open(image, Access.READ)) {
      assertThat(device.sizeBytes()).isEqualTo(5L << 30);
    }
    assertRefused(
        run("-i", xml, "-o", folder.resolve("x"), "--physical-size", "1G"), "no room for a slab");
    assertThat(run("-i", xml, "-o", image, "--slab-bits", "12").status()).isEqualTo(16);
    assertThat(run("-i", xml, "-o", image, "--memory", "1K").status()).isEqualTo(16);
  }
}
