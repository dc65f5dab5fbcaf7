package io.vdotools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.cli.Command;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A command line with real files of its own.
 *
 * @param of what it is made of
 * @param directory where the files are; nothing else is there
 * @param slots the arguments that name files
 * @param words all arguments, ready to be typed
 */
record Stage(Commands.Case of, Path directory, List<Slot> slots, List<String> words) {
  /**
   * A file on the command line.
   *
   * @param position which argument it is
   * @param role what becomes of it
   * @param path where it is
   */
  record Slot(int position, Invocation.Argument role, Path path) {
    boolean isInput() {
      return role instanceof Invocation.Input || role instanceof Invocation.Text;
    }

    boolean isTarget() {
      return role instanceof Invocation.Target;
    }

    boolean isOutput() {
      return role instanceof Invocation.Output;
    }

    /** {@return whether a file is there before the command runs} */
    boolean isThere() {
      return !isOutput();
    }

    /** {@return whether a volume belongs here} */
    boolean isVolume() {
      return switch (role) {
        case Invocation.Input(Content content) -> isVolume(content);
        case Invocation.Target(Content content) -> isVolume(content);
        case Invocation.Output _, Invocation.Text _, Invocation.Word _ -> false;
      };
    }

    private static boolean isVolume(Content content) {
      return switch (content) {
        case VOLUME, CRASHED_VOLUME, DAMAGED_VOLUME, CHANGED_VOLUME -> true;
        case UNDO_FILE, RAW, XML, PACK, DELTA_PACK, REPORT -> false;
      };
    }

    /** {@return whether it is read from start to end, so that a pipe is as good as a file} */
    boolean mayBePiped() {
      return role instanceof Invocation.Text
          || (role instanceof Invocation.Input(Content content)
              && (content == Content.RAW || content == Content.XML));
    }

    /** {@return whether any bytes at all will do here} */
    boolean takesAnything() {
      return role instanceof Invocation.Input(Content content) && content == Content.RAW;
    }
  }

  /** Puts the files of a command line into a directory. */
  static Stage of(Commands.Case of, Samples samples, Path directory) {
    return of(of, samples, directory, "file");
  }

  /** Puts the files into a directory, under names that begin with a stem. */
  static Stage of(Commands.Case of, Samples samples, Path directory, String stem) {
    var slots = new ArrayList<Slot>();
    var words = new ArrayList<String>();
    for (var argument : of.invocation().arguments()) {
      Path path = directory.resolve(stem + words.size());
      switch (argument) {
        case Invocation.Word(String text) -> words.add(text);
        case Invocation.Text(String content) -> {
          put(path, content);
          add(slots, words, argument, path);
        }
        case Invocation.Input(Content content) ->
            add(slots, words, argument, copy(samples, content, path));
        case Invocation.Target(Content content) ->
            add(slots, words, argument, copy(samples, content, path));
        case Invocation.Output(Content content) ->
            add(slots, words, argument, named(path, content));
      }
    }
    return new Stage(of, directory, List.copyOf(slots), List.copyOf(words));
  }

  private static void put(Path path, String content) {
    try {
      Files.writeString(path, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path named(Path path, Content content) {
    return path.resolveSibling(path.getFileName() + Samples.suffix(content));
  }

  private static Path copy(Samples samples, Content content, Path path) {
    Path copy = named(path, content);
    Digest.copy(samples.file(content), copy);
    return copy;
  }

  private static void add(
      List<Slot> slots, List<String> words, Invocation.Argument role, Path path) {
    slots.add(new Slot(words.size(), role, path));
    words.add(path.toString());
  }

  /**
   * {@return whether something belongs in a slot that is used for what it holds} What a dump or an
   * archive is restored onto may be anything, or nothing yet.
   */
  boolean isUsed(Slot slot) {
    boolean isRestored =
        slots.stream()
            .anyMatch(other ->
                other.role() instanceof Invocation.Input(Content content)
                    && (content == Content.XML || content == Content.PACK));
    return slot.isThere() && !(slot.isTarget() && isRestored);
  }

  Command command() {
    return of.command();
  }

  ExitStatus ending() {
    return of.invocation().ending();
  }

  /** {@return the arguments with another file in a slot} */
  List<String> wordsWith(Slot slot, Path other) {
    return wordsWith(slot, other.toString());
  }

  /** {@return the arguments with something else in a slot} */
  List<String> wordsWith(Slot slot, String other) {
    var changed = new ArrayList<>(words);
    changed.set(slot.position(), other);
    return changed;
  }

  /** {@return the arguments, behind a subcommand if there is one, with more options} */
  List<String> wordsAnd(String... options) {
    var all = new ArrayList<>(words);
    boolean hasSubcommand = !of.command().spec().subcommands().isEmpty();
    all.addAll(hasSubcommand ? 1 : 0, List.of(options));
    return all;
  }

  /** {@return the names in the directory, each with what its file holds and when it was written} */
  Map<String, String> everything() {
    var all = new TreeMap<String, String>();
    try (var files = Files.list(directory)) {
      files.forEach(file ->
          all.put(
              file.getFileName().toString(),
              Files.isRegularFile(file) ? Digest.withTime(file) : "no regular file"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  /**
   * Whatever went wrong: what is only read is as it was, and where a command failed, no output has
   * its name. An undo file stays, as the volume may need it.
   *
   * @param before {@link #everything()}, before the command ran
   * @param status the status that it ended with
   * @param what tells which run it was
   */
  void assertNothingIsHalf(Map<String, String> before, int status, String what) {
    var after = everything();
    for (var slot : slots) {
      String name = slot.path().getFileName().toString();
      if (slot.isInput()) {
        assertThat(after.get(name)).as(what).isEqualTo(before.get(name));
      } else if (slot.role() instanceof Invocation.Output(Content content)
          && content != Content.UNDO_FILE
          && status == ExitStatus.OPERATIONAL.code()) {
        assertThat(after).as(what).doesNotContainKey(name);
      }
    }
  }

  /** Removes the directory and all files in it. */
  static void delete(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  /** {@return the names in the directory} */
  Set<String> names() {
    return new TreeSet<>(everything().keySet());
  }

  @Override
  public String toString() {
    return of.registered() + " " + String.join(" ", words);
  }
}
