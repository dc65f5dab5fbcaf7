package io.vdotools.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Has every command that changes or creates something try it on devices that are in use; for a
 * guest that has nothing but a Java machine.
 */
public final class HeldDevices {
  private HeldDevices() {}

  /**
   * Tries, and prints a line for each command line: {@code refused} or what was wrong.
   *
   * @param arguments pairs of a device and a piece of the sentence that says who uses it
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path scratch = Files.createTempDirectory("held");
    var samples = new Samples(Files.createDirectory(scratch.resolve("samples")));
    int number = 0;
    for (var aCase : DevicesTest.writing()) {
      Path files = Files.createDirectory(scratch.resolve("case" + number++));
      var stage = Stage.of(aCase, samples, files);
      for (var slot : stage.slots()) {
        if (slot.isInput()) {
          continue;
        }
        for (int i = 0; i < arguments.length; i += 2) {
          tell(stage, slot, Path.of(arguments[i]), arguments[i + 1]);
        }
      }
    }
    System.out.println("all tried");
  }

  private static void tell(Stage stage, Stage.Slot slot, Path device, String use)
      throws InterruptedException {
    // Whatever is thrown is told, and the others are tried.
    var attempt = new FutureTask<>(() -> DevicesTest.assertRefused(stage, slot, device, use), null);
    attempt.run();
    try {
      attempt.get();
      System.out.println("refused: " + stage.wordsWith(slot, device));
    } catch (ExecutionException e) {
      System.out.println(
          "wrong: " + stage.wordsWith(slot, device) + ": " + e.getCause().getMessage());
    }
  }
}
