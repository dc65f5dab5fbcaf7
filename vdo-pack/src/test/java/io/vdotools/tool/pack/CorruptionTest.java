package io.vdotools.tool.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.MemoryDevice;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.pack.FrameKind;
import io.vdotools.pack.PackException;
import io.vdotools.pack.PackExtraction;
import io.vdotools.pack.PackFile;
import io.vdotools.pack.PackSalvage;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.VolumeBuilder;
import io.vdotools.testing.VolumeImages;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No byte of a pack can change, and none be missing, without somebody noticing. */
class CorruptionTest {
  private static final MemoryDevice DEVICE =
      VolumeBuilder.ofSlabs(2, 256, 16, 3000)
          .journalBlocks(32)
          .plainRange(0, 20)
          .crashAfterHere(JournalFormat.CURRENT)
          .plainRange(10, 20)
          .build()
          .device();

  private static final byte[] CRASHED =
      Packs.pack(VolumeImages.crashed(JournalFormat.CURRENT).device());

  static List<byte[]> smallPacks() throws VdoException {
    return List.of(
        Packs.pack(DEVICE),
        Packs.pack(GoldenVolume.load("new").copy()),
        // Mappings out of order have columns that the others lack.
        JitteredVolume.pack(3));
  }

  /** {@return whether somebody notices; if not, what came out is what went in} */
  private static boolean isDetected(byte[] pack) throws VdoException {
    try (var file = PackFile.open(Packs.input(pack))) {
      PackExtraction.run(file, new Contents(), _ -> {});
      return false;
    } catch (PackException e) {
      assertThat(e).hasMessageStartingWith("pack: ").hasMessageNotContaining("\n");
      return true;
    }
  }

  @ParameterizedTest
  @MethodSource("smallPacks")
  void everyFlippedBitIsDetected(byte[] pack) throws VdoException {
    assertThat(isDetected(pack)).isFalse();
    for (int at = 0; at < pack.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        pack[at] ^= (byte) (1 << bit);
        assertThat(isDetected(pack)).as("bit %s of byte %s", bit, at).isTrue();
        pack[at] ^= (byte) (1 << bit);
      }
    }
  }

  static List<byte[]> packsOfAllKinds() throws VdoException {
    return List.of(EveryKind.pack(CRASHED), CRASHED);
  }

  @Test
  void framesOfEveryKindAreAmongThoseThatAreChanged() throws VdoException {
    var contents = Contents.of(EveryKind.pack(CRASHED));
    var kinds = EnumSet.copyOf(contents.kinds.values());
    assertThat(contents.blocks).containsValue(Contents.ZEROS);
    assertThat(contents.kept).isNotEmpty();
    assertThat(contents.unreadable).isNotEmpty();
    assertThat(kinds)
        .isEqualTo(
            EnumSet.complementOf(
                EnumSet.of(
                    FrameKind.ZERO, FrameKind.KEPT, FrameKind.UNREADABLE, FrameKind.DIRECTORY)));
  }

  @ParameterizedTest
  @MethodSource("packsOfAllKinds")
  @Tag("long")
  void everyValueOfEveryByteIsDetected(byte[] pack) throws VdoException {
    assertThat(isDetected(pack)).isFalse();
    // Every change is a pack of its own, so that the processors can share the work.
    IntStream.range(0, pack.length).parallel().forEach(at -> assertDetectsEveryValue(pack, at));
  }

  private static void assertDetectsEveryValue(byte[] pack, int at) {
    byte[] changed = pack.clone();
    for (int change = 1; change < 256; change++) {
      changed[at] = (byte) (pack[at] ^ change);
      try {
        assertThat(isDetected(changed)).as("byte %s changed by %s", at, change).isTrue();
      } catch (VdoException e) {
        throw new AssertionError("byte " + at + " changed by " + change, e);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("smallPacks")
  void everyTruncationIsDetected(byte[] pack) throws VdoException {
    for (int length = 0; length < pack.length; length++) {
      assertThat(isDetected(Arrays.copyOf(pack, length))).as("%s bytes", length).isTrue();
    }
    assertThat(isDetected(Arrays.copyOf(pack, pack.length + 1))).isTrue();
  }

  @Test
  void aFlippedPackInPlaceOfAVolumeGivesTheRightBytesOrAnError() throws VdoException {
    byte[] pack = Packs.pack(DEVICE);
    var contents = Contents.of(pack);
    var block = MemorySegment.ofArray(new byte[4096]);
    for (int at = 0; at < pack.length; at += 3) {
      pack[at] ^= (byte) (1 << (at % 8));
      try (var device = Packs.open(pack)) {
        for (var entry : contents.blocks.entrySet()) {
          if (device.read(entry.getKey(), block).isEmpty()) {
            assertThat(block.mismatch(MemorySegment.ofArray(entry.getValue())))
                .as("block %s, byte %s", entry.getKey(), at)
                .isNegative();
          }
        }
      } catch (PackException _) {
        // Noticed even earlier.
      }
      pack[at] ^= (byte) (1 << (at % 8));
    }
  }

  @Test
  void salvageGivesTheRightBytesAndNamesTheOthers() throws VdoException {
    byte[] pack = Packs.pack(DEVICE);
    var whole = Contents.of(pack);
    var random = new Random(5);
    for (int at = 128; at < pack.length; at += 5) {
      byte[] damaged = pack.clone();
      damaged[at] ^= (byte) (1 + random.nextInt(255));
      assertSalvaged(damaged, whole, "byte " + at);
    }
    for (int length = 128; length < pack.length; length += 11) {
      assertSalvaged(Arrays.copyOf(pack, length), whole, length + " bytes");
    }
  }

  private static void assertSalvaged(byte[] damaged, Contents whole, String what)
      throws VdoException {
    var left = new Contents();
    PackSalvage.open(Packs.input(damaged)).run(left, _ -> {});
    left.blocks.forEach(
        (number, content) -> assertThat(content).as(what).isEqualTo(whole.blocks.get(number)));
    if (left.damages.isEmpty()) {
      // Then it is known exactly which blocks are missing.
      for (long number : whole.blocks.keySet()) {
        boolean isNamed =
            left.lost.entrySet().stream()
                .anyMatch(range -> range.getKey() <= number && number <= range.getValue());
        assertThat(isNamed || left.blocks.containsKey(number)).as(what).isTrue();
      }
    }
  }

  @Property(tries = 300)
  void bytesThatAreNoPackAreRefused(@ForAll byte[] bytes, @ForAll long seed) throws VdoException {
    assertThat(isDetected(bytes)).isTrue();
    byte[] pack = Packs.pack(DEVICE);
    var random = new Random(seed);
    int from = random.nextInt(pack.length);
    int to = from + 1 + random.nextInt(Math.min(64, pack.length - from));
    byte[] original = pack.clone();
    for (int at = from; at < to; at++) {
      pack[at] = (byte) random.nextInt();
    }
    if (!Arrays.equals(pack, original)) {
      assertThat(isDetected(pack)).isTrue();
    }
  }
}
