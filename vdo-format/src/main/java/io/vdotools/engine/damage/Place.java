package io.vdotools.engine.damage;

import java.util.Locale;
import java.util.Optional;

/** Which of several instances of a structure is meant. */
public sealed interface Place permits Position, Place.AtPbn, Place.AtLbn {
  /**
   * The one at a PBN.
   *
   * @param pbn its address
   */
  record AtPbn(long pbn) implements Place {
    @Override
    public String toString() {
      return "pbn:" + pbn;
    }
  }

  /**
   * The one that an LBN depends on: the page of its way through the block map, the block that it is
   * mapped to, or the counts of that block.
   *
   * @param lbn the logical block
   */
  record AtLbn(long lbn) implements Place {
    @Override
    public String toString() {
      return "lbn:" + lbn;
    }
  }

  /** {@return the place that a user typed: a position, {@code pbn:N} or {@code lbn:N}} */
  static Optional<Place> parse(String text) {
    for (var position : Position.values()) {
      if (position.name().toLowerCase(Locale.ROOT).equals(text)) {
        return Optional.of(position);
      }
    }
    try {
      if (text.startsWith("pbn:")) {
        return Optional.of(new AtPbn(Long.parseUnsignedLong(text.substring(4))));
      }
      if (text.startsWith("lbn:")) {
        return Optional.of(new AtLbn(Long.parseUnsignedLong(text.substring(4))));
      }
    } catch (NumberFormatException _) {
      // No place either.
    }
    return Optional.empty();
  }
}
