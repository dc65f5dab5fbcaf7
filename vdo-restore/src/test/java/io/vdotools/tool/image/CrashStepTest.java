package io.vdotools.tool.image;

import static io.vdotools.tool.image.ImageRun.assertSound;
import static io.vdotools.tool.image.ImageRun.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.Volume;
import io.vdotools.format.VolumeState;
import io.vdotools.problem.ProblemCode;
import io.vdotools.testing.VolumeBuilder;
import io.vdotools.tool.image.CrashStep.Unflushed;
import io.vdotools.tool.image.Session.EngineChoice;
import io.vdotools.tool.image.Workload.Reached;
import io.vdotools.tool.image.Workload.Shares;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** After a crash a volume is as a power loss may leave it: recoverable, and nothing else in it. */
class CrashStepTest {
  private static final int SEEDS = 12;

  private static WorkloadOptions workload(long seed) {
    return new WorkloadOptions(
        new Workload(seed, 400, 50, 120, false, new Shares(40, 20, 20, 10, 10), 10, seed % 3 * 40),
        false,
        EngineChoice.ALL);
  }

  @ParameterizedTest
  @EnumSource
  void everyBlockHoldsAValueThatItMayHold(Unflushed unflushed) throws VdoException {
    var stops = new TreeSet<Long>();
    for (long seed = 0; seed < SEEDS; seed++) {
      var device = VolumeBuilder.small().state(VolumeState.NEW).build().device();
      try (var session = Session.open(device, EngineChoice.ALL, seed)) {
        workload(1000 + seed).workload().run(session, new Reached(), _ -> {});
      }
      var before = content(device);

      var crash = new CrashStep(workload(seed), 0, unflushed).crash(device);

      stops.add(crash.atWrite());
      assertThat(crash.atWrite()).isBetween(1L, crash.writes());
      assertLegal(before, content(device), workload(seed).workload(), crash.reached(), seed);
      // And once recovered in earnest, it is sound and goes on.
      try (var session = Session.open(device, EngineChoice.ALL, seed)) {
        workload(seed).workload().run(session, new Reached(), _ -> {});
      }
      assertThat(VolumeCheck.run(device, CheckOptions.standard()).isSound()).isTrue();
    }
    assertThat(stops).hasSizeGreaterThan(SEEDS / 2);
  }

  private static Map<Long, byte[]> content(MemoryDevice device) throws VdoException {
    var content = new HashMap<Long, byte[]>();
    LogicalContent.read(
        device, 0, 200, (lbn, block) -> content.put(lbn, block.toArray(ValueLayout.JAVA_BYTE)));
    return content;
  }

  private static void assertLegal(
      Map<Long, byte[]> before,
      Map<Long, byte[]> after,
      Workload workload,
      Reached reached,
      long seed) {
    var durable = new LastOperations(workload, reached.durable());
    for (long lbn = 0; lbn < 200; lbn++) {
      byte[] found = after.get(lbn);
      long last = durable.on(lbn);
      byte[] old = last == LastOperations.NONE ? before.get(lbn) : workload.content(last);
      boolean isLegal = Arrays.equals(found, old);
      for (long number = reached.durable(); number < reached.begun() && !isLegal; number++) {
        isLegal =
            workload.kind(number) != Workload.Kind.NOTHING
                && workload.lbn(number) == lbn
                && Arrays.equals(found, workload.content(number));
      }
      assertThat(isLegal).as("seed %d, LBN %d", seed, lbn).isTrue();
    }
  }

  @Test
  void aChosenWriteIsWhereItStops(@TempDir Path folder) throws Exception {
    Path volume = ImageRun.newVolume(folder);
    ok("fill --count 500 --range 0..999", volume);

    String out =
        ok("crash --seed 5 --count 500 --range 0..999 --flush-every 50 --at-write 60", volume)
            .out();

    assertThat(out).contains("crashed at write 60 of ");
    assertSound(volume, ProblemCode.RECOVERY_PENDING, ProblemCode.JOURNAL_TORN_TAIL);
    try (var device = FileDevice.open(volume, Access.READ)) {
      assertThat(Volume.open(device).superBlock().vdo().state()).isEqualTo(VolumeState.DIRTY);
    }
    var never = ImageRun.of("crash", volume, "--count", "10", "--at-write", "100000");
    assertThat(never.status()).isEqualTo(8);
    assertThat(never.err()).contains("there are only ").hasLineCount(1);
    ok("fill --seed 9 --count 100", volume);
    assertSound(volume);
  }
}
