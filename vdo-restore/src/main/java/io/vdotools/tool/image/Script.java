package io.vdotools.tool.image;

import io.vdotools.VdoException;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.ExitStatus;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.engine.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Steps of one file, a line each: the command line without the volume. Empty lines and those that
 * begin with # are passed over; quotes keep blanks together.
 */
final class Script {
  // Whatever is given by mistake, such as a device, is not read to its end.
  private static final int MOST_BYTES = 1 << 20;

  private final Path file;
  private final List<Line> lines;

  private Script(Path file, List<Line> lines) {
    this.file = file;
    this.lines = lines;
  }

  private record Line(int number, Step step) {}

  /**
   * Reads a script.
   *
   * @throws StepException if it cannot be read, or a line is none; the message names the line
   */
  static Script read(Path file) throws StepException {
    List<String> texts;
    try {
      checkIsFile(file);
    } catch (IOException e) {
      throw DataSteps.unreadable(file, e);
    }
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw StepException.mistake(
            file + ": is longer than " + MOST_BYTES + " bytes, and hardly a script");
      }
      texts =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes))
              .toString()
              .lines()
              .toList();
    } catch (CharacterCodingException _) {
      throw StepException.mistake(file + ": is not a text in UTF-8");
    } catch (IOException e) {
      throw DataSteps.unreadable(file, e);
    }
    var lines = new ArrayList<Line>();
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i).strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      String place = file + ":" + (i + 1) + ": ";
      lines.add(new Line(i + 1, step(place, words(place, text))));
    }
    return new Script(file, lines);
  }

  /** Opening a FIFO would wait for a writer, and a device may never end. */
  private static void checkIsFile(Path file) throws IOException, StepException {
    if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
      throw new StepException("cannot read " + file + ": not a regular file; name a script");
    }
  }

  private static Step step(String place, List<String> words) throws StepException {
    String name = words.getFirst();
    Optional<StepKind> kind =
        ImageCommand.kinds().stream().filter(k -> k.name().equals(name)).findFirst();
    if (kind.isEmpty()) {
      throw StepException.mistake(
          place + "unknown step '" + name + "'; there are: " + ImageCommand.names());
    }
    var line = new CommandLine(kind.get().spec(true)).setExpandAtFiles(false);
    try {
      return kind.get()
          .maker()
          .apply(line.parseArgs(words.subList(1, words.size()).toArray(String[]::new)));
    } catch (ParameterException e) {
      throw StepException.mistake(place + name + ": " + CommandRunner.oneLine(e));
    }
  }

  /** Takes a line apart as a shell does, as far as blanks and quotes go. */
  private static List<String> words(String place, String text) throws StepException {
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    boolean isWord = false;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        isWord = true;
      } else if (Character.isWhitespace(c)) {
        if (isWord) {
          words.add(word.toString());
        }
        word.setLength(0);
        isWord = false;
      } else {
        word.append(c);
        isWord = true;
      }
    }
    if (quote != 0) {
      throw StepException.mistake(place + "a quote (" + quote + ") is not closed");
    }
    if (isWord) {
      words.add(word.toString());
    }
    return words;
  }

  /**
   * Does all steps, after each was found possible, and stops at the first that fails.
   *
   * @return the worst of what the steps return
   */
  ExitStatus run(Path volume, Console console) throws VdoException {
    try (var device = FileDevice.open(volume, Access.READ)) {
      var prospect = Prospect.of(Volume.open(device).checkStrictly());
      for (var line : lines) {
        try {
          line.step.check(prospect);
        } catch (VdoException e) {
          throw at(line, e, "; nothing was done");
        }
      }
    }
    var worst = ExitStatus.OK;
    for (var line : lines) {
      try {
        var status = line.step.run(volume, console);
        worst = status.code() > worst.code() ? status : worst;
      } catch (VdoException e) {
        throw at(line, e, "; steps before it were done");
      }
    }
    return worst;
  }

  private StepException at(Line line, VdoException e, String whatWasDone) {
    return new StepException(file + ":" + line.number + ": " + e.getMessage() + whatWasDone);
  }
}
