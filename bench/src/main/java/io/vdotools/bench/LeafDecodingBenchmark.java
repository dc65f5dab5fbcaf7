package io.vdotools.bench;

import io.vdotools.device.BlockBuffers;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it takes to get at the entries of leaf pages, for one entry. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class LeafDecodingBenchmark {
  private static final int PAGES = 64;
  // An annotation wants a constant, which BlockMapPage.ENTRIES is not to the compiler.
  private static final int ENTRIES = PAGES * 812;

  private final MemorySegment pages = pages();

  private static MemorySegment pages() {
    var buffer = BlockBuffers.allocate(Arena.ofAuto(), PAGES);
    for (int i = 0; i < PAGES; i++) {
      var page = new BlockMapPage(buffer.asSlice((long) i * BlockSize.BLOCK, BlockSize.BLOCK));
      page.format(1, i);
      for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
        long pbn = Mixer.mix(i, slot) >>> (Long.SIZE - 36);
        page.setEntry(slot, BlockMapEntry.pack(pbn, 1 + (slot & 7)));
      }
    }
    return buffer;
  }

  /** The packed entries alone. */
  @Benchmark
  @OperationsPerInvocation(ENTRIES)
  public long packed() {
    long sum = 0;
    for (int i = 0; i < PAGES; i++) {
      for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
        sum += BlockMapPage.entry(pages, (long) i * BlockSize.BLOCK, slot);
      }
    }
    return sum;
  }

  /** State and PBN of each entry. */
  @Benchmark
  @OperationsPerInvocation(ENTRIES)
  public long decoded() {
    long sum = 0;
    for (int i = 0; i < PAGES; i++) {
      for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
        long packed = BlockMapPage.entry(pages, (long) i * BlockSize.BLOCK, slot);
        sum += BlockMapEntry.pbn(packed) ^ BlockMapEntry.state(packed);
      }
    }
    return sum;
  }
}
