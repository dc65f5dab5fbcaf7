package io.vdotools.format.blockmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.Limits;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Going down from a page to its LBNs and up from an LBN to its pages agree. */
class ForestPropertiesTest {
  private static final int FANOUT = BlockMapPage.ENTRIES;

  @Provide
  Arbitrary<Forest> forests() {
    long row = 60L * FANOUT;
    var sizes =
        Arbitraries.oneOf(
            Arbitraries.longs().between(1, Limits.LOGICAL_BLOCKS),
            Arbitraries.longs().between(1, 3 * row * FANOUT),
            Arbitraries.of(1L, 811L, 812L, 813L, row - 1, row, row + 1, row * FANOUT),
            Arbitraries.of(row * FANOUT + 1, Limits.LOGICAL_BLOCKS - 1, Limits.LOGICAL_BLOCKS));
    return sizes.map(size -> new Forest(Forest.DEFAULT_ROOT_COUNT, size));
  }

  private static boolean holds(LbnSet set, long lbn) {
    if (set.isEmpty() || lbn < set.first()) {
      return false;
    }
    long distance = lbn - set.first();
    return set.runs() == 1
        ? distance < set.length()
        : distance / set.stride() < set.runs() && distance % set.stride() < set.length();
  }

  @Property
  void everyLbnLiesBelowThePagesOfItsChainAndBelowNoneBesideThem(
      @ForAll("forests") Forest forest, @ForAll @LongRange(max = Long.MAX_VALUE) long any) {
    long lbn = any % forest.logicalBlocks();
    var place = forest.place(lbn);
    long index = place.pageIndex();
    int slot = place.slot();
    for (int height = 0; height <= Forest.ROOT_HEIGHT; height++) {
      var page = "height %d page %d".formatted(height, index);
      assertThat(index).as(page).isLessThan(forest.pages(place.tree(), height));
      assertThat(holds(forest.lbnsBelow(place.tree(), height, index), lbn)).as(page).isTrue();
      assertThat(holds(forest.lbnsBelow(place.tree(), height, index + 1), lbn)).as(page).isFalse();
      if (index > 0) {
        assertThat(holds(forest.lbnsBelow(place.tree(), height, index - 1), lbn))
            .as(page)
            .isFalse();
      }
      int otherTree = (place.tree() + 1) % forest.rootCount();
      assertThat(holds(forest.lbnsBelow(otherTree, height, index), lbn)).as(page).isFalse();

      var inPage = new TreePlace(place.tree(), height, index, slot);
      assertThat(holds(forest.lbnsBelow(inPage), lbn)).as("%s", inPage).isTrue();
      slot = (int) (index % FANOUT);
      index /= FANOUT;
    }
  }

  @Property
  void theFirstLbnOfALeafPageIsFoundInItsFirstSlot(
      @ForAll("forests") Forest forest,
      @ForAll @IntRange(max = 59) int tree,
      @ForAll @LongRange(max = Long.MAX_VALUE) long any) {
    long pages = forest.pages(tree, 0);
    if (pages == 0) {
      assertThat(forest.lbnsBelow(tree, 0, 0)).isEqualTo(LbnSet.NONE);
      return;
    }
    long index = any % pages;
    var lbns = forest.lbnsBelow(tree, 0, index);

    assertThat(forest.place(lbns.first())).isEqualTo(new TreePlace(tree, 0, index, 0));
    assertThat(lbns.first()).isEqualTo(forest.leafPageNumber(tree, index) * FANOUT);
    assertThat(lbns.last()).isLessThan(forest.logicalBlocks());
    assertThat(forest.place(lbns.last()))
        .isEqualTo(new TreePlace(tree, 0, index, (int) lbns.length() - 1));
  }

  @Property(tries = 100)
  void theLbnsBelowAllRootsAreAllLbns(@ForAll("forests") Forest forest) {
    long lbns = 0;
    long overshoot = 0;
    for (int tree = 0; tree < forest.rootCount(); tree++) {
      var below = forest.lbnsBelow(tree, Forest.ROOT_HEIGHT, 0);
      lbns += below.size();
      overshoot += below.isEmpty() ? 0 : Math.max(0, below.last() + 1 - forest.logicalBlocks());
    }

    assertThat(overshoot).as("of the one last run").isBetween(0L, FANOUT - 1L);
    assertThat(lbns - overshoot).isEqualTo(forest.logicalBlocks());
  }

  @Property(tries = 200)
  void theSlotsOfAPageShareOutWhatLiesBelowThePage(
      @ForAll("forests") Forest forest,
      @ForAll @IntRange(max = 59) int tree,
      @ForAll @IntRange(min = 1, max = 4) int height,
      @ForAll @LongRange(max = Long.MAX_VALUE) long any) {
    long index = any % Math.max(1, forest.pages(tree, height));
    long below = 0;
    for (int slot = 0; slot < FANOUT; slot++) {
      below += forest.lbnsBelow(new TreePlace(tree, height, index, slot)).size();
    }
    var whole = forest.lbnsBelow(tree, height, index);
    long lost = whole.size() - below;

    // Of a set with several runs the last is not cut off, of one that is alone it is.
    assertThat(lost).isBetween(0L, FANOUT - 1L);
    assertThat(lost == 0 || whole.last() >= forest.logicalBlocks()).isTrue();
  }

  @Property(tries = 100)
  void thePagesOfAllTreesAddUp(@ForAll("forests") Forest forest) {
    long leaves = 0;
    long all = 0;
    for (int tree = 0; tree < forest.rootCount(); tree++) {
      leaves += forest.pages(tree, 0);
      for (int height = 0; height < Forest.ROOT_HEIGHT; height++) {
        all += forest.pages(tree, height);
        long parents = forest.pages(tree, height + 1);
        long children = forest.pages(tree, height);
        assertThat(children).isBetween(0L, parents * FANOUT);
        if (height + 1 < Forest.ROOT_HEIGHT) {
          assertThat(children)
              .isGreaterThanOrEqualTo((parents - 1) * FANOUT + Math.min(parents, 1));
        }
      }
    }

    assertThat(leaves).isEqualTo(forest.leafPages());
    assertThat(leaves * FANOUT).isBetween(forest.logicalBlocks(), forest.logicalBlocks() + 811);
    assertThat(all).isEqualTo(forest.allocatablePages());
  }
}
