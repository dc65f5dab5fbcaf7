package io.vdotools.engine.build;

/**
 * How a volume is to differ from the one whose content is given.
 *
 * @param physicalBlocks its size on the device, or {@link #AS_GIVEN}
 * @param slabBits the base-2 logarithm of its slab size in blocks, or {@link #AS_GIVEN}
 */
public record TargetSize(long physicalBlocks, int slabBits) {
  /** As the content says. */
  public static final int AS_GIVEN = 0;

  /** As the content says in every respect. */
  public static final TargetSize UNCHANGED = new TargetSize(AS_GIVEN, AS_GIVEN);

  /** {@return whether nothing is to differ} */
  boolean isUnchanged() {
    return physicalBlocks == AS_GIVEN && slabBits == AS_GIVEN;
  }
}
