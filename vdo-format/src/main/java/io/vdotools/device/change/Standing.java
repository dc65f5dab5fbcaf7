package io.vdotools.device.change;

/**
 * How far a device is from its state before a change and from that after it. Blocks which the
 * change leaves as they are count only if they are not.
 *
 * @param before blocks that hold what they held before, and are to hold something else
 * @param after blocks that hold what they are to hold
 * @param torn blocks of which some sectors are old and others new, as a crash leaves them
 * @param foreign blocks that hold anything else
 * @param firstForeign the lowest of these, -1 if there is none
 * @param unreadable blocks that cannot be read
 */
public record Standing(
    long before, long after, long torn, long foreign, long firstForeign, long unreadable) {

  /** {@return whether the change has not begun, or has been undone} */
  public boolean isUntouched() {
    return after == 0 && torn == 0 && foreign == 0;
  }

  /** {@return whether the change is complete} */
  public boolean isApplied() {
    return before == 0 && torn == 0 && foreign == 0 && unreadable == 0;
  }
}
