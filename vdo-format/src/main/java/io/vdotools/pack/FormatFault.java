package io.vdotools.pack;

/**
 * Bytes of a pack that cannot be what a writer wrote. Whoever knows the place makes a {@link
 * PackException} of it.
 */
final class FormatFault extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what is wrong, in words
   */
  FormatFault(String message) {
    super(message);
  }

  String what() {
    return String.valueOf(getMessage());
  }
}
