package io.vdotools.tool.image;

import static io.vdotools.cli.Invocation.changes;
import static io.vdotools.cli.Invocation.reads;
import static io.vdotools.cli.Invocation.word;

import io.vdotools.VdoException;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.cli.PathArgument;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.format.BlockSize;
import io.vdotools.tool.image.Session.EngineChoice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * {@code import}: a raw image becomes the content of the volume.
 *
 * @param raw the image
 * @param first the LBN of its first block
 * @param choice how to write
 */
record ImportStep(Path raw, long first, EngineChoice choice) implements Step {
  private static final String LBN = "--lbn";
  private static final String NO_DEDUPLICATION = "--no-deduplication";
  private static final String NO_COMPRESSION = "--no-compression";
  private static final long SEED = 1;

  static StepKind kind() {
    return new StepKind(
        "import",
        "Writes a raw image to the logical device. Blocks of zeros are discarded, and take no"
            + " space. What the last block lacks to 4096 bytes is filled with zeros; what lies"
            + " behind stays.",
        List.of(
            PositionalParamSpec.builder()
                .arity("1")
                .required(true)
                .type(Path.class)
                .converters(PathArgument.converter())
                .paramLabel("RAW")
                .description("A regular file with the content.")),
        List.of(
            StepKind.number(LBN, "N", "Where the first block goes. Default: 0."),
            StepKind.flag(NO_DEDUPLICATION, "Do not look for copies."),
            StepKind.flag(NO_COMPRESSION, "Do not compress.")),
        true,
        "import volume.img disk.raw",
        Invocation.of(word("import"), changes(Content.VOLUME), reads(Content.RAW)),
        arguments ->
            new ImportStep(
                arguments.matchedPositionals().getLast().getValue(),
                StepKind.value(arguments, LBN, 0),
                new EngineChoice(
                    !arguments.hasMatchedOption(NO_DEDUPLICATION),
                    !arguments.hasMatchedOption(NO_COMPRESSION))));
  }

  private long blocks() throws StepException {
    return Math.ceilDiv(DataSteps.sizeOf(raw), BlockSize.BLOCK);
  }

  @Override
  public void check(Prospect prospect) throws VdoException {
    DataSteps.checkReadable(raw);
    prospect.checkLbns(first, blocks());
  }

  @Override
  public ExitStatus run(Path volume, Console console) throws VdoException {
    DataSteps.checkNotItself(raw, volume);
    try (var progress = ProgressDisplay.of(console, false);
        var in = DataSteps.open(raw)) {
      progress.begin("import", blocks());
      Target.change(volume, choice, SEED, session -> copy(in, session, progress));
    } catch (IOException e) {
      throw DataSteps.unreadable(raw, e);
    }
    return ExitStatus.OK;
  }

  private void copy(InputStream in, Session session, ProgressDisplay progress) throws VdoException {
    var zeros = new byte[BlockSize.BLOCK];
    long lbn = first;
    try {
      while (true) {
        byte[] block = in.readNBytes(BlockSize.BLOCK);
        if (block.length == 0) {
          return;
        }
        block = Arrays.copyOf(block, BlockSize.BLOCK);
        if (Arrays.equals(block, zeros)) {
          session.discard(lbn, 1);
        } else {
          session.write(lbn * BlockSize.BLOCK, block);
        }
        lbn++;
        progress.advance(1);
      }
    } catch (IOException e) {
      throw DataSteps.unreadable(raw, e);
    }
  }
}
