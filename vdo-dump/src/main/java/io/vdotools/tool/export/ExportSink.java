package io.vdotools.tool.export;

import io.vdotools.VdoException;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.engine.LogicalSink;
import io.vdotools.engine.Loss;
import io.vdotools.format.BlockSize;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** Passes content on to an output, and keeps the accounts. */
final class ExportSink implements LogicalSink {
  private final Output output;
  private final long first;
  private final Optional<RepeatedBlock> fill;
  private final ProgressDisplay progress;

  final LongAdder dataBlocks = new LongAdder();
  final LongAdder holeBlocks = new LongAdder();
  final LongAdder lostBlocks = new LongAdder();
  final LongAdder mapped = new LongAdder();
  final LossList losses = new LossList(LossList.MOST);
  final LossList suspects = new LossList(LossList.MOST);

  /** {@code first} is the LBN that the output begins with. */
  ExportSink(Output output, long first, Optional<RepeatedBlock> fill, ProgressDisplay progress) {
    this.output = output;
    this.first = first;
    this.fill = fill;
    this.progress = progress;
  }

  @Override
  public void data(long lbn, MemorySegment blocks) throws VdoException {
    output.write(lbn - first, blocks);
    dataBlocks.add(blocks.byteSize() / BlockSize.BLOCK);
  }

  @Override
  public void hole(long lbn, long count) throws VdoException {
    output.zeros(lbn - first, count);
    holeBlocks.add(count);
  }

  @Override
  public void lost(long lbn, long count) throws VdoException {
    if (fill.isPresent()) {
      fill.get().forEach(lbn - first, count, output::write);
    } else {
      output.zeros(lbn - first, count);
    }
    lostBlocks.add(count);
  }

  @Override
  public void damage(Loss loss) {
    losses.add(loss);
  }

  @Override
  public void suspect(Loss loss) {
    suspects.add(loss);
  }

  @Override
  public void advance(long count, long mappedCount) {
    mapped.add(mappedCount);
    progress.advance(count);
  }
}
