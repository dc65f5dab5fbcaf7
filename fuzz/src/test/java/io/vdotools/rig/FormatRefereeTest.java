package io.vdotools.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vdotools.VdoException;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.ExitStatus;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.engine.Volume;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.Partition;
import io.vdotools.problem.Severity;
import io.vdotools.tool.format.FormatCommand;
import io.vdotools.tool.format.SizeCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** {@code vdo_format} and {@code vdo_size} against VDO's own formatter, and against the driver. */
@Tag("kernel")
@ExtendWith(ErrorsAtOnce.class)
class FormatRefereeTest {
  /** Images up to this size are compared as a whole, larger ones where anything is written. */
  private static final long COMPARED_WHOLE = 2_000_000;

  private static final Pattern DEFAULTED = Pattern.compile("defaulted to (\\d+) blocks");
  private static final Pattern SLABS = Pattern.compile("in (\\d+) data slabs?");
  private static final Pattern MINIMUM = Pattern.compile("size for VDO volume: (\\d+) bytes");

  @TempDir private Path folder;
  private Lab lab;

  @BeforeEach
  void findRig() {
    var rig = Rig.find();
    assumeTrue(rig.isPresent(), Rig.HOW_TO_SET_UP);
    lab = new Lab(rig.orElseThrow(), folder);
  }

  /** A disk and the options with which it is formatted. */
  private record Shape(String name, long blocks, String options) {
    /** Old content where the formatter writes, and beside it. */
    boolean isUsed() {
      return name.startsWith("used");
    }
  }

  private static final List<Shape> SHAPES =
      List.of(
          new Shape("small", 786_432, "--slab-bits=13"),
          new Shape("odd", 750_001, "--slab-bits=13 --logical-size=4P"),
          new Shape("least", 720_213, "--slab-bits=13"),
          new Shape("bare", 900_000, "--slab-bits=14 --logical-size=0x100"),
          new Shape("default", 1_300_000, ""),
          new Shape("used", 800_000, "--slab-bits=15 --logical-size=1G --force"),
          new Shape("used-too", 1_300_000, "--slab-bits=17 --force"),
          new Shape("half", 1_500_000, "--slab-bits=16 --uds-memory-size=0.5"),
          new Shape("quarters", 2_200_000, "--slab-bits=13 --uds-memory-size=0.75"),
          new Shape("whole", 3_400_000, "--slab-bits=18 --uds-memory-size=1 --logical-size=1T"),
          new Shape("sparse", 7_000_000, "--slab-bits=19 --uds-sparse"),
          new Shape("large", 10_000_000, "--slab-bits=23 --uds-memory-size=0.25"),
          new Shape("wide", 40_000_000, "--slab-bits=22 --uds-memory-size=2 --logical-size=3T"));

  private Path makeDisk(Shape shape) throws IOException {
    var disk = folder.resolve(shape.name() + ".img");
    try (var file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(shape.blocks() * BlockDevice.BLOCK_SIZE);
      if (shape.isUsed()) {
        var random = new Random(shape.blocks());
        var noise = new byte[8 << 20];
        // The start; what surrounds the super block; journal and summary.
        long end = shape.blocks() - 64 - 32768;
        for (long block : new long[] {0, 679_000, end - 1000, end + 20_000, end + 32_000}) {
          random.nextBytes(noise);
          file.seek(block * BlockDevice.BLOCK_SIZE);
          file.write(
              noise,
              0,
              (int) Math.min(noise.length, (shape.blocks() - block) * BlockDevice.BLOCK_SIZE));
        }
      }
    }
    return disk;
  }

