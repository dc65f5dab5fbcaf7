package io.vdotools.engine.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.device.WritableBlockDevice;
import io.vdotools.engine.Volume;
import io.vdotools.engine.zones.Disk;
import io.vdotools.engine.zones.Execution;
import io.vdotools.engine.zones.Section;
import io.vdotools.format.JournalPoint;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.format.journal.RecoveryJournalBlock;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Watches what an engine writes, and insists on the orders that a recovery relies on.
 *
 * <p>Each rule names what a crash could do if it were broken.
 */
final class WriteOrders implements Execution {
  private final Execution execution;
  private final SlabGeometry slabs;
  private final long nonce;
  private final long journalStart;
  private final long summaryStart;
  private final long superBlockPbn;
  private final Set<Long> pagesOnDisk = new HashSet<>();
  private final Set<Long> halfWrittenPages = new HashSet<>();
  // By slab: the sequence number of a block that was not full and is not in the summary yet.
  private final Map<Integer, Long> partial = new HashMap<>();
  private final Map<Integer, Long> newestWritten = new HashMap<>();
  private final Map<Integer, Long> newestOnDevice = new HashMap<>();
  private final Map<Integer, Long> recoveryPoints = new HashMap<>();
  private final Map<String, Integer> seen = new HashMap<>();

  WriteOrders(Execution execution, Volume volume) {
    this.execution = execution;
    this.slabs = volume.slabs().orElseThrow();
    this.nonce = volume.nonce();
    this.journalStart = volume.journalArea().orElseThrow().firstPbn();
    this.summaryStart = volume.summaryStart().orElseThrow();
    this.superBlockPbn = volume.superBlockPbn();
  }

  /** {@return how many writes of each structure were seen} */
  Map<String, Integer> seen() {
    return seen;
  }

  private void watch(long pbn, byte[] bytes, Disk.Order order) {
    var block = MemorySegment.ofArray(bytes);
    if (pbn == superBlockPbn) {
      count("super block");
      assertThat(order).isEqualTo(Disk.Order.AFTER_FLUSH_DURABLY);
    } else if (pbn >= summaryStart) {
      count("slab summary");
      assertThat(order).as("it names slab journal blocks").isEqualTo(Disk.Order.AFTER_FLUSH);
      watchSummary(pbn, new SlabSummary(block));
    } else if (pbn >= journalStart) {
      count("recovery journal");
      assertThat(order)
          .as("data before the entry, the entry before its effects")
          .isEqualTo(Disk.Order.AFTER_FLUSH_DURABLY);
      assertThat(new RecoveryJournalBlock(block).entryCount()).isPositive();
    } else if (!slabs.contains(pbn) || slabs.offsetInSlab(pbn) < slabs.dataBlocks()) {
      watchPage(pbn, new BlockMapPage(block), order);
    } else if (slabs.offsetInSlab(pbn) < slabs.dataBlocks() + slabs.referenceBlocks()) {
      count("reference block");
      assertThat(order).as("its entries come before it").isEqualTo(Disk.Order.AFTER_FLUSH);
      watchCounts(slabs.slabOf(pbn), new ReferenceBlock(block));
    } else {
      count("slab journal");
      watchSlabJournal(slabs.slabOf(pbn), new SlabJournalBlock(block));
    }
  }

  private void count(String structure) {
    seen.merge(structure, 1, Integer::sum);
  }

  private void watchPage(long pbn, BlockMapPage page, Disk.Order order) {
    if (page.nonce() != nonce || page.pbn() != pbn) {
      count("data");
      return;
    }
    count("block map page");
    if (pagesOnDisk.contains(pbn)) {
      return;
    }
    if (page.isInitialized()) {
      assertThat(halfWrittenPages)
          .as("the first write of a page can tear; it must say so itself")
          .contains(pbn);
      assertThat(order).isEqualTo(Disk.Order.AFTER_FLUSH);
      pagesOnDisk.add(pbn);
    } else {
      halfWrittenPages.add(pbn);
    }
  }

