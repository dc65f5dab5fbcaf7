package io.vdotools.engine.zones;

import io.vdotools.engine.zones.Section.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * All sections of an engine, numbered.
 *
 * @param journal the recovery journal's
 * @param packer the packer's
 * @param compute the one that owns nothing
 * @param logical the logical zones
 * @param physical the physical zones
 * @param hash the hash zones
 */
public record Sections(
    Section journal,
    Section packer,
    Section compute,
    List<Section> logical,
    List<Section> physical,
    List<Section> hash) {
  /** Copies the lists. */
  public Sections {
    logical = List.copyOf(logical);
    physical = List.copyOf(physical);
    hash = List.copyOf(hash);
  }

  /**
   * {@return the sections of an engine with so many zones}
   *
   * @param logicalZones 1 to 60
   * @param physicalZones 1 to 16
   * @param hashZones 1 to 100
   */
  public static Sections of(int logicalZones, int physicalZones, int hashZones) {
    var all = new ArrayList<Section>();
    var journal = add(all, Kind.JOURNAL, 0);
    var packer = add(all, Kind.PACKER, 0);
    var compute = add(all, Kind.COMPUTE, 0);
    return new Sections(
        journal,
        packer,
        compute,
        addAll(all, Kind.LOGICAL, logicalZones),
        addAll(all, Kind.PHYSICAL, physicalZones),
        addAll(all, Kind.HASH, hashZones));
  }

  private static List<Section> addAll(List<Section> all, Kind kind, int count) {
    if (count < 1) {
      throw new IllegalArgumentException(count + " zones of kind " + kind);
    }
    var added = new ArrayList<Section>();
    for (int i = 0; i < count; i++) {
      added.add(add(all, kind, i));
    }
    return added;
  }

  private static Section add(List<Section> all, Kind kind, int index) {
    var section = new Section(all.size(), kind, index);
    all.add(section);
    return section;
  }

  /** {@return how many there are} */
  public int count() {
    return 3 + logical.size() + physical.size() + hash.size();
  }
}
