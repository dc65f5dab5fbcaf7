package io.vdotools.engine.metadata;

import io.vdotools.VdoException;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.JournalArea;
import io.vdotools.engine.JournalReplay;
import io.vdotools.engine.Usage;
import io.vdotools.engine.zones.Disk;
import io.vdotools.format.BlockSize;
import io.vdotools.format.Limits;
import io.vdotools.format.journal.JournalEntry;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.format.journal.RecoveryJournalBlock;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The recovery journal of a running volume (format-spec, sections 8 and 13).
 *
 * <p>Entries get their places in the order in which they come. A block is written as soon as no
 * other write is under way, and again with more entries until it is full; so under load many
 * entries share a write. Entries are told that they are durable strictly in the order of their
 * places: an entry never takes effect before all earlier ones are durable.
 *
 * <p>Blocks are reaped, behind a flush, once neither the block map nor the slab journals need them.
 *
 * <p>Belongs to the journal section, but for {@link #locks}.
 */
public final class RecoveryJournal {
  private static final int ENTRIES_PER_BLOCK = JournalFormat.CURRENT.entriesPerBlock();
  // What 2048 requests in flight may still have to add, and one block at either end.
  private static final int RESERVED_BLOCKS = Limits.USER_REQUESTS / ENTRIES_PER_BLOCK + 2;

  /** An entry that is to be made durable. */
  public interface Request {
    /** {@return the entry} */
    JournalEntry entry();

    /**
     * The entry and all before it are durable. Runs in the journal section, in journal order; what
     * it delivers from there keeps that order.
     *
     * @param sequence the journal block that holds the entry; whoever let the entry take effect
     *     gives it back with {@link JournalLocks#releaseForEntry}
     * @param index the entry's index there
     */
    void committed(long sequence, int index);

    /** The entry will not become durable: the volume is read-only. */
    void refused();
  }

  /** Is told when the journal needs others to write, to get room. */
  public interface Pressure {
    /** A block was begun: pages that changed long before it are to be written. */
    void blockBegun(long sequence);

    /** Slab journals that still need a block, or an older one, are to be written. */
    void slabJournalsNeeded(long sequence);
  }

  /** A block that is not completely durable yet. */
  private static final class Block {
    private final long sequence;
    private final byte[] bytes = new byte[BlockSize.BLOCK];
    private final RecoveryJournalBlock view =
        new RecoveryJournalBlock(MemorySegment.ofArray(bytes));
    private final ArrayDeque<Request> unacknowledged = new ArrayDeque<>();
    private int durable;
    private int acknowledged;
    private boolean isWriting;

    Block(long sequence) {
      this.sequence = sequence;
    }

    boolean isFull() {
      return view.entryCount() == ENTRIES_PER_BLOCK;
    }

    boolean hasMoreToWrite() {
      return !isWriting && durable < view.entryCount();
    }
  }

  private final Environment environment;
  private JournalArea area;
  private final int recoveryCountByte;
  private final Pressure pressure;
  private final JournalLocks locks;
  private final ArrayDeque<Block> blocks = new ArrayDeque<>();
  private final ArrayDeque<Request> waiting = new ArrayDeque<>();
  private final long usableBlocks;
  private final long slabPressureBlocks;

  private Usage usage;
  private long nextSequence;
  private long lastAcknowledged;
  // What a recovery after a crash needs, as of the last flush.
  private long blockMapHead;
  private long slabJournalHead;
  private int writesUnderWay;
  private boolean isReaping;
  private boolean hasReleases;
  private @Nullable Runnable onIdle;

  /**
   * Continues the journal of a volume behind all that it holds.
   *
   * @param environment the engine's
   * @param area where the journal lies; its start is the first sequence number to use
   * @param usage the totals as of now
   * @param pressure is told when the journal needs room
   */
  public RecoveryJournal(
      Environment environment, JournalArea area, Usage usage, Pressure pressure) {
    this.environment = environment;
    this.area = area;
    this.recoveryCountByte = area.recoveryCountByte();
    this.usage = usage;
    this.pressure = pressure;
    this.usableBlocks = area.blocks() - Math.min(area.blocks() / 4, RESERVED_BLOCKS);
    this.slabPressureBlocks = area.blocks() * 2 / 3;
    this.locks =
        new JournalLocks(
            Math.toIntExact(area.blocks()),
            () -> environment.execution().enter(environment.sections().journal(), this::reap));
    restartAt(area.journalStart());
  }

  private void restartAt(long sequence) {
    nextSequence = sequence;
    lastAcknowledged = sequence;
    blockMapHead = sequence;
    slabJournalHead = sequence;
  }

  /** {@return who needs which block; may be used from any section} */
  public JournalLocks locks() {
    return locks;
  }

  /** {@return the totals, with the entries that have a place} */
  public Usage usage() {
    return usage;
  }

  /** {@return the first sequence number that a recovery would look at} */
  public long head() {
    return Math.min(blockMapHead, slabJournalHead);
  }

  /** {@return the next sequence number} */
  public long tail() {
    return nextSequence;
  }

  /** {@return the most blocks that may pass before a page must be written} */
  public long longestAge() {
    return usableBlocks / 2;
  }

  /** Makes an entry durable. */
  public void add(Request request) {
    if (environment.readOnly().isEntered()) {
      request.refused();
      return;
    }
    if (!waiting.isEmpty() || !place(request)) {
      waiting.add(request);
    }
    write();
  }

  private boolean place(Request request) {
    var block = blocks.peekLast();
    if (block == null || block.isFull()) {
      if (nextSequence - head() >= usableBlocks) {
        return false;
      }
      block = begin();
    }
    var entry = request.entry();
    block.view.append(entry);
    block.unacknowledged.add(request);
    locks.holdForEntry(block.sequence);
    usage =
        new Usage(
            usage.logicalBlocks() + JournalReplay.logicalBlocks(entry),
            usage.blockMapPages() + (entry.isBlockMapEntry() ? 1 : 0));
    return true;
  }

  private Block begin() {
    if (nextSequence >= Limits.SEQUENCE_NUMBERS) {
      environment
          .readOnly()
          .enter(
              new EngineException(
                  EngineException.Kind.CORRUPT_METADATA,
                  "the recovery journal has used up its sequence numbers"));
    }
    var block = new Block(nextSequence++);
    var header =
        new RecoveryJournalBlock.Header(
            blockMapHead,
            slabJournalHead,
            block.sequence,
            environment.nonce(),
            JournalFormat.CURRENT,
            usage.logicalBlocks(),
            usage.blockMapPages(),
            recoveryCountByte);
    block.view.format(header, area.blocks());
    blocks.add(block);
    pressure.blockBegun(block.sequence);
    pressSlabJournals();
    return block;
  }

  private void pressSlabJournals() {
    if (nextSequence - slabJournalHead > slabPressureBlocks) {
      pressure.slabJournalsNeeded(slabJournalHead);
    }
  }

  /** Full blocks are written at once; the one that is not full only when no write is under way. */
  private void write() {
    if (environment.readOnly().isEntered()) {
      refuseAll();
      return;
    }
    for (var block : blocks) {
      if (block.hasMoreToWrite() && (block.isFull() || writesUnderWay == 0)) {
        write(block);
      }
    }
  }

  private void write(Block block) {
    block.view.setHeads(blockMapHead, slabJournalHead);
    int entries = block.view.entryCount();
    block.isWriting = true;
    writesUnderWay++;
    environment
        .disk()
        .write(
            area.pbn(block.sequence),
            block.bytes.clone(),
            Disk.Order.AFTER_FLUSH_DURABLY,
            environment.sections().journal(),
            error -> written(block, entries, error));
  }

  private void written(Block block, int entries, @Nullable VdoException error) {
    block.isWriting = false;
    writesUnderWay--;
    if (error != null) {
      environment.readOnly().enter(error);
    }
    if (environment.readOnly().isEntered()) {
      refuseAll();
    } else {
      block.durable = entries;
      acknowledge();
      write();
    }
    checkIdle();
  }

  /** Tells entries that they are durable, up to the first that is not. */
  private void acknowledge() {
    @Nullable Block block;
    while ((block = blocks.peekFirst()) != null && block.durable > block.acknowledged) {
      lastAcknowledged = block.sequence;
      while (block.acknowledged < block.durable) {
        int index = block.acknowledged++;
        block.unacknowledged.removeFirst().committed(block.sequence, index);
      }
      if (block.acknowledged < ENTRIES_PER_BLOCK) {
        break;
      }
      blocks.removeFirst();
    }
    reap();
  }

  /** Lets go of all that waits, since the volume has become read-only. */
  public void giveUp() {
    refuseAll();
    checkIdle();
  }

  /** Lets the journal lie elsewhere, while it rests. */
  public void move(JournalArea newArea) {
    area = newArea;
  }

  private void refuseAll() {
    for (var block : blocks) {
      while (!block.unacknowledged.isEmpty()) {
        block.unacknowledged.removeFirst().refused();
      }
    }
    while (!waiting.isEmpty()) {
      waiting.removeFirst().refused();
    }
  }

  /** Moves the heads over blocks that nobody needs, once a flush has made sure of it. */
  private void reap() {
    if (isReaping) {
      hasReleases = true;
      return;
    }
    hasReleases = false;
    long newBlockMapHead = blockMapHead;
    while (newBlockMapHead < lastAcknowledged && !locks.isNeededForBlockMap(newBlockMapHead)) {
      newBlockMapHead++;
    }
    long newSlabJournalHead = slabJournalHead;
    while (newSlabJournalHead < lastAcknowledged
        && !locks.isNeededForSlabJournals(newSlabJournalHead)) {
      newSlabJournalHead++;
    }
    if ((newBlockMapHead == blockMapHead && newSlabJournalHead == slabJournalHead)
        || environment.readOnly().isEntered()) {
      return;
    }
    isReaping = true;
    long reachedByBlockMap = newBlockMapHead;
    long reachedBySlabJournals = newSlabJournalHead;
    environment
        .disk()
        .flush(
            environment.sections().journal(),
            error -> reaped(reachedByBlockMap, reachedBySlabJournals, error));
  }

  private void reaped(
      long reachedByBlockMap, long reachedBySlabJournals, @Nullable VdoException error) {
    isReaping = false;
    if (error != null) {
      environment.readOnly().enter(error);
      refuseAll();
    } else {
      blockMapHead = reachedByBlockMap;
      slabJournalHead = reachedBySlabJournals;
      while (!waiting.isEmpty() && place(waiting.getFirst())) {
        waiting.removeFirst();
      }
      pressSlabJournals();
      write();
      if (hasReleases) {
        reap();
      }
    }
    checkIdle();
  }

  /**
   * Lets the journal come to rest, after the last request: it then begins with a new block, and
   * needs none of the old.
   *
   * @param then runs when nothing is under way any more
   */
  public void rest(Runnable then) {
    onIdle = then;
    checkIdle();
  }

  private void checkIdle() {
    if (onIdle != null && writesUnderWay == 0 && !isReaping) {
      var then = onIdle;
      onIdle = null;
      blocks.clear();
      if (!environment.readOnly().isEntered()) {
        restartAt(nextSequence);
      }
      then.run();
    }
  }
}
