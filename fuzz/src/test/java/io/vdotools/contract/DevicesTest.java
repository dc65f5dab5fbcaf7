package io.vdotools.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vdotools.cli.Invocation;
import io.vdotools.device.DeviceClaim;
import io.vdotools.testing.Loop;
import io.vdotools.testing.ToolRun;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Devices that somebody else has: nothing is written to them, whatever was asked for. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DevicesTest {
  @TempDir private static Path shared;
  private static Samples samples;

  @TempDir private Path scratch;

  @BeforeAll
  static void makeSamples() {
    samples = new Samples(shared);
  }

  static List<Commands.Case> writing() {
    return Commands.cases().stream()
        .filter(c ->
            c.invocation().arguments().stream()
                .anyMatch(a -> a instanceof Invocation.Target || a instanceof Invocation.Output))
        .toList();
  }

  static void assertRefused(Stage stage, Stage.Slot slot, Path device, String use) {
    var lines = new ArrayList<List<String>>();
    lines.add(stage.wordsWith(slot, device));
    if (stage.of().hasOption("--force")) {
      var forced = new ArrayList<>(stage.wordsWith(slot, device));
      forced.addFirst("--force");
      lines.add(forced);
    }
    for (var words : lines) {
      var run = ToolRun.of(stage.command(), words.toArray());
      if (run.status() == 0 && stage.of().hasOption("--apply") && !words.contains("--apply")) {
        // That was a plan, for which nothing is written.
        words = new ArrayList<>(words);
        words.addFirst("--apply");
        run = ToolRun.of(stage.command(), words.toArray());
      }

      String what = words + ": " + run;
      assertThat(run.status()).as(what).isEqualTo(8);
      assertThat(run.out()).as(what).isEmpty();
      assertThat(run.err()).as(what).hasLineCount(1).contains(device.toString());
      // What is there already is refused for that, and some outputs are never devices.
      if (slot.isTarget()) {
        assertThat(run.err()).as(what).contains(use);
      } else if (words.contains("--force")) {
        assertThat(run.err())
            .as(what)
            .containsAnyOf(use, "not a regular file", "it is there already");
      }
    }
  }

  /**
   * A command waits for some seconds until it believes that somebody unknown will keep a device, so
   * that all of them are made to wait at the same time.
   */
  @Test
  void oneThatAnotherProgramHasForItself() throws Exception {
    try (var waiting = Executors.newVirtualThreadPerTaskExecutor()) {
      var tries = new ArrayList<Future<?>>();
      for (var aCase : writing()) {
        var files = Files.createDirectory(scratch.resolve("case" + tries.size()));
        var stage = Stage.of(aCase, samples, files);
        tries.add(waiting.submit(() -> assertHeldIsRefused(stage)));
      }
      for (var aTry : tries) {
        aTry.get();
      }
    }
  }

  private static Void assertHeldIsRefused(Stage stage) throws Exception {
    for (var slot : stage.slots()) {
      if (slot.isInput()) {
        continue;
      }
      Path image = image(stage, slot);
      var loop = Loop.attach(image);
      String before = Digest.of(image);
      try (var claim = DeviceClaim.of(loop.device())) {
        assertThat(claim.isBlockDevice()).isTrue();
        assertRefused(stage, slot, loop.device(), "in use by another program");
      } finally {
        loop.detach();
      }
      assertThat(Digest.of(image)).isEqualTo(before);
    }
    return null;
  }

  @ParameterizedTest
  @MethodSource("writing")
  void oneThatIsMounted(Commands.Case aCase) throws Exception {
    Loop.assumeInstalled("mkfs.ext4");
    var stage = Stage.of(aCase, samples, scratch);
    Path image = scratch.resolve("mounted.img");
    try (var file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(1 << 23);
    }
    assertThat(Loop.succeeds("mkfs.ext4", "-q", image.toString())).isTrue();
    var loop = Loop.attach(image);
    Path here = Files.createDirectory(scratch.resolve("here"));
    try {
      assumeTrue(
          Loop.succeeds("mount", "-o", "ro", loop.device().toString(), here.toString()),
          "this user may not mount");
      try {
        String before = Digest.of(image);
        for (var slot : stage.slots()) {
          if (!slot.isInput()) {
            assertRefused(stage, slot, loop.device(), "");
          }
        }
        assertThat(Digest.of(image)).isEqualTo(before);
      } finally {
        assertThat(Loop.succeeds("umount", here.toString())).isTrue();
      }
    } finally {
      loop.detach();
    }
  }

  /** The image behind a loop device is as good as the device. */
  @ParameterizedTest
  @MethodSource("writing")
  void theImageOfALoopDevice(Commands.Case aCase) throws Exception {
    var stage = Stage.of(aCase, samples, scratch);
    for (var slot : stage.slots()) {
      if (slot.isTarget()) {
        var loop = Loop.attach(slot.path());
        String before = Digest.of(slot.path());
        try {
          assertRefused(stage, slot, slot.path(), "the backing file of " + loop.device());
        } finally {
          loop.detach();
        }
        assertThat(Digest.of(slot.path())).isEqualTo(before);
      }
    }
  }

  private static Path image(Stage stage, Stage.Slot slot) {
    if (slot.isTarget()) {
      return slot.path();
    }
    Path image = stage.directory().resolve("device.img");
    Digest.copy(samples.file(io.vdotools.cli.Content.VOLUME), image);
    return image;
  }
}