  /** With the same UUID and nonce, whatever the disk holds before. */
  @Test
  void volumesEqualThoseOfVdoformatByteForByte() throws Exception {
    var theirs = new ArrayList<Path>();
    var ours = new HashMap<Shape, Path>();
    var script = new StringBuilder();
    for (var shape : SHAPES) {
      var disk = makeDisk(shape);
      ours.put(shape, lab.copy(disk, shape.name() + "-ours"));
      script.append(
          "echo begin %s; vdoformat %s /dev/%s && echo made %s\n"
              .formatted(shape.name(), shape.options(), Lab.device(theirs.size()), shape.name()));
      theirs.add(disk);
    }
    var said = lab.rig().boot(script.toString(), theirs);
    for (int i = 0; i < SHAPES.size(); i++) {
      var shape = SHAPES.get(i);
      assertThat(said.has("made " + shape.name())).as("%s", said).isTrue();
      var answer = said.lines().stream().dropWhile(line -> !line.equals("begin " + shape.name()));
      compare(shape, theirs.get(i), ours.get(shape), String.join("\n", answer.toList()));
    }
    assertThat(lab.disagreements()).isEmpty();
  }

  private void compare(Shape shape, Path theirs, Path ours, String answer) throws Exception {
    String uuid;
    String nonce;
    var written = new ArrayList<Partition>();
    try (var device = FileDevice.open(theirs, Access.READ)) {
      var volume = Volume.open(device).checkStrictly();
      uuid = volume.geometry().uuidValue().toString();
      nonce = Long.toUnsignedString(volume.nonce());
      written.add(new Partition(0, GeometryBlock.LOCATION, 0, 2));
      written.add(new Partition(0, volume.superBlockPbn(), 0, 1));
      written.addAll(volume.superBlock().layout().partitions());
    }
    var line = new ArrayList<>(words(shape.options()));
    line.addAll(List.of("--json", "--uuid", uuid, "--nonce", nonce, ours.toString()));
    var made = json(new FormatCommand(), line);
    lab.note(shape.name() + " " + shape.options() + " " + made.get("slabs"));
    if (shape.blocks() <= COMPARED_WHOLE) {
      lab.tell(ours, differs(Files.mismatch(theirs, ours)));
    }
    lab.tell(ours, differs(firstDifference(theirs, ours, written)));
    lab.tell(ours, lab.referee().checkFindsNothing(ours, Severity.INFO));
    compareSizes(shape, made, answer);
  }

  private static List<String> differs(long at) {
    return at < 0 ? List.of() : List.of("differs from vdoformat's at byte " + at);
  }

  private static long firstDifference(Path one, Path other, List<Partition> written)
      throws VdoException {
    try (var first = FileDevice.open(one, Access.READ);
        var second = FileDevice.open(other, Access.READ);
        var arena = Arena.ofConfined()) {
      var left = arena.allocate(BlockDevice.BLOCK_SIZE);
      var right = arena.allocate(BlockDevice.BLOCK_SIZE);
      for (var partition : written) {
        // Of the slabs, which neither writes, the first blocks will do.
        for (long i = 0; i < Math.min(partition.count(), 40_000); i++) {
          first.read(partition.offset() + i, left).orThrow(first);
          second.read(partition.offset() + i, right).orThrow(second);
          if (left.mismatch(right) >= 0) {
            return (partition.offset() + i) * BlockDevice.BLOCK_SIZE + left.mismatch(right);
          }
        }
      }
    }
    return -1;
  }

  /** What vdo_size says beforehand is what vdoformat says and does. */
  private static void compareSizes(Shape shape, JsonNode made, String answer) {
    var line =
        words(
            "--json --physical-size=%dB %s"
                .formatted(shape.blocks() * 4096, shape.options().replace("--force", "")));
    var asked = json(new SizeCommand(), line);
    for (String name :
        new String[] {"logicalBlocks", "physicalBlocks", "slabs", "space", "places"}) {
      assertThat(asked.get(name)).as(shape.name()).isEqualTo(made.get(name));
    }
    var slabs = SLABS.matcher(answer);
    assertThat(slabs.find()).as(answer).isTrue();
    assertThat(asked.get("slabs").get("count").asString()).isEqualTo(slabs.group(1));
    if (asked.get("isLogicalDefault").asBoolean()) {
      var logical = DEFAULTED.matcher(answer);
      assertThat(logical.find()).as(answer).isTrue();
      assertThat(asked.get("logicalBlocks").asString()).isEqualTo(logical.group(1));
    }
  }

