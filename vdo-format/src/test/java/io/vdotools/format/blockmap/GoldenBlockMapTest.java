package io.vdotools.format.blockmap;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.BlockMapPage.Validity;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.Segments;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;
import java.util.function.ObjIntConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Block maps that VDO wrote. */
class GoldenBlockMapTest {
  /** A page that the block map names, and its place in it. */
  private record PlacedPage(BlockMapPage page, int tree, int height, long index) {
    TreePlace slot(int slot) {
      return new TreePlace(tree, height, index, slot);
    }
  }

  /** Walks to every valid page, parents first; a child that is no valid page has no entries. */
  private static void walk(GoldenVolume volume, ObjIntConsumer<PlacedPage> visitor) {
    long rootOrigin = volume.superBlock().blockMap().rootOrigin();
    for (int tree = 0; tree < Forest.DEFAULT_ROOT_COUNT; tree++) {
      walk(volume, rootOrigin + tree, tree, Forest.ROOT_HEIGHT, 0, visitor);
    }
  }

  private static void walk(
      GoldenVolume volume,
      long pbn,
      int tree,
      int height,
      long index,
      ObjIntConsumer<PlacedPage> visitor) {
    var page = new BlockMapPage(volume.block(pbn));
    if (page.validity(volume.geometry().nonce(), pbn) != Validity.VALID) {
      return;
    }
    var placed = new PlacedPage(page, tree, height, index);
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      long entry = page.entry(slot);
      if (entry == 0) {
        continue;
      }
      visitor.accept(placed, slot);
      if (height > 0) {
        long child = BlockMapEntry.pbn(entry);
        walk(volume, child, tree, height - 1, index * BlockMapPage.ENTRIES + slot, visitor);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void aPageMadeOfItsEntriesHasTheBytesThatVdoWrote(GoldenVolume volume) {
    long nonce = volume.geometry().nonce();
    int pages = 0;
    for (long pbn : volume.storedBlocks()) {
      var original = new BlockMapPage(volume.block(pbn));
      if (original.validity(nonce, pbn) != Validity.VALID) {
        continue;
      }
      pages++;
      var made = new BlockMapPage(Segments.zeroBlock());
      made.format(nonce, pbn);
      for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
        made.setEntry(slot, original.entry(slot));
      }
      // Old drivers left a sequence number of the recovery journal in the unused word.
      made.bytes().asSlice(24, 8).copyFrom(original.bytes().asSlice(24, 8));
      assertThat(made.bytes().mismatch(original.bytes())).as("PBN %d", pbn).isEqualTo(-1);
      assertThat(original.unusedLongWord() == 0 || volume.name().startsWith("v1-")).isTrue();
    }

    if (volume.superBlock().vdo().state() == VolumeState.CLEAN) {
      int expected = volume.facts().get("nonZeroBlocks").get("block map root").asInt();
      for (var height : volume.facts().get("blockMap").get("pagesByHeight")) {
        expected += height.asInt();
      }
      assertThat(pages).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void theMappingsAreThoseThatVdosToolsSay(GoldenVolume volume) throws NoSuchAlgorithmException {
    var forest =
        new Forest(Forest.DEFAULT_ROOT_COUNT, volume.superBlock().vdo().config().logicalBlocks());
    var mappings = new TreeMap<Long, BlockMapEntry>();
    walk(
        volume,
        (placed, slot) -> {
          if (placed.height() == 0) {
            var lbns = forest.lbnsBelow(placed.slot(slot));
            assertThat(lbns.size()).isEqualTo(1);
            assertThat(forest.place(lbns.first())).isEqualTo(placed.slot(slot));
            mappings.put(lbns.first(), BlockMapEntry.unpack(placed.page().entry(slot)));
          }
        });
    var lines = new StringBuilder();
    mappings.forEach(
        (lbn, entry) -> lines.append("%d %d %d\n".formatted(lbn, entry.state(), entry.pbn())));

    assertThat(sha256(lines)).isEqualTo(fact(volume, "mappingsSha256"));
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void theTreesAreThoseThatVdosToolsSay(GoldenVolume volume) throws NoSuchAlgorithmException {
    var tree = new TreeMap<Long, StringBuilder>();
    walk(
        volume,
        (placed, slot) -> {
          if (placed.height() > 0) {
            long child = BlockMapEntry.pbn(placed.page().entry(slot));
            tree.computeIfAbsent(placed.page().pbn(), _ -> new StringBuilder())
                .append(
                    "%d %d %d %d\n".formatted(placed.page().pbn(), slot, placed.height(), child));
          }
        });
    var lines = new StringBuilder();
    tree.values().forEach(lines::append);

    assertThat(sha256(lines)).isEqualTo(fact(volume, "treeSha256"));
  }

  private static String fact(GoldenVolume volume, String name) {
    return volume.facts().get("blockMap").get(name).asString();
  }

  private static String sha256(CharSequence lines) throws NoSuchAlgorithmException {
    var digest = MessageDigest.getInstance("SHA-256");
    return HexFormat.of().formatHex(digest.digest(lines.toString().getBytes(US_ASCII)));
  }
}
