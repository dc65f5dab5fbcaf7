package io.vdotools.engine.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BoundedIndexTest {
  private static @Nullable Advice ask(DedupeIndex index, BlockName name) {
    List<@Nullable Advice> answers = new ArrayList<>();
    index.query(name, answers::add);
    assertThat(answers).hasSize(1);
    return answers.getFirst();
  }

  @Test
  void aNameIsFoundWhereItWasLastSaidToBe() {
    var index = new BoundedIndex(100);
    var name = new BlockName(1, 2);

    assertThat(ask(index, name)).isNull();
    index.update(name, new Advice(7, 1));
    index.update(name, new Advice(9, 5));
    assertThat(ask(index, name)).isEqualTo(new Advice(9, 5));
    assertThat(ask(index, new BlockName(2, 2))).isNull();
  }

  @Test
  void theOldestNameOfARowGivesWay() {
    var index = new BoundedIndex(8);
    for (int i = 0; i < 9; i++) {
      index.update(new BlockName(i, 0), new Advice(100 + i, 1));
    }

    assertThat(ask(index, new BlockName(0, 0))).isNull();
    for (int i = 1; i < 9; i++) {
      assertThat(ask(index, new BlockName(i, 0))).isEqualTo(new Advice(100 + i, 1));
    }
  }
}
