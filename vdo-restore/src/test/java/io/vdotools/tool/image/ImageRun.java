package io.vdotools.tool.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckResult;
import io.vdotools.check.VolumeCheck;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.Leftovers;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.engine.format.FormatOptions;
import io.vdotools.engine.format.VolumeFormatter;
import io.vdotools.problem.ProblemCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * One run of the command, as the shell would start it, in this process.
 *
 * @param status its exit status
 * @param out what it printed on standard output
 * @param stream what it wrote to standard output as bytes
 * @param err what it printed on standard error
 */
record ImageRun(int status, String out, ByteArrayOutputStream stream, String err) {
  /** The logical size of a new volume. */
  static final long LOGICAL_BLOCKS = 20_000;

  static ImageRun of(Object... arguments) {
    var words = new String[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      words[i] = arguments[i].toString();
    }
    var out = new StringWriter();
    var err = new StringWriter();
    var bytes = new ByteArrayOutputStream();
    var console =
        new Console(
            new PrintWriter(out),
            new PrintWriter(err),
            Channels.newChannel(bytes),
            new Leftovers());
    var status = CommandRunner.run(new ImageCommand(), console, words);
    console.flush();
    return new ImageRun(status.code(), out.toString(), bytes, err.toString());
  }

  /** Runs the command line given, which has to work. */
  static ImageRun ok(String line, Path volume, Object... more) {
    var words = new ArrayList<Object>(List.of(line.split(" +", -1)));
    words.add(1, volume);
    words.addAll(List.of(more));
    var run = of(words.toArray());
    assertThat(run.status()).as("%s: %s", words, run.err() + run.out()).isZero();
    return run;
  }

  /** Makes a small volume with four slabs. */
  static Path newVolume(Path folder) throws VdoException {
    Path path = folder.resolve("volume.img");
    try (var device = FileDevice.create(path, 755_000, Caching.PAGE_CACHE)) {
      var options =
          FormatOptions.defaults(755_000, new UUID(1, 2), 77)
              .withSlabBits(13)
              .withLogicalBlocks(LOGICAL_BLOCKS);
      VolumeFormatter.format(device, options);
    }
    return path;
  }

  static CheckResult check(Path volume) throws VdoException {
    try (var device = FileDevice.open(volume, Access.READ)) {
      return VolumeCheck.run(
          device, CheckOptions.standard().withLevel(CheckOptions.Level.THOROUGH));
    }
  }

  /** Insists on a volume in which a check finds nothing at all, but for what is given. */
  static void assertSound(Path volume, ProblemCode... notes) throws VdoException {
    var result = check(volume);
    assertThat(result.isSound()).as("%s", result.findings().all()).isTrue();
    assertThat(Set.copyOf(result.findings().codes())).isSubsetOf(notes);
  }

  /** {@return what it wrote to standard output as bytes} */
  byte[] bytes() {
    return stream.toByteArray();
  }

  JsonNode json() {
    return new ObjectMapper().readTree(out);
  }
}
