package io.vdotools.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The version of the suite, as the build wrote it down. */
final class Version {
  private Version() {}

  /** {@return the version of the running build, such as {@code 0.1.0}} */
  static String current() {
    try (var stream = Version.class.getResourceAsStream("version.txt")) {
      if (stream == null) {
        throw new IllegalStateException("version.txt is missing from the class path");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
