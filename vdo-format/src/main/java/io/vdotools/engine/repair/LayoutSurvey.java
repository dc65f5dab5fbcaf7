package io.vdotools.engine.repair;

import io.vdotools.device.BlockBuffers;
import io.vdotools.format.BlockSize;
import io.vdotools.format.Limits;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabConfig;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.format.journal.RecoveryJournalBlock;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the structures on a volume tell of its layout, if only the place of the super block and the
 * nonce are known.
 */
final class LayoutSurvey {
  private static final int DEFAULT_JOURNAL = 32768;
  private static final int LARGEST_JOURNAL_LOOKED_FOR = 1 << 17;
  private static final int SLAB_JOURNAL = 224;
  private static final int MOST_SLABS_SAMPLED = 128;
  private static final int MOST_PAGES = 20_000;
  private static final int BLOCKS_AT_ONCE = 256;
  private static final int LEAST_SLAB_SHIFT = 13;
  private static final int MOST_SLAB_SHIFT = 23;

  private final PbnOverlay blocks;
  private final long superBlockPbn;
  private final long nonce;
  private final Set<Long> named = new HashSet<>();
  private final List<Found> journal = new ArrayList<>();
  private final long end;
  private final int journalBlocks;
  private final int slabShift;
  private final int slabJournals;
  private final long inMetadata;

  /**
   * A block of the recovery journal.
   *
   * @param isOfOnePiece whether header and first entries name the same recovery
   */
  private record Found(
      long pbn, long sequence, int recoveryCount, long head, boolean isOfOnePiece) {}

  private LayoutSurvey(PbnOverlay blocks, long superBlockPbn, long nonce) {
    this.blocks = blocks;
    this.superBlockPbn = superBlockPbn;
    this.nonce = nonce;
    gatherPages();
    long deviceEnd = blocks.device().blockCount();
    scanJournal(Math.max(firstSlab(), deviceEnd - SlabSummary.BLOCKS - LARGEST_JOURNAL_LOOKED_FOR));
    if (journal.isEmpty() && !named.isEmpty()) {
      // The volume is smaller than the device.
      scanJournal(firstSlab());
    }
    this.journalBlocks = journalSize(deviceEnd);
    this.end =
        journal.isEmpty()
            ? deviceEnd
            : journalStart(journalBlocks) + journalBlocks + SlabSummary.BLOCKS;
    int bestShift = -1;
    int bestJournals = 0;
    long bestInMetadata = Long.MAX_VALUE;
    for (int shift = LEAST_SLAB_SHIFT; shift <= MOST_SLAB_SHIFT; shift++) {
      var slabs = slabs(shift);
      if (slabs.isEmpty()) {
        continue;
      }
      long wrong =
          named.stream()
              .filter(pbn -> slabs.get().contains(pbn) && !slabs.get().isDataBlock(pbn))
              .count();
      int journals = slabJournals(slabs.get());
      boolean isBetter =
          wrong < bestInMetadata || (wrong == bestInMetadata && journals > bestJournals);
      if (bestShift < 0 || isBetter) {
        bestShift = shift;
        bestJournals = journals;
        bestInMetadata = wrong;
      }
    }
    this.slabShift = bestShift;
    this.slabJournals = bestJournals;
    this.inMetadata = bestShift < 0 ? 0 : bestInMetadata;
  }

  /** {@return what lies on a volume} */
  static LayoutSurvey of(PbnOverlay blocks, long superBlockPbn, long nonce) {
    return new LayoutSurvey(blocks, superBlockPbn, nonce);
  }

  private long firstSlab() {
    return superBlockPbn + 1 + Forest.DEFAULT_ROOT_COUNT;
  }

