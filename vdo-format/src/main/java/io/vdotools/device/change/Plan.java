package io.vdotools.device.change;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.DeviceException;
import io.vdotools.device.Overlay;
import java.lang.foreign.Arena;

/**
 * A change that was computed, bound to what it was computed from.
 *
 * <p>How to make one:
 *
 * <pre>{@code
 * var reads = RecordingDevice.over(device);
 * var overlay = OverlayDevice.over(reads);
 * // ... the change is computed, reading from the overlay and writing to it
 * var plan = Plan.of(reads, overlay, superBlockPbn);
 * // ... the result is checked, reading from the overlay
 * UndoFiles.apply(plan, device, name, undoFile, progress);
 * }</pre>
 *
 * <p>What is read while the result is checked has to be the same when the change is made, too, but
 * the plan's name does not depend on it: a check reads in an order, and up to blocks, that depend
 * on the machine.
 */
public final class Plan {
  private final RecordingDevice reads;
  private final ChangeSet changes;
  private final String id;

  private Plan(RecordingDevice reads, ChangeSet changes, String id) {
    this.reads = reads;
    this.changes = changes;
    this.id = id;
  }

  /**
   * {@return the plan to make an overlay's changes}
   *
   * @param reads the device to be changed, through which all was read that the change depends on
   * @param overlay the changes, over {@code reads}; it must not change any more
   * @param commitBlock the block which makes the others valid (a volume's super block)
   * @throws DeviceException if a change cannot be read from where it is kept
   * @throws IllegalArgumentException if the overlay lies over another device, or the device has no
   *     such block
   */
  public static Plan of(RecordingDevice reads, Overlay overlay, long commitBlock)
      throws DeviceException {
    if (overlay.base() != reads) {
      throw new IllegalArgumentException("the overlay does not lie over what was recorded");
    }
    var changes = ChangeSet.of(overlay, commitBlock);
    return new Plan(reads, changes, "%016x".formatted(fingerprint(reads, changes)));
  }

  private static long fingerprint(RecordingDevice reads, ChangeSet changes) throws DeviceException {
    long hash = BlockHash.mix(reads.fingerprint() + changes.commitBlock());
    try (Arena arena = Arena.ofConfined()) {
      var content = BlockBuffers.allocate(arena, 1);
      for (int i = 0; i < changes.size(); i++) {
        changes.readNew(changes.block(i), content);
        hash = BlockHash.mix(hash + BlockHash.of(changes.block(i), content));
      }
    }
    return hash;
  }

  /** {@return what is to change} */
  public ChangeSet changes() {
    return changes;
  }

  /**
   * {@return what the plan is called: 16 hexadecimal digits} Two plans of the same name were made
   * from the same blocks and write the same.
   */
  public String id() {
    return id;
  }

  /**
   * Makes sure that the plan is the one that somebody has seen.
   *
   * @param expected its name, in lower or upper case
   * @throws PlanException if it has another name
   */
  public void checkIs(String expected) throws PlanException {
    if (!id.equalsIgnoreCase(expected)) {
      throw new PlanException(
          PlanException.Kind.OTHER_PLAN,
          ("%s: the plan is %s now and not %s: the volume, the options or the program have changed;"
                  + " nothing was written: look at the plan again")
              .formatted(reads.name(), id, expected));
    }
  }

  /**
   * Makes sure that all that was read since the plan was begun is still there.
   *
   * @throws PlanException if it is not
   */
  public void checkUnchanged() throws PlanException {
    reads.checkUnchanged();
  }
}
