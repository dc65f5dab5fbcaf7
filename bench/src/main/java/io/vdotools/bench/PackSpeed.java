package io.vdotools.bench;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.vdotools.VdoException;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.device.BlockDevice;
import io.vdotools.pack.FrameCodec;
import io.vdotools.pack.FrameKind;
import io.vdotools.pack.PackExtraction;
import io.vdotools.pack.PackFile;
import io.vdotools.pack.PackHeader;
import io.vdotools.pack.PackInput;
import io.vdotools.pack.PackMethod;
import io.vdotools.pack.PackSink;
import io.vdotools.pack.PackWriter;
import io.vdotools.pack.SourceDevice;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code pack_speed}: packs and unpacks the blocks of packs again, in memory and on one thread, in
 * turns with a plain zstd -3 of the same blocks, so that whatever else the machine does hits all
 * three. Blocks are read back as they are packed, and everything is digested, as the commands do.
 */
public final class PackSpeed implements Command {
  private static final int BLOCK = BlockDevice.BLOCK_SIZE;
  private static final int LEVEL = 3;
  private static final String MEBIBYTES = "--mebibytes";
  private static final String ROUNDS = "--rounds";
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MEGABYTE = 1e6;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  /** Starts the command. */
  public static void main(String[] arguments) {
    CommandRunner.main(new PackSpeed(), arguments);
  }

