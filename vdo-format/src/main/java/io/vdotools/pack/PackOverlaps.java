package io.vdotools.pack;

import io.vdotools.VdoException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Finds blocks that two frames claim, which no writer makes: whoever unpacks such a pack could not
 * know which is right. Frames of one kind are in order by the directory; here all kinds are gone
 * through side by side, one list of each in memory.
 */
final class PackOverlaps {
  private PackOverlaps() {}

  /**
   * Reads the lists of all frames.
   *
   * @throws PackException if two frames claim a block, or a list is damaged
   */
  static void check(PackFile file) throws VdoException {
    var next = new PriorityQueue<Cursor>(Comparator.comparingLong(Cursor::start));
    for (int[] frames : groups(file.directory())) {
      var cursor = new Cursor(file, frames);
      if (cursor.advance()) {
        next.add(cursor);
      }
    }
    long end = 0;
    String owner = "";
    while (!next.isEmpty()) {
      var cursor = next.remove();
      if (cursor.start() < end) {
        throw PackException.damaged(
            file.name(),
            cursor.where(),
            "block " + cursor.start() + " is in " + owner + " as well");
      }
      end = cursor.end();
      owner = cursor.where();
      if (cursor.advance()) {
        next.add(cursor);
      }
    }
  }

  private static List<int[]> groups(PackDirectory directory) {
    var groups = new ArrayList<int[]>();
    for (int group = 0; group < directory.groups(); group++) {
      int[] frames = directory.framesOf(group);
      if (frames.length > 0) {
        groups.add(frames);
      }
    }
    return groups;
  }

  /** Goes through the runs of the frames of a kind. */
  private static final class Cursor {
    private final PackFile file;
    private final int[] frames;
    private int frame = -1;
    private int run;
    private @Nullable BlockRuns runs;

    Cursor(PackFile file, int[] frames) {
      this.file = file;
      this.frames = frames;
    }

    /** {@return whether there is another run} */
    boolean advance() throws VdoException {
      run++;
      if (runs == null || run == runs.runs()) {
        if (++frame == frames.length) {
          return false;
        }
        runs = file.list(frames[frame]);
        run = 0;
      }
      return true;
    }

    long start() {
      return runs == null ? 0 : runs.runStart(run);
    }

    long end() {
      return runs == null ? 0 : runs.runStart(run) + runs.runLength(run);
    }

    String where() {
      return file.where(frames[frame]);
    }
  }
}
