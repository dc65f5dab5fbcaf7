package io.vdotools.tree;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * google-java-format over the whole tree.
 *
 * <p>The test next door uses it to look; the profile {@code format} runs it from its source file,
 * so that it also works while the tree does not compile.
 */
final class FormatSources {
  private final SourceTree tree;
  private final Formatter formatter = new Formatter();

  FormatSources(SourceTree tree) {
    this.tree = tree;
  }

  /** Rewrites what is not formatted yet, under the directory given. */
  public static void main(String[] arguments) throws IOException, FormatterException {
    var sources = new FormatSources(new SourceTree(Path.of(arguments[0]).toAbsolutePath()));
    for (Path file : sources.unformatted()) {
      Files.writeString(file, sources.formatted(file));
      System.out.println("formatted " + sources.tree.name(file));
    }
  }

  /** {@return the Java files that the formatter would change} */
  List<Path> unformatted() throws IOException, FormatterException {
    var files = new ArrayList<Path>();
    for (Path file : tree.javaFiles()) {
      if (!Files.readString(file).equals(formatted(file))) {
        files.add(file);
      }
    }
    return files;
  }

  private String formatted(Path file) throws IOException, FormatterException {
    return formatter.formatSourceAndFixImports(Files.readString(file));
  }
}
