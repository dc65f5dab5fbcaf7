package io.vdotools.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.problem.ProblemCode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The problem catalogue covers the invariants of the format description, and no others. */
class CatalogueTest {
  private static final Pattern ROW = Pattern.compile("^\\| (V-[0-9]{3}) \\|", Pattern.MULTILINE);

  /** Invariants that no problem breaks by itself, and why. */
  private static final Map<String, String> WITHOUT_A_CODE =
      Map.of(
          "V-109", "a sum over V-101, and seen in each slab by V-124",
          "V-127", "allows a difference",
          "V-130", "says that something has no meaning",
          "V-169", "replaying the entry breaks V-108",
          "V-173", "allows blocks of earlier generations",
          "V-202", "a sum over V-100 and V-101",
          "V-203", "V-026 and V-072, seen from afar; journal blocks of another nonce are no blocks",
          "V-205", "V-101, V-200 and V-201 on a clean volume",
          "V-206", "V-100 in other words");

  private static Set<String> invariantsOfTheDescription() throws IOException {
    var text = Files.readString(SourceTree.ofThisBuild().root().resolve("format-spec/volume.md"));
    return ROW.matcher(text).results().map(row -> row.group(1)).collect(Collectors.toSet());
  }

  private static Set<String> invariantsOfTheCatalogue() {
    return Arrays.stream(ProblemCode.values())
        .map(ProblemCode::invariant)
        .collect(Collectors.toSet());
  }

  @Test
  void everyInvariantHasACodeOrAReasonWhyNot() throws IOException {
    var covered = new TreeSet<>(invariantsOfTheCatalogue());
    covered.addAll(WITHOUT_A_CODE.keySet());

    assertThat(covered).containsExactlyElementsOf(new TreeSet<>(invariantsOfTheDescription()));
  }

  @Test
  void noReasonIsGivenForAnInvariantThatHasACode() {
    assertThat(invariantsOfTheCatalogue()).doesNotContainAnyElementsOf(WITHOUT_A_CODE.keySet());
  }

  @Test
  void everyIdIsUsedOnce() {
    assertThat(Arrays.stream(ProblemCode.values()).map(ProblemCode::id)).doesNotHaveDuplicates();
  }
}
