package io.vdotools.engine.metadata;

import io.vdotools.engine.SlabTail;
import io.vdotools.format.JournalPoint;
import io.vdotools.format.depot.SlabConfig;
import io.vdotools.format.depot.SlabGeometry;
import java.util.ArrayList;
import java.util.List;

/** All slabs of a running volume, divided among its physical zones. */
public final class SlabDepot {
  private static final SlabTail UNUSED =
      new SlabTail(SlabTail.Origin.UNUSED, 1, 1, JournalPoint.NONE, JournalPoint.NONE);

  private final Environment environment;
  private final JournalLocks locks;
  private final SlabConfig config;
  private final List<PhysicalZone> zones = new ArrayList<>();
  private volatile SlabGeometry geometry;

  /**
   * @param environment the engine's
   * @param locks who needs which block of the recovery journal
   * @param config how slabs are divided
   * @param loaded what a load found
   */
  public SlabDepot(
      Environment environment, JournalLocks locks, SlabConfig config, LoadedDepot loaded) {
    this.environment = environment;
    this.locks = locks;
    this.config = config;
    this.geometry = loaded.geometry();
    for (var section : environment.sections().physical()) {
      var summary =
          new SummaryZone(environment, section, loaded.summaryStart(), loaded.summary().bytes());
      zones.add(new PhysicalZone(section, summary, geometry));
    }
    for (int number = 0; number < geometry.slabCount(); number++) {
      var zone = zones.get(number % zones.size());
      var slab = loaded.slabs().get(number);
      zone.add(
          new Slab(number, zone, environment, locks, geometry, config, slab.tail(), slab.counts()));
    }
  }

  /** {@return where slabs and their parts lie} */
  public SlabGeometry geometry() {
    return geometry;
  }

  /** {@return how many physical zones there are} */
  public int zoneCount() {
    return zones.size();
  }

  /** {@return a zone by its number} */
  public PhysicalZone zone(int number) {
    return zones.get(number);
  }

  /** {@return the zone that owns a PBN, which must lie in a slab} */
  public PhysicalZone zoneOf(long pbn) {
    return zones.get(geometry.slabOf(pbn) % zones.size());
  }

  /**
   * Adds the slabs that a larger geometry has, while no request is under way.
   *
   * @param summaryStart where the slab summary lies now
   * @param then runs when all zones know
   */
  public void grow(SlabGeometry larger, long summaryStart, Runnable then) {
    int before = geometry.slabCount();
    geometry = larger;
    var left = new Countdown(zones.size(), then);
    for (var zone : zones) {
      environment
          .execution()
          .enter(
              zone.section(),
              () -> {
                zone.move(larger, summaryStart);
                addNewSlabs(zone, before, larger);
                left.countDown();
              });
    }
  }

  private void addNewSlabs(PhysicalZone zone, int before, SlabGeometry larger) {
    for (int number = before; number < larger.slabCount(); number++) {
      if (number % zones.size() == zone.section().index()) {
        zone.add(new Slab(number, zone, environment, locks, larger, config, UNUSED, null));
      }
    }
  }

  /** Writes the slab journals that need a recovery journal block, or an older one. */
  public void commitTailsThatNeed(long sequence) {
    for (var zone : zones) {
      environment.execution().enter(zone.section(), () -> zone.commitTailsThatNeed(sequence));
    }
  }
}
