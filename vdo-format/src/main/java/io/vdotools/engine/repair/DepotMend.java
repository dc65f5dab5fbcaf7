package io.vdotools.engine.repair;

import io.vdotools.device.BlockBuffers;
import io.vdotools.engine.CountBytes;
import io.vdotools.engine.ExactCounts;
import io.vdotools.engine.SlabObserver;
import io.vdotools.engine.SlabReplay;
import io.vdotools.engine.SlabStates;
import io.vdotools.format.BlockSize;
import io.vdotools.format.Limits;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.format.depot.SlabSummaryEntry;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Makes reference counts, slab journals and summary fit the block map, slab by slab: a slab that is
 * right stays as it is.
 *
 * <p>A slab that is not is set up as a forced rebuild does it: its journal emptied, its counts
 * written anew with commit points before every entry.
 */
public final class DepotMend {
  // A worker takes 25 MiB where slabs are largest; machines with very many cores make do with ten.
  private static final long MOST_LOADER_BYTES = 256L << 20;

  private final MendContext context;
  private final SlabGeometry slabs;
  private final SlabStates states;
  private final List<SlabSummaryEntry> entries;
  private final Suspicion suspicion;
  private final ProblemCode reason;
  private int rebuilt;
  private int hints;
  private int corrected;
  private long freed;
  private long raised;

  /**
   * Which slabs to rebuild even if their counts are right.
   *
   * @param all whether all that were ever used
   * @param slabs these
   */
  public record Suspicion(boolean all, Set<Integer> slabs) {
    /** Copies the set. */
    public Suspicion {
      slabs = Set.copyOf(slabs);
    }

    boolean holds(int slab) {
      return all || slabs.contains(slab);
    }
  }

  /**
   * Prepares; the summary is read.
   *
   * @param context the volume
   * @param suspicion the slabs with problems
   * @param reason the first problem because of which counts are looked at
   */
  public DepotMend(MendContext context, Suspicion suspicion, ProblemCode reason) {
    this.context = context;
    this.slabs = context.slabs();
    this.states = context.states();
    this.entries = new ArrayList<>(states.entries());
    this.suspicion = suspicion;
    this.reason = reason;
  }

  /** {@return the slabs that were set up anew} */
  int rebuilt() {
    return rebuilt;
  }

  /** What one thread loads slabs with, and what it has found out. */
  private final class Worker implements SlabObserver {
    private final SlabReplay replay =
        new SlabReplay(
            context.blocks().device(),
            slabs,
            context.nonce(),
            this,
            context.resources().parallel().newArena());
    private boolean isFaulty;
    private int rebuilt;
    private int hints;
    private int corrected;
    private long freed;
    private long raised;

    @Override
    public void unreadableReferenceBlock(int slab, long pbn) {
      isFaulty = true;
    }

    @Override
    public void counts(int slab, int provisional, int firstStray) {
      isFaulty |= firstStray >= 0;
    }

    /** Looks at a slab, which no other thread does. */
    private void mend(int slab, ExactCounts counts) {
      byte[] expected = expected(slab, counts);
      var entry = entries.get(slab);
      isFaulty = false;
      replay.load(slab, entry, null);
      boolean isSound =
          !isFaulty && !suspicion.holds(slab) && !entry.isDirty() && isConsistent(entry);
      boolean agrees = agrees(replay, expected);
      if (!agrees) {
        count(expected);
      }
      if (isSound && (agrees || entry.loadRefCounts())) {
        if (!agrees) {
          corrected++;
          correct(slab, replay, expected);
        }
        hints += mendHint(slab, expected) ? 1 : 0;
      } else {
        rebuilt++;
        rebuild(slab, expected);
      }
    }

    private void count(byte[] expected) {
      var stored = replay.counts();
      int end = slabs.dataBlocks();
      for (int at = nextOther(stored, expected, 0, end);
          at < end;
          at = nextOther(stored, expected, at + 1, end)) {
        freed += expected[at] == 0 ? 1 : 0;
        raised += (expected[at] & 0xff) > (stored[at] & 0xff) ? 1 : 0;
      }
    }
  }

  /**
   * Compares some slabs with what was counted, and mends those that differ.
   *
   * @param from the first slab
   * @param to the slab behind the last
   * @param counts the references, counted for all their blocks
   */
  void mend(int from, int to, ExactCounts counts) {
    var parallel = context.resources().parallel();
    long atOnce = MOST_LOADER_BYTES / SlabReplay.memoryBytes(slabs);
    var workers = parallel.states((int) Math.max(1, atOnce), Worker::new);
    try {
      parallel.forEach(
          to - from,
          (chunk, _) -> {
            var worker = workers.borrow();
            try {
              worker.mend(from + (int) chunk, counts);
            } finally {
              workers.giveBack(worker);
            }
          });
    } finally {
      workers.all().forEach(worker -> worker.replay.close());
    }
    for (var worker : workers.all()) {
      rebuilt += worker.rebuilt;
      hints += worker.hints;
      corrected += worker.corrected;
      freed += worker.freed;
      raised += worker.raised;
    }
  }

