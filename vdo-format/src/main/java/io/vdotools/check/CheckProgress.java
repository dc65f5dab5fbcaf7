package io.vdotools.check;

/** Learns how far a check has come. Calls may come from several threads. */
public interface CheckProgress {
  /** Takes no notice. */
  CheckProgress NONE =
      new CheckProgress() {
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
