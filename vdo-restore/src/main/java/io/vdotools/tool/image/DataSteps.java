package io.vdotools.tool.image;

import static io.vdotools.cli.Invocation.changes;
import static io.vdotools.cli.Invocation.creates;
import static io.vdotools.cli.Invocation.reads;
import static io.vdotools.cli.Invocation.word;

import io.vdotools.VdoException;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import io.vdotools.tool.image.Session.EngineChoice;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Channels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The subcommands that move bytes: {@code write}, {@code read} and {@code trim}. */
final class DataSteps {
  private static final String INPUT = "--input";
  private static final String OUTPUT = "--output";
  private static final String DURABLE = "--durable";
  private static final Path STANDARD = Path.of("-");
  private static final long SEED = 1;

  private DataSteps() {}

  static StepKind write() {
    var options = new ArrayList<OptionSpec>();
    options.add(
        StepKind.file(INPUT, "FILE", "Where the bytes come from. Default: standard input."));
    options.addAll(ByteRange.options("all of the input"));
    options.add(StepKind.flag(DURABLE, "Flush afterwards, before the volume is stopped."));
    return new StepKind(
        "write",
        "Writes bytes to the logical device. Blocks that are covered in part keep the rest.",
        List.of(),
        options,
        true,
        "write volume.img --input data.bin --offset 1536",
        Invocation.of(
            word("write"),
            changes(Content.VOLUME),
            word(INPUT),
            reads(Content.RAW),
            word("--offset"),
            word("1536")),
        arguments ->
            new Write(
                input(arguments), ByteRange.of(arguments), arguments.hasMatchedOption(DURABLE)));
  }

  private static Path input(ParseResult arguments) {
    return arguments.matchedOptionValue(INPUT, STANDARD);
  }

  private record Write(Path input, ByteRange range, boolean isDurable) implements Step {
    @Override
    public void check(Prospect prospect) throws VdoException {
      if (!input.equals(STANDARD)) {
        checkReadable(input);
        range.upTo(range.offset() + sizeOf(input)).check(prospect);
      } else {
        range.upTo(range.offset()).check(prospect);
      }
    }

    @Override
    public ExitStatus run(Path volume, Console console) throws VdoException {
      checkNotItself(input, volume);
      try (var in = open(input)) {
        Target.change(volume, EngineChoice.ALL, SEED, session -> copy(in, session));
      } catch (IOException e) {
        throw unreadable(input, e);
      }
      return ExitStatus.OK;
    }

    private void copy(InputStream in, Session session) throws VdoException {
      long at = range.offset();
      long left = range.length() == ByteRange.REST ? Long.MAX_VALUE : range.length();
      try {
        while (left > 0) {
          int inBlock = (int) (at % BlockSize.BLOCK);
          byte[] part = in.readNBytes((int) Math.min(BlockSize.BLOCK - inBlock, left));
          if (part.length == 0) {
            break;
          }
          put(session, at, part);
          at += part.length;
          left -= part.length;
        }
      } catch (IOException e) {
        throw unreadable(input, e);
      }
      if (left > 0 && range.length() != ByteRange.REST) {
        throw new StepException(
            input + ": ends after " + (at - range.offset()) + " bytes; the rest was not written");
      }
      if (isDurable) {
        session.flush();
      }
    }

    /** Completes sectors that are covered in part by what is there. */
    private static void put(Session session, long at, byte[] part) throws VdoException {
      int sector = BlockSize.SECTOR;
      if (at % sector == 0 && part.length % sector == 0) {
        session.write(at, part);
        return;
      }
      long lbn = at / BlockSize.BLOCK;
      session.settle();
      byte[] block = session.read(lbn);
      System.arraycopy(part, 0, block, (int) (at % BlockSize.BLOCK), part.length);
      session.write(lbn * BlockSize.BLOCK, block);
    }
  }

