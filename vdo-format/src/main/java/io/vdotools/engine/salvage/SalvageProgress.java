package io.vdotools.engine.salvage;

/** Learns how far a salvage has come. Calls may come from several threads. */
public interface SalvageProgress {
  /** Takes no notice. */
  SalvageProgress NONE =
      new SalvageProgress() {
        @Override
        public void phase(String name, long total) {}

        @Override
        public void advance(long steps) {}
      };

  /**
   * A phase begins.
   *
   * @param name what is being done, in words
   * @param total how many steps it has, roughly
   */
  void phase(String name, long total);

  /** Some steps of the phase are done. */
  void advance(long steps);
}
