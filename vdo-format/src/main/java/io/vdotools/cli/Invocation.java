package io.vdotools.cli;

import java.util.List;

/**
 * A command line that works, with the files on it left open and what becomes of each.
 *
 * <p>Tests give each file in all the wrong ways, and see that what is only read stays as it is,
 * that what is changed in place belongs to nobody else, and that what is created is there as a
 * whole or not at all.
 *
 * @param ending how the command ends
 * @param arguments what follows the name of the command, in order
 */
public record Invocation(ExitStatus ending, List<Argument> arguments) {
  /** Keeps a copy of the list. */
  public Invocation {
    arguments = List.copyOf(arguments);
  }

  /** One argument. */
  public sealed interface Argument {}

  /** Something that is no file: an option, its value, a subcommand. */
  public record Word(String text) implements Argument {}

  /** A file or block device that is there, is read, and stays as it is. */
  public record Input(Content content) implements Argument {}

  /** A text file that is there, is read, and stays as it is, with what it says. */
  public record Text(String content) implements Argument {}

  /** A file or block device that is there and is changed in place. */
  public record Target(Content content) implements Argument {}

  /** A file that is not there yet, and gets its name when it is complete. */
  public record Output(Content content) implements Argument {}

  /** {@return a command line that ends with {@link ExitStatus#OK}} */
  public static Invocation of(Argument... arguments) {
    return new Invocation(ExitStatus.OK, List.of(arguments));
  }

  /** {@return an argument that is no file} */
  public static Argument word(String text) {
    return new Word(text);
  }

  /** {@return a file that is read} */
  public static Argument reads(Content content) {
    return new Input(content);
  }

  /** {@return a text file that is read} */
  public static Argument readsText(String content) {
    return new Text(content);
  }

  /** {@return a file that is changed in place} */
  public static Argument changes(Content content) {
    return new Target(content);
  }

  /** {@return a file that is created} */
  public static Argument creates(Content content) {
    return new Output(content);
  }

  /** {@return the same command line, which ends otherwise} */
  public Invocation ending(ExitStatus status) {
    return new Invocation(status, arguments);
  }
}