  @Override
  public String name() {
    return "pack_speed";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name(name());
    spec.usageMessage()
        .description("Tells how fast one thread packs and unpacks, against plain zstd -3.");
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0..*")
            .arity("1..*")
            .paramLabel("PACK")
            .type(List.class)
            .auxiliaryTypes(Path.class)
            .description("Packs, whose blocks are packed again, kind by kind.")
            .build());
    spec.addOption(number(MEBIBYTES, 48, "The most blocks of a kind, in MiB"));
    spec.addOption(number(ROUNDS, 7, "Rounds, of which the best counts"));
    return spec;
  }

  private static OptionSpec number(String name, int usual, String what) {
    return OptionSpec.builder(name)
        .paramLabel("N")
        .type(int.class)
        .defaultValue(Integer.toString(usual))
        .description(what + "; default ${DEFAULT-VALUE}.")
        .build();
  }

  @Override
  public List<Invocation> invocations() {
    return List.of(Invocation.of(Invocation.reads(Content.PACK)));
  }

  /** The blocks of a frame. */
  private static final class Blocks {
    private final FrameKind kind;
    private final long[] numbers;
    private final byte[] content;

    Blocks(FrameKind kind, long[] numbers, byte[] content) {
      this.kind = kind;
      this.numbers = numbers;
      this.content = content;
    }
  }

  /** Gathers blocks by kind. */
  private static final class Gathered implements PackSink {
    private final Map<FrameKind, List<Blocks>> byKind = new EnumMap<>(FrameKind.class);
    private final Map<FrameKind, Long> bytes = new EnumMap<>(FrameKind.class);
    private final long mostBytes;

    Gathered(long mostBytes) {
      this.mostBytes = mostBytes;
    }

    @Override
    public void blocks(FrameKind kind, long[] blocks, byte[] content) {
      if (bytes.merge(kind, (long) content.length, Long::sum) <= mostBytes) {
        byKind.computeIfAbsent(kind, _ -> new ArrayList<>()).add(new Blocks(kind, blocks, content));
      }
    }

    @Override
    public void zeros(long first, long count) {
      // They cost nothing.
    }

    @Override
    public void kept(long first, long count) {
      // They are those of another pack.
    }

    @Override
    public void unreadable(long first, long count, String reason) {
      // There is nothing to compress.
    }
  }

  /** Takes blocks and drops them. */
  private static final class Nowhere implements PackSink {
    private long blocks;

    @Override
    public void blocks(FrameKind kind, long[] numbers, byte[] content) {
      blocks += numbers.length;
    }

    @Override
    public void zeros(long first, long count) {
      blocks += count;
    }

    @Override
    public void kept(long first, long count) {
      blocks += count;
    }

    @Override
    public void unreadable(long first, long count, String reason) {
      blocks += count;
    }
  }

  @Override
  public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
    List<Path> packs = arguments.matchedPositionalValue(0, List.of());
    long most = (long) (int) arguments.commandSpec().findOption(MEBIBYTES).getValue() << 20;
    int rounds = arguments.commandSpec().findOption(ROUNDS).getValue();
    console
        .out()
        .println(
            "| blocks | MB | packed | zstd -3 | pack MB/s | unpack MB/s | zstd -3 MB/s | pack /"
                + " zstd | unpack / zstd |\n"
                + "|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    for (var path : packs) {
      var gathered = new Gathered(most);
      PackHeader header;
      try (var file = SourceDevice.openPack(path)) {
        header = file.header();
        PackExtraction.run(file, gathered, _ -> {});
      }
      for (var kind : gathered.byKind.entrySet()) {
        if (kind.getValue().stream().mapToLong(blocks -> blocks.content.length).sum() < 1 << 20) {
          continue;
        }
        String name = path.getFileName() + ", " + kind.getKey().name().toLowerCase(Locale.ROOT);
        console.out().println(measure(name, header, kind.getValue(), rounds));
        console.out().flush();
      }
    }
    return ExitStatus.OK;
  }

  private String measure(String name, PackHeader header, List<Blocks> all, int rounds)
      throws VdoException {
    long bytes = all.stream().mapToLong(blocks -> blocks.content.length).sum();
    long zstd = Long.MAX_VALUE;
    long packing = Long.MAX_VALUE;
    long unpacking = Long.MAX_VALUE;
    long zstdBytes = 0;
    byte[] pack = new byte[0];
    for (int round = 0; round < rounds; round++) {
      long start = threads.getCurrentThreadCpuTime();
      zstdBytes = zstd(all);
      long compressed = threads.getCurrentThreadCpuTime();
      pack = pack(header, all);
      long packed = threads.getCurrentThreadCpuTime();
      unpack(name, pack, bytes / BLOCK);
      long unpacked = threads.getCurrentThreadCpuTime();
      zstd = Math.min(zstd, compressed - start);
      packing = Math.min(packing, packed - compressed);
      unpacking = Math.min(unpacking, unpacked - packed);
    }
    return "| %s | %.1f | %,d | %,d | %.0f | %.0f | %.0f | %.2f | %.2f |"
        .formatted(
            name,
            bytes / MEGABYTE,
            pack.length,
            zstdBytes,
            speed(bytes, packing),
            speed(bytes, unpacking),
            speed(bytes, zstd),
            (double) zstd / packing,
            (double) zstd / unpacking);
  }

  private static double speed(long bytes, long nanos) {
    return bytes / MEGABYTE / (nanos / NANOS_PER_SECOND);
  }

  private static long zstd(List<Blocks> all) {
    long sum = 0;
    try (var context = new ZstdCompressCtx()) {
      context.setLevel(LEVEL);
      byte[] packed = new byte[0];
      for (var blocks : all) {
        int bound = (int) Zstd.compressBound(blocks.content.length);
        packed = packed.length < bound ? new byte[bound] : packed;
        sum +=
            context.compressByteArray(
                packed, 0, packed.length, blocks.content, 0, blocks.content.length);
      }
    }
    return sum;
  }

  private static byte[] pack(PackHeader header, List<Blocks> all) throws VdoException {
    var bytes = new ByteArrayOutputStream();
    var writer = new PackWriter(header, bytes::writeBytes);
    try (var codec = new FrameCodec(header, PackMethod.DEFAULT)) {
      for (var blocks : all) {
        writer.add(
            codec.encode(blocks.kind, blocks.numbers, blocks.numbers.length, blocks.content, null));
      }
    }
    writer.finish();
    return bytes.toByteArray();
  }

  private static void unpack(String name, byte[] pack, long expected) throws VdoException {
    var sink = new Nowhere();
    try (var file = PackFile.open(inMemory(name, pack))) {
      PackExtraction.run(file, sink, _ -> {});
    }
    if (sink.blocks != expected) {
      throw new IllegalStateException(sink.blocks + " blocks came out, not " + expected);
    }
  }

  private static PackInput inMemory(String name, byte[] pack) {
    return new PackInput() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public long sizeBytes() {
        return pack.length;
      }

      @Override
      public int read(long offset, byte[] into) {
        byte[] part =
            Arrays.copyOfRange(
                pack,
                Math.clamp(offset, 0, pack.length),
                Math.clamp(offset + into.length, 0, pack.length));
        System.arraycopy(part, 0, into, 0, part.length);
        return part.length;
      }

      @Override
      public void close() {}
    };
  }
}
