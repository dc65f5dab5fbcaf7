package io.vdotools.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A loop device over an image file, for tests that want a real block device.
 *
 * @param device its name
 */
public record Loop(Path device) {
  /** Attaches an image, or skips the test for users who may not. */
  public static Loop attach(Path image) throws IOException, InterruptedException {
    assumeThat(Path.of("/dev/loop-control")).isWritable();
    assumeInstalled("losetup");
    Process losetup =
        new ProcessBuilder("losetup", "--find", "--show", image.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String answer =
        new String(losetup.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assumeThat(losetup.waitFor()).as("losetup works for this user").isZero();
    return new Loop(Path.of(answer));
  }

  /** Skips the test where a program is missing. */
  public static void assumeInstalled(String program) {
    assumeThat(System.getenv("PATH").split(":"))
        .as(program + " is installed")
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** {@return whether a program succeeds} */
  public static boolean succeeds(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  /** Detaches it; the image stays. */
  public void detach() throws IOException, InterruptedException {
    assertThat(succeeds("losetup", "--detach", device.toString())).isTrue();
  }
}
