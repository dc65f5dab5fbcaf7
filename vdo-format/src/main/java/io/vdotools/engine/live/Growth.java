package io.vdotools.engine.live;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.EngineException.Kind;
import io.vdotools.engine.JournalArea;
import io.vdotools.engine.Volume;
import io.vdotools.engine.zones.Execution;
import io.vdotools.format.LayoutComponent;
import io.vdotools.format.Limits;
import io.vdotools.format.Partition;
import io.vdotools.format.PartitionId;
import io.vdotools.format.SlabDepotComponent;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VdoConfig;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabSummary;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes a suspended volume larger (format-spec, section 13).
 *
 * <p>What a super block will name is on the device before the super block is.
 */
final class Growth {
  private static final int COPY_BLOCKS = 256;

  private final WritableBlockDevice device;
  private final Execution execution;
  private final Engine engine;
  private SuperBlock current;

  Growth(WritableBlockDevice device, Execution execution, Engine engine, Volume volume) {
    this.device = device;
    this.execution = execution;
    this.engine = engine;
    this.current = volume.superBlock();
  }

  void checkLogical(long oldBlocks, long newBlocks) throws EngineException {
    if (newBlocks <= oldBlocks || newBlocks > Limits.LOGICAL_BLOCKS) {
      throw new EngineException(
          Kind.BAD_SIZE,
          "a logical size of "
              + newBlocks
              + " blocks is not larger than "
              + oldBlocks
              + ", or larger than "
              + Limits.LOGICAL_BLOCKS);
    }
  }

  void logical(long newBlocks) throws EngineException {
    change(old -> withConfig(old, newBlocks, old.vdo().config().physicalBlocks()));
    run(then -> engine.growLogical(new Forest(Forest.DEFAULT_ROOT_COUNT, newBlocks), then));
  }

  /** Where things lie on the larger volume. */
  private record Place(long journal, long summary, SlabGeometry slabs) {}

  private Place place(long newBlocks) throws EngineException {
    var config = current.vdo().config();
    long journalBlocks = config.recoveryJournalBlocks();
    long summary = newBlocks - SlabSummary.BLOCKS;
    long journal = summary - journalBlocks;
    if (newBlocks < config.physicalBlocks() + SlabSummary.BLOCKS + journalBlocks
        || newBlocks > Math.min(device.blockCount(), Limits.PHYSICAL_BLOCKS)) {
      throw new EngineException(
          Kind.BAD_SIZE,
          "a physical size of "
              + newBlocks
              + " blocks is too small or too large: it must be at least "
              + (config.physicalBlocks() + SlabSummary.BLOCKS + journalBlocks)
              + ", and the device has "
              + device.blockCount());
    }
    var depot = current.slabDepot();
    var slabs =
        SlabGeometry.of(
            depot.firstBlock(),
            wholeSlabs(depot.firstBlock(), journal, config.slabBlocks()),
            depot.slabConfig());
    if (slabs.isEmpty() || slabs.get().slabCount() <= engine.depot().geometry().slabCount()) {
      throw new EngineException(
          Kind.BAD_SIZE,
          "a physical size of "
              + newBlocks
              + " blocks has no room for another slab, or for too"
              + " many");
    }
    return new Place(journal, summary, slabs.get());
  }

  private static long wholeSlabs(long first, long end, long slabBlocks) {
    return first + (end - first) / slabBlocks * slabBlocks;
  }

  void checkPhysical(long newBlocks) throws EngineException {
    var unused = place(newBlocks);
    if (unused.journal() <= 0) {
      throw new IllegalStateException("a journal at PBN " + unused.journal());
    }
  }

  void physical(long newBlocks) throws VdoException {
    var place = place(newBlocks);
    var layout = current.layout();
    long oldJournal = layout.partition(PartitionId.RECOVERY_JOURNAL).orElseThrow().offset();
    long oldSummary = layout.partition(PartitionId.SLAB_SUMMARY).orElseThrow().offset();
    copy(oldJournal, place.journal(), current.vdo().config().recoveryJournalBlocks());
    copy(oldSummary, place.summary(), SlabSummary.BLOCKS);
    change(old -> moved(old, newBlocks, place));
    var area =
        JournalArea.of(
                place.journal(),
                current.vdo().config().recoveryJournalBlocks(),
                current.vdo().nonce(),
                current.vdo().recoveryCountByte(),
                1)
            .orElseThrow();
    run(then -> engine.growPhysical(place.slabs(), area, place.summary(), then));
  }

  private static SuperBlock moved(SuperBlock old, long newBlocks, Place place) {
    var partitions = new ArrayList<Partition>();
    for (var partition : old.layout().partitions()) {
      partitions.add(moved(partition, place));
    }
    var layout =
        new LayoutComponent(
            old.layout().header(),
            place.journal(),
            place.journal(),
            old.layout().partitionCount(),
            partitions);
    var depot = old.slabDepot();
    var larger = withConfig(old, old.vdo().config().logicalBlocks(), newBlocks);
    return new SuperBlock(
        larger.header(),
        larger.releaseVersion(),
        larger.volumeVersion(),
        larger.vdo(),
        layout,
        larger.recoveryJournal(),
        new SlabDepotComponent(
            depot.header(),
            depot.slabConfig(),
            depot.firstBlock(),
            place.slabs().endBlock(),
            depot.zoneCount()),
        larger.blockMap(),
        larger.checksum(),
        larger.trailing());
  }

  private static Partition moved(Partition old, Place place) {
    if (old.id() == PartitionId.RECOVERY_JOURNAL.id()) {
      return new Partition(old.id(), place.journal(), old.base(), old.count());
    }
    if (old.id() == PartitionId.SLAB_SUMMARY.id()) {
      return new Partition(old.id(), place.summary(), old.base(), old.count());
    }
    if (old.id() == PartitionId.SLAB_DEPOT.id()) {
      return new Partition(old.id(), old.offset(), old.base(), place.journal() - old.offset());
    }
    return old;
  }

  private static SuperBlock withConfig(SuperBlock old, long logicalBlocks, long physicalBlocks) {
    var config = old.vdo().config();
    return old.withVdo(
        old.vdo()
            .withConfig(
                new VdoConfig(
                    logicalBlocks,
                    physicalBlocks,
                    config.slabBlocks(),
                    config.recoveryJournalBlocks(),
                    config.slabJournalBlocks())));
  }

  private void copy(long from, long to, long blocks) throws VdoException {
    var buffer = MemorySegment.ofArray(new byte[COPY_BLOCKS * BlockDevice.BLOCK_SIZE]);
    for (long at = 0; at < blocks; at += COPY_BLOCKS) {
      long count = Math.min(COPY_BLOCKS, blocks - at);
      var part = buffer.asSlice(0, count * BlockDevice.BLOCK_SIZE);
      device.read(from + at, part).orThrow(device);
      device.write(to + at, part);
    }
    device.flush();
  }

  private void change(UnaryOperator<SuperBlock> change) throws EngineException {
    var outcome = new CompletableFuture<@Nullable EngineException>();
    engine.changeSuperBlock(change, outcome::complete);
    execution.await(outcome);
    var error = outcome.join();
    if (error != null) {
      throw error;
    }
    current = change.apply(current);
  }

  private void run(Consumer<Runnable> step) {
    var done = new CompletableFuture<Void>();
    step.accept(() -> done.complete(null));
    execution.await(done);
  }
}
