package io.vdotools.engine.repair;

import io.vdotools.engine.ForestObserver;
import io.vdotools.engine.LeafTally;
import io.vdotools.engine.SilentForestObserver;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which logical blocks refer to some blocks of data: found by a walk over all leaves. */
final class DataReferences {
  /**
   * A mapping.
   *
   * @param lbn the logical block
   * @param state the mapping state
   * @param pagePbn the leaf page that holds it
   */
  record Mapping(long lbn, int state, long pagePbn) {}

  private DataReferences() {}

  /**
   * {@return the mappings to each of some blocks, by ascending LBN}
   *
   * @param context the volume
   * @param pbns the blocks
   */
  static Map<Long, List<Mapping>> find(MendContext context, Set<Long> pbns) {
    var found = new HashMap<Long, List<Mapping>>();
    long firstBlock = context.slabs().firstBlock();
    var tallies =
        context
            .resources()
            .parallel()
            .states(() -> new LeafTally(context.slabs(), context.forest().logicalBlocks()));
    context
        .walk()
        .run(
            SilentForestObserver.INSTANCE,
            tallies,
            new ForestObserver.LeafTask<LeafTally>() {
              @Override
              public void allocated(LeafTally tally, long pbn) {}

              @Override
              public void leaf(
                  LeafTally tally, long pbn, long pageNumber, MemorySegment buffer, long offset) {
                tally.count(pageNumber, buffer, offset, (_, _) -> {});
                for (int i = 0; i < tally.size(); i++) {
                  long named = firstBlock + tally.blocks()[i];
                  if (pbns.contains(named)) {
                    synchronized (found) {
                      found
                          .computeIfAbsent(named, _ -> new ArrayList<>())
                          .add(new Mapping(tally.lbn(i), tally.state(i), pbn));
                    }
                  }
                }
              }
            });
    found.values().forEach(list -> list.sort(Comparator.comparingLong(Mapping::lbn)));
    return found;
  }
}
