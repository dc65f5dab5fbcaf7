package io.vdotools.bench;

import io.vdotools.VdoException;
import io.vdotools.cli.ByteSize;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.format.Limits;
import io.vdotools.xml.XmlWriter;
import java.io.BufferedOutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code metadata_generator}: makes a volume for measurements, or only its dump, from the command
 * line.
 */
public final class MetadataGenerator implements Command {
  private static final String SHAPE = "--shape";
  private static final String MAPPINGS = "--mappings";
  private static final String PHYSICAL = "--physical";
  private static final String LOGICAL = "--logical";
  private static final String SLAB_BITS = "--slab-bits";
  private static final String SEED = "--seed";
  private static final String JOURNAL = "--journal";
  private static final String XML = "--xml";
  private static final String OUTPUT = "--output";
  private static final Pattern COUNT = Pattern.compile("(\\d{1,15})([KMG]?)");

  /** Starts the command. */
  public static void main(String[] arguments) {
    CommandRunner.main(new MetadataGenerator(), arguments);
  }

  @Override
  public String name() {
    return "metadata_generator";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name(name());
    spec.usageMessage()
        .description(
            "Makes a clean volume that holds metadata only, as a sparse file, for measurements.");
    spec.addOption(
        option(SHAPE, "SHAPE", "How the mappings look: " + shapeNames() + ".")
            .type(Shape.class)
            .converters(shapes())
            .required(true)
            .build());
    spec.addOption(
        option(MAPPINGS, "COUNT", "LBNs to map, such as 20M; in powers of 1000.")
            .type(long.class)
            .converters(counts())
            .required(true)
            .build());
    spec.addOption(
        option(PHYSICAL, "SIZE", "The physical size.")
            .type(ByteSize.class)
            .converters(ByteSize.converter())
            .required(true)
            .build());
    spec.addOption(
        option(LOGICAL, "SIZE", "The logical size; by default what the mappings need.")
            .type(ByteSize.class)
            .converters(ByteSize.converter())
            .build());
    spec.addOption(
        option(SLAB_BITS, "BITS", "Slabs of 2^BITS blocks, 13 to 23; default ${DEFAULT-VALUE}.")
            .type(int.class)
            .defaultValue("19")
            .build());
    spec.addOption(
        option(SEED, "NUMBER", "Makes volumes of the same sizes differ; default ${DEFAULT-VALUE}.")
            .type(long.class)
            .defaultValue("1")
            .build());
    spec.addOption(
        option(
                JOURNAL,
                "BLOCKS",
                "Let the volume have crashed with so many blocks of its recovery journal in use, of"
                    + " the 32768 that there are; for shapes that share nothing.")
            .type(long.class)
            .defaultValue("0")
            .build());
    spec.addOption(
        OptionSpec.builder(XML)
            .type(boolean.class)
            .arity("0")
            .description(
                "Print the dump of the volume, as vdo_dump does, instead of making the volume.")
            .build());
    spec.addOption(
        option(OUTPUT, "FILE", "The file to make, which may not exist yet.")
            .type(Path.class)
            .build());
    spec.usageMessage()
        .footerHeading("%nExamples:%n")
        .footer(
            "  metadata_generator --shape scattered --mappings 250M --physical 1T \\",
            "      --output volume.img",
            "  metadata_generator --shape mixed --mappings 1M --physical 8G --xml");
    return spec;
  }

  @Override
  public List<Invocation> invocations() {
    return List.of(
        Invocation.of(
            Invocation.word(SHAPE),
            Invocation.word("sequential"),
            Invocation.word(MAPPINGS),
            Invocation.word("1M"),
            Invocation.word(PHYSICAL),
            Invocation.word("8G"),
            Invocation.word(OUTPUT),
            Invocation.creates(Content.VOLUME)));
  }

  private static OptionSpec.Builder option(String name, String label, String description) {
    return OptionSpec.builder(name).paramLabel(label).description(description);
  }

  private static String shapeNames() {
    return Arrays.stream(Shape.values())
        .map(shape -> shape.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  private static ITypeConverter<Shape> shapes() {
    return text ->
        Arrays.stream(Shape.values())
            .filter(shape -> shape.name().equalsIgnoreCase(text))
            .findFirst()
            .orElseThrow(() ->
                new TypeConversionException(
                    "'" + text + "' is not a shape (write one of " + shapeNames() + ")"));
  }

  private static ITypeConverter<Long> counts() {
    return text -> {
      var typed = COUNT.matcher(text.toUpperCase(Locale.ROOT));
      if (!typed.matches()) {
        throw new TypeConversionException("'" + text + "' is not a count (write 5000, 20M or 1G)");
      }
      long unit =
          switch (typed.group(2)) {
            case "K" -> 1_000;
            case "M" -> 1_000_000;
            case "G" -> 1_000_000_000;
            default -> 1;
          };
      // More than any volume holds stays more than any volume holds, and is refused as such.
      return Math.min(Long.parseLong(typed.group(1)), Limits.LOGICAL_BLOCKS + 1) * unit;
    };
  }

  @Override
  public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
    var plan = plan(arguments);
    CommandSpec spec = arguments.commandSpec();
    @Nullable Path output = spec.findOption(OUTPUT).getValue();
    long journalBlocks = spec.findOption(JOURNAL).<Long>getValue();
    boolean isXml = arguments.hasMatchedOption(XML);
    if (isXml == (output != null) || (isXml && journalBlocks > 0)) {
      throw new ParameterException(
          spec.commandLine(), "either " + OUTPUT + ", or " + XML + " without " + JOURNAL);
    }
    if (output == null) {
      var out = new BufferedOutputStream(Channels.newOutputStream(console.bytes()));
      PlanTeller.tell(plan, new XmlWriter(out, "standard output"));
      return ExitStatus.OK;
    }
    try (var device = FileDevice.create(output, plan.physicalBlocks(), Caching.PAGE_CACHE)) {
      MetadataWriter.write(plan, device);
      if (journalBlocks > 0) {
        JournalWriter.write(plan, device, journalBlocks);
      }
      // Measurements that follow should not meet the tail of these writes.
      device.flush();
    }
    console.out().println(output + ": " + plan);
    return ExitStatus.OK;
  }

  private static VolumePlan plan(ParseResult arguments) {
    CommandSpec spec = arguments.commandSpec();
    ByteSize physical = spec.findOption(PHYSICAL).getValue();
    long mappings = spec.findOption(MAPPINGS).<Long>getValue();
    @Nullable ByteSize logical = spec.findOption(LOGICAL).getValue();
    try {
      return new VolumePlan(
          physical.bytes() / BlockDevice.BLOCK_SIZE,
          logical == null ? mappings : logical.bytes() / BlockDevice.BLOCK_SIZE,
          spec.findOption(SLAB_BITS).<Integer>getValue(),
          spec.findOption(SHAPE).getValue(),
          mappings,
          spec.findOption(SEED).<Long>getValue());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "there is no such volume: " + e.getMessage(), e);
    }
  }
}
