package io.vdotools.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.device.BlockErrors;
import io.vdotools.device.DeviceException;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.WritableBlockDevice;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A device in memory on which a test lets writes and flushes take as long as it wants. */
public final class GatedDevice implements WritableBlockDevice {
  private static final long PATIENCE_SECONDS = 20;

  private final WritableBlockDevice device;
  private final ConcurrentLinkedQueue<String> calls = new ConcurrentLinkedQueue<>();
  private final AtomicLong writes = new AtomicLong();
  private final AtomicLong flushes = new AtomicLong();
  private final AtomicInteger underWay = new AtomicInteger();
  private volatile Gate writeGate = Gate.open();
  private volatile Gate flushGate = Gate.open();
  private volatile boolean failsNextFlush;

  /** Where calls wait, and where it is seen that the first has come. */
  private record Gate(CountDownLatch arrival, CountDownLatch opening) {
    static Gate open() {
      return new Gate(new CountDownLatch(0), new CountDownLatch(0));
    }

    static Gate closed() {
      return new Gate(new CountDownLatch(1), new CountDownLatch(1));
    }

    void pass() {
      arrival.countDown();
      await(opening);
    }

    static void await(CountDownLatch latch) {
      try {
        assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Makes a device of zeros. */
  public GatedDevice(long blocks) {
    this(MemoryDevice.ofBlocks(blocks));
  }

  /** Stands before another device. */
  public GatedDevice(WritableBlockDevice device) {
    this.device = device;
  }

  /** Lets writes begin and not end. */
  public void holdWrites() {
    writeGate = Gate.closed();
  }

  /** Waits until a write has begun that is held. */
  public void awaitWriteUnderWay() {
    Gate.await(writeGate.arrival);
  }

  /** Lets the writes end that are held, and all later ones. */
  public void letWritesGo() {
    writeGate.opening.countDown();
  }

  /** Lets flushes begin and not end. */
  public void holdFlushes() {
    flushGate = Gate.closed();
  }

  /** Waits until a flush has begun that is held. */
  public void awaitFlushUnderWay() {
    Gate.await(flushGate.arrival);
  }

  /** Lets the flushes end that are held, and all later ones. */
  public void letFlushesGo() {
    flushGate.opening.countDown();
  }

  /** Lets the next flush fail. */
  public void failNextFlush() {
    failsNextFlush = true;
  }

  /** {@return how many writes were begun} */
  public long writes() {
    return writes.get();
  }

  /** {@return how many flushes were begun} */
  public long flushes() {
    return flushes.get();
  }

  /** {@return how many writes and flushes have begun and not ended} */
  public int callsUnderWay() {
    return underWay.get();
  }

  /** {@return writes and flushes in the order in which they began} */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  @Override
  public String name() {
    return device.name();
  }

  @Override
  public long sizeBytes() {
    return device.sizeBytes();
  }

  @Override
  public BlockErrors read(long firstBlock, MemorySegment into) {
    return device.read(firstBlock, into);
  }

  @Override
  public void write(long firstBlock, MemorySegment from) throws DeviceException {
    underWay.incrementAndGet();
    try {
      calls.add("write " + firstBlock);
      writes.incrementAndGet();
      writeGate.pass();
      device.write(firstBlock, from);
    } finally {
      underWay.decrementAndGet();
    }
  }

  @Override
  public void flush() throws DeviceException {
    underWay.incrementAndGet();
    try {
      calls.add("flush");
      flushes.incrementAndGet();
      flushGate.pass();
      if (failsNextFlush) {
        failsNextFlush = false;
        throw new DeviceException(DeviceException.Kind.FLUSH_FAILED, "a flush fails as planned");
      }
      device.flush();
    } finally {
      underWay.decrementAndGet();
    }
  }

  @Override
  public void close() throws DeviceException {
    device.close();
  }
}
