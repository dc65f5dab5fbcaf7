package io.vdotools.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.CrashOutcome;
import io.vdotools.device.DeviceException;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.device.change.ChangeSet;
import io.vdotools.device.change.UndoException;
import io.vdotools.device.change.UndoLog;
import io.vdotools.device.change.UndoWriter;
import io.vdotools.device.change.WriteGate;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A change that is cut off by power losses wherever it can be.
 *
 * <p>What the disk then holds is enumerated where it is extreme and sampled otherwise. Each state
 * is a disk, of which one is judged by going back and another by going on: it has to be what was
 * there before, or what was to be, byte for byte; and where the commit block is the new one
 * already, everything has to be.
 */
public final class KilledChange {
  private static final int OUTCOMES = 52;

  private final String name;
  private final MemoryDevice before;
  private final MemoryDevice after;
  private final ChangeSet changes;
  private final MemoryDevice undoFile;
  private final UndoLog log;
  private final SplittableRandom random;

  private KilledChange(ChangeProducer producer, ChangeSet changes, MemoryDevice after)
      throws VdoException {
    this.name = producer.name();
    this.before = producer.volume();
    this.after = after;
    this.changes = changes;
    this.undoFile = MemoryDevice.ofBlocks(UndoWriter.fileBlocks(changes));
    UndoWriter.write(changes, name, undoFile);
    this.log = UndoLog.open(undoFile);
    this.random = new SplittableRandom(name.hashCode());
  }

  /** {@return what a producer computes} */
  public static KilledChange of(ChangeProducer producer) throws VdoException {
    var overlay = OverlayDevice.over(producer.volume());
    producer.work().run(overlay);
    var after = producer.volume().copy();
    for (long block : overlay.changedBlocks()) {
      after.write(block, MemorySegment.ofArray(content(overlay, block)));
    }
    return new KilledChange(producer, ChangeSet.of(overlay, producer.commitBlock()), after);
  }

  /** {@return how many blocks change} */
  public int size() {
    return changes.size();
  }

  /**
   * Kills the writing of the undo file, going on and going back at every write and flush, and many
   * of them once more while the first kill is made good.
   *
   * @return how many states were judged, all of which could be taken back or completed
   * @throws AssertionError if one could not
   */
  public long killEverywhere() throws VdoException {
    return killUndoFile() + killOnce(true) + killOnce(false) + killOften();
  }

  /** Until the undo file is complete the device is not written to; then the file has to be. */
  private long killUndoFile() throws VdoException {
    long states = 0;
    for (var fault : faults(2 + Math.ceilDiv(changes.size(), 254), 2)) {
      WritableBlockDevice blank = MemoryDevice.ofBlocks(undoFile.blockCount());
      var file = FaultyDevice.withVolatileCache(blank, fault);
      assertThatThrownBy(() -> UndoWriter.write(changes, name, file))
          .isInstanceOf(DeviceException.class);
      for (var outcome : outcomes(file, OUTCOMES)) {
        assertSaysWhetherItIsComplete(file.crash(outcome));
        states++;
      }
    }
    return states;
  }

  private void assertSaysWhetherItIsComplete(BlockDevice left) throws VdoException {
    try {
      var found = UndoLog.open(left);
      WriteGate.of(OverlayDevice.over(before), found, _ -> {}).goOn();
    } catch (UndoException e) {
      assertThat(e.kind()).isIn(UndoException.Kind.BLANK, UndoException.Kind.UNFINISHED);
    }
  }

  /** Killed at each write and flush. */
  private long killOnce(boolean isBack) throws VdoException {
    long states = 0;
    for (var fault : faults(changes.size(), 2)) {
      var device = FaultyDevice.withVolatileCache((isBack ? after : before).copy(), fault);
      assertThatThrownBy(() -> pass(device, isBack)).isInstanceOf(DeviceException.class);
      for (var outcome : outcomes(device, OUTCOMES)) {
        judge(device.crash(outcome), states % 2 == 0);
        states++;
      }
    }
    return states;
  }

  /** Killed again while the first kill is made good, in either direction. */
  private long killOften() throws VdoException {
    long states = 0;
    for (int run = 0; run < 2 * OUTCOMES; run++) {
      WritableBlockDevice disk = before.copy();
      for (int kill = random.nextInt(2, 5); kill > 0; kill--) {
        var faults = faults(changes.size(), 2);
        var device =
            FaultyDevice.withVolatileCache(disk, faults.get(random.nextInt(faults.size())));
        boolean isBack = random.nextBoolean();
        assertThatThrownBy(() -> pass(device, isBack)).isInstanceOf(DeviceException.class);
        disk = device.crash(random.nextLong());
        judge(OverlayDevice.over(disk), random.nextBoolean());
        states++;
      }
    }
    return states;
  }

  private static List<Fault> faults(int writes, int flushes) {
    var faults = new ArrayList<Fault>();
    for (int call = 1; call <= writes; call++) {
      faults.add(new Fault.PowerCutAtWrite(call));
    }
    for (int call = 1; call <= flushes; call++) {
      faults.add(new Fault.PowerCutAtFlush(call));
    }
    return faults;
  }

  private List<CrashOutcome> outcomes(FaultyDevice device, int count) {
    var pending = device.pendingSectors();
    var all = new ArrayList<>(List.of(CrashOutcome.ALL_LOST, CrashOutcome.ALL_KEPT));
    while (all.size() < count) {
      all.add(CrashOutcome.ofSeed(random.nextLong(), pending));
    }
    return all;
  }

  private void judge(OverlayDevice disk, boolean isBack) throws VdoException {
    if (!Arrays.equals(content(disk, changes.commitBlock()), before.block(changes.commitBlock()))) {
      assertHolds(disk, after);
    }
    pass(disk, isBack);
    assertHolds(disk, isBack ? before : after);
  }

  private void pass(WritableBlockDevice device, boolean isBack) throws VdoException {
    var gate = WriteGate.of(device, log, _ -> {});
    if (isBack) {
      gate.goBack();
    } else {
      gate.goOn();
    }
  }

  /** In plain Java, as it is done for each state. */
  private void assertHolds(OverlayDevice disk, MemoryDevice expected) {
    long[] blocks = changes.blocks();
    for (long block : blocks) {
      if (!Arrays.equals(content(disk, block), expected.block(block))) {
        throw new AssertionError(name + ": block " + block);
      }
    }
    for (long block : disk.changedBlocks()) {
      if (Arrays.binarySearch(blocks, block) < 0) {
        throw new AssertionError(name + ": block " + block + " is none of the change");
      }
    }
  }

  private static byte[] content(BlockDevice device, long block) {
    var bytes = new byte[BlockDevice.BLOCK_SIZE];
    if (!device.read(block, MemorySegment.ofArray(bytes)).isEmpty()) {
      throw new AssertionError("cannot read block " + block);
    }
    return bytes;
  }
}
