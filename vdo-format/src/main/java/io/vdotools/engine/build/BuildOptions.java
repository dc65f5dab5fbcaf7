package io.vdotools.engine.build;

/**
 * How to build a volume.
 *
 * @param size how it is to differ from what is given
 * @param memoryBytes what reference counts may take while they are counted, in bytes; where that is
 *     too little for all slabs, the block map is read again for the next ones
 * @param acceptsLosses whether a volume may be built whose content says that parts of it were lost;
 *     what was lost is then unmapped
 */
public record BuildOptions(TargetSize size, long memoryBytes, boolean acceptsLosses) {
  /** Enough for the slabs of 256 GiB. */
  public static final long DEFAULT_MEMORY = 64L << 20;

  /** As the content says, and whole. */
  public static final BuildOptions DEFAULT =
      new BuildOptions(TargetSize.UNCHANGED, DEFAULT_MEMORY, false);

  /** {@return these options with another size} */
  public BuildOptions withSize(TargetSize newSize) {
    return new BuildOptions(newSize, memoryBytes, acceptsLosses);
  }

  /** {@return these options with another bound on memory} */
  public BuildOptions withMemory(long newMemoryBytes) {
    return new BuildOptions(size, newMemoryBytes, acceptsLosses);
  }

  /** {@return these options for content of which parts may have been lost} */
  public BuildOptions acceptingLosses() {
    return new BuildOptions(size, memoryBytes, true);
  }
}
