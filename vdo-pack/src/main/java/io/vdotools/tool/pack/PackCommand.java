package io.vdotools.tool.pack;

import static io.vdotools.cli.CommonOptions.JSON;
import static io.vdotools.cli.CommonOptions.PROGRESS;
import static io.vdotools.cli.CommonOptions.file;
import static io.vdotools.cli.CommonOptions.flag;
import static io.vdotools.cli.CommonOptions.operand;
import static io.vdotools.cli.CommonOptions.progress;
import static io.vdotools.cli.Invocation.creates;
import static io.vdotools.cli.Invocation.reads;
import static io.vdotools.cli.Invocation.word;

import io.vdotools.VdoException;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.FileTarget;
import io.vdotools.cli.Invocation;
import io.vdotools.cli.Machine;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.device.UnfinishedFile;
import io.vdotools.engine.Volume;
import io.vdotools.pack.PackDevice;
import io.vdotools.pack.PackMethod;
import io.vdotools.pack.PackOutput;
import io.vdotools.pack.SourceDevice;
import io.vdotools.pack.ZstdLibrary;
import io.vdotools.tool.pack.PackOptions.Scan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** {@code vdo_pack SOURCE -o PACK}: the metadata of a volume in a small file. */
public final class PackCommand implements Command {
  private static final String FORCE = "--force";
  private static final String OUTPUT = "--output";
  private static final String INDEX = "--index";
  private static final String WITH_DATA = "--with-data";
  private static final String BASE = "--base";
  private static final String SCAN = "--scan";
  private static final String CODEC = "--codec";
  private static final String LEVEL = "--level";
  private static final String THREADS = "--threads";
  private static final String DIRECT = "--direct";

  private static final Path STANDARD_OUTPUT = Path.of("-");
  private static final Path STANDARD_OUTPUT_FILE = Path.of("/proc/self/fd/1");
  private static final int MOST_THREADS = 64;

  /** Starts the command as a process of its own. */
  public static void main(String[] arguments) {
    CommandRunner.main(new PackCommand(), arguments);
  }

  @Override
  public String name() {
    return "vdo_pack";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name(name());
    spec.usageMessage()
        .description(
            "Packs the metadata of a VDO volume, byte for byte, into a small file that can be"
                + " mailed, and that every command that only reads opens in place of the volume."
                + " Damaged volumes are packed as they are: pages that nothing leads to are found"
                + " by their signature, and blocks that cannot be read are listed. vdo_unpack"
                + " makes an image of it again.");
    spec.addPositional(operand("SOURCE", "A regular file or block device that holds the volume."));
    spec.addOption(
        file(
                "PACK",
                "Where the pack goes: a new file, or - for standard output. A file gets its name"
                    + " when it is complete. With - the report goes to standard error.",
                "-o",
                OUTPUT)
            .required(true)
            .build());
    spec.addOption(
        flag(WITH_DATA, "Pack every data block that something is mapped to as well, each once."));
    spec.addOption(
        flag(INDEX, "Pack the index region as well: large, and full of fingerprints of the data."));
    spec.addOption(
        file(
                "OLD",
                "Store only what differs from another pack of the volume. vdo_unpack joins them.",
                BASE)
            .build());
    spec.addOption(
        OptionSpec.builder(SCAN)
            .paramLabel("WHEN")
            .type(Scan.class)
            .converters(text -> constant(Scan.class, text, "a time to scan"))
            .description(
                "Read all data blocks in search of pages that nothing leads to: auto (the default,"
                    + " where something is damaged), always, or never.")
            .build());
    spec.addOption(
        OptionSpec.builder(CODEC)
            .paramLabel("CODEC")
            .type(PackMethod.Codec.class)
            .converters(text -> constant(PackMethod.Codec.class, text, "a codec"))
            .description("zstd (the default), or lz4, which is faster and packs less.")
            .build());
    spec.addOption(
        OptionSpec.builder("-l", LEVEL)
            .paramLabel("N")
            .type(Integer.class)
            .description("How hard zstd tries, 1 to 22. Default: " + PackMethod.DEFAULT_LEVEL + ".")
            .build());
    spec.addOption(flag("-f", FORCE, "Replace the output file if there is one."));
    spec.addOption(
        OptionSpec.builder("-t", THREADS)
            .paramLabel("N")
            .type(Integer.class)
            .description(
                "Threads that pack, 1 to 64, 6 MiB of memory each; the pack is the same with any"
                    + " number. Default: the number of cores, at most 8.")
            .build());
    spec.addOption(flag(DIRECT, "Read the volume past the page cache (O_DIRECT)."));
    spec.addOption(flag(JSON, "Report as one JSON document instead of text."));
    spec.addOption(flag("-q", CommandRunner.QUIET, "Report nothing; the exit status tells."));
    spec.addOption(progress());
    spec.usageMessage()
        .footerHeading("%nExamples:%n")
        .footer(
            "  vdo_pack /dev/sdb1 -o case-4711.vdopack",
            "  vdo_pack --with-data volume.img -o archive.vdopack",
            "  vdo_pack --base monday.vdopack volume.img -o tuesday.vdopack",
            "  vdo_pack --quiet /dev/sdb1 -o - | ssh support 'cat > case.vdopack'");
    return spec;
  }

