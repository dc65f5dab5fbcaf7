package io.vdotools.tree;

import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.zip.CRC32;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/**
 * Manual pages and shell completion of every command, from the same model as its help.
 *
 * <p>They are kept in the tree, so that a reader finds them and a package takes them as they are. A
 * test compares; the profile {@code man} rewrites them and turns the pages into troff.
 */
final class Manual {
  private static final String EXAMPLES = "man/examples";

  private Manual() {}

  /**
   * Rewrites the files below the first directory given; with a second one, takes the troff pages
   * from there, and notes in each which source it was made from.
   */
  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]);
    for (Map.Entry<String, String> file : files(root).entrySet()) {
      Path target = root.resolve(file.getKey());
      if (arguments.length == 1) {
        Files.createDirectories(target.getParent());
        Files.writeString(target, file.getValue());
      } else if (file.getKey().endsWith(".adoc")) {
        String page = target.getFileName().toString().replace(".adoc", "");
        String troff = Files.readString(Path.of(arguments[1]).resolve(page));
        Files.writeString(
            target.resolveSibling(page), troff.strip() + "\n" + sourceMark(file.getValue()));
      }
    }
  }

  /** {@return a page without picocli's marks and the colons that headings have in help texts} */
  private static String tidied(CommandSpec spec, String page) {
    return page.replaceAll("(?m)^// .*\\R+", "")
        .replaceAll("(?m)^==  ?(.+?):?$", "== $1")
        .replaceAll(
            "(?m)^:revnumber: .*$", ":revnumber: " + spec.version()[0].replaceAll(".* ", ""))
        .replaceAll("(?m)^:mansource: .*$", ":mansource: vdo-tools {revnumber}")
        .replaceAll("(?m)^:manmanual: .*$", ":manmanual: VDO Tools");
  }

  /** {@return the line in a troff page that says which source it was made from} */
  static String sourceMark(String source) {
    var checksum = new CRC32();
    checksum.update(source.getBytes(StandardCharsets.UTF_8));
    return ".\\\" Made from a source with the CRC-32 %08x.\n".formatted(checksum.getValue());
  }

  /**
   * {@return shell sessions that show commands at work, by the name of the command}
   *
   * <p>They run in a directory where {@code format-spec} is; a test replays them.
   */
  static Map<String, String> examples(Path root) throws IOException {
    var examples = new TreeMap<String, String>();
    try (var files = Files.list(root.resolve(EXAMPLES))) {
      for (Path file : files.toList()) {
        examples.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return examples;
  }

  private static String worked(String example) {
    return "== Worked example\n\n....\n" + example + "....\n";
  }

  /** Takes what picocli made of a command or subcommand. */
  private static String page(Path scratch, CommandSpec spec) throws IOException {
    Path page = scratch.resolve(spec.qualifiedName("-") + ".adoc");
    String text = tidied(spec, Files.readString(page));
    Files.delete(page);
    return text;
  }

  /** {@return the content of each file, by its path below the root} */
  static Map<String, String> files(Path root) throws IOException {
    var examples = examples(root);
    var files = new TreeMap<String, String>();
    Path scratch = Files.createTempDirectory("manual");
    for (Command command : ServiceLoader.load(Command.class)) {
      CommandSpec spec = CommandRunner.describe(command);
      var line = new CommandLine(spec);
      ManPageGenerator.generateManPage(scratch.toFile(), null, new boolean[0], true, spec);
      files.put(
          "man/" + spec.name() + ".1.adoc",
          page(scratch, spec) + worked(examples.getOrDefault(spec.name(), "")));
      for (CommandLine subcommand : spec.subcommands().values()) {
        var below = subcommand.getCommandSpec();
        files.put("man/" + below.qualifiedName("-") + ".1.adoc", page(scratch, below));
      }
      files.put("man/completion/" + spec.name(), AutoComplete.bash(spec.name(), line));
    }
    Files.delete(scratch);
    return files;
  }
}
