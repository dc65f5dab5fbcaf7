package io.vdotools.tool.stats;

import io.vdotools.format.VdoComponent;
import java.util.ArrayList;
import java.util.List;

/** How the reports for people put things. */
final class Words {
  private Words() {}

  /**
   * References that the reports put in one line.
   *
   * @param from the fewest
   * @param to the most
   * @param blocks blocks with so many
   */
  record Band(int from, int to, long blocks) {
    String title() {
      return from == to ? Integer.toString(from) : from + " to " + to;
    }
  }

  /** {@return the blocks by references, in bands that double, without empty ones at the end} */
  static List<Band> bands(List<Figures.Shared> sharing) {
    var bands = new ArrayList<Band>();
    int at = 0;
    for (int from = 1; at < sharing.size(); from *= 2) {
      int first = bands.isEmpty() ? 1 : bands.getLast().to() + 1;
      long blocks = 0;
      for (; at < sharing.size() && sharing.get(at).references() <= from; at++) {
        blocks += sharing.get(at).blocks();
      }
      bands.add(new Band(first, from, blocks));
    }
    return bands;
  }

  static String state(VdoComponent vdo) {
    return switch (vdo.state()) {
      case NEW -> "new";
      case CLEAN -> "clean";
      case DIRTY -> "dirty";
      case RECOVERING -> "recovering";
      case READ_ONLY_MODE -> "read-only";
      case FORCE_REBUILD -> "rebuild requested";
      case REPLAYING -> "replaying";
      case REBUILD_FOR_UPGRADE -> "rebuild requested for an upgrade";
      case UNKNOWN -> "unknown (" + vdo.stateCode() + ")";
    };
  }

  /** {@return a part of a whole in hundredths, to one decimal} */
  static String percent(long part, long whole) {
    long tenths = whole == 0 ? 0 : (long) (1000.0 * part / whole);
    return tenths / 10 + "." + tenths % 10 + "%";
  }
}
