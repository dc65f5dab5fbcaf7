package io.vdotools.engine.live;

import io.vdotools.VdoException;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.device.WritableShiftedDevice;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.EngineException.Kind;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.Volume;
import io.vdotools.engine.data.Outcome;
import io.vdotools.engine.zones.Execution;
import io.vdotools.engine.zones.Sections;
import io.vdotools.engine.zones.SharedMemory;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VolumeState;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A volume that is read and written, as the driver does it (format-spec, section 13).
 *
 * <p>Requests are answered by futures, from threads of the execution, which must not be made to
 * wait there. A future that fails has an {@link EngineException} as its cause. Requests of which
 * one is sent before the other is answered may take effect in either order.
 *
 * <p>A write that was answered is seen by all later reads, but would not survive a crash before a
 * later {@link #flush} was answered, unless it was written durably.
 */
public final class LiveVolume implements AutoCloseable {
  private static final int BLOCK = BlockSize.BLOCK;

  private enum Phase {
    RUNNING,
    /** Requests are taken, and wait. */
    GROWING,
    CHANGING,
    SUSPENDED,
    STOPPED
  }

  private final String name;
  private final Execution execution;
  private final Engine engine;
  private final BlockRequests requests;
  private final Growth growth;
  private final Answers answers = new Answers();
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.RUNNING);
  private final AtomicLong logicalBlocks;

  private LiveVolume(
      WritableBlockDevice device, Execution execution, Engine engine, Volume volume) {
    this.name = device.name();
    this.execution = execution;
    this.engine = engine;
    this.requests = new BlockRequests(engine.pipeline());
    this.growth = new Growth(device, execution, engine, volume);
    this.logicalBlocks = new AtomicLong(volume.superBlock().vdo().config().logicalBlocks());
  }

  /**
   * Opens a volume. It is DIRTY on disk until it is suspended or closed.
   *
   * <p>A crashed volume is recovered first. One that is in read-only mode, or waits for a rebuild,
   * is refused.
   *
   * @param device the backing device, which is the caller's to close, after the volume
   * @param options how to work on the volume
   * @param sections the zones; no more physical zones than the volume has slabs
   * @param execution runs the engine; closed with the volume
   * @throws NotAVolumeException if the device holds no volume, or a damaged one
   * @throws EngineException if the volume's state or its metadata forbid to write to it
   * @throws io.vdotools.device.DeviceException if the device fails
   */
  public static LiveVolume open(
      WritableBlockDevice device, LiveOptions options, Sections sections, Execution execution)
      throws VdoException {
    var volume = Volume.open(device).checkStrictly();
    var blocks = WritableShiftedDevice.of(device, volume.blockOffset());
    long physicalBlocks = volume.superBlock().vdo().config().physicalBlocks();
    if (blocks.blockCount() < physicalBlocks) {
      throw new NotAVolumeException(
          device.name()
              + ": has "
              + blocks.blockCount()
              + " blocks, the volume on it "
              + physicalBlocks);
    }
    int zones = sections.physical().size();
    if (zones > volume.slabs().orElseThrow().slabCount()) {
      throw new IllegalArgumentException(zones + " physical zones are more than there are slabs");
    }
    if (isToBeRecovered(volume)) {
      Recovery.run(blocks, volume, false);
    }
    return openRecovered(device, options, sections, execution);
  }

  /** Opens a volume whose recovery journal holds nothing that counts, whatever its state says. */
  static LiveVolume openRecovered(
      WritableBlockDevice device, LiveOptions options, Sections sections, Execution execution)
      throws VdoException {
    var volume = Volume.open(device).checkStrictly();
    var blocks = WritableShiftedDevice.of(device, volume.blockOffset());
    int zones = sections.physical().size();
    var loaded = DepotLoader.load(blocks, volume);
    var old = volume.superBlock();
    var inUse = SuperBlocks.zoned(old.withVdo(old.vdo().withState(VolumeState.DIRTY)), zones);
    SuperBlocks.write(blocks, volume.superBlockPbn(), inUse);
    volume = Volume.open(device).checkStrictly();
    var engine = new Engine(execution, sections, execution.disk(blocks), volume, loaded, options);
    return new LiveVolume(blocks, execution, engine, volume);
  }

  private static boolean isToBeRecovered(Volume volume) throws EngineException {
    String name = volume.device().name();
    return switch (volume.superBlock().vdo().state()) {
      case NEW, CLEAN, RECOVERING -> false;
      case DIRTY -> true;
      case READ_ONLY_MODE ->
          throw new EngineException(
              Kind.WRONG_STATE, name + ": is in read-only mode after an error; see vdo_check");
      case FORCE_REBUILD, REBUILD_FOR_UPGRADE ->
          throw new EngineException(
              Kind.WRONG_STATE, name + ": waits for a rebuild; start it with the driver");
      case REPLAYING ->
          throw new EngineException(
              Kind.WRONG_STATE,
              name
                  + ": waits for a driver of version 8.2 or older to end its recovery; start it"
                  + " with such a driver");
      case UNKNOWN ->
          throw new EngineException(
              Kind.WRONG_STATE,
              name
                  + ": is in the unknown state "
                  + volume.superBlock().vdo().stateCode()
                  + "; see vdo_check");
    };
  }

  /** {@return the logical size, in bytes} */
  public long sizeBytes() {
    return logicalBlocks.get() * BLOCK;
  }

  /** {@return whether an error has made the volume read-only} */
  public boolean isReadOnly() {
    return engine.readOnly().isEntered();
  }

  /**
   * Reads.
   *
   * @param offset where, in bytes, a multiple of 4096
   * @param into takes what is there; a multiple of 4096 bytes, which any thread may write to until
   *     the answer
   * @return is complete when all is there
   * @throws IllegalArgumentException if other threads cannot write to {@code into}
   */
  public CompletableFuture<Void> read(long offset, MemorySegment into) {
    if (!SharedMemory.isWritable(into)) {
      throw new IllegalArgumentException("only some threads, or none, may write to " + into);
    }
    var refusal = refusal(offset, into.byteSize(), BLOCK);
    if (refusal != null) {
      return refusal;
    }
    var answer = answers.owe();
    requests.read(offset, into, answer);
    return answer.future();
  }

  /**
   * Writes.
   *
   * @param offset where, in bytes, a multiple of 512
   * @param from what, which is copied before this returns; a multiple of 512 bytes
   * @return is complete when all later reads see it
   */
  public CompletableFuture<Void> write(long offset, MemorySegment from) {
    return write(offset, from, false);
  }

  /**
   * Writes so that it survives a crash.
   *
   * @param offset where, in bytes, a multiple of 512
   * @param from what, which is copied before this returns; a multiple of 512 bytes
   * @return is complete when a crash cannot take it back
   */
  public CompletableFuture<Void> writeDurably(long offset, MemorySegment from) {
    return write(offset, from, true);
  }

  private CompletableFuture<Void> write(long offset, MemorySegment from, boolean isDurable) {
    var refusal = refusal(offset, from.byteSize(), BlockSize.SECTOR);
    if (refusal != null) {
      return refusal;
    }
    var answer = answers.owe();
    requests.write(offset, from, isDurable, answer);
    return answer.future();
  }

  /**
   * Discards: what is there becomes zeros, and its space free.
   *
   * @param offset where, in bytes, a multiple of 512
   * @param length how much, in bytes, a multiple of 512; of a block that is discarded in part only,
   *     the part becomes zeros
   * @return is complete when all later reads see zeros
   */
  public CompletableFuture<Void> discard(long offset, long length) {
    var refusal = refusal(offset, length, BlockSize.SECTOR);
    if (refusal != null) {
      return refusal;
    }
    var answer = answers.owe();
    requests.discard(offset, length, answer);
    return answer.future();
  }

  /**
   * Makes all writes and discards that were answered survive a crash.
   *
   * @return is complete when they do
   */
  public CompletableFuture<Void> flush() {
    if (!takesRequests()) {
      return CompletableFuture.failedFuture(notRunning());
    }
    var answer = answers.owe();
    engine.pipeline().flush(answer);
    return answer.future();
  }

  private boolean takesRequests() {
    var now = phase.get();
    return now == Phase.RUNNING || now == Phase.GROWING;
  }

  @SuppressWarnings("NullAway") // Null says that the request may go on.
  private CompletableFuture<Void> refusal(long offset, long length, int unit) {
    EngineException error;
    if (!takesRequests()) {
      error = notRunning();
    } else if (offset % unit != 0 || length % unit != 0) {
      error =
          new EngineException(
              Kind.UNALIGNED,
              length + " bytes at offset " + offset + " are not a multiple of " + unit + " bytes");
    } else if (offset < 0 || length < 0 || length > sizeBytes() - offset) {
      error =
          new EngineException(
              Kind.OUT_OF_RANGE,
              length
                  + " bytes at offset "
                  + offset
                  + " reach beyond the end of "
                  + sizeBytes()
                  + " bytes");
    } else if (length == 0) {
      return CompletableFuture.completedFuture(null);
    } else {
      return null;
    }
    return CompletableFuture.failedFuture(error);
  }

  private EngineException notRunning() {
    return new EngineException(Kind.NOT_RUNNING, name + ": is suspended or closed");
  }

  /**
   * Waits for the answer to a request.
   *
   * @throws EngineException if the request failed
   */
  public <T> T await(CompletableFuture<T> answer) throws EngineException {
    execution.await(answer);
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof EngineException error) {
        throw new EngineException(error.kind(), String.valueOf(error.getMessage()), error);
      }
      throw e;
    }
  }

  /** {@return what the volume holds, and what was done to it} */
  public CompletableFuture<LiveStatistics> statistics() {
    var found = new AtomicReference<LiveStatistics>();
    var answer = answers.owe();
    var counters = engine.pipeline().counters();
    var slabs = engine.depot().geometry();
    engine.usage(usage ->
        engine.freeBlocks(free -> {
          found.set(
              new LiveStatistics(
                  logicalBlocks.get(),
                  usage.logicalBlocks(),
                  usage.blockMapPages(),
                  (long) slabs.slabCount() * slabs.dataBlocks(),
                  free,
                  counters.reads.sum(),
                  counters.writes.sum(),
                  counters.discards.sum(),
                  counters.flushes.sum(),
                  counters.zeroBlocks.sum(),
                  counters.duplicates.sum(),
                  counters.staleAdvice.sum(),
                  counters.collisions.sum(),
                  counters.fragments.sum(),
                  counters.compressedBlocks.sum()));
          answer.of(null);
        }));
    return answer.future().thenApply(_ -> found.get());
  }

  /**
   * Saves the volume: it is CLEAN on disk afterwards, and takes no requests until it is resumed.
   *
   * @return is complete when the volume is saved; fails if it is not running or is read-only
   */
  public CompletableFuture<Void> suspend() {
    return change(Phase.RUNNING, Phase.SUSPENDED, engine::suspend);
  }

  /**
   * Takes requests again after {@link #suspend}.
   *
   * @return is complete when the volume is DIRTY on disk
   */
  public CompletableFuture<Void> resume() {
    return change(Phase.SUSPENDED, Phase.RUNNING, engine::resume);
  }

  private interface Change {
    void begin(Outcome outcome);
  }

  private CompletableFuture<Void> change(Phase from, Phase to, Change change) {
    if (!phase.compareAndSet(from, Phase.CHANGING)) {
      return CompletableFuture.failedFuture(notRunning());
    }
    var answer = answers.owe();
    change.begin(error -> {
      phase.compareAndSet(Phase.CHANGING, to);
      answer.of(error);
    });
    return answer.future();
  }

  private interface GrowthStep {
    void run() throws VdoException;
  }

  /** Lets requests wait while something about the volume at rest is changed. */
  private void grow(GrowthStep step) throws VdoException {
    if (!phase.compareAndSet(Phase.RUNNING, Phase.GROWING)) {
      throw notRunning();
    }
    VdoException failure = null;
    try {
      await(engine::hold);
      step.run();
    } catch (VdoException e) {
      failure = e;
    }
    // Whatever happened, those who wait have to be answered.
    try {
      await(engine::resume);
    } catch (EngineException e) {
      failure = failure == null ? e : failure;
    }
    phase.compareAndSet(Phase.GROWING, Phase.RUNNING);
    if (failure != null) {
      throw failure;
    }
  }

  private void await(Change change) throws EngineException {
    var answer = answers.owe();
    change.begin(answer);
    await(answer.future());
  }

  /**
   * Lets the volume have more logical blocks. It is saved first, so that requests that come
   * meanwhile wait.
   *
   * @param newBlocks the new logical size, larger than the old, at most 2^40
   * @throws EngineException if the size is not possible, in which case nothing has changed; or if
   *     the volume is not running, or has become read-only
   */
  public void growLogical(long newBlocks) throws VdoException {
    growth.checkLogical(logicalBlocks.get(), newBlocks);
    grow(() -> {
      growth.logical(newBlocks);
      logicalBlocks.set(newBlocks);
    });
  }

  /**
   * Lets the volume use more of its device. It is saved first, so that requests that come meanwhile
   * wait.
   *
   * @param newBlocks the new physical size, which the device must have and which must have room for
   *     at least one more slab
   * @throws EngineException if the size is not possible, in which case nothing has changed; or if
   *     the volume is not running, or has become read-only
   * @throws io.vdotools.device.DeviceException if the device fails; the volume runs on as it was
   */
  public void growPhysical(long newBlocks) throws VdoException {
    growth.checkPhysical(newBlocks);
    grow(() -> growth.physical(newBlocks));
  }

  /**
   * Stops as a crash would: what is not on the device when this returns never gets there. Requests
   * that were not answered fail; whether they took effect is not known.
   */
  public void crash() {
    stop();
  }

  private void stop() {
    phase.set(Phase.STOPPED);
    execution.close();
    answers.end(
        new EngineException(Kind.NOT_RUNNING, name + ": was stopped before this was answered"));
  }

  /**
   * Saves the volume, if it is running, and stops.
   *
   * @throws EngineException if the volume could not be saved
   */
  @Override
  public void close() throws EngineException {
    try {
      if (phase.get() == Phase.RUNNING) {
        await(suspend());
      }
    } finally {
      stop();
    }
  }
}