  private void watchCounts(int slab, ReferenceBlock counts) {
    long sequence = JournalPoint.sequenceNumber(counts.commitPoint(0));
    Long unfinished = partial.get(slab);
    if (unfinished != null) {
      assertThat(sequence)
          .as("a replay would put later updates into the block that was not full")
          .isLessThanOrEqualTo(unfinished);
    }
  }

  private void watchSlabJournal(int slab, SlabJournalBlock block) {
    long sequence = block.sequenceNumber();
    assertThat(partial).as("a block that was not full is still on its way").doesNotContainKey(slab);
    Long before = newestWritten.put(slab, sequence);
    if (before != null) {
      assertThat(sequence).isEqualTo(before + 1);
    }
    Long point = recoveryPoints.put(slab, block.recoveryPoint());
    assertThat(point == null || JournalPoint.isBefore(point, block.recoveryPoint()))
        .as("updates of a slab come in the order of the recovery journal")
        .isTrue();
    assertThat(sequence - block.head()).isLessThan(slabs.journalBlocks());
    if (block.entryCount() < block.capacity()) {
      partial.put(slab, sequence);
    }
  }

  private void watchSummary(long pbn, SlabSummary summary) {
    int copy = (int) (pbn - summaryStart) / SlabSummary.BLOCKS_PER_COPY;
    for (int slab = copy; slab < slabs.slabCount(); slab += physicalZones()) {
      Long newest = newestWritten.get(slab);
      if (newest != null) {
        long named = named(summary, slab, newest);
        assertThat(named)
            .as("the summary names what is on the device")
            .isLessThanOrEqualTo(newestOnDevice.getOrDefault(slab, 0L));
      }
    }
  }

  /** The newest block that the summary says was written, at most the given one. */
  private long named(SlabSummary summary, int slab, long newest) {
    int offset = summary.entry(0, slab).tailBlockOffset();
    long sequence = newest;
    while (sequence > 0 && slabs.journalPosition(sequence + 1) != offset) {
      sequence--;
    }
    return sequence;
  }

  private int physicalZones() {
    return 2;
  }

  private void done(long pbn, byte[] bytes) {
    var block = MemorySegment.ofArray(bytes);
    if (pbn >= summaryStart) {
      int copy = (int) (pbn - summaryStart) / SlabSummary.BLOCKS_PER_COPY;
      var summary = new SlabSummary(block);
      partial
          .entrySet()
          .removeIf(entry ->
              entry.getKey() % physicalZones() == copy
                  && summary.entry(0, entry.getKey()).tailBlockOffset()
                      == slabs.journalPosition(entry.getValue() + 1));
    } else if (slabs.contains(pbn)
        && slabs.offsetInSlab(pbn) >= slabs.dataBlocks() + slabs.referenceBlocks()) {
      newestOnDevice.merge(
          slabs.slabOf(pbn), new SlabJournalBlock(block).sequenceNumber(), Math::max);
    }
  }

  @Override
  public Disk disk(WritableBlockDevice device) {
    var disk = execution.disk(device);
    return new Disk() {
      @Override
      public void read(long pbn, byte[] into, Section section, Completion completion) {
        disk.read(pbn, into, section, completion);
      }

      @Override
      public void write(
          long pbn, byte[] from, Order order, Section section, Completion completion) {
        watch(pbn, from, order);
        disk.write(
            pbn,
            from,
            order,
            section,
            error -> {
              done(pbn, from);
              completion.done(error);
            });
      }

      @Override
      public void flush(Section section, Completion completion) {
        disk.flush(section, completion);
      }
    };
  }

  @Override
  public void enter(Section section, Runnable step) {
    execution.enter(section, step);
  }

  @Override
  public void deliver(Section section, Runnable step) {
    execution.deliver(section, step);
  }

  @Override
  public <T> void await(CompletableFuture<T> result) {
    execution.await(result);
  }

  @Override
  public void stop() {
    execution.stop();
  }

  @Override
  public void close() {
    execution.close();
  }
}
