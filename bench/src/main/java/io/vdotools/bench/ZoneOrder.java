package io.vdotools.bench;

/**
 * Pieces that zones of equal size hand out in turn, each in a circle that begins somewhere in it.
 * What is left over behind the last zone is handed out last.
 *
 * @param pieces how many there are
 * @param zones how many zones, at least 1
 * @param start where the circle begins, 0 or more
 */
record ZoneOrder(long pieces, int zones, long start) implements PieceOrder {
  @Override
  public long apply(long piece) {
    if (piece >= inZones()) {
      return piece;
    }
    return piece % zones * inZone() + (piece / zones + start) % inZone();
  }

  @Override
  public long invert(long place) {
    if (place >= inZones()) {
      return place;
    }
    long turn = Math.floorMod(place % inZone() - start, inZone());
    return turn * zones + place / inZone();
  }

  private long inZone() {
    return pieces / zones;
  }

  private long inZones() {
    return inZone() * zones;
  }
}
