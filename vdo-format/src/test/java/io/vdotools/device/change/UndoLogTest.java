package io.vdotools.device.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.device.change.UndoException.Kind;
import io.vdotools.testing.Segments;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** An undo file is complete and right, or it is refused. */
class UndoLogTest {
  private static final int CHANGES = 300;

  private static ChangeSet changes() {
    var overlay = OverlayDevice.over(MemoryDevice.ofBlocks(1000));
    for (int i = 0; i < CHANGES; i++) {
      overlay.write(2 * i, Segments.randomBlock(i));
    }
    return ChangeSet.of(overlay, 0);
  }

  private static MemoryDevice written() throws DeviceException {
    var set = changes();
    var file = MemoryDevice.ofBlocks(UndoWriter.fileBlocks(set));
    UndoWriter.write(set, "the disk", file);
    return file;
  }

  /** Opens a file and reads all that is in it. */
  private static void readAll(BlockDevice file) throws VdoException {
    UndoLog.open(file).forEach((_, _, _) -> {});
  }

  private static Kind refusal(BlockDevice file) {
    return catchThrowableOfType(UndoException.class, () -> readAll(file)).kind();
  }

  @Test
  void aCompleteFileTellsWhatItIsFor() throws VdoException {
    var log = UndoLog.open(written());
    assertThat(log.deviceName()).isEqualTo("the disk");
    assertThat(log.deviceBlocks()).isEqualTo(1000);
    assertThat(log.size()).isEqualTo(CHANGES);
    assertThat(log.commitBlock()).isZero();
  }

  @Property(tries = 2000)
  void everyFlippedBitIsNoticed(
      @ForAll @IntRange(max = 1 + 2 + 2 * CHANGES) int block,
      @ForAll @IntRange(max = 8 * 4096 - 1) int bit)
      throws DeviceException {
    var file = written();
    byte[] bytes = file.block(block);
    bytes[bit / 8] ^= (byte) (1 << (bit % 8));
    file.put(block, bytes);
    assertThatThrownBy(() -> readAll(file)).isInstanceOf(UndoException.class);
  }

  @Test
  void aFileThatWasNotFinishedSaysThatNothingHappened() throws DeviceException {
    var file = written();
    file.put(file.blockCount() - 1, new byte[BlockDevice.BLOCK_SIZE]);
    assertThat(refusal(file)).isEqualTo(Kind.UNFINISHED);
  }

  /** Whoever wrote it died before the first block was there, or before it had its length. */
  @Test
  void aFileThatWasHardlyBegunSaysThatNothingHappened() throws DeviceException {
    assertThat(refusal(MemoryDevice.ofBlocks(0))).isEqualTo(Kind.BLANK);
    assertThat(refusal(MemoryDevice.ofBlocks(2))).isEqualTo(Kind.BLANK);
    var file = written();
    file.put(0, new byte[BlockDevice.BLOCK_SIZE]);
    file.put(file.blockCount() - 1, new byte[BlockDevice.BLOCK_SIZE]);
    assertThat(refusal(file)).isEqualTo(Kind.BLANK);
    assertThatThrownBy(() -> UndoLog.open(file))
        .hasMessage(
            "memory: holds nothing where an undo file begins and ends; if it is one, it was never"
                + " finished, so that the volume was not written to: there is nothing to undo");
  }

  /** Its trailer says that the device may have been written to. */
  @Test
  void aFileThatLostItsHeaderLaterIsNotTakenForOneThatWasHardlyBegun() throws DeviceException {
    var file = written();
    file.put(0, new byte[BlockDevice.BLOCK_SIZE]);
    assertThat(refusal(file)).isEqualTo(Kind.DAMAGED);
  }

  /** It would be fatal to say that nothing happened: the trailer was there before any write. */
  @Property(tries = 200)
  void aTrailerThatWasDamagedLaterIsNotTakenForOneThatNeverCame(
      @ForAll @IntRange(max = 8 * 4096 - 1) int bit) throws DeviceException {
    var file = written();
    long trailer = file.blockCount() - 1;
    byte[] bytes = file.block(trailer);
    bytes[bit / 8] ^= (byte) (1 << (bit % 8));
    file.put(trailer, bytes);
    assertThat(refusal(file)).isEqualTo(Kind.DAMAGED);
  }

  @Test
  void otherFilesAndShorterOnesAreRefused() throws DeviceException {
    for (int place : new int[] {0, 9}) {
      var other = MemoryDevice.ofBlocks(10);
      other.write(place, Segments.randomBlock(1));
      assertThat(refusal(other)).as("noise at %d", place).isEqualTo(Kind.NOT_AN_UNDO_FILE);
    }
    var file = written();
    for (long length = 2; length < file.blockCount(); length++) {
      var shorter = MemoryDevice.ofBlocks(length);
      for (long block = 0; block < length; block++) {
        shorter.put(block, file.block(block));
      }
      assertThat(refusal(shorter)).as("%d blocks", length).isEqualTo(Kind.DAMAGED);
    }
  }

  @Test
  void aFileOfALaterVersionIsNotGuessedAt() throws DeviceException {
    var file = written();
    var block = MemorySegment.ofArray(file.block(0));
    UndoFormat.Header.VERSION_FIELD.set(block, 2);
    UndoFormat.seal(block, UndoFormat.Header.CHECKSUM);
    file.write(0, block);
    assertThat(refusal(file)).isEqualTo(Kind.UNKNOWN_VERSION);
  }

  @Property(tries = 200)
  void aFileThatPowerCutShortIsNotTakenForComplete(@ForAll long seed) throws VdoException {
    var random = new SplittableRandom(seed);
    var set = changes();
    // Three writes of contents, and the trailer; a flush before it and one after it.
    WritableBlockDevice blank = MemoryDevice.ofBlocks(UndoWriter.fileBlocks(set));
    var file =
        FaultyDevice.withVolatileCache(
            blank,
            random.nextBoolean()
                ? new Fault.PowerCutAtWrite(1 + random.nextInt(4))
                : new Fault.PowerCutAtFlush(1 + random.nextInt(2)));
    assertThatThrownBy(() -> UndoWriter.write(set, "the disk", file))
        .isInstanceOf(DeviceException.class);

    var left = file.crash(random.nextLong());
    try {
      readAll(left);
      // The trailer came just before the end: then everything else was there, too.
      assertThat(UndoLog.open(left).size()).isEqualTo(CHANGES);
    } catch (UndoException e) {
      assertThat(e.kind()).isIn(Kind.BLANK, Kind.UNFINISHED);
    }
  }
}
