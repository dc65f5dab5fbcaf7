package io.vdotools.model;

/**
 * How much of a volume a visit tells.
 *
 * @param isWhole whether geometry, super block, block map and slabs come completely
 * @param isBestReading whether what could not be read may be missing, and is told as such
 */
public record DumpScope(boolean isWhole, boolean isBestReading) {
  /** All of a sound volume. */
  public static final DumpScope WHOLE = new DumpScope(true, false);
}