  static long sizeOf(Path file) throws StepException {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * Finds out before a volume is opened for writing, which alone changes it, that there is nothing
   * to be written.
   */
  static void checkReadable(Path input) throws StepException {
    if (Files.isDirectory(input)) {
      throw new StepException("cannot read " + input + ": it is a directory; name a file");
    }
    if (!Files.isReadable(input)) {
      throw new StepException(
          "cannot read "
              + input
              + (Files.exists(input) ? ": permission denied" : ": no such file; check the path"));
    }
  }

  /** Insists on an input that is not the volume: it would be read while it is written. */
  static void checkNotItself(Path input, Path volume) throws VdoException {
    if (!input.equals(STANDARD) && FileDevice.isSame(volume, input)) {
      throw new StepException(
          input + ": is the volume itself; give the file that holds what is to be written");
    }
  }

  static InputStream open(Path input) throws StepException {
    try {
      return input.equals(STANDARD) ? System.in : Files.newInputStream(input);
    } catch (IOException e) {
      throw unreadable(input, e);
    }
  }

  static StepException unreadable(Path file, IOException e) {
    return new StepException(
        "cannot read "
            + file
            + ": "
            + (e instanceof NoSuchFileException ? "no such file" : e.getMessage()));
  }

  static StepKind read() {
    var options = new ArrayList<OptionSpec>();
    options.add(
        StepKind.file(OUTPUT, "FILE", "A new file for the bytes. Default: standard output."));
    options.addAll(ByteRange.options("all up to the end"));
    return new StepKind(
        "read",
        "Reads bytes of the logical device, without changing the volume; one that crashed is read"
            + " as recovery would leave it.",
        List.of(),
        options,
        true,
        "read volume.img --lbn 5 --count 2 --output two-blocks.bin",
        Invocation.of(
            word("read"),
            reads(Content.VOLUME),
            word("--lbn"),
            word("0"),
            word("--count"),
            word("2"),
            word(OUTPUT),
            creates(Content.RAW)),
        arguments ->
            new Read(arguments.matchedOptionValue(OUTPUT, STANDARD), ByteRange.of(arguments)));
  }

  private record Read(Path output, ByteRange range) implements Step {
    @Override
    public void check(Prospect prospect) throws VdoException {
      range.upTo(prospect.logicalBlocks() * BlockSize.BLOCK).check(prospect);
    }

    @Override
    public ExitStatus run(Path volume, Console console) throws VdoException {
      try (var device = FileDevice.open(volume, Access.READ)) {
        var prospect = Prospect.of(Volume.open(device));
        var exact = range.upTo(prospect.logicalBlocks() * BlockSize.BLOCK);
        exact.check(prospect);
        if (output.equals(STANDARD)) {
          copy(device, exact, Channels.newOutputStream(console.bytes()), "standard output");
        } else {
          toFile(device, exact, console);
        }
      }
      return ExitStatus.OK;
    }

    private void toFile(FileDevice device, ByteRange exact, Console console) throws VdoException {
      if (Files.exists(output)) {
        throw new StepException("cannot create " + output + ": it exists; remove it first");
      }
      Path unfinished = output.resolveSibling(output.getFileName() + ".unfinished");
      try (var out = Files.newOutputStream(unfinished, StandardOpenOption.CREATE_NEW);
          var _ = console.leftovers().add(() -> discard(unfinished))) {
        finish(device, exact, out, unfinished);
      } catch (FileAlreadyExistsException _) {
        throw new StepException("cannot create " + unfinished + ": it exists; remove it first");
      } catch (IOException e) {
        throw new StepException("cannot write " + output + ": " + e.getMessage());
      }
    }

    private void finish(FileDevice device, ByteRange exact, OutputStream out, Path unfinished)
        throws VdoException, IOException {
      try {
        copy(device, exact, out, output.toString());
        out.close();
        Files.move(unfinished, output, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        discard(unfinished);
      }
    }

    private static void discard(Path unfinished) {
      try {
        Files.deleteIfExists(unfinished);
      } catch (IOException _) {
        // Its name says what it is.
      }
    }

    private static void copy(
        FileDevice device, ByteRange exact, OutputStream out, String outputName)
        throws VdoException {
      long end = exact.offset() + exact.length();
      LogicalContent.read(
          device,
          exact.firstBlock(),
          exact.firstBlock() + exact.blockCount(),
          (lbn, block) -> {
            long start = lbn * BlockSize.BLOCK;
            long from = Math.max(start, exact.offset()) - start;
            long to = Math.min(start + BlockSize.BLOCK, end) - start;
            write(out, block.asSlice(from, to - from), outputName);
          });
    }

    private static void write(OutputStream out, MemorySegment bytes, String outputName)
        throws StepException {
      try {
        out.write(bytes.toArray(ValueLayout.JAVA_BYTE));
      } catch (IOException e) {
        throw new StepException("cannot write " + outputName + ": " + e.getMessage());
      }
    }
  }

  static StepKind trim() {
    return new StepKind(
        "trim",
        "Discards: what is there becomes zeros, and its space free. Of blocks that are covered in"
            + " part, whole sectors of 512 bytes only are possible.",
        List.of(),
        ByteRange.options("all up to the end"),
        true,
        "trim volume.img --lbn 100 --count 50",
        Invocation.of(
            word("trim"),
            changes(Content.VOLUME),
            word("--lbn"),
            word("1"),
            word("--count"),
            word("5")),
        arguments -> new Trim(ByteRange.of(arguments)));
  }

  private record Trim(ByteRange range) implements Step {
    @Override
    public void check(Prospect prospect) throws VdoException {
      var exact = range.upTo(prospect.logicalBlocks() * BlockSize.BLOCK);
      exact.check(prospect);
      if (exact.offset() % BlockSize.SECTOR != 0 || exact.length() % BlockSize.SECTOR != 0) {
        throw new StepException(
            "offset and length of a discard are multiples of 512 bytes; write zeros instead");
      }
    }

    @Override
    public ExitStatus run(Path volume, Console console) throws VdoException {
      Target.change(
          volume,
          EngineChoice.ALL,
          SEED,
          session -> {
            var exact = range.upTo(session.volume().sizeBytes());
            session.add(session.volume().discard(exact.offset(), exact.length()));
          });
      return ExitStatus.OK;
    }
  }
}
