package io.vdotools.tool.image;

import io.vdotools.VdoException;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.live.LiveOptions;
import io.vdotools.engine.live.LiveVolume;
import io.vdotools.engine.zones.Sections;
import io.vdotools.engine.zones.SimulatedExecution;
import io.vdotools.format.BlockSize;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/**
 * A volume that is written to, by one thread and a seed, so that the same steps make the same
 * bytes.
 *
 * <p>Requests are sent ahead of their answers, up to a number of them.
 */
final class Session implements AutoCloseable {
  private static final int WINDOW = 512;

  private final SimulatedExecution execution;
  private final LiveVolume volume;
  private final Deque<CompletableFuture<Void>> pending = new ArrayDeque<>();
  private boolean isStopped;

  private Session(SimulatedExecution execution, LiveVolume volume) {
    this.execution = execution;
    this.volume = volume;
  }

  /** Opens a volume, and recovers it if need be. */
  static Session open(WritableBlockDevice device, EngineChoice choice, long seed)
      throws VdoException {
    var execution = new SimulatedExecution(seed);
    boolean isOpen = false;
    try {
      var session =
          new Session(
              execution,
              LiveVolume.open(device, choice.options(), Sections.of(1, 1, 1), execution));
      isOpen = true;
      return session;
    } finally {
      if (!isOpen) {
        execution.close();
      }
    }
  }

  /**
   * How to write.
   *
   * @param deduplicates whether to look for copies among what this step writes
   * @param compresses whether to compress
   */
  record EngineChoice(boolean deduplicates, boolean compresses) {
    /** What the driver does with all features on. */
    static final EngineChoice ALL = new EngineChoice(true, true);

    LiveOptions options() {
      var options = LiveOptions.standard().withCompression(compresses);
      return deduplicates ? options : options.withIndex(null);
    }
  }

  LiveVolume volume() {
    return volume;
  }

  void write(long offset, byte[] bytes) throws EngineException {
    add(volume.write(offset, MemorySegment.ofArray(bytes)));
  }

  void discard(long lbn, long count) throws EngineException {
    add(volume.discard(lbn * BlockSize.BLOCK, count * BlockSize.BLOCK));
  }

  byte[] read(long lbn) throws EngineException {
    var block = new byte[BlockSize.BLOCK];
    volume.await(volume.read(lbn * BlockSize.BLOCK, MemorySegment.ofArray(block)));
    return block;
  }

  void add(CompletableFuture<Void> answer) throws EngineException {
    pending.add(answer);
    if (pending.size() >= WINDOW) {
      volume.await(pending.remove());
    }
  }

  /** Waits for all answers. */
  void settle() throws EngineException {
    while (!pending.isEmpty()) {
      volume.await(pending.remove());
    }
  }

  /** Waits for all answers, and until a crash cannot take any of it back. */
  void flush() throws EngineException {
    settle();
    volume.await(volume.flush());
  }

  /** Leaves the device as it is. */
  void stop() {
    isStopped = true;
    pending.clear();
    execution.close();
  }

  /** Stops the volume in good order. */
  @Override
  public void close() throws EngineException {
    if (isStopped) {
      return;
    }
    isStopped = true;
    // Where a write has failed the answers were told; the volume is stopped with what it holds.
    volume.close();
  }
}
