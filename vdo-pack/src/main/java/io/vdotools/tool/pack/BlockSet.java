package io.vdotools.tool.pack;

import java.util.Arrays;

/** Blocks that are gathered in any order, perhaps several times each. */
final class BlockSet {
  private long[] blocks;
  private int size;

  BlockSet(int expected) {
    blocks = new long[Math.max(16, expected)];
  }

  static BlockSet of(long[] blocks) {
    var set = new BlockSet(0);
    set.blocks = blocks;
    set.size = blocks.length;
    return set;
  }

  void add(long block) {
    if (size == blocks.length) {
      sort();
      if (size > blocks.length / 2) {
        blocks = Arrays.copyOf(blocks, 2 * blocks.length);
      }
    }
    blocks[size++] = block;
  }

  void addAll(long[] more) {
    for (long block : more) {
      add(block);
    }
  }

  /** Puts the blocks into ascending order, each once. */
  BlockSet sort() {
    Arrays.sort(blocks, 0, size);
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (kept == 0 || blocks[kept - 1] != blocks[i]) {
        blocks[kept++] = blocks[i];
      }
    }
    size = kept;
    return this;
  }

  /** {@return whether a block is among these, which are sorted} */
  boolean contains(long block) {
    return Arrays.binarySearch(blocks, 0, size, block) >= 0;
  }

  int size() {
    return size;
  }

  long get(int index) {
    return blocks[index];
  }

  /** {@return the blocks of both, less those of a third; all are sorted} */
  static BlockSet union(BlockSet one, BlockSet other, BlockSet without) {
    var result = new BlockSet(one.size + other.size);
    int i = 0;
    int j = 0;
    while (i < one.size || j < other.size) {
      long next;
      if (j == other.size || (i < one.size && one.blocks[i] <= other.blocks[j])) {
        next = one.blocks[i++];
        if (j < other.size && other.blocks[j] == next) {
          j++;
        }
      } else {
        next = other.blocks[j++];
      }
      if (!without.contains(next)) {
        result.add(next);
      }
    }
    return result;
  }
}
