package io.vdotools.tree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FormatTest {
  @Test
  void everyJavaFileIsFormatted() throws Exception {
    var tree = SourceTree.ofThisBuild();

    var unformatted = new FormatSources(tree).unformatted();

    assertThat(unformatted.stream().map(tree::name))
        .as("files to format with `mvn -N -Pformat process-sources`")
        .isEmpty();
  }
}
