package io.vdotools.tool.pack;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.pack.FrameKind;
import io.vdotools.pack.JournalContext;
import io.vdotools.pack.OrderedWork;
import io.vdotools.pack.PackHeader;
import io.vdotools.pack.PackMethod;
import io.vdotools.pack.PackWriter;
import io.vdotools.tool.pack.FrameMaker.Filter;
import io.vdotools.tool.pack.FrameMaker.Made;
import io.vdotools.tool.pack.FrameMaker.Order;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the blocks of a pack one after the other, has frames made of them, and puts these into the
 * pack in order.
 */
final class FrameQueue implements AutoCloseable {
  private static final int USUAL_BLOCKS = 256;

  private final BlockDevice device;
  private final @Nullable BlockDevice base;
  private final PackHeader header;
  private final PackMethod method;
  private final PackWriter writer;
  private final PackTally tally = new PackTally();
  private final LongConsumer progress;
  private final OrderedWork work;
  private final Deque<FrameMaker> makers = new ConcurrentLinkedDeque<>();
  private final Deque<FrameMaker> allMakers = new ConcurrentLinkedDeque<>();
  private final long[] gathered = new long[FrameMaker.MOST_BLOCKS];
  private int gatheredCount;
  private long faultyPages;

  private FrameKind kind = FrameKind.START;
  private Filter filter = Filter.NONE;
  private PageFaults faults = PageFaults.NONE;
  private @Nullable JournalContext journal;
  private @Nullable Consumer<byte[]> contentTaker;

  /**
   * @param device what is packed
   * @param base the pack to store only the difference to, null for none
   * @param progress learns of blocks that are done
   */
  FrameQueue(
      BlockDevice device,
      @Nullable BlockDevice base,
      PackHeader header,
      PackOptions options,
      PackWriter writer,
      LongConsumer progress) {
    this.device = device;
    this.base = base;
    this.header = header;
    this.method = options.method();
    this.writer = writer;
    this.progress = progress;
    // One more for each thread, so that none waits for the others to be delivered.
    this.work = new OrderedWork(options.threads(), 2 * options.threads());
  }

  /** Says what the recovery journal tells of all that follows. */
  void predictFrom(@Nullable JournalContext context) {
    journal = context;
  }

  /** Begins blocks of another kind. */
  void begin(FrameKind nextKind) throws VdoException {
    begin(nextKind, Filter.NONE, PageFaults.NONE, null);
  }

  /**
   * Begins blocks of another kind.
   *
   * @param nextFilter which of them are packed
   * @param nextFaults which of them are a sign of damage
   * @param taker takes the content of each frame; null for nobody
   */
  void begin(
      FrameKind nextKind,
      Filter nextFilter,
      PageFaults nextFaults,
      @Nullable Consumer<byte[]> taker)
      throws VdoException {
    flush();
    kind = nextKind;
    filter = nextFilter;
    faults = nextFaults;
    contentTaker = taker;
  }

  /** Adds a block of the device; blocks of a kind come in ascending order. */
  void add(long block) throws VdoException {
    gathered[gatheredCount++] = block;
    int most = kind == FrameKind.RECOVERY_JOURNAL ? FrameMaker.MOST_BLOCKS : USUAL_BLOCKS;
    if (gatheredCount == most) {
      flush();
    }
  }

  private void flush() throws VdoException {
    if (gatheredCount == 0) {
      return;
    }
    var taker = contentTaker;
    var order =
        new Order(
            kind,
            filter,
            faults,
            kind == FrameKind.RECOVERY_JOURNAL ? null : journal,
            taker != null);
    long[] blocks = Arrays.copyOf(gathered, gatheredCount);
    gatheredCount = 0;
    work.submit(
        () -> {
          var maker = borrow();
          try {
            return maker.make(order, blocks);
          } finally {
            makers.addFirst(maker);
          }
        },
        made -> {
          take(made);
          if (taker != null) {
            taker.accept(made.content());
          }
          progress.accept(blocks.length);
        });
  }

  private void take(Made made) throws VdoException {
    if (made.frame() != null) {
      writer.add(made.frame());
      tally.add(made.kind(), made.frame().blocks(), made.frame().sizeBytes());
    }
    if (made.kept() != null) {
      writer.add(made.kept());
      tally.add(FrameKind.KEPT, made.kept().blocks(), made.kept().sizeBytes());
    }
    for (long zero : made.zeros()) {
      writer.addZero(zero);
    }
    tally.add(FrameKind.ZERO, made.zeros().length, 0);
    for (var error : made.unreadable()) {
      writer.addUnreadable(error.block(), error.detail());
    }
    tally.add(FrameKind.UNREADABLE, made.unreadable().size(), 0);
    faultyPages += made.faultyPages();
  }

  /**
   * Looks through a range of blocks.
   *
   * @param first the first
   * @param count how many, at most 512
   * @param wanted for which blocks to look
   * @param found takes them, ascending
   */
  void find(long first, int count, Filter wanted, OrderedWork.Taker<long[]> found)
      throws VdoException {
    work.submit(
        () -> {
          var maker = borrow();
          try {
            return maker.find(first, count, wanted);
          } finally {
            makers.addFirst(maker);
          }
        },
        blocks -> {
          found.take(blocks);
          progress.accept(count);
        });
  }

  private FrameMaker borrow() {
    var maker = makers.pollFirst();
    if (maker == null) {
      maker = new FrameMaker(device, base, header, method);
      allMakers.add(maker);
    }
    return maker;
  }

  /** Waits until everything so far is in the pack. */
  void finish() throws VdoException {
    flush();
    work.finish();
  }

  /** {@return how many pages so far are a sign of damage} */
  long faultyPages() {
    return faultyPages;
  }

  PackTally tally() {
    return tally;
  }

  @Override
  public void close() {
    work.close();
    allMakers.forEach(FrameMaker::close);
  }
}
