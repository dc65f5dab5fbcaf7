package io.vdotools.engine.data;

import io.vdotools.VdoException;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.EngineException.Kind;
import io.vdotools.engine.metadata.BlockMapZone;
import io.vdotools.engine.metadata.Environment;
import io.vdotools.engine.metadata.PbnLock;
import io.vdotools.engine.metadata.PhysicalZone;
import io.vdotools.engine.metadata.RecoveryJournal;
import io.vdotools.engine.metadata.ReferenceUpdate;
import io.vdotools.engine.metadata.SlabDepot;
import io.vdotools.engine.zones.Section;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.MappingState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What requests pass through, from the caller to the metadata. */
public final class Pipeline {
  /** A block of zeros, which nobody may change. */
  static final byte[] ZERO_BLOCK = new byte[BlockSize.BLOCK];

  private final Environment environment;
  private final RecoveryJournal journal;
  private final SlabDepot depot;
  private final List<LogicalZone> logicalZones;
  private final List<HashZone> hashZones = new ArrayList<>();
  private final Packer packer;
  private final Flusher flusher;
  private final RequestPool pool;
  private final BlockReader reader;
  private final Compressor compressor = new Compressor();
  private final Counters counters = new Counters();
  private final @Nullable DedupeIndex index;
  private final boolean compresses;

  /**
   * @param environment the engine's
   * @param journal the recovery journal
   * @param depot the slabs
   * @param logicalZones the logical zones
   * @param index where copies are looked for, null to look for none
   * @param compresses whether to compress
   * @param requestLimit how many requests may be under way at once
   */
  public Pipeline(
      Environment environment,
      RecoveryJournal journal,
      SlabDepot depot,
      List<LogicalZone> logicalZones,
      @Nullable DedupeIndex index,
      boolean compresses,
      int requestLimit) {
    this.environment = environment;
    this.journal = journal;
    this.depot = depot;
    this.logicalZones = List.copyOf(logicalZones);
    this.index = index;
    this.compresses = compresses;
    this.reader = new BlockReader(environment);
    this.packer = new Packer(environment.sections().packer(), this);
    this.flusher = new Flusher(this);
    this.pool = new RequestPool(requestLimit, () -> enter(packer.section(), packer::flush));
    for (var section : environment.sections().hash()) {
      hashZones.add(new HashZone(section, this));
    }
  }

  /**
   * Reads a block.
   *
   * @param lbn below the logical size
   * @param into takes 4096 bytes
   * @param outcome is told when they are there
   */
  public void read(long lbn, byte[] into, Outcome outcome) {
    pool.admit(new ReadRequest(this, lbn, into, outcome));
  }

  /**
   * Writes a block or a part of it.
   *
   * @param lbn below the logical size
   * @param offset where in the block, in bytes
   * @param bytes the new bytes, which nobody may change any more
   * @param isDurable whether to answer only when the write would survive a crash
   * @param outcome is told when the write is seen by all later reads
   */
  public void write(long lbn, int offset, byte[] bytes, boolean isDurable, Outcome outcome) {
    var extent = new WriteRequest.Extent(offset, isDurable);
    pool.admit(WriteRequest.write(this, lbn, extent, bytes, outcome));
  }

  /** Discards a block. */
  public void discard(long lbn, Outcome outcome) {
    pool.admit(WriteRequest.discard(this, lbn, outcome));
  }

  /** Makes all writes that were answered durable. */
  public void flush(Outcome outcome) {
    Outcome last =
        error -> {
          outcome.of(error);
          pool.end();
        };
    boolean isTaken = pool.admitOther(() -> enter(packer.section(), () -> flusher.flush(last)));
    if (!isTaken) {
      outcome.of(RequestPool.notRunning());
    }
  }

  /**
   * Takes no more requests, and waits for those under way.
   *
   * @param then runs, in any section, when none is left
   */
  public void drain(Runnable then) {
    pool.close(then);
    emptyPacker();
  }

  /**
   * Lets new requests wait until {@link #resume}, and waits for those under way.
   *
   * @param then runs, in any section, when none is under way
   */
  public void hold(Runnable then) {
    pool.hold(then);
    emptyPacker();
  }

  private void emptyPacker() {
    // Whoever comes to the packer after this does not wait there either.
    enter(packer.section(), () -> packer.flush(Long.MAX_VALUE));
  }

  /** Takes requests again after {@link #drain} or {@link #hold}, first those that wait. */
  public void resume() {
    enter(packer.section(), flusher::reopenPacker);
    pool.open();
  }

  /** Lets go of all that waits for others, since the volume has become read-only. */
  public void giveUpWaiting() {
    enter(packer.section(), packer::flush);
  }

  /** {@return what was done so far} */
  public Counters counters() {
    return counters;
  }

  Environment environment() {
    return environment;
  }

  List<LogicalZone> logicalZones() {
    return logicalZones;
  }

  LogicalZone logicalZone(long lbn) {
    return logicalZones.get(BlockMapZone.zoneOf(lbn, logicalZones.size()));
  }

  HashZone hashZone(BlockName name) {
    return hashZones.get(name.zone(hashZones.size()));
  }

  PhysicalZone physicalZone(long pbn) {
    return depot.zoneOf(pbn);
  }

  Packer packer() {
    return packer;
  }

  BlockReader reader() {
    return reader;
  }

  boolean compresses() {
    return compresses;
  }

  byte @Nullable [] compress(byte[] block) {
    return compressor.compress(block);
  }

  void query(BlockName name, Consumer<@Nullable Advice> answer) {
    if (index == null) {
      answer.accept(null);
    } else {
      index.query(name, answer);
    }
  }

  void update(BlockName name, Advice advice) {
    if (index != null) {
      index.update(name, advice);
    }
  }

  /** {@return whether advice names something that could be there} */
  boolean isPossible(Advice advice) {
    return advice.state() != MappingState.UNMAPPED && depot.geometry().isDataBlock(advice.pbn());
  }

  void enter(Section section, Runnable step) {
    environment.execution().enter(section, step);
  }

  void compute(Runnable step) {
    environment.execution().enter(environment.sections().compute(), step);
  }

  void journal(RecoveryJournal.Request request) {
    enter(environment.sections().journal(), () -> journal.add(request));
  }

  /** Changes a count, in the order of the journal; called in the journal's section. */
  void update(ReferenceUpdate update) {
    var zone = depot.zoneOf(update.pbn());
    environment.execution().deliver(zone.section(), () -> zone.update(update));
  }

  /** Gives a hold on a data block back. */
  void release(PbnLock lock) {
    pool.begin();
    var zone = depot.zoneOf(lock.pbn());
    enter(
        zone.section(),
        () -> {
          zone.release(lock);
          pool.end();
        });
  }

  void isOver(Request request) {
    pool.dismiss(request);
  }

  boolean isReadOnly() {
    return environment.readOnly().isEntered();
  }

  /** {@return whether no request may wait for company in the packer} */
  boolean mayNotWait() {
    return isReadOnly() || pool.isShort();
  }

  EngineException readOnlyError() {
    return environment.readOnly().error();
  }

  void enterReadOnlyMode(VdoException error) {
    environment.readOnly().enter(error);
  }

  static EngineException noSpace(WriteRequest request) {
    return new EngineException(Kind.NO_SPACE, "no free block for LBN " + request.lbn());
  }

  static long plainMapping(long pbn) {
    return BlockMapEntry.pack(pbn, MappingState.UNCOMPRESSED);
  }

  static boolean isZero(byte[] block) {
    return Arrays.equals(block, ZERO_BLOCK);
  }
}