  /** Follows the block map from its roots, and gathers all PBNs that it names. */
  private void gatherPages() {
    var queue = new ArrayList<Long>();
    var known = new HashSet<Long>();
    for (int tree = 0; tree < Forest.DEFAULT_ROOT_COUNT; tree++) {
      queue.add(superBlockPbn + 1 + tree);
    }
    for (int at = 0; at < queue.size() && at < MOST_PAGES; at++) {
      long pbn = queue.get(at);
      var page = new BlockMapPage(blocks.block(pbn));
      if (!known.add(pbn) || page.validity(nonce, pbn) != BlockMapPage.Validity.VALID) {
        continue;
      }
      for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
        long child = BlockMapEntry.pbn(page.entry(slot));
        if (child >= firstSlab() && child < blocks.device().blockCount()) {
          named.add(child);
          queue.add(child);
        }
      }
    }
  }

  private void scanJournal(long from) {
    long to = blocks.device().blockCount();
    try (var arena = Arena.ofConfined()) {
      var buffer = BlockBuffers.allocate(arena, BLOCKS_AT_ONCE);
      for (long first = from; first < to; first += BLOCKS_AT_ONCE) {
        int count = (int) Math.min(BLOCKS_AT_ONCE, to - first);
        var errors = blocks.device().read(first, buffer.asSlice(0, (long) count * BlockSize.BLOCK));
        for (int i = 0; i < count; i++) {
          var block =
              new RecoveryJournalBlock(buffer.asSlice((long) i * BlockSize.BLOCK, BlockSize.BLOCK));
          boolean isOne =
              !errors.contains(first + i)
                  && block.nonce() == nonce
                  && block.format().isPresent()
                  && block.entryCount() <= block.format().get().entriesPerBlock()
                  && block.sequenceNumber() > 0
                  && block.sequenceNumber() < Limits.SEQUENCE_NUMBERS
                  && block.blockMapHead() <= block.sequenceNumber();
          if (isOne) {
            journal.add(
                new Found(
                    first + i,
                    block.sequenceNumber(),
                    block.recoveryCount(),
                    block.blockMapHead(),
                    block.entryCount() == 0
                        || block.isSectorValid(block.format().orElseThrow(), 1)));
          }
        }
      }
    }
  }

  /** The start that most blocks speak for, if the journal has a size. */
  private long journalStart(int size) {
    var votes = new TreeMap<Long, Integer>();
    for (var block : journal) {
      votes.merge(block.pbn() - (block.sequence() & (size - 1)), 1, Integer::sum);
    }
    long best = -1;
    int most = 0;
    for (var vote : votes.entrySet()) {
      if (vote.getValue() > most) {
        most = vote.getValue();
        best = vote.getKey();
      }
    }
    return best;
  }

  private int agreeing(int size) {
    long start = journalStart(size);
    return (int)
        journal.stream().filter(b -> b.pbn() - (b.sequence() & (size - 1)) == start).count();
  }

  /** The size with which the blocks lie at their places, and best one that ends with the device. */
  private int journalSize(long deviceEnd) {
    if (journal.isEmpty()) {
      return DEFAULT_JOURNAL;
    }
    int best = DEFAULT_JOURNAL;
    int most = -1;
    for (int size = 1; size <= LARGEST_JOURNAL_LOOKED_FOR; size *= 2) {
      long endOfVolume = journalStart(size) + size + SlabSummary.BLOCKS;
      int score =
          endOfVolume > deviceEnd
              ? -1
              : 4 * agreeing(size)
                  + (endOfVolume == deviceEnd ? 2 : 0)
                  + (size == DEFAULT_JOURNAL ? 1 : 0);
      if (score > most) {
        most = score;
        best = size;
      }
    }
    return best;
  }

  private Optional<SlabGeometry> slabs(int shift) {
    long slabBlocks = 1L << shift;
    long room = end - SlabSummary.BLOCKS - journalBlocks - firstSlab();
    if (room < slabBlocks) {
      return Optional.empty();
    }
    return SlabGeometry.of(
        firstSlab(),
        firstSlab() + room / slabBlocks * slabBlocks,
        SlabConfig.of(slabBlocks, SLAB_JOURNAL));
  }

  /** How many blocks of slab journals lie where slabs of a size have them. */
  private int slabJournals(SlabGeometry slabs) {
    int found = 0;
    try (var arena = Arena.ofConfined()) {
      var buffer = BlockBuffers.allocate(arena, slabs.journalBlocks());
      for (int slab = 0; slab < Math.min(slabs.slabCount(), MOST_SLABS_SAMPLED); slab++) {
        long start = slabs.journalStart(slab);
        var errors = blocks.device().read(start, buffer);
        for (int i = 0; i < slabs.journalBlocks(); i++) {
          var block =
              new SlabJournalBlock(buffer.asSlice((long) i * BlockSize.BLOCK, BlockSize.BLOCK));
          boolean isOne =
              !errors.contains(start + i)
                  && block.belongsTo(nonce)
                  && slabs.journalPosition(block.sequenceNumber()) == i;
          found += isOne ? 1 : 0;
        }
      }
    }
    return found;
  }

  /** {@return the shape of the volume, nothing if no slab has room} */
  Optional<SuperBlockShape> shape() {
    if (slabShift < 0) {
      return Optional.empty();
    }
    var shape =
        new SuperBlockShape(superBlockPbn, end, end, journalBlocks, 1L << slabShift, SLAB_JOURNAL);
    return Optional.of(shape).filter(SuperBlockShape::isPossible);
  }

  /** {@return whether the volume was ever started} */
  boolean isUsed() {
    return !named.isEmpty() || !journal.isEmpty();
  }

  /** {@return the data blocks of all slabs} */
  long dataBlocks() {
    return slabs(slabShift).map(s -> (long) s.slabCount() * s.dataBlocks()).orElse(1L);
  }

  /** The last block; one whose header alone may be damaged only where there is no other. */
  private Optional<Found> last() {
    return journal.stream()
        .max(Comparator.comparing(Found::isOfOnePiece).thenComparingLong(Found::sequence));
  }

  /** {@return the low byte of the recoveries, as the last journal block has it} */
  int recoveryCount() {
    return last().map(Found::recoveryCount).orElse(0);
  }

  /** {@return the oldest journal block that counts, as the last one has it} */
  long journalHead() {
    return last().map(b -> Math.max(1, b.head())).orElse(1L);
  }

  /** {@return how sure the shape is} */
  Confidence confidence() {
    return journal.isEmpty() || (slabJournals == 0 && named.size() < BLOCKS_AT_ONCE)
        ? Confidence.ASSUMED
        : Confidence.LIKELY;
  }

  /** {@return what speaks for the shape} */
  String evidence() {
    String end =
        journal.isEmpty()
            ? "no journal block was found: the volume is taken to end with the device"
            : agreeing(journalBlocks)
                + " of "
                + journal.size()
                + " journal blocks lie where their numbers say";
    return end
        + "; "
        + slabJournals
        + " slab journal blocks lie where slabs of that size have them, and "
        + (named.size() - inMetadata)
        + " of "
        + named.size()
        + " PBNs that the block map names are data blocks then";
  }
}
