package io.vdotools.engine.data;

import io.vdotools.engine.EngineException;
import io.vdotools.engine.EngineException.Kind;
import io.vdotools.engine.metadata.BlockMapZone;
import io.vdotools.engine.metadata.CachedPage;
import io.vdotools.format.blockmap.BlockMapEntry;
import org.jspecify.annotations.Nullable;

/** Reads one logical block. */
final class ReadRequest extends Request {
  private final Pipeline pipeline;
  private final LogicalZone zone;
  private final byte[] block;
  private final Outcome outcome;

  /**
   * @param pipeline the engine's
   * @param lbn the block
   * @param block takes its 4096 bytes
   * @param outcome is told once they are there
   */
  ReadRequest(Pipeline pipeline, long lbn, byte[] block, Outcome outcome) {
    super(lbn);
    this.pipeline = pipeline;
    this.zone = pipeline.logicalZone(lbn);
    this.block = block;
    this.outcome = outcome;
  }

  @Override
  void refuse(EngineException error) {
    outcome.of(error);
  }

  @Override
  void start() {
    pipeline.counters().reads.increment();
    pipeline.enter(zone.section(), () -> zone.acquire(this));
  }

  /** A write that comes before this read knows what it will find. */
  void answer(WriteRequest write) {
    write.copyNewContent(block);
    outcome.of(null);
    pipeline.isOver(this);
  }

  @Override
  void begin() {
    zone.blockMap().findLeaf(lbn(), false, this::found);
  }

  @Override
  void isWaitedFor() {}

  private void found(@Nullable CachedPage leaf, @Nullable EngineException error) {
    if (error != null) {
      end(error);
      return;
    }
    long packed = 0;
    if (leaf != null) {
      packed = leaf.entry(BlockMapZone.slotOf(lbn()));
      leaf.unpin();
    }
    if (!zone.blockMap().isValidMapping(packed)) {
      end(
          new EngineException(
              Kind.BAD_MAPPING,
              "LBN "
                  + lbn()
                  + " is mapped to "
                  + BlockMapEntry.unpack(packed)
                  + "; see vdo_check"));
      return;
    }
    pipeline.reader().read(packed, block, zone.section(), this::end);
  }

  private void end(@Nullable EngineException error) {
    zone.release(this);
    outcome.of(error);
    pipeline.isOver(this);
  }
}
