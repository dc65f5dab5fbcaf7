package io.vdotools.tree;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What no file may contain.
 *
 * <p>The patterns are written so that they do not match themselves here: {@code [x]} instead of
 * {@code x}.
 */
final class Tidiness {
  static final int MAXIMUM_LINES = 500;

  /** One table each, and one row of it a problem or the like: longer, and still one idea. */
  private static final Set<String> TABLES =
      Set.of("vdo-format/src/main/java/io/vdotools/problem/ProblemCode.java");

  private static final List<Rule> EVERYWHERE =
      List.of(
          new Rule("names no issue", "\\b(T[O]DO|F[I]XME|X[X]X)\\b(?! ?\\(#\\d+\\))"),
          new Rule(
              "holds a path of one machine",
              "(?<![\\w.}/-])/([w]ork|[r]oot|[h]ome|[U]sers)/|/[t]mp/w[t]?/|\\.\\./[s]hared\\b"));

  private static final List<Rule> IN_JAVA =
      List.of(
          new Rule(
              "catches everything",
              "catch\\s*\\([^)]*\\b(Exception|Throwable|RuntimeException|Error)\\b(?!\\.)[^)]*\\)"),
          new Rule("prints a stack trace", "print[S]tackTrace"),
          new Rule("switches a test off", "@[D]isabled\\b"));

  private static final Pattern HOMELESS_NAME =
      Pattern.compile(
          "(.*/)?(util|utils|common|impl|misc)/[^/]*\\.java|.*(Manager|Helper|Utils?|Impl)\\.java");

  private Tidiness() {}

  /**
   * {@return what is untidy about a file, one line each}
   *
   * @param name its path below the root, with slashes
   */
  static List<String> complaints(String name, String text) {
    var complaints = new ArrayList<String>();
    var rules = new ArrayList<>(EVERYWHERE);
    if (name.endsWith(".java")) {
      rules.addAll(IN_JAVA);
      if (HOMELESS_NAME.matcher(name).matches()) {
        complaints.add(name + ": has a name that says nothing of the format");
      }
    }
    if (isCode(name) && !TABLES.contains(name) && text.lines().count() > MAXIMUM_LINES) {
      complaints.add(name + ": has more than " + MAXIMUM_LINES + " lines");
    }
    for (Rule rule : rules) {
      rule.pattern
          .matcher(text)
          .results()
          .map(hit -> 1 + text.substring(0, hit.start()).chars().filter(c -> c == '\n').count())
          .forEach(line -> complaints.add(name + ":" + line + ": " + rule.complaint));
    }
    return complaints;
  }

  /** Tables, documents and generated pages may be long; what is read as code may not. */
  private static boolean isCode(String name) {
    String file = Path.of(name).getFileName().toString();
    return !name.startsWith("man/")
        && (file.endsWith(".java") || file.endsWith(".sh") || !file.contains("."));
  }

  private record Rule(String complaint, Pattern pattern) {
    Rule(String complaint, String regex) {
      this(complaint, Pattern.compile(regex));
    }
  }
}