  /** Puts single counts right, where all else about a slab is in order. */
  private void correct(int slab, SlabReplay replay, byte[] expected) {
    var stored = replay.counts();
    for (int i = 0; i < slabs.usedReferenceBlocks(); i++) {
      int first = i * ReferenceBlock.COUNTS_PER_BLOCK;
      int end = Math.min(first + ReferenceBlock.COUNTS_PER_BLOCK, slabs.dataBlocks());
      if (Arrays.equals(stored, first, end, expected, first, end)) {
        continue;
      }
      context
          .blocks()
          .edit(
              slabs.referenceStart(slab) + i,
              bytes -> {
                var block = new ReferenceBlock(bytes);
                for (int at = nextOther(stored, expected, first, end);
                    at < end;
                    at = nextOther(stored, expected, at + 1, end)) {
                  block.setCount(at - first, expected[at] & 0xff);
                }
              });
    }
  }

  private boolean isConsistent(SlabSummaryEntry entry) {
    return entry.tailBlockOffset() < slabs.journalBlocks()
        && (entry.loadRefCounts() || entry.tailBlockOffset() == 0);
  }

  private byte[] expected(int slab, ExactCounts counts) {
    var expected = new byte[slabs.usedReferenceBlocks() * ReferenceBlock.COUNTS_PER_BLOCK];
    long first = slabs.slabStart(slab) - slabs.firstBlock();
    counts.expected(first, expected, slabs.dataBlocks());
    return expected;
  }

  private boolean agrees(SlabReplay replay, byte[] expected) {
    int end = slabs.dataBlocks();
    return nextOther(replay.counts(), expected, 0, end) == end;
  }

  /** {@return the first place from one on where two differ, the end if there is none} */
  private static int nextOther(byte[] one, byte[] other, int from, int end) {
    int same = Arrays.mismatch(one, from, end, other, from, end);
    return same < 0 ? end : from + same;
  }

  private int freeBlocks(byte[] expected) {
    return CountBytes.count(expected, slabs.dataBlocks(), ReferenceBlock.EMPTY);
  }

  /** {@return whether it had to be changed} */
  private boolean mendHint(int slab, byte[] expected) {
    var old = entries.get(slab);
    int hint = slabs.fullnessHint(freeBlocks(expected));
    if (old.fullnessHint() == hint) {
      return false;
    }
    entries.set(
        slab,
        new SlabSummaryEntry(old.tailBlockOffset(), hint, old.loadRefCounts(), old.isDirty()));
    return true;
  }

  private void rebuild(int slab, byte[] expected) {
    int free = freeBlocks(expected);
    clearJournal(slab);
    if (free == slabs.dataBlocks()) {
      entries.set(slab, slabs.unusedEntry());
      return;
    }
    for (int i = 0; i < slabs.usedReferenceBlocks(); i++) {
      var block = new ReferenceBlock(MemorySegment.ofArray(new byte[BlockSize.BLOCK]));
      for (int index = 0; index < ReferenceBlock.COUNTS_PER_BLOCK; index++) {
        block.setCount(index, expected[i * ReferenceBlock.COUNTS_PER_BLOCK + index] & 0xff);
      }
      context.blocks().write(slabs.referenceStart(slab) + i, block.bytes());
    }
    entries.set(slab, new SlabSummaryEntry(0, slabs.fullnessHint(free), true, false));
  }

  /**
   * Overwrites every block that a driver could ever take for one of this journal, now or after
   * another lap, and such as cannot be read.
   */
  private void clearJournal(int slab) {
    long start = slabs.journalStart(slab);
    try (var arena = Arena.ofConfined()) {
      var buffer = BlockBuffers.allocate(arena, slabs.journalBlocks());
      var errors = context.blocks().device().read(start, buffer);
      for (int i = 0; i < slabs.journalBlocks(); i++) {
        var bytes = buffer.asSlice((long) i * BlockSize.BLOCK, BlockSize.BLOCK);
        if (errors.contains(start + i) || new SlabJournalBlock(bytes).belongsTo(context.nonce())) {
          context.blocks().write(start + i, MemorySegment.ofArray(new byte[BlockSize.BLOCK]));
        }
      }
    }
  }

  /** Writes the summary, with all its copies equal, and says what was done. */
  void finish() {
    var summary =
        new SlabSummary(MemorySegment.ofArray(new byte[SlabSummary.BLOCKS * BlockSize.BLOCK]));
    for (int slab = 0; slab < Limits.SLABS; slab++) {
      var entry = slab < slabs.slabCount() ? entries.get(slab) : slabs.unusedEntry();
      summary.setEntry(0, slab, entry);
    }
    summary.copyFirstToOthers();
    boolean isChanged =
        !states.errors().isEmpty() || summary.bytes().mismatch(states.summary().bytes()) >= 0;
    if (isChanged) {
      context.blocks().write(states.firstPbn(), summary.bytes());
    }
    if (rebuilt > 0 || corrected > 0) {
      tellOfCounts();
    } else if (isChanged) {
      context
          .log()
          .add(
              reason,
              Structure.SLAB_SUMMARY,
              states.firstPbn(),
              "summary written anew, " + hints + " fullness hints changed",
              "the free blocks of each slab were counted",
              Confidence.CERTAIN);
    }
  }

  private void tellOfCounts() {
    context
        .log()
        .add(
            reason,
            Structure.REFERENCE_BLOCK,
            -1,
            (corrected > 0 ? "counts of " + slabs(corrected) + " corrected" : "")
                + (corrected > 0 && rebuilt > 0 ? ", " : "")
                + (rebuilt > 0 ? "counts and journals of " + slabs(rebuilt) + " made anew" : "")
                + ": "
                + freed
                + " blocks become free, "
                + raised
                + " get higher counts",
            "the references of the whole block map were counted",
            Confidence.CERTAIN);
  }

  private String slabs(int count) {
    return count + " of " + slabs.slabCount() + " slabs";
  }
}
