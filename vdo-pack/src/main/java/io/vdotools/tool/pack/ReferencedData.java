package io.vdotools.tool.pack;

import io.vdotools.VdoException;
import io.vdotools.engine.ForestObserver;
import io.vdotools.engine.ForestWalk;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.Volume;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.TreePlace;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.pack.FrameKind;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The data blocks that something is mapped to, each once.
 *
 * <p>They are marked in a table of bits, for a part of the volume at a time, so that memory does
 * not grow with the volume; the block map is walked once for each part.
 */
final class ReferencedData {
  // Two tables of 8 MiB.
  private static final long WINDOW_BLOCKS = 1L << 26;

  private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

  private final Volume volume;
  private final ForestWalk walk;
  private final SlabGeometry slabs;
  private final Parallel parallel;
  private final FrameQueue queue;

  ReferencedData(
      Volume volume, ForestWalk walk, SlabGeometry slabs, Parallel parallel, FrameQueue queue) {
    this.volume = volume;
    this.walk = walk;
    this.slabs = slabs;
    this.parallel = parallel;
    this.queue = queue;
  }

  /**
   * Packs them, without those that are packed already as metadata.
   *
   * @param found pages that nothing leads to
   */
  void pack(BlockSet found) throws VdoException {
    queue.begin(FrameKind.DATA);
    for (long first = slabs.firstBlock(); first < slabs.endBlock(); first += WINDOW_BLOCKS) {
      var window = new Window(first, Math.min(WINDOW_BLOCKS, slabs.endBlock() - first));
      walk.run(window, parallel.states(() -> window), new Marks());
      JournalNames.forEach(
          volume,
          (entry, isPage) -> {
            window.exclude(entry.pagePbn());
            if (isPage) {
              window.exclude(entry.location().pbn());
            } else {
              window.mark(entry.mapping().pbn());
            }
          });
      for (int i = 0; i < found.size(); i++) {
        window.exclude(found.get(i) + volume.blockOffset());
      }
      window.addTo(queue);
    }
    queue.finish();
  }

  /** Marks what the entries of leaves point to. */
  private static final class Marks implements ForestObserver.LeafTask<Window> {
    @Override
    public void allocated(Window window, long pbn) {
      window.exclude(pbn);
    }

    @Override
    public void leaf(Window window, long pbn, long pageNumber, MemorySegment buffer, long offset) {
      for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
        window.mark(BlockMapEntry.pbn(BlockMapPage.entry(buffer, offset, slot)));
      }
    }
  }

  /** The marks of a part of the volume; several threads may set them. */
  private final class Window implements ForestObserver {
    private final long first;
    private final long blocks;
    private final long[] marked;
    private final long[] excluded;

    Window(long first, long blocks) {
      this.first = first;
      this.blocks = blocks;
      marked = new long[(int) ((blocks + 63) / 64)];
      excluded = new long[marked.length];
      for (int tree = 0; tree < Forest.DEFAULT_ROOT_COUNT; tree++) {
        exclude(volume.superBlock().blockMap().rootOrigin() + tree);
      }
    }

    void mark(long pbn) {
      set(marked, pbn);
    }

    void exclude(long pbn) {
      set(excluded, pbn);
    }

    private void set(long[] words, long pbn) {
      long place = pbn - first;
      if (place < 0 || place >= blocks) {
        return;
      }
      long bit = 1L << place;
      int word = (int) (place >>> 6);
      if ((words[word] & bit) == 0) {
        WORDS.getAndBitwiseOr(words, word, bit);
      }
    }

    void addTo(FrameQueue queue) throws VdoException {
      for (int word = 0; word < marked.length; word++) {
        long bits = marked[word] & ~excluded[word];
        while (bits != 0) {
          long pbn = first + 64L * word + Long.numberOfTrailingZeros(bits);
          bits &= bits - 1;
          long block = pbn - volume.blockOffset();
          if (slabs.isDataBlock(pbn)
              && block >= 0
              && block < volume.device().blockCount() - volume.blockOffset()) {
            queue.add(block);
          }
        }
      }
    }

    @Override
    public void unusable(long pbn, TreePlace place, PageFault fault, BlockMapPage page) {
      exclude(pbn);
    }

    @Override
    public void interior(long pbn, TreePlace place, BlockMapPage page) {
      exclude(pbn);
    }

    @Override
    public void refused(long pbn, TreePlace place, long packed, ChildFault fault) {}

    @Override
    public void duplicate(long pbn, TreePlace kept, TreePlace other) {}
  }
}
