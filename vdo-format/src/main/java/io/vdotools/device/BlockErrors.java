package io.vdotools.device;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The blocks that one read could not deliver, in ascending order, each listed once.
 *
 * <p>A read without trouble returns {@link #NONE}, so that the good path allocates nothing.
 *
 * @param list the errors, one per block, ascending by block
 */
public record BlockErrors(List<BlockError> list) implements Iterable<BlockError> {
  /** No errors: every block was read. */
  public static final BlockErrors NONE = new BlockErrors(List.of());

  /**
   * @throws IllegalArgumentException if the errors are not in strictly ascending order of blocks
   */
  public BlockErrors {
    list = List.copyOf(list);
    for (int i = 1; i < list.size(); i++) {
      if (list.get(i - 1).block() >= list.get(i).block()) {
        throw new IllegalArgumentException(
            "block errors out of order: " + list.get(i - 1) + ", then " + list.get(i));
      }
    }
  }

  /**
   * {@return the given errors, sorted by block; {@link #NONE} if there are none}
   *
   * @param errors errors in any order, at most one per block
   * @throws IllegalArgumentException if a block occurs twice
   */
  public static BlockErrors of(List<BlockError> errors) {
    if (errors.isEmpty()) {
      return NONE;
    }
    return new BlockErrors(
        errors.stream().sorted(Comparator.comparingLong(BlockError::block)).toList());
  }

  /** {@return whether every block was read} */
  public boolean isEmpty() {
    return list.isEmpty();
  }

  /**
   * {@return whether the block could not be read}
   *
   * @param block any block number; one outside the read is not contained
   */
  public boolean contains(long block) {
    int low = 0;
    int high = list.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long found = list.get(middle).block();
      if (found == block) {
        return true;
      } else if (found < block) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return false;
  }

  /** {@return these errors except those of blocks for which the condition holds} */
  BlockErrors without(LongPredicate condition) {
    if (isEmpty()) {
      return NONE;
    }
    return of(list.stream().filter(error -> !condition.test(error.block())).toList());
  }

  /**
   * For those who cannot go on without the blocks, such as a writer.
   *
   * @param device the device that was read, named in the message
   * @throws DeviceException of kind {@link DeviceException.Kind#READ_FAILED} unless this is empty
   */
  public void orThrow(BlockDevice device) throws DeviceException {
    if (isEmpty()) {
      return;
    }
    int more = list.size() - 1;
    String others =
        more == 0 ? "" : " (and " + more + (more == 1 ? " more block)" : " more blocks)");
    throw new DeviceException(
        DeviceException.Kind.READ_FAILED,
        device.name() + ": cannot read " + list.getFirst() + others);
  }

  @Override
  public Iterator<BlockError> iterator() {
    return list.iterator();
  }

  /** Gathers errors, and takes no memory as long as there are none. */
  static final class Collector {
    private @Nullable List<BlockError> errors;

    void add(BlockError error) {
      if (errors == null) {
        errors = new ArrayList<>();
      }
      errors.add(error);
    }

    BlockErrors collected() {
      return errors == null ? NONE : of(errors);
    }
  }
}
