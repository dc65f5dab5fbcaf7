package io.vdotools.check;

import io.vdotools.engine.LeafTally;
import io.vdotools.engine.MappingIndex;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.problem.Findings;
import io.vdotools.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Problems of data blocks that wait for the names of the logical blocks that they touch.
 *
 * <p>Only a walk over all leaves knows which LBNs refer to a block; it is made once for all
 * suspects, and only if there are any.
 */
final class Suspects {
  private static final int LBNS_KEPT = 256;
  private static final int RANGES_NAMED = 16;
  private static final int MOST_BLOCKS = 1 << 18;

  private static final class Suspect {
    final Function<List<LbnSet>, Problem> problem;
    final TreeSet<Long> lbns = new TreeSet<>();

    Suspect(Function<List<LbnSet>, Problem> problem) {
      this.problem = problem;
    }
  }

  /**
   * A suspect to which a block belongs, and the one before it to which the same block belongs.
   *
   * @param suspect the suspect
   * @param before the index of the other place, negative if there is none
   */
  private record Place(Suspect suspect, int before) {}

  private final long firstBlock;
  private final List<Suspect> suspects = new ArrayList<>();
  private final List<Place> places = new ArrayList<>();
  private final MappingIndex byBlock = new MappingIndex();
  private long blocks;

  Suspects(long firstBlock) {
    this.firstBlock = firstBlock;
  }

  /**
   * Adds a problem of blocks to which any entry may refer.
   *
   * @param pbn the first block
   * @param count how many blocks
   * @param hasReferences whether any entry refers to them
   * @param problem makes the problem, once the LBNs are known
   */
  void add(long pbn, long count, boolean hasReferences, Function<List<LbnSet>, Problem> problem) {
    add(pbn, count, MappingIndex.ANY_STATE, hasReferences, problem);
  }

  /** Adds a problem of one fragment of a block; see {@link #add}. */
  void addFragment(long pbn, int state, Function<List<LbnSet>, Problem> problem) {
    add(pbn, 1, state, true, problem);
  }

  private void add(
      long pbn,
      long count,
      int state,
      boolean hasReferences,
      Function<List<LbnSet>, Problem> problem) {
    var suspect = new Suspect(problem);
    suspects.add(suspect);
    if (hasReferences && blocks + count <= MOST_BLOCKS) {
      blocks += count;
      for (long i = 0; i < count; i++) {
        places.add(new Place(suspect, byBlock.get(pbn + i, state)));
        byBlock.put(pbn + i, state, places.size() - 1);
      }
    }
  }

  /** {@return whether a walk would find anything} */
  boolean needNames() {
    return blocks > 0;
  }

  /** Takes the names of the references of the page that a tally counted last. */
  void name(LeafTally page) {
    for (int i = 0; i < page.size(); i++) {
      long pbn = firstBlock + page.blocks()[i];
      name(byBlock.get(pbn, MappingIndex.ANY_STATE), page.lbn(i));
      name(byBlock.get(pbn, page.state(i)), page.lbn(i));
    }
  }

  private void name(int index, long lbn) {
    for (int at = index; at >= 0; at = places.get(at).before()) {
      var lbns = places.get(at).suspect().lbns;
      synchronized (lbns) {
        lbns.add(lbn);
        if (lbns.size() > LBNS_KEPT) {
          lbns.pollLast();
        }
      }
    }
  }

  /** Reports all problems with what is known of their LBNs. */
  void report(Findings findings) {
    for (var suspect : suspects) {
      findings.add(suspect.problem.apply(ranges(suspect.lbns)));
    }
  }

  private static List<LbnSet> ranges(SortedSet<Long> lbns) {
    var ranges = new ArrayList<LbnSet>();
    long first = -1;
    long next = -1;
    for (long lbn : lbns) {
      if (lbn != next) {
        if (first >= 0) {
          ranges.add(LbnSet.range(first, next - first));
        }
        first = lbn;
      }
      next = lbn + 1;
    }
    if (first >= 0) {
      ranges.add(LbnSet.range(first, next - first));
    }
    return ranges.subList(0, Math.min(RANGES_NAMED, ranges.size()));
  }
}
