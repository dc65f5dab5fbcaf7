package io.vdotools.tool.format;

import io.vdotools.cli.ByteSize;
import io.vdotools.engine.format.FormatOptions;
import io.vdotools.engine.format.LayoutException;
import io.vdotools.engine.format.VolumeLayout;
import io.vdotools.format.BlockSize;
import io.vdotools.format.Limits;
import io.vdotools.format.index.IndexMemory;
import java.util.UUID;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** The options that say what a volume is to be like, the same for making one and for asking. */
final class VolumeArguments {
  static final String PHYSICAL_SIZE = "--physical-size";
  static final String LOGICAL_SIZE = "--logical-size";
  static final String SLAB_BITS = "--slab-bits";
  static final String MEMORY_SIZE = "--uds-memory-size";
  static final String SPARSE = "--uds-sparse";

  private VolumeArguments() {}

  static OptionSpec.Builder size(String name, String... description) {
    return OptionSpec.builder(name)
        .paramLabel("SIZE")
        .type(ByteSize.class)
        .converters(ByteSize.converterInMebibytes())
        .description(description);
  }

  /** Adds the options that both commands have, but for the physical size. */
  static void addTo(CommandSpec spec, String[] memoryNames, String[] sparseNames) {
    spec.addOption(
        size(
                LOGICAL_SIZE,
                "The size of the device that the volume exports, at most 4P and a multiple of"
                    + " 4096 bytes. Default: what fits without any saving.")
            .build());
    spec.addOption(
        OptionSpec.builder(SLAB_BITS)
            .paramLabel("BITS")
            .type(Integer.class)
            .converters(VolumeArguments::slabBits)
            .description(
                "The slab size: 2^BITS blocks of 4096 bytes, 13 (32 MiB) to 23 (32 GiB). A volume"
                    + " has at most 8192 slabs, so that this bounds its growth for good. Default:"
                    + " 19 (2 GiB, 16 TiB at most).")
            .build());
    spec.addOption(
        OptionSpec.builder(memoryNames)
            .paramLabel("GB")
            .type(IndexMemory.class)
            .converters(VolumeArguments::memory)
            .description(
                "The memory of the deduplication index in GiB: 0.25 (the default), 0.5, 0.75, or"
                    + " 1 to 1024.")
            .build());
    spec.addOption(
        OptionSpec.builder(sparseNames)
            .description("Use a sparse index: ten times the window in about the same memory.")
            .build());
  }

  private static int slabBits(String text) {
    try {
      int bits = Integer.parseInt(text);
      if (bits >= VolumeLayout.LEAST_SLAB_BITS && bits <= VolumeLayout.MOST_SLAB_BITS) {
        return bits;
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    throw new TypeConversionException("'" + text + "' is not within 13 to 23");
  }

  private static IndexMemory memory(String text) {
    return IndexMemory.parse(text)
        .orElseThrow(() ->
            new TypeConversionException(
                "'" + text + "' is no memory size (write 0.25, 0.5, 0.75, or 1 to 1024)"));
  }

  /**
   * {@return the options}
   *
   * @param physicalBlocks the physical size
   * @param slabBits the slab size, if another option than the shared one gives it
   * @throws ParameterException if the logical size is none that a volume can have
   */
  static FormatOptions options(
      ParseResult arguments, long physicalBlocks, int slabBits, UUID uuid, long nonce) {
    return FormatOptions.defaults(physicalBlocks, uuid, nonce)
        .withSlabBits(slabBits)
        .withLogicalBlocks(logicalBlocks(arguments))
        .withIndex(
            arguments.matchedOptionValue(MEMORY_SIZE, IndexMemory.DEFAULT),
            arguments.hasMatchedOption(SPARSE));
  }

  static int slabBits(ParseResult arguments) {
    return arguments.matchedOptionValue(SLAB_BITS, FormatOptions.DEFAULT_SLAB_BITS);
  }

  private static long logicalBlocks(ParseResult arguments) {
    if (!arguments.hasMatchedOption(LOGICAL_SIZE)) {
      return FormatOptions.DEFAULT_LOGICAL;
    }
    long bytes = arguments.matchedOptionValue(LOGICAL_SIZE, new ByteSize(0)).bytes();
    if (bytes == 0 || bytes > Limits.LOGICAL_BLOCKS * BlockSize.BLOCK) {
      throw wrong(arguments, LOGICAL_SIZE, "at least 4096 bytes and at most 4P are possible");
    }
    return wholeBlocks(arguments, LOGICAL_SIZE, bytes);
  }

  /** {@return a size in blocks} */
  static long wholeBlocks(ParseResult arguments, String option, long bytes) {
    if (bytes % BlockSize.BLOCK != 0) {
      throw wrong(arguments, option, bytes + " bytes are no multiple of 4096");
    }
    return bytes / BlockSize.BLOCK;
  }

  static ParameterException wrong(ParseResult arguments, String option, String why) {
    return new ParameterException(
        arguments.commandSpec().commandLine(), "Invalid value for option '" + option + "': " + why);
  }

  /** {@return the layout, or why there is none, with the name of the device in front of it} */
  static VolumeLayout layout(FormatOptions options, String device) throws LayoutException {
    try {
      return VolumeLayout.of(options);
    } catch (LayoutException e) {
      throw e.on(device);
    }
  }
}
