package io.vdotools.bench;

/** Numbers that look random and are always the same for the same key and counter. */
final class Mixer {
  private Mixer() {}

  /** {@return 64 bits; the finaliser of MurmurHash3, as in SplitMix64} */
  static long mix(long key, long counter) {
    long z = key + (counter + 1) * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
