package io.vdotools.bench;

import io.vdotools.engine.ReferenceFingerprints;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabConfig;
import io.vdotools.format.depot.SlabGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one reference costs: as a fingerprint with a table of weights, as a fingerprint with a keyed
 * mixer in its place, and as a counter.
 *
 * <p>Subtract {@link #addressesAlone}, which makes up the PBNs and does nothing with them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "-Xmx1g")
public class FingerprintBenchmark {
  private static final int REFERENCES = 1 << 20;
  private static final int COUNTS = 4032 * 64;

  /** The physical size. */
  @Param({"1", "16"})
  public int tebibytes;

  /** Whether one PBN follows another, or none has to do with the one before. */
  @Param({"true", "false"})
  public boolean isScattered;

  private final byte[] stored = new byte[COUNTS];
  // About as many as a leaf page has; a divisor of all of them.
  private final long[] page = new long[1 << 10];
  private final Arena arena = Arena.ofShared();
  private long blocks;
  private long next;
  private int shift;
  private long key;
  private ReferenceFingerprints.Table table = ReferenceFingerprints.of(geometry(1)).newTable();
  private long[] sums = new long[0];
  private MemorySegment counters = MemorySegment.NULL;

  private static SlabGeometry geometry(int tebibytes) {
    long slab = 1L << 23;
    return SlabGeometry.of(slab, slab + tebibytes * (1L << 28), SlabConfig.of(slab, 224))
        .orElseThrow();
  }

  /** Makes tables of the size asked for. */
  @Setup(Level.Trial)
  public void makeTables() {
    blocks = tebibytes * (1L << 28);
    shift = Long.numberOfLeadingZeros(blocks - 1);
    key = System.nanoTime();
    table = ReferenceFingerprints.of(geometry(tebibytes)).newTable();
    sums = new long[(int) (blocks >>> ReferenceFingerprints.RANGE_SHIFT)];
    counters = arena.allocate(blocks, 4096);
    // Pages that are there: the first touch of one is not what is measured.
    counters.fill((byte) 1);
    Arrays.fill(stored, (byte) 1);
  }

  /** Gives the counters back. */
  @TearDown(Level.Trial)
  public void giveBack() {
    arena.close();
  }

  /** The block after another, in one order or the other. */
  private long after(long state) {
    return isScattered
        ? state * 6364136223846793005L + 1442695040888963407L
        : state + (1L << shift);
  }

  private long block(long state) {
    return state >>> shift;
  }

  /** The part that is no work of the table. */
  @Benchmark
  @OperationsPerInvocation(REFERENCES)
  public long addressesAlone() {
    long state = next;
    long sum = 0;
    for (int i = 0; i < REFERENCES; i++) {
      state = after(state);
      sum += block(state);
    }
    next = state;
    return sum;
  }

  /** The fingerprints as they are: a table takes the blocks of one page at a time. */
  @Benchmark
  @OperationsPerInvocation(REFERENCES)
  public void weights() {
    long state = next;
    for (int done = 0; done < REFERENCES; done += page.length) {
      for (int i = 0; i < page.length; i++) {
        state = after(state);
        page[i] = block(state);
      }
      table.addReferences(page, page.length);
    }
    next = state;
  }

  /** Fingerprints that compute the weight of a block instead of looking it up. */
  @Benchmark
  @OperationsPerInvocation(REFERENCES)
  public void mixer() {
    long state = next;
    for (int i = 0; i < REFERENCES; i++) {
      state = after(state);
      long block = block(state);
      sums[(int) (block >>> ReferenceFingerprints.RANGE_SHIFT)] += Mixer.mix(key, block);
    }
    next = state;
  }

  /** One byte for each block. */
  @Benchmark
  @OperationsPerInvocation(REFERENCES)
  public void byteCounters() {
    long state = next;
    for (int i = 0; i < REFERENCES; i++) {
      state = after(state);
      long block = block(state);
      byte count = counters.get(ValueLayout.JAVA_BYTE, block);
      counters.set(ValueLayout.JAVA_BYTE, block, (byte) (count + 1));
    }
    next = state;
  }

  /** The other side: stored counts, for each count. */
  @Benchmark
  @OperationsPerInvocation(COUNTS)
  public void subtractCounts() {
    long first = Math.floorMod(next, blocks - COUNTS);
    next += ReferenceBlock.COUNTS_PER_BLOCK;
    table.subtractCounts(first, stored, COUNTS);
  }
}
