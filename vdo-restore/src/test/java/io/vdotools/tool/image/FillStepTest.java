package io.vdotools.tool.image;

import static io.vdotools.tool.image.ImageRun.assertSound;
import static io.vdotools.tool.image.ImageRun.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.vdotools.VdoException;
import io.vdotools.device.DeviceClaim;
import io.vdotools.device.MemoryDevice;
import io.vdotools.format.VolumeState;
import io.vdotools.testing.VolumeBuilder;
import io.vdotools.tool.image.Session.EngineChoice;
import io.vdotools.tool.image.Workload.Reached;
import io.vdotools.tool.image.Workload.Shares;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fill, grow and stat make and tell of a volume. */
class FillStepTest {
  private static final String MIXED =
      " --seed 7 --count 6000 --unique 40 --duplicate 20 --compressible 20 --zero 10 --discard 10";

  @TempDir private Path folder;
  private Path volume;

  @BeforeEach
  void makeVolume() throws VdoException {
    volume = ImageRun.newVolume(folder);
  }

  @Test
  void whatAFillWroteCanBeVerifiedWithItsSeed() throws Exception {
    ok("fill --range 100..4099" + MIXED, volume);
    assertSound(volume);

    assertThat(ok("fill --verify --range 100..4099" + MIXED, volume).out())
        .matches("(?s).*: 3\\d\\d\\d blocks compared, 0 differ\n");
    // What the fill left at LBN 200 is made to differ by what is at no LBN.
    ok("write --lbn 200 --length 512 --input", volume, ones());
    var changed = ImageRun.of(words("fill " + volume + " --verify --range 200..200" + MIXED));
    assertThat(changed.status()).isEqualTo(4);
    assertThat(changed.out()).contains("LBN 200 differs from byte 0 on").contains(" 1 differ");
  }

  private Path ones() throws Exception {
    var ones = new byte[512];
    Arrays.fill(ones, (byte) 1);
    return Files.write(folder.resolve("ones"), ones);
  }

  private static Object[] words(String line) {
    return line.split(" +", -1);
  }

  @Test
  void sharesAreWhatTheOptionsSay() throws Exception {
    ok("fill --sequential --count 3000 --duplicate 50 --distinct 4 --zero 30", volume);

    var stat = ok("stat --json", volume).json();
    assertThat(stat.get("zeroMappings").asInt()).isBetween(820, 980);
    assertThat(stat.get("plainMappings").asInt() + stat.get("compressedMappings").asInt())
        .isEqualTo(3000 - stat.get("zeroMappings").asInt());
    // A block has at most 254 references, so four contents take a few blocks each.
    assertThat(stat.get("dataBlocks").asInt()).isBetween(540, 660);
  }

  @Test
  void theSameArgumentsMakeTheSameBytes() throws Exception {
    var workload = new Workload(7, 3000, 0, 1000, false, new Shares(40, 20, 20, 10, 10), 50, 700);
    var devices = new ArrayList<MemoryDevice>();
    for (int i = 0; i < 2; i++) {
      var device = VolumeBuilder.small().state(VolumeState.NEW).build().device();
      try (var session = Session.open(device, EngineChoice.ALL, workload.seed())) {
        workload.run(session, new Reached(), _ -> {});
      }
      devices.add(device);
    }

    assertThat(devices.getFirst().hasSameContentAs(devices.getLast())).isTrue();
  }

  @Test
  void whatSomebodyElseHasIsRefused() throws Exception {
    try (var claim = DeviceClaim.of(volume)) {
      assertThat(claim.isBlockDevice()).isFalse();
      for (String line :
          new String[] {
            "fill " + volume,
            "trim " + volume,
            "crash " + volume,
            "grow " + volume + " --logical 1G",
            "corrupt " + volume + " geometry.zeroed"
          }) {
        var run = ImageRun.of(words(line));

        assertThat(run.status()).as(line).isEqualTo(8);
        assertThat(run.err()).as(line).contains("it is in use").hasLineCount(1);
      }
    }
    assertSound(volume);
  }

  @Test
  void aVolumeGrowsAndKeepsWhatItHolds() throws Exception {
    String fill = "fill --count 800 --range 0..999";
    ok(fill, volume);
    ok("grow --logical 400M --physical 3300M", volume);
    assertSound(volume);

    var stat = ok("stat --json", volume).json();
    assertThat(stat.get("logicalBlocks").asLong()).isEqualTo(102_400);
    assertThat(stat.get("physicalBlocks").asLong()).isEqualTo(844_800);
    ok(fill + " --verify", volume);
    ok("fill --seed 3 --count 500 --range 100000..102399", volume);
    assertSound(volume);

    long size = Files.size(volume);
    var smaller = ImageRun.of("grow", volume, "--physical", "3G");
    assertThat(smaller.status()).isEqualTo(8);
    assertThat(smaller.err()).contains("volumes do not shrink");
    assertThat(ImageRun.of("grow", volume, "--physical", "3301M").status()).isEqualTo(8);
    assertThat(Files.size(volume)).isEqualTo(size);
    assertSound(volume);
  }

  @Test
  void theJsonOfStatKeepsToItsSchema() throws Exception {
    String schemaText;
    try (var in = FillStepTest.class.getResourceAsStream("/schema/vdo_image.schema.json")) {
      schemaText = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    var schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(schemaText, InputFormat.JSON);

    assertThat(schema.validate(ok("stat --json", volume).out(), InputFormat.JSON)).isEmpty();
    ok("fill --count 100", volume);
    var filled = ok("stat --json", volume);
    assertThat(schema.validate(filled.out(), InputFormat.JSON)).isEmpty();
    assertThat(schema.validate(filled.out().replace("\"clean\"", "\"soiled\""), InputFormat.JSON))
        .isNotEmpty();
    assertThat(ok("stat", volume).out()).contains("  state     clean, judged", "  problems  0");
  }
}
