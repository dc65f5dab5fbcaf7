package io.vdotools.bench;

/** How a measured engine runs. */
public enum EngineMode {
  /** Threads own zones. */
  ZONED,
  /** The callers' threads take locks. */
  LOCKING
}
