package io.vdotools.cli;

/** What a file that is named on a command line holds. */
public enum Content {
  /** A volume that was stopped cleanly and is sound. */
  VOLUME,
  /** A volume that was not stopped, with journals to be replayed, and no damage. */
  CRASHED_VOLUME,
  /** A volume with a damage that a check finds and a repair corrects. */
  DAMAGED_VOLUME,
  /** A volume that was changed as an undo file remembers it. */
  CHANGED_VOLUME,
  /** What {@code vdo_undo} takes. */
  UNDO_FILE,
  /** The logical content of a volume: a raw image. */
  RAW,
  /** Metadata in the exchange format. */
  XML,
  /** An archive of metadata. */
  PACK,
  /** An archive of what differs from that one. */
  DELTA_PACK,
  /** Something that only people and programs of others read: a report, a picture. */
  REPORT
}