  @Override
  public List<Invocation> invocations() {
    return List.of(
        Invocation.of(reads(Content.VOLUME), word(OUTPUT), creates(Content.PACK)),
        Invocation.of(reads(Content.DAMAGED_VOLUME), word(OUTPUT), creates(Content.PACK)),
        Invocation.of(
            reads(Content.VOLUME),
            word(BASE),
            reads(Content.PACK),
            word(OUTPUT),
            creates(Content.DELTA_PACK)));
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String text, String what) {
    return Arrays.stream(type.getEnumConstants())
        .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(() ->
            new TypeConversionException(
                "'%s' is not %s (%s)"
                    .formatted(
                        text,
                        what,
                        String.join(
                            ", ",
                            Arrays.stream(type.getEnumConstants())
                                .map(value -> value.name().toLowerCase(Locale.ROOT))
                                .toList()))));
  }

  @Override
  public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
    ZstdLibrary.load();
    var options = options(arguments);
    boolean isQuiet = arguments.hasMatchedOption(CommandRunner.QUIET);
    PackResult result;
    try (var device =
            SourceDevice.open(
                options.source(), options.isDirect() ? Caching.DIRECT : Caching.PAGE_CACHE);
        var base = base(options)) {
      checkIsNotInput(options);
      var volume = Volume.open(device);
      try (var progress =
          ProgressDisplay.of(console, isQuiet ? null : arguments.hasMatchedOption(PROGRESS))) {
        result = pack(options, device, volume, base, console, progress);
      }
      if (!isQuiet) {
        report(result, arguments.hasMatchedOption(JSON), console);
      }
      return ExitStatus.OK;
    } catch (Ended _) {
      return ExitStatus.OPERATIONAL;
    }
  }

  private static @Nullable PackDevice base(PackOptions options) throws VdoException {
    if (options.base().isEmpty()) {
      return null;
    }
    var file = SourceDevice.openPack(options.base().get());
    try {
      return new PackDevice(file, null);
    } catch (VdoException e) {
      file.close();
      throw e;
    }
  }

  /** Standard output takes no more; whoever owns it knows why. */
  private static final class Ended extends VdoException {
    private static final long serialVersionUID = 1L;

    Ended(IOException cause) {
      super("cannot write to standard output: " + cause.getMessage(), cause);
    }
  }

  private static PackResult pack(
      PackOptions options,
      BlockDevice device,
      Volume volume,
      @Nullable PackDevice base,
      Console console,
      ProgressDisplay progress)
      throws VdoException {
    var packer = new Packer(options, device, volume, base, progress);
    if (options.output().isEmpty()) {
      return packer.run(bytes -> {
        var buffer = ByteBuffer.wrap(bytes);
        try {
          while (buffer.hasRemaining()) {
            console.bytes().write(buffer);
          }
        } catch (IOException e) {
          throw new Ended(e);
        }
      });
    }
    var target = FileTarget.of(options.output().get(), options.mayReplace(), FORCE, "vdo_pack");
    try (var _ = console.leftovers().add(() -> UnfinishedFile.discard(target.temporary()));
        var file = target.create(0)) {
      var result = packer.run(new AppendedFile(file.device()));
      progress.begin("flush", 1);
      file.complete(target.mayReplace());
      return result;
    } catch (DeviceException e) {
      throw target.about(e);
    }
  }

  /** Writes one piece behind the other. */
  private static final class AppendedFile implements PackOutput {
    private final FileDevice file;
    private long offset;

    AppendedFile(FileDevice file) {
      this.file = file;
    }

    @Override
    public void write(byte[] bytes) throws DeviceException {
      file.writeBytes(offset, ByteBuffer.wrap(bytes));
      offset += bytes.length;
    }
  }

  private static void report(PackResult result, boolean isJson, Console console) {
    PrintWriter out = result.options().output().isEmpty() ? console.err() : console.out();
    if (isJson) {
      JsonReport.print(result, out);
    } else {
      new TextReport(result).print(out);
    }
  }

  private static PackOptions options(ParseResult arguments) {
    Path output = arguments.matchedOptionValue(OUTPUT, STANDARD_OUTPUT);
    return new PackOptions(
        arguments.matchedPositionalValue(0, Path.of("")),
        output.equals(STANDARD_OUTPUT) ? Optional.empty() : Optional.of(output),
        arguments.hasMatchedOption(INDEX),
        arguments.hasMatchedOption(WITH_DATA),
        arguments.matchedOptionValue(SCAN, Scan.AUTO),
        Optional.ofNullable(arguments.matchedOptionValue(BASE, null)),
        new PackMethod(
            arguments.matchedOptionValue(CODEC, PackMethod.Codec.ZSTD),
            within(arguments, LEVEL, PackMethod.DEFAULT_LEVEL, PackMethod.HIGHEST_LEVEL)),
        within(arguments, THREADS, Math.min(8, Machine.cores()), MOST_THREADS),
        arguments.hasMatchedOption(DIRECT),
        arguments.hasMatchedOption(FORCE));
  }

  private static int within(ParseResult arguments, String option, int usual, int most) {
    int value = arguments.matchedOptionValue(option, usual);
    if (value < 1 || value > most) {
      throw new ParameterException(
          arguments.commandSpec().commandLine(),
          "Invalid value for option '" + option + "': " + value + " is not within 1 to " + most);
    }
    return value;
  }

  private static void checkIsNotInput(PackOptions options) throws DeviceException {
    Path output = options.output().orElse(STANDARD_OUTPUT_FILE);
    if (FileDevice.isSame(options.source(), output)) {
      throw new DeviceException(
          DeviceException.Kind.OPEN_FAILED,
          "cannot write to " + options.outputName() + ": it is the volume itself");
    }
    if (options.base().isPresent() && FileDevice.isSame(options.base().get(), output)) {
      throw new DeviceException(
          DeviceException.Kind.OPEN_FAILED,
          "cannot write to " + options.outputName() + ": it is the base");
    }
  }
}
