package io.vdotools.engine.live;

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
import io.vdotools.engine.Volume;
import io.vdotools.testing.ChangeProducer;
import io.vdotools.testing.GoldenVolume;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Power goes at every single write and flush of a change, of taking it back, and of the undo file,
 * and of what was not flushed each sector is kept or lost: always the change can be taken back or
 * completed, byte for byte, and where the super block is the new one everything is.
 *
 * <p>What the disk then holds is enumerated where it is extreme and sampled otherwise. Each state
 * is a disk, of which one is judged by going back and another by going on.
 */
class KilledChangesTest {
  /** States of the disk that the promise asks for. */
  private static final int LEAST_STATES = 100_000;

  /** Blocks of a change: what replays of small volumes write. */
  private static final int MOST_CHANGES = 40;

  private static final int OUTCOMES = 52;

  /** Each replays something; and one only mends a page, as repairs do. */
  private static List<ChangeProducer> producers() throws VdoException {
    var all = new ArrayList<ChangeProducer>();
    for (String name : List.of("dirty-young", "recovering")) {
      all.add(ChangeProducer.replay(name, GoldenVolume.load(name).copy()));
    }
    for (long seed = 0; all.size() < 32; seed++) {
      var crashed = CrashImages.ofSeed(seed);
      if (OfflineRecovery.isNeeded(Volume.open(crashed))) {
        all.add(ChangeProducer.replay("crash " + seed, crashed));
      }
    }
    var young = GoldenVolume.load("dirty-young");
    all.add(
        ChangeProducer.oneBlock(
            "dirty-young", young.copy(), young.superBlock().blockMap().rootOrigin()));
    return all;
  }

  @Test
  void aChangeThatIsKilledAnywhereCanBeTakenBackAndCompleted() throws VdoException {
    long states = 0;
    int changes = 0;
    for (var producer : producers()) {
      var scene = Scene.of(producer);
      if (scene.changes.size() <= MOST_CHANGES) {
        changes++;
        states += scene.killUndoFile();
        states += scene.killOnce(true);
        states += scene.killOnce(false);
        states += scene.killOften();
      }
    }
    System.out.println(changes + " changes, " + states + " states");
    assertThat(changes).isGreaterThanOrEqualTo(20);
    assertThat(states).isGreaterThanOrEqualTo(LEAST_STATES);
  }

  /** A change, the volume before and after it, and its undo file. */
  private static final class Scene {
    final String name;
    final MemoryDevice before;
    final MemoryDevice after;
    final ChangeSet changes;
    final MemoryDevice undoFile;
    final UndoLog log;
    final SplittableRandom random;

    private Scene(ChangeProducer producer, ChangeSet changes, MemoryDevice after)
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

    static Scene of(ChangeProducer producer) throws VdoException {
      var overlay = OverlayDevice.over(producer.volume());
      producer.work().run(overlay);
      var after = producer.volume().copy();
      for (long block : overlay.changedBlocks()) {
        after.write(block, MemorySegment.ofArray(content(overlay, block)));
      }
      return new Scene(producer, ChangeSet.of(overlay, producer.commitBlock()), after);
    }

    /** Until the undo file is complete the device is not written to; then the file has to be. */
    long killUndoFile() throws VdoException {
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
        assertThat(e.kind())
            .isIn(UndoException.Kind.NOT_AN_UNDO_FILE, UndoException.Kind.UNFINISHED);
      }
    }

    /** Killed at each write and flush. */
    long killOnce(boolean isBack) throws VdoException {
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
    long killOften() throws VdoException {
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
      if (!Arrays.equals(
          content(disk, changes.commitBlock()), before.block(changes.commitBlock()))) {
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
}
