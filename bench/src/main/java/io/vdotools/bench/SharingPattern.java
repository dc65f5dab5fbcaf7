package io.vdotools.bench;

import io.vdotools.format.blockmap.MappingState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Which of some consecutive LBNs share their blocks, and how: a piece that repeats over the logical
 * space.
 *
 * <p>Of each repetition, called a cell, the pattern names the blocks by their place among the
 * blocks of that cell. A few LBNs do not map to a block of their own cell, but to one of the first
 * {@link #lentBlocks} of another: exactly one other cell borrows them all, once each.
 */
final class SharingPattern {
  /** In place of a block: the LBN is not mapped. */
  static final int UNMAPPED = -1;

  /** In place of a block: the LBN is mapped to the zero block. */
  static final int ZERO = -2;

  /** No sharing at all: the volume has no cells, and every LBN a block of its own. */
  static final SharingPattern NONE = new SharingPattern(List.of(), new int[0], 0);

  // One block may be lent once more, and no block may have more than 254 references.
  private static final int MOST_REFERENCES = 253;
  private static final int LARGEST_CELL = 1 << 20;
  private static final int FRAGMENTS = MappingState.fragment(MappingState.COMPRESSED_MAX) + 1;

  private final int[] blocks;
  private final byte[] states;
  private final int[] counts;
  private final int lentBlocks;

  /** One LBN: a block (or what is in place of one), and the state of the mapping. */
  private record Mapping(int block, int state) {}

  private SharingPattern(List<Mapping> mappings, int[] counts, int lentBlocks) {
    this.blocks = mappings.stream().mapToInt(Mapping::block).toArray();
    this.states = new byte[mappings.size()];
    for (int i = 0; i < states.length; i++) {
      states[i] = (byte) mappings.get(i).state();
    }
    this.counts = counts;
    this.lentBlocks = lentBlocks;
  }

  /** {@return the LBNs of a cell; 0 if there are no cells} */
  int lbns() {
    return blocks.length;
  }

  /** {@return the blocks that a cell owns} */
  int ownBlocks() {
    return counts.length;
  }

  /** {@return the blocks that a cell lends to another, which are the first that it owns} */
  int lentBlocks() {
    return lentBlocks;
  }

  /**
   * {@return which block an LBN of the cell maps to}
   *
   * <p>{@link #UNMAPPED}, {@link #ZERO}, an own block, or {@link #ownBlocks} and more for a
   * borrowed one.
   */
  int block(int lbn) {
    return blocks[lbn];
  }

  /** {@return the state of the mapping of an LBN of the cell} */
  int state(int lbn) {
    return states[lbn];
  }

  /** {@return how many LBNs of the cell itself map to an own block} */
  int count(int ownBlock) {
    return counts[ownBlock];
  }

  /** {@return the LBNs of a cell that count as used} */
  int usedLbns() {
    int used = 0;
    for (int block : blocks) {
      used += block == UNMAPPED ? 0 : 1;
    }
    return used;
  }

  /** Few blocks with very many references, more with some, most with one or two. */
  static SharingPattern deduplicated() {
    var builder = new Builder();
    builder.addShared(1, MOST_REFERENCES);
    builder.addShared(7, 64);
    builder.addShared(56, 20);
    builder.addShared(448, 4);
    builder.addShared(768, 2);
    builder.addShared(768, 1);
    builder.shuffleRepeats();
    builder.addBorrowed(1024);
    return builder.build();
  }

  /** No sharing, but a cell that is longer than what a pack compresses at once: no repetition. */
  static SharingPattern jittered() {
    var builder = new Builder();
    builder.addJittered(1 << 19, 64);
    return builder.build();
  }

  static SharingPattern compressed() {
    var builder = new Builder();
    builder.addCompressed(1024, 1);
    return builder.build();
  }

  static SharingPattern mixed() {
    var builder = new Builder();
    builder.addShared(4096, 1);
    builder.shuffleRepeats();
    builder.addUnmapped(700);
    builder.addZero(300);
    builder.addShared(200, 3);
    builder.addShared(2, MOST_REFERENCES);
    builder.shuffleRepeats();
    builder.addCompressed(256, 1);
    builder.addUnmapped(2500);
    builder.addCompressed(64, 3);
    builder.addZero(1);
    builder.addBorrowed(500);
    return builder.build();
  }

  /** Puts a pattern together from left to right. */
  private static final class Builder {
    private final List<Mapping> mappings = new ArrayList<>();
    private final List<Integer> counts = new ArrayList<>();
    // The pattern is the same on all volumes; what differs between them is added elsewhere.
    private final Random random = new Random(20260101);
    private int borrowed;

    private final List<Mapping> firsts = new ArrayList<>();
    private final List<Mapping> repeats = new ArrayList<>();

    /** Blocks with a number of references each; {@link #shuffleRepeats} places them. */
    void addShared(int blockCount, int references) {
      for (int i = 0; i < blockCount; i++) {
        var mapping = new Mapping(counts.size(), MappingState.UNCOMPRESSED);
        counts.add(references);
        firsts.add(mapping);
        repeats.addAll(Collections.nCopies(references - 1, mapping));
      }
    }

    /** The first references in order, the further ones strewn evenly between. */
    void shuffleRepeats() {
      Collections.shuffle(repeats, random);
      int done = 0;
      for (int i = 0; i < firsts.size(); i++) {
        mappings.add(firsts.get(i));
        int due = (int) ((i + 1L) * repeats.size() / firsts.size());
        mappings.addAll(repeats.subList(done, due));
        done = due;
      }
      firsts.clear();
      repeats.clear();
    }

    /** Blocks with one reference each, given to any of the requests in flight, one by one. */
    void addJittered(int blockCount, int mostInFlight) {
      var given = new int[blockCount];
      var inFlight = new int[Math.min(mostInFlight, blockCount)];
      int next = 0;
      while (next < inFlight.length) {
        inFlight[next] = next++;
      }
      int left = inFlight.length;
      for (int block = 0; block < blockCount; block++) {
        int chosen = random.nextInt(left);
        given[inFlight[chosen]] = block;
        inFlight[chosen] = next < blockCount ? next++ : inFlight[--left];
      }
      for (int block : given) {
        mappings.add(new Mapping(block, MappingState.UNCOMPRESSED));
        counts.add(1);
      }
    }

    /**
     * Compressed blocks; several are filled at the same time, so that their fragments alternate.
     */
    void addCompressed(int blockCount, int mostReferences) {
      int window = 64;
      var fragments = new ArrayList<Mapping>();
      for (int i = 0; i < blockCount; i++) {
        int slots = random.nextInt(2, FRAGMENTS + 1);
        int references = 0;
        for (int slot = 0; slot < slots; slot++) {
          int of = random.nextInt(1, mostReferences + 1);
          references += of;
          fragments.addAll(
              Collections.nCopies(of, new Mapping(counts.size(), MappingState.ofFragment(slot))));
        }
        counts.add(references);
      }
      for (int i = 0; i < fragments.size(); i += window) {
        Collections.shuffle(fragments.subList(i, Math.min(i + window, fragments.size())), random);
      }
      mappings.addAll(fragments);
    }

    void addUnmapped(int lbns) {
      mappings.addAll(Collections.nCopies(lbns, new Mapping(UNMAPPED, MappingState.UNMAPPED)));
    }

    void addZero(int lbns) {
      mappings.addAll(Collections.nCopies(lbns, new Mapping(ZERO, MappingState.UNCOMPRESSED)));
    }

    /** A run of blocks that another cell lends; only after all own blocks, and once. */
    void addBorrowed(int blockCount) {
      borrowed = blockCount;
      for (int i = 0; i < blockCount; i++) {
        mappings.add(new Mapping(counts.size() + i, MappingState.UNCOMPRESSED));
      }
    }

    SharingPattern build() {
      int[] perBlock = counts.stream().mapToInt(Integer::intValue).toArray();
      for (int count : perBlock) {
        if (count > MOST_REFERENCES) {
          throw new IllegalStateException("too many references: " + count);
        }
      }
      if (!firsts.isEmpty() || borrowed > perBlock.length || mappings.size() > LARGEST_CELL) {
        throw new IllegalStateException("the pattern is incomplete");
      }
      return new SharingPattern(mappings, perBlock, borrowed);
    }
  }
}
