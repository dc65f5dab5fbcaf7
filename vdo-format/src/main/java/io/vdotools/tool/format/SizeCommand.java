package io.vdotools.tool.format;

import static io.vdotools.cli.Invocation.word;

import io.vdotools.VdoException;
import io.vdotools.cli.ByteSize;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.engine.format.FormatOptions;
import io.vdotools.engine.format.VolumeLayout;
import io.vdotools.format.BlockSize;
import io.vdotools.format.Limits;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code vdo_size}: what a volume would need and hold, before it is made. */
public final class SizeCommand implements Command {
  private static final String SLAB_SIZE = "--slab-size";
  private static final String CACHE_SIZE = "--block-map-cache-size";
  private static final String JSON = "--json";

  private static final long MOST_CACHE_BYTES = 16L << 40;

  /** Starts the command as a process of its own. */
  public static void main(String[] arguments) {
    CommandRunner.main(new SizeCommand(), arguments);
  }

  @Override
  public String name() {
    return "vdo_size";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name(name());
    spec.usageMessage()
        .description(
            "Tells what a VDO volume would need and hold, before it is made: slabs, overhead,"
                + " memory, limits. It takes the options of vdocalculatesize and those of"
                + " vdo_format.",
            "Space and limits are exact, to the block, where vdocalculatesize approximates: that"
                + " takes everything behind the fixed metadata for slabs, whole or not, reference"
                + " counts for one stretch instead of one in each slab, and the block map for one"
                + " tree instead of 60. Of the memory, the makers' figures for what the driver"
                + " takes besides are round.",
            "Sizes are numbers with a unit: B, K, M, G, T or P, powers of 1024. A number without a"
                + " unit counts MiB.");
    spec.addOption(
        VolumeArguments.size(
                VolumeArguments.PHYSICAL_SIZE,
                "The size of the device that would hold the volume, at most 256T.")
            .required(true)
            .build());
    VolumeArguments.addTo(
        spec,
        new String[] {"--index-memory-size", VolumeArguments.MEMORY_SIZE},
        new String[] {"--sparse-index", VolumeArguments.SPARSE});
    spec.addOption(
        VolumeArguments.size(
                SLAB_SIZE,
                "The slab size as such, instead of --slab-bits: a power of two from 32M to 32G.")
            .build());
    spec.addOption(
        VolumeArguments.size(
                CACHE_SIZE,
                "The block map cache with which the volume would run, for its memory."
                    + " Default: 128M.")
            .build());
    spec.addOption(
        OptionSpec.builder(JSON).description("Print one JSON document instead of text.").build());
    spec.usageMessage()
        .footerHeading("%nExamples:%n")
        .footer(
            "  vdo_size --physical-size 1T",
            "  vdo_size --physical-size 100T --logical-size 1P --slab-bits 23",
            "  vdo_size --physical-size 4T --uds-memory-size 1 --uds-sparse --json");
    return spec;
  }

  @Override
  public List<Invocation> invocations() {
    return List.of(Invocation.of(word(VolumeArguments.PHYSICAL_SIZE), word("1T")));
  }

  @Override
  public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
    long physicalBytes =
        arguments.matchedOptionValue(VolumeArguments.PHYSICAL_SIZE, new ByteSize(0)).bytes();
    if (physicalBytes > Limits.PHYSICAL_BLOCKS * BlockSize.BLOCK) {
      throw VolumeArguments.wrong(
          arguments, VolumeArguments.PHYSICAL_SIZE, "at most 256T are possible");
    }
    long cacheBytes =
        arguments
            .matchedOptionValue(CACHE_SIZE, new ByteSize(SizeFacts.DEFAULT_CACHE_BYTES))
            .bytes();
    if (cacheBytes > MOST_CACHE_BYTES) {
      throw VolumeArguments.wrong(arguments, CACHE_SIZE, "at most 16T are possible");
    }
    FormatOptions options =
        VolumeArguments.options(
            arguments, physicalBytes / BlockSize.BLOCK, slabBits(arguments), new UUID(0, 0), 0);
    var facts = new SizeFacts(VolumeLayout.of(options), cacheBytes);
    if (arguments.hasMatchedOption(JSON)) {
      SizeReport.printJson(facts, console.out());
    } else {
      SizeReport.printText(facts, console.out());
    }
    return ExitStatus.OK;
  }

  private static int slabBits(ParseResult arguments) {
    if (!arguments.hasMatchedOption(SLAB_SIZE)) {
      return VolumeArguments.slabBits(arguments);
    }
    if (arguments.hasMatchedOption(VolumeArguments.SLAB_BITS)) {
      throw new ParameterException(
          arguments.commandSpec().commandLine(),
          "--slab-size and --slab-bits say the same; give one of them");
    }
    long bytes = arguments.matchedOptionValue(SLAB_SIZE, new ByteSize(0)).bytes();
    long blocks = bytes / BlockSize.BLOCK;
    if (Long.bitCount(bytes) != 1
        || blocks < Limits.MINIMUM_SLAB_BLOCKS
        || blocks > Limits.MAXIMUM_SLAB_BLOCKS) {
      throw VolumeArguments.wrong(
          arguments, SLAB_SIZE, "it has to be a power of two from 32M to 32G");
    }
    return Long.numberOfTrailingZeros(blocks);
  }
}
