package io.vdotools.tool.stats;

import io.vdotools.format.depot.SlabGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How often the block map refers to each block, and as what, two bytes for a block.
 *
 * <p>Blocks have their cells in chunks, which come into being when a block of theirs is referred
 * to: a large volume with little in it takes little. When the memory allowed is used up, blocks of
 * other chunks wait for another pass over the block map; a chunk that came into being has missed
 * nothing.
 */
final class ReferenceCells implements AutoCloseable {
  private static final int CHUNK_SHIFT = 15;

  /** The memory that a chunk takes. */
  static final int CHUNK_BYTES = Short.BYTES << CHUNK_SHIFT;

  private static final int PAGE = 0x8000;
  private static final int COMPRESSED = 0x4000;

  /** The most references that are told apart: many more than a sound volume has to a block. */
  static final int MOST_REFERENCES = 0x3fff;

  // What the table holds for a chunk that has no cells; else it holds their place, from 0.
  private static final int UNTOUCHED = -1;
  private static final int WAITING = -2;
  private static final int DONE = -3;

  private final SlabGeometry slabs;
  private final int mostChunks;
  private final int[] table;
  private final Arena arena = Arena.ofConfined();
  private final List<MemorySegment> chunks = new ArrayList<>();
  private int chunksInUse;
  private boolean isAnyWaiting;

  /** Takes the cells of one pass. */
  interface Task {
    /**
     * A block that the block map refers to.
     *
     * @param pbn the block
     * @param references how many mappings name it, at most {@link #MOST_REFERENCES}
     * @param isPage whether it is a page of the block map
     * @param isCompressed whether a mapping names a fragment of it
     */
    void block(long pbn, int references, boolean isPage, boolean isCompressed);
  }

  /**
   * @param slabs where blocks that are referred to can lie
   * @param memoryBytes what cells may take, at least {@link #CHUNK_BYTES}
   */
  ReferenceCells(SlabGeometry slabs, long memoryBytes) {
    this.slabs = slabs;
    this.mostChunks = Math.clamp(memoryBytes / CHUNK_BYTES, 1, Integer.MAX_VALUE);
    this.table = new int[(int) (((slabs.totalBlocks() - 1) >>> CHUNK_SHIFT) + 1)];
    Arrays.fill(table, UNTOUCHED);
  }

  /** Adds a mapping to a data block. */
  void addMapping(long pbn, boolean isCompressed) {
    add(pbn, 1, isCompressed ? COMPRESSED : 0);
  }

  /** Notes that a data block is a page of the block map. */
  void addPage(long pbn) {
    add(pbn, 0, PAGE);
  }

  private void add(long pbn, int references, int flag) {
    long block = pbn - slabs.firstBlock();
    int chunk = (int) (block >>> CHUNK_SHIFT);
    int place = table[chunk];
    if (place < 0) {
      place = begin(chunk, place);
      if (place < 0) {
        return;
      }
    }
    var cells = chunks.get(place);
    long index = block & ((1 << CHUNK_SHIFT) - 1);
    int cell = cells.getAtIndex(ValueLayout.JAVA_SHORT, index);
    int count = Math.min((cell & MOST_REFERENCES) + references, MOST_REFERENCES);
    cells.setAtIndex(
        ValueLayout.JAVA_SHORT, index, (short) ((cell & (PAGE | COMPRESSED)) | flag | count));
  }

  /** {@return the place of the cells of a chunk that has none yet, or a negative number} */
  private int begin(int chunk, int state) {
    if (state != UNTOUCHED) {
      return state;
    }
    if (chunksInUse == mostChunks) {
      isAnyWaiting = true;
      table[chunk] = WAITING;
      return WAITING;
    }
    if (chunksInUse == chunks.size()) {
      chunks.add(arena.allocate(CHUNK_BYTES, Short.BYTES));
    }
    table[chunk] = chunksInUse;
    return chunksInUse++;
  }

  /**
   * Ends a pass over the block map.
   *
   * @param task takes the blocks of chunks that are complete, by PBN
   * @return whether another pass is needed
   */
  boolean endPass(Task task) {
    for (int chunk = 0; chunk < table.length; chunk++) {
      int place = table[chunk];
      if (place >= 0) {
        tell(chunk, chunks.get(place), task);
        table[chunk] = DONE;
      } else if (place == WAITING) {
        table[chunk] = UNTOUCHED;
      }
    }
    boolean isAnother = isAnyWaiting;
    isAnyWaiting = false;
    chunksInUse = 0;
    return isAnother;
  }

  private void tell(int chunk, MemorySegment cells, Task task) {
    long first = slabs.firstBlock() + ((long) chunk << CHUNK_SHIFT);
    for (int i = 0; i < 1 << CHUNK_SHIFT; i++) {
      int cell = cells.getAtIndex(ValueLayout.JAVA_SHORT, i);
      if (cell != 0) {
        task.block(first + i, cell & MOST_REFERENCES, (cell & PAGE) != 0, (cell & COMPRESSED) != 0);
      }
    }
    cells.fill((byte) 0);
  }

  @Override
  public void close() {
    arena.close();
  }
}
