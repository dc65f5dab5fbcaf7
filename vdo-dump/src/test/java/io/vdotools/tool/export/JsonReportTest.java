package io.vdotools.tool.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.LossReason;
import io.vdotools.engine.damage.Damage;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.VolumeImages;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class JsonReportTest {
  private static String schemaText;
  private static Schema schema;

  @TempDir private Path scratch;

  @BeforeAll
  static void readTheSchema() throws IOException {
    try (InputStream in =
        JsonReportTest.class.getResourceAsStream("/schema/vdo_export.schema.json")) {
      schemaText = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
    schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schemaText);
  }

  @Test
  void theSchemaIsASchemaAndNamesAllThereIs() {
    var metaSchema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
    var json = new ObjectMapper().readTree(schemaText);

    assertThat(metaSchema.validate(schemaText, InputFormat.JSON)).isEmpty();
    assertThat(names(json.at("/$defs/loss/properties/reason/enum")))
        .isEqualTo(lower(LossReason.values()));
    assertThat(names(json.at("/properties/exportedAs/enum")))
        .isEqualTo(lower(LogicalVolume.View.values()));
    assertThat(names(json.at("/properties/state/enum"))).isEqualTo(lower(VolumeState.values()));
  }

  private static List<String> names(JsonNode array) {
    return array.valueStream().map(JsonNode::asString).toList();
  }

  private static List<String> lower(Enum<?>[] values) {
    return Arrays.stream(values)
        .map(value -> value.name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .toList();
  }

  static List<String> goldenVolumes() {
    return GoldenVolume.names();
  }

  @ParameterizedTest
  @MethodSource("goldenVolumes")
  void everyGoldenVolumeIsReportedByTheSchema(String name) {
    Path volume = VolumeFiles.golden(name, scratch);
    // Of what is lost in a volume without data, some will do.
    var run = ExportRun.of("--json", "--lbn", "100..9999", volume, "-o", "-");
    var report = valid(run.err());

    assertThat(report.get("source").asString()).isEqualTo(volume.toString());
    assertThat(report.get("exitStatus").asInt()).isEqualTo(run.status());
    assertThat(report.get("blocks").asLong() * 4096).isEqualTo(run.content().byteSize());
    assertThat(
            report.get("dataBlocks").asLong()
                + report.get("holeBlocks").asLong()
                + report.get("lostBlocks").asLong())
        .isEqualTo(report.get("blocks").asLong());
    assertThat(lostBlocks(report)).isEqualTo(report.get("lostBlocks").asLong());
  }

  private static long lostBlocks(JsonNode report) {
    return report
        .get("losses")
        .valueStream()
        .map(loss -> loss.get("lbns"))
        .mapToLong(lbns -> lbns.get("length").asLong() * lbns.path("runs").asLong(1))
        .sum();
  }

  static Stream<Damage> damages() {
    return Stream.of(
        Damage.mapping(5, BlockMapEntry.pack(1, 1)),
        Damage.mapping(5, BlockMapEntry.pack(0, 4)),
        Damage.mapping(5, 0x300),
        Damage.pageField(0, 0, "pbn", 9),
        Damage.pageField(0, 1, "pbn", 9),
        Damage.pageField(812, 4, "pbn", 9),
        Damage.pageField(812, 2, "nonce", 9),
        Damage.entry(812, 3, _ -> BlockMapEntry.pack(3, 1)),
        Damage.edit(_ -> 0, block -> block.fill((byte) 0)));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void everyDamageIsReportedByTheSchema(Damage damage) {
    var image = VolumeImages.clean().with(damage);
    Path volume = VolumeFiles.of(image.device(), scratch.resolve("v"));

    var run = ExportRun.of("--json", volume, "-o", scratch.resolve("raw"));
    var report = valid(run.out());

    assertThat(run.status()).isEqualTo(4);
    assertThat(lostBlocks(report)).isEqualTo(report.get("lostBlocks").asLong());
  }

  @Test
  void besideContentOnStandardOutputTheReportGoesToStandardError() {
    Path volume = VolumeFiles.of(VolumeImages.clean().device(), scratch.resolve("v"));

    var run = ExportRun.of("--json", volume, "-o", "-", "--lbn", "0..3");

    assertThat(run.out()).isEmpty();
    assertThat(valid(run.err()).get("output").asString()).isEqualTo("-");
    assertThat(run.bytes()).hasSize(4 * 4096);
  }

  private static JsonNode valid(String report) {
    assertThat(schema.validate(report, InputFormat.JSON)).as(report).isEmpty();
    assertThat(report).matches("[ -~\\n]*");
    return new ObjectMapper().readTree(report);
  }
}
