package io.vdotools.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes inputs of inputs, from a seed. */
final class Mutator {
  private static final int MOST_CHANGES = 6;

  private final SplittableRandom random;
  private final int longest;

  Mutator(long seed, int longest) {
    this.random = new SplittableRandom(seed);
    this.longest = longest;
  }

  /** {@return an input of noise} */
  byte[] noise() {
    // Short ones are as many as long ones: most structures say what they are at their start.
    var noise = new byte[random.nextInt(1, 2 + random.nextInt(longest))];
    random.nextBytes(noise);
    return noise;
  }

  /** {@return one of some inputs with changes, or noise} */
  byte[] next(List<byte[]> inputs) {
    if (inputs.isEmpty() || random.nextInt(8) == 0) {
      return noise();
    }
    byte[] input = inputs.get(random.nextInt(inputs.size())).clone();
    for (int i = random.nextInt(1, MOST_CHANGES); i > 0; i--) {
      input = changed(input, inputs);
    }
    return input;
  }

  private byte[] changed(byte[] input, List<byte[]> inputs) {
    if (input.length == 0) {
      return noise();
    }
    int at = random.nextInt(input.length);
    switch (random.nextInt(8)) {
      case 0, 1 -> input[at] = (byte) random.nextInt();
      case 2 -> input[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      case 3 -> input[at] += (byte) random.nextInt(-4, 5);
      case 4 ->
          Arrays.fill(input, at, random.nextInt(at, input.length) + 1, (byte) random.nextInt());
      case 5 -> {
        byte[] other = inputs.get(random.nextInt(inputs.size()));
        int from = other.length == 0 ? 0 : random.nextInt(other.length);
        System.arraycopy(other, from, input, at, Math.min(other.length - from, input.length - at));
      }
      case 6 -> {
        return withNoiseAt(input, at);
      }
      default -> {
        return Arrays.copyOf(input, Math.max(1, at));
      }
    }
    return input;
  }

  private byte[] withNoiseAt(byte[] input, int at) {
    var noise = new byte[Math.clamp(longest - input.length, 0, random.nextInt(1, 16))];
    random.nextBytes(noise);
    byte[] longer = Arrays.copyOf(input, input.length + noise.length);
    System.arraycopy(noise, 0, longer, at, noise.length);
    System.arraycopy(input, at, longer, at + noise.length, input.length - at);
    return longer;
  }
}
