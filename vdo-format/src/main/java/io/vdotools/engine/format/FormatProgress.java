package io.vdotools.engine.format;

/** Learns how far a format has come. */
public interface FormatProgress {
  /** Takes no notice. */
  FormatProgress NONE =
      new FormatProgress() {
        @Override
        public void phase(String name, long total) {}

        @Override
        public void advance(long steps) {}
      };

  /**
   * A phase begins.
   *
   * @param name what is being done, in words
   * @param total how many steps it has
   */
  void phase(String name, long total);

  /** Some steps of the phase are done. */
  void advance(long steps);
}