  /** What vdoformat refuses for its size is refused here, with the same minimum. */
  @Test
  void whatIsTooSmallOrTooLargeForVdoformatIsSoHere() throws Exception {
    var shapes =
        List.of(
            new Shape("least-13", 720_212, "--slab-bits=13"),
            new Shape("least-19", 1_236_308, "--slab-bits=19"),
            new Shape("least-sparse", 5_863_336, "--slab-bits=13 --uds-sparse"),
            new Shape("most", 720_213 + 8192L * 8192, "--slab-bits=13"));
    var disks = new ArrayList<Path>();
    var script = new StringBuilder();
    for (var shape : shapes) {
      script.append(
          "echo begin %s; vdoformat %s /dev/%s || echo refused %s\n"
              .formatted(shape.name(), shape.options(), Lab.device(disks.size()), shape.name()));
      disks.add(makeDisk(shape));
    }
    var said = lab.rig().boot(script.toString(), disks);
    for (int i = 0; i < shapes.size(); i++) {
      var shape = shapes.get(i);
      assertThat(said.has("refused " + shape.name())).as("%s", said).isTrue();
      var line = new ArrayList<>(words(shape.options()));
      line.add(lab.copy(disks.get(i), shape.name() + "-ours").toString());
      var refused = run(new FormatCommand(), line);
      assertThat(refused.status()).isEqualTo(ExitStatus.OPERATIONAL);

      var answer =
          String.join(
              "\n",
              said.lines().stream().dropWhile(l -> !l.equals("begin " + shape.name())).toList());
      if (shape.name().equals("most")) {
        assertThat(answer).contains("maximum number of slabs");
        assertThat(refused.err()).contains("at most 8192");
      } else {
        var minimum = MINIMUM.matcher(answer);
        assertThat(minimum.find()).as(answer).isTrue();
        assertThat(refused.err())
            .contains("at least " + Long.parseLong(minimum.group(1)) / 4096 + " blocks");
      }
    }
  }

  /** The driver starts what was made here, writes to it, and leaves a sound volume. */
  @Test
  void theDriverTakesWhatWasMadeHere() throws Exception {
    var dense = folder.resolve("driven.img");
    var thin = folder.resolve("driven-thin.img");
    assertThat(
            run(
                    new FormatCommand(),
                    words("--physical-size=3G --slab-bits=13 --logical-size=512M " + dense))
                .status())
        .isEqualTo(ExitStatus.OK);
    assertThat(
            run(
                    new FormatCommand(),
                    words("--physical-size=8G --uds-memory-size=0.5 --logical-size=16G " + thin))
                .status())
        .isEqualTo(ExitStatus.OK);
    String load = " write count=800 seed=1 range=3000 unique=60 duplicate=20 zero=5 threads=8\n";

    lab.run(
        "start vdb 131072\nwl /dev/mapper/vdo-vdb"
            + load
            + "stop vdb\nstart vdc 4194304\nwl /dev/mapper/vdo-vdc"
            + load
            + "stop vdc\n",
        List.of(dense, thin));

    lab.judgeClean(dense);
    lab.judgeClean(thin);
    assertThat(lab.disagreements()).isEmpty();
  }

  private static List<String> words(String line) {
    return List.of(line.strip().split(" +", -1)).stream().filter(word -> !word.isEmpty()).toList();
  }

  private record Outcome(ExitStatus status, String out, String err) {}

  private static Outcome run(Command command, List<String> arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var console = new Console(new PrintWriter(out), new PrintWriter(err));
    var status = CommandRunner.run(command, console, arguments.toArray(String[]::new));
    console.flush();
    return new Outcome(status, out.toString(), err.toString());
  }

  private static JsonNode json(Command command, List<String> arguments) {
    var outcome = run(command, arguments);
    assertThat(outcome.status()).as("%s", Map.of(arguments, outcome)).isEqualTo(ExitStatus.OK);
    return new ObjectMapper().readTree(outcome.out());
  }
}
