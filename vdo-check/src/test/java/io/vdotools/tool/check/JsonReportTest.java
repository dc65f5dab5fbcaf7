package io.vdotools.tool.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.vdotools.check.CheckOptions.Level;
import io.vdotools.check.CheckResult.Extent;
import io.vdotools.check.Judgement;
import io.vdotools.format.VolumeState;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Remedy;
import io.vdotools.problem.Severity;
import io.vdotools.problem.Structure;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.VolumeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class JsonReportTest {
  private static String schemaText;
  private static Schema schema;

  @TempDir private Path scratch;

  @BeforeAll
  static void readTheSchema() throws IOException {
    try (InputStream in =
        JsonReportTest.class.getResourceAsStream("/schema/vdo_check.schema.json")) {
      schemaText = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
    schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schemaText);
  }

  static List<String> goldenVolumes() {
    return GoldenVolume.names();
  }

  @Test
  void theSchemaIsASchema() {
    var metaSchema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

    assertThat(metaSchema.validate(schemaText, InputFormat.JSON)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("goldenVolumes")
  void everyGoldenVolumeIsReportedByTheSchema(String name) {
    var volume = VolumeFile.unpack(name, scratch);
    for (String level : List.of("quick", "standard", "thorough")) {
      var report = validReport("--level", level, volume.path());

      assertThat(report.get("level").asString()).isEqualTo(level);
      assertThat(report.get("source").asString()).isEqualTo(volume.path().toString());
    }
  }

  @Test
  void everyDamageIsReportedByTheSchema() {
    for (var volume :
        List.of(
            DamagedVolumes.withLostLeaf(scratch),
            DamagedVolumes.withWrongCounts(scratch),
            DamagedVolumes.withWildMapping(scratch),
            DamagedVolumes.withBadSuperBlockChecksum(scratch),
            DamagedVolumes.withoutSuperBlock(scratch),
            DamagedVolumes.withoutGeometry(scratch),
            VolumeFile.unpack("small", scratch.resolve("short.img"), 700_000),
            VolumeFile.unpack("small", scratch.resolve("shorter.img"), 3))) {
      assertThat(validReport(volume.path()).get("problems")).isNotEmpty();
    }
  }

  /** A block of each metadata area, filled with noise from its end to its start. */
  @ParameterizedTest
  @ValueSource(
      longs = {
        0, 679128, 679129, 679188, 679189, 680195, 680208, 680209, 687155, 687157, 687381, 753600,
        786368
      })
  void noiseInMetadataIsReportedByTheSchema(long pbn) {
    var noise = new byte[4096];
    Arrays.fill(noise, (byte) 0xf7);
    var volume = VolumeFile.unpack("small", scratch);
    for (int offset : List.of(3072, 512, 60, 32, 0)) {
      volume.overwrite(pbn, offset, Arrays.copyOf(noise, 4096 - offset));

      var run = CheckRun.of("--json", "--level=thorough", volume.path());

      if (run.out().isEmpty()) {
        assertThat(run.status()).isEqualTo(8);
        assertThat(run.err()).hasLineCount(1);
      } else {
        assertThat(errorsOf(run)).as("noise from byte %d on", offset).isEmpty();
        assertThat(run.json().get("exitStatus").asInt()).isEqualTo(run.status());
      }
    }
  }

  @Test
  void theReportHoldsWhatTheTextSays() {
    var report = validReport(DamagedVolumes.withWrongCounts(scratch).path());

    assertThat(report.get("verdict").asString()).isEqualTo("damaged");
    assertThat(report.get("exitStatus").asInt()).isEqualTo(4);
    assertThat(report.get("defects").asInt()).isEqualTo(4);
    assertThat(report.get("worstSeverity").asString()).isEqualTo("loses-data");
    assertThat(report.at("/volume/physicalBlocks").asLong()).isEqualTo(786_432);
    assertThat(report.at("/tally/mappings").asLong()).isEqualTo(1768);
    var tooHigh = report.at("/problems/1");
    assertThat(tooHigh.get("code").asString()).isEqualTo("VDO-RC-003");
    assertThat(tooHigh.get("count").asInt()).isEqualTo(3);
    assertThat(tooHigh.at("/findings/2/pbn").asLong()).isEqualTo(679_391);
    assertThat(tooHigh.at("/findings/2/storedCount").asInt()).isEqualTo(9);
    assertThat(tooHigh.at("/findings/2/computedCount").asInt()).isEqualTo(2);
    assertThat(tooHigh.at("/findings/2/lbns/1/first").asLong()).isEqualTo(2613);
  }

  @Test
  void whatWasNotCountedIsNotReportedAsZero() {
    var small = VolumeFile.unpack("small", scratch).path();

    assertThat(validReport("--level=quick", small).has("tally")).isFalse();
    assertThat(validReport(VolumeFile.unpack("new", scratch).path()).has("tally")).isFalse();
    assertThat(validReport(small).has("tally")).isTrue();
  }

  @Test
  void whatIsNoSuperBlockTellsNothing() {
    var volume = validReport(DamagedVolumes.withoutSuperBlock(scratch).path()).get("volume");

    assertThat(volume.propertyNames()).containsExactly("uuid", "geometryVersion", "geometryNonce");
  }

  @Test
  void theSchemaKnowsEveryWordAndNoOther() {
    var json = new ObjectMapper().readTree(schemaText);

    assertThat(words(json, "/$defs/severity/enum")).isEqualTo(words(Severity.values()));
    assertThat(words(json, "/$defs/problem/properties/remedy/enum"))
        .isEqualTo(words(Remedy.values()));
    assertThat(words(json, "/$defs/finding/properties/structure/enum"))
        .isEqualTo(words(Structure.values()));
    assertThat(words(json, "/$defs/volume/properties/state/enum"))
        .isEqualTo(words(VolumeState.values()));
    assertThat(words(json, "/properties/verdict/enum")).isEqualTo(words(Facts.Verdict.values()));
    assertThat(words(json, "/properties/level/enum")).isEqualTo(words(Level.values()));
    assertThat(words(json, "/properties/extent/enum")).isEqualTo(words(Extent.values()));
    assertThat(words(json, "/properties/judgedAs/enum")).isEqualTo(words(Judgement.values()));
    var problem = json.at("/$defs/problem/properties");
    for (var code : ProblemCode.values()) {
      assertThat(code.id()).matches(problem.at("/code/pattern").asString());
      assertThat(code.invariant()).matches(problem.at("/invariant/pattern").asString());
    }
  }

  @Test
  void everyPropertyIsDescribed() {
    var bare =
        new ObjectMapper()
            .readTree(schemaText).findValues("properties").stream()
                .flatMap(properties -> properties.properties().stream())
                .filter(property -> isDefinition(property.getValue()))
                .filter(property -> !property.getValue().has("description"))
                .filter(property -> !property.getValue().has("$ref"))
                .toList();

    assertThat(bare).isEmpty();
  }

  /** Conditions use {@code properties} too, with values that only narrow. */
  private static boolean isDefinition(JsonNode value) {
    return value.has("type") || value.has("enum");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s/\"verdict\" : \"damaged\"/\"verdict\" : \"sound\"/",
        "s/\"exitStatus\" : 4/\"exitStatus\" : 0/",
        "s/\"defects\" : 4/\"defects\" : 0/",
        "s/\"judgedAs\"/\"judged\"/",
        "s/\"mappings\"/\"mapping\"/",
        "s/\"pbn\" : /\"pbn\" : -/",
        "s/\"storedCount\"/\"stored\"/",
        "s/\"lbns\" : \\[ \\{/\"lbns\" : [ { \"last\" : 7,/",
        "s/\"nonce\" : \"/\"nonce\" : \"0x/",
      })
  void theSchemaRefusesWhatIsWrong(String edit) {
    var run = CheckRun.of("--json", DamagedVolumes.withWrongCounts(scratch).path());
    String[] parts = edit.split("(?<!\\\\)/", -1);

    String edited = run.out().replaceFirst(parts[1], parts[2]);

    assertThat(edited).isNotEqualTo(run.out());
    assertThat(schema.validate(edited, InputFormat.JSON)).isNotEmpty();
  }

  private static JsonNode validReport(Object... arguments) {
    var run = CheckRun.of(Stream.concat(Stream.of("--json"), Stream.of(arguments)).toArray());
    assertThat(errorsOf(run)).isEmpty();
    assertThat(run.err()).isEmpty();
    assertThat(run.json().get("exitStatus").asInt()).isEqualTo(run.status());
    return run.json();
  }

  private static List<?> errorsOf(CheckRun run) {
    return schema.validate(run.out(), InputFormat.JSON);
  }

  private static List<String> words(JsonNode json, String pointer) {
    return json.at(pointer).valueStream().map(JsonNode::asString).toList();
  }

  private static List<String> words(Enum<?>[] values) {
    return Stream.of(values)
        .map(value -> value.name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .toList();
  }
}
