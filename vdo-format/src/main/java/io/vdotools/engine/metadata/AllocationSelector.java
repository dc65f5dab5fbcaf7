package io.vdotools.engine.metadata;

import io.vdotools.engine.zones.Section;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where a logical zone gets its blocks from: many times from one physical zone, then from the next,
 * as the driver does it.
 *
 * <p>Belongs to the logical zone's section.
 */
public final class AllocationSelector {
  private static final int ALLOCATIONS_PER_ZONE = 128;

  private final Environment environment;
  private final SlabDepot depot;
  private int zone;
  private int allocations;

  /**
   * @param environment the engine's
   * @param depot all slabs
   * @param logicalZone the number of the logical zone
   */
  public AllocationSelector(Environment environment, SlabDepot depot, int logicalZone) {
    this.environment = environment;
    this.depot = depot;
    this.zone = logicalZone % depot.zoneCount();
  }

  /**
   * Allocates a block.
   *
   * @param section where to go on
   * @param then takes the hold on the block, null if no zone has a free one
   */
  public void allocate(Section section, Consumer<@Nullable PbnLock> then) {
    if (allocations++ == ALLOCATIONS_PER_ZONE) {
      allocations = 1;
      zone = (zone + 1) % depot.zoneCount();
    }
    ask(zone, depot.zoneCount(), section, then);
  }

  private void ask(int number, int left, Section section, Consumer<@Nullable PbnLock> then) {
    var asked = depot.zone(number);
    environment
        .execution()
        .enter(
            asked.section(),
            () -> {
              var lock = asked.allocate();
              if (lock == null && left > 1) {
                ask((number + 1) % depot.zoneCount(), left - 1, section, then);
              } else {
                environment.execution().enter(section, () -> then.accept(lock));
              }
            });
  }
}
