package io.vdotools.problem;

/** How a problem can be put right. */
public enum Remedy {
  /** Nothing needs to be done. */
  NONE("nothing to repair"),
  /** The value follows from others in the same or another structure. */
  RECALCULATE("recalculated from other fields"),
  /** The value stands elsewhere a second time. */
  COPY("copied from its second place"),
  /** The geometry block can be made again from the super block and the layout. */
  REGENERATE("geometry block made again from the super block"),
  /** The super block can be made again from the geometry and what lies on the volume. */
  RECONSTRUCT("super block made again from the geometry and the other structures"),
  /** The page is brought back by what other structures tell of it, or else becomes empty. */
  RESTORE("page brought back by what other structures tell of it, or else made empty"),
  /** The block is copied to free blocks, so that each copy has no more mappings than it can. */
  DUPLICATE("block copied for the mappings that are too many"),
  /** Nothing needs the block: it is overwritten with zeros. */
  CLEAR("block overwritten with zeros"),
  /** The mapping is taken away: its logical blocks read as zeros afterwards. */
  UNMAP("mapping removed; the logical blocks named read as zeros afterwards"),
  /** Reference counts, slab journals and summary are made again from the block map. */
  REBUILD_COUNTS("reference counts rebuilt from the block map"),
  /** Whatever can be used of the journal is applied, everything else rebuilt from the block map. */
  REBUILD("volume rebuilt from the block map and the usable part of the journal"),
  /** The recovery journal is emptied or its start is raised. */
  RESET_JOURNAL("recovery journal emptied"),
  /** The journals are replayed, by the driver at its next start or offline. */
  REPLAY("journals replayed"),
  /** Somebody has to decide, or to bring back what is missing. */
  OPERATOR("needs a decision or an action of the operator"),
  /** Nothing on the volume tells what belongs there. */
  IMPOSSIBLE("cannot be repaired from the volume itself");

  private final String title;

  Remedy(String title) {
    this.title = title;
  }

  /** {@return the remedy in words} */
  public String title() {
    return title;
  }
}
