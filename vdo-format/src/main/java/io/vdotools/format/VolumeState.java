package io.vdotools.format;

/** The states of a volume (format-spec, section 3). */
public enum VolumeState {
  /** In use, or crashed: the next start recovers it. */
  DIRTY(0),
  /** Formatted and never started. */
  NEW(1),
  /** Stopped cleanly. */
  CLEAN(2),
  /** An unrecoverable error was seen; the driver starts it read-only. */
  READ_ONLY_MODE(3),
  /** A rebuild was asked for; the next start rebuilds it. */
  FORCE_REBUILD(4),
  /** Stopped cleanly while slabs were still to be scrubbed after a recovery. */
  RECOVERING(5),
  /** A recovery by an old driver was cut off after its slab journals were complete. */
  REPLAYING(6),
  /** As FORCE_REBUILD, asked for by an old upgrade tool. */
  REBUILD_FOR_UPGRADE(7),
  /** A code that no driver writes; drivers take it for CLEAN. */
  UNKNOWN(-1);

  private final int code;

  VolumeState(int code) {
    this.code = code;
  }

  /** {@return the number stored in the super block; -1 for UNKNOWN} */
  public int code() {
    return code;
  }

  /** {@return the state with the given code, {@link #UNKNOWN} where there is none} */
  public static VolumeState of(long code) {
    for (var state : values()) {
      if (state.code == code) {
        return state;
      }
    }
    return UNKNOWN;
  }

  /** {@return whether the next start replays the recovery journal} */
  public boolean needsRecovery() {
    return this == DIRTY || this == REPLAYING;
  }

  /** {@return whether slabs may still have to be scrubbed after a recovery} */
  public boolean needsScrubbing() {
    return this == RECOVERING;
  }

  /**
   * {@return whether counts and journals are to be thrown away and made again from the block map}
   */
  public boolean awaitsRebuild() {
    return this == READ_ONLY_MODE || this == FORCE_REBUILD || this == REBUILD_FOR_UPGRADE;
  }
}
