package io.vdotools.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.device.WritableBlockDevice;
import io.vdotools.engine.SlabTail;
import io.vdotools.engine.zones.Disk;
import io.vdotools.engine.zones.Execution;
import io.vdotools.engine.zones.Section;
import io.vdotools.engine.zones.Sections;
import io.vdotools.format.JournalPoint;
import io.vdotools.format.depot.SlabConfig;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabJournalEntry.Operation;
import io.vdotools.format.depot.SlabSummary;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Slab journals step by step, on a disk whose calls are done when the test says so. */
class SlabJournalTest {
  private static final long SUMMARY = 100_000;
  private static final long RECOVERY_BLOCK = 5;

  /** A write that is under way. */
  private record Write(long pbn, Disk.Completion completion) {}

  private final List<Write> writes = new ArrayList<>();
  private final AtomicInteger applied = new AtomicInteger();
  private final AtomicInteger released = new AtomicInteger();
  private final JournalLocks locks = new JournalLocks(16, released::incrementAndGet);
  private final SlabGeometry slabs =
      SlabGeometry.of(100, 100 + 8192, SlabConfig.of(8192, 224)).orElseThrow();
  private final PhysicalZone zone = zone();

  private final class ManualDisk implements Disk {
    @Override
    public void read(long pbn, byte[] into, Section section, Completion completion) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(long pbn, byte[] from, Order order, Section section, Completion completion) {
      writes.add(new Write(pbn, completion));
    }

    @Override
    public void flush(Section section, Completion completion) {
      completion.done(null);
    }
  }

  /** Runs every step at once. */
  private final class DirectExecution implements Execution {
    @Override
    public void enter(Section section, Runnable step) {
      step.run();
    }

    @Override
    public void deliver(Section section, Runnable step) {
      step.run();
    }

    @Override
    public Disk disk(WritableBlockDevice device) {
      return new ManualDisk();
    }

    @Override
    public <T> void await(CompletableFuture<T> result) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void stop() {}

    @Override
    public void close() {}
  }

  private PhysicalZone zone() {
    var environment =
        new Environment(
            new DirectExecution(),
            Sections.of(1, 1, 1),
            new ManualDisk(),
            new ReadOnlyMode(() -> {}),
            77);
    var summary = new SlabSummary(MemorySegment.ofArray(new byte[SlabSummary.BLOCKS * 4096]));
    var tail = new SlabTail(SlabTail.Origin.UNUSED, 1, 1, JournalPoint.NONE, JournalPoint.NONE);
    var loaded =
        new LoadedDepot(slabs, SUMMARY, summary, List.of(new LoadedDepot.LoadedSlab(tail, null)));
    return new SlabDepot(environment, locks, SlabConfig.of(8192, 224), loaded).zone(0);
  }

  private void increment(int index) {
    var lock = zone.allocate();
    assertThat(lock).isNotNull();
    zone.update(
        ReferenceUpdate.increment(
            lock.pbn(), Operation.DATA_INCREMENT, RECOVERY_BLOCK, index, applied::incrementAndGet));
  }

  private void finish(long pbn) {
    assertThat(writes).hasSize(1);
    var write = writes.removeFirst();
    assertThat(write.pbn()).isEqualTo(pbn);
    write.completion().done(null);
  }

  @Test
  void updatesWaitWhileABlockThatIsNotFullIsOnItsWay() {
    increment(0);
    assertThat(applied).hasValue(1);
    assertThat(writes).as("nobody needs the block on disk").isEmpty();

    zone.commitTailsThatNeed(RECOVERY_BLOCK);
    increment(1);
    assertThat(applied).as("the block is being written").hasValue(1);
    finish(blockPbn(1));
    increment(2);
    assertThat(applied).as("the summary does not name it yet").hasValue(1);
    finish(SUMMARY);
    assertThat(applied).hasValue(3);
  }

  @Test
  void theRecoveryJournalIsNeededUntilTheSummaryNamesTheBlock() {
    locks.holdForEntry(RECOVERY_BLOCK);
    increment(0);
    locks.releaseForEntry(RECOVERY_BLOCK);
    assertThat(locks.isNeededForSlabJournals(RECOVERY_BLOCK)).isTrue();

    zone.commitTailsThatNeed(RECOVERY_BLOCK);
    finish(blockPbn(1));
    assertThat(locks.isNeededForSlabJournals(RECOVERY_BLOCK)).isTrue();
    finish(SUMMARY);
    assertThat(locks.isNeededForSlabJournals(RECOVERY_BLOCK)).isFalse();
    assertThat(released.get()).isPositive();
  }

  @Test
  void anUpdateThatComesLateForItsJournalBlockIsWrittenAtOnce() {
    zone.commitTailsThatNeed(RECOVERY_BLOCK);
    increment(0);

    finish(blockPbn(1));
    finish(SUMMARY);
    assertThat(locks.isNeededForSlabJournals(RECOVERY_BLOCK)).isFalse();
  }

  @Test
  void theSummaryNamesABlockOnlyWhenAllBeforeItAreOnTheDevice() {
    for (int i = 0; i < 2 * SlabJournalBlock.ENTRIES; i++) {
      increment(i);
    }
    assertThat(applied).hasValue(2 * SlabJournalBlock.ENTRIES);
    assertThat(writes).extracting(Write::pbn).containsExactly(blockPbn(1), blockPbn(2));

    writes.removeLast().completion().done(null);
    assertThat(writes).as("block 2 without block 1 is of no use").hasSize(1);
    finish(blockPbn(1));
    finish(SUMMARY);
  }

  private long blockPbn(long sequence) {
    return slabs.journalStart(0) + slabs.journalPosition(sequence);
  }
}
