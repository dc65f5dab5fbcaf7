package io.vdotools.device;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * Numbers that nobody can foresee, from the system's generator itself.
 *
 * <p>{@link SecureRandom} reads the same source, but looks through all that Java knows of
 * cryptography before: that takes longer than a check of a small volume.
 */
public final class SystemRandom {
  private static final String SOURCE = "/dev/urandom";

  private SystemRandom() {}

  /**
   * {@return fresh numbers}
   *
   * @param count how many
   */
  public static long[] longs(int count) {
    var numbers = new long[count];
    var bytes = ByteBuffer.allocate(count * Long.BYTES);
    if (!fill(bytes.array())) {
      new SecureRandom().nextBytes(bytes.array());
    }
    for (int i = 0; i < count; i++) {
      numbers[i] = bytes.getLong();
    }
    return numbers;
  }

  private static boolean fill(byte[] bytes) {
    try (var source = new FileInputStream(SOURCE)) {
      return source.readNBytes(bytes, 0, bytes.length) == bytes.length;
    } catch (IOException _) {
      // A root directory without devices.
      return false;
    }
  }
}
