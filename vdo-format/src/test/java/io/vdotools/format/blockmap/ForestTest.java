package io.vdotools.format.blockmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.format.Limits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers of format-spec, sections 4.4 and 5.1. */
class ForestTest {
  private static final int LBNS_OF_A_ROW = 812 * 60;

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 0 0 0 0, 0",
    "812, 1, 1, 0 0 0 0, 0",
    "48720, 60, 0, 0 0 0 1, 0",
    "199999, 246, 6, 0 0 0 4, 247",
    "1099511627775, 1354078359, 39, 0 34 185 56, 267",
  })
  void theExamplesLieWhereTheFormatDescriptionSays(
      long lbn, long page, int root, String slots, int slot) {
    var forest = new Forest(60, Limits.LOGICAL_BLOCKS);
    var place = forest.place(lbn);

    assertThat(place.height()).isZero();
    assertThat(place.tree()).isEqualTo(root);
    assertThat(place.slot()).isEqualTo(slot);
    assertThat(forest.leafPageNumber(root, place.pageIndex())).isEqualTo(page);
    assertThat(slotsAbove(place.pageIndex())).isEqualTo(slots);
  }

  /** {@return the slots from the root page down to the leaf page} */
  private static String slotsAbove(long leafIndex) {
    var slots = new ArrayList<String>();
    long index = leafIndex;
    for (int height = 1; height <= Forest.ROOT_HEIGHT; height++) {
      slots.addFirst(String.valueOf(index % 812));
      index /= 812;
    }
    assertThat(index).as("pages above the root").isZero();
    return String.join(" ", slots);
  }

  @ParameterizedTest
  @CsvSource({
    // logical size, leaves, pages of heights 0 to 3 in tree 0, and in tree 59
    "0, 0, 0 0 0 0, 0 0 0 0",
    "1, 1, 1 1 1 1, 0 0 0 0",
    "811, 1, 1 1 1 1, 0 0 0 0",
    "812, 1, 1 1 1 1, 0 0 0 0",
    "813, 2, 1 1 1 1, 0 0 0 0",
    "47908, 59, 1 1 1 1, 0 0 0 0",
    "47909, 60, 1 1 1 1, 1 1 1 1",
    "48720, 60, 1 1 1 1, 1 1 1 1",
    "48721, 61, 2 1 1 1, 1 1 1 1",
    "39560640, 48720, 812 1 1 1, 812 1 1 1",
    "39560641, 48721, 813 2 1 1, 812 1 1 1",
    "1099511627776, 1354078360, 22567973 27794 35 1, 22567972 27794 35 1",
  })
  void aLogicalSizeAllowsThatManyPages(
      long logicalBlocks, long leaves, String inFirstTree, String inLastTree) {
    var forest = new Forest(60, logicalBlocks);

    assertThat(forest.leafPages()).isEqualTo(leaves);
    assertThat(pagesOfTree(forest, 0)).isEqualTo(inFirstTree);
    assertThat(pagesOfTree(forest, 59)).isEqualTo(inLastTree);
    assertThat(forest.pages(0, Forest.ROOT_HEIGHT)).isEqualTo(1);
    assertThat(forest.pages(59, Forest.ROOT_HEIGHT)).isEqualTo(1);
  }

  private static String pagesOfTree(Forest forest, int tree) {
    var pages = new ArrayList<String>();
    for (int height = 0; height < Forest.ROOT_HEIGHT; height++) {
      pages.add(String.valueOf(forest.pages(tree, height)));
    }
    return String.join(" ", pages);
  }

  /** The driver allots every tree what the largest needs, and a root and a page above it. */
  @ParameterizedTest
  @CsvSource({
    "523934, 300",
    "52393400, 360",
    "1070921096, 1920",
    "1099511627776, 1669920",
  })
  void theLargestTreeGivesTheSizesThatTheFormatterComputes(long logicalBlocks, long total) {
    var forest = new Forest(60, logicalBlocks);
    long interior = 0;
    for (int height = 1; height < Forest.ROOT_HEIGHT; height++) {
      interior += forest.pages(0, height);
    }

    assertThat(60 * (interior + 2)).isEqualTo(total);
  }

  @Test
  void theLargestVolumeAllowsThatManyPagesInAll() {
    // The leaves, and 60 times the interior pages 27794 + 35 + 1.
    assertThat(new Forest(60, Limits.LOGICAL_BLOCKS).allocatablePages())
        .isEqualTo(1_354_078_360L + 60 * 27_830L);
    assertThat(new Forest(60, 0).allocatablePages()).isZero();
    assertThat(new Forest(60, 1).allocatablePages()).isEqualTo(4);
    assertThat(new Forest(60, LBNS_OF_A_ROW).allocatablePages()).isEqualTo(240);
    assertThat(new Forest(60, LBNS_OF_A_ROW + 1).allocatablePages()).isEqualTo(241);
  }

  @Test
  void aLeafPageHolds812NeighbouringLbns() {
    var forest = new Forest(60, 100_000);

    assertThat(forest.lbnsBelow(1, 0, 0)).isEqualTo(new LbnSet(812, 812, LBNS_OF_A_ROW, 1));
    assertThat(forest.lbnsBelow(0, 0, 1).first()).isEqualTo(LBNS_OF_A_ROW);
    assertThat(forest.lbnsBelow(new TreePlace(1, 0, 0, 5))).isEqualTo(new LbnSet(817, 1, 0, 1));
  }

  @Test
  void anInteriorPageHoldsEverySixtiethStretch() {
    var forest = new Forest(60, Limits.LOGICAL_BLOCKS);

    assertThat(forest.lbnsBelow(3, 1, 0)).isEqualTo(new LbnSet(3 * 812, 812, LBNS_OF_A_ROW, 812));
    assertThat(forest.lbnsBelow(3, 1, 2).first()).isEqualTo((2 * 812 * 60 + 3) * 812L);
    assertThat(forest.lbnsBelow(new TreePlace(3, 2, 0, 2))).isEqualTo(forest.lbnsBelow(3, 1, 2));
    assertThat(forest.lbnsBelow(new TreePlace(3, 1, 0, 7))).isEqualTo(forest.lbnsBelow(3, 0, 7));
    assertThat(forest.lbnsBelow(3, Forest.ROOT_HEIGHT, 0).runs()).isEqualTo(forest.pages(3, 0));
  }

  @Test
  void neighbouringSlotsHoldWhatTheyHoldTogether() {
    var forest = new Forest(60, Limits.LOGICAL_BLOCKS);

    assertThat(forest.lbnsBelow(new TreePlace(1, 0, 2, 5), 7))
        .isEqualTo(LbnSet.range((2 * 60 + 1) * 812 + 5, 7));
    for (int height = 1; height < Forest.ROOT_HEIGHT; height++) {
      assertThat(forest.lbnsBelow(new TreePlace(3, height, 1, 0), 812))
          .isEqualTo(forest.lbnsBelow(3, height, 1));
      assertThat(forest.lbnsBelow(new TreePlace(3, height, 1, 9), 1))
          .isEqualTo(forest.lbnsBelow(3, height - 1, 812 + 9));
      assertThat(forest.lbnsBelow(new TreePlace(3, height, 1, 9), 0)).isEqualTo(LbnSet.NONE);
    }
    assertThat(new Forest(60, 1_000).lbnsBelow(new TreePlace(1, 0, 0, 180), 632))
        .isEqualTo(LbnSet.range(992, 8));
    assertThat(new Forest(60, 1_000).lbnsBelow(new TreePlace(1, 0, 0, 188), 5))
        .isEqualTo(LbnSet.NONE);
  }

  @Test
  void lbnsBelowAreCutOffAtTheLogicalSize() {
    var forest = new Forest(60, 1_000);

    assertThat(forest.lbnsBelow(1, 0, 0)).isEqualTo(new LbnSet(812, 188, LBNS_OF_A_ROW, 1));
    assertThat(forest.lbnsBelow(1, 4, 0).size()).isEqualTo(188);
    assertThat(forest.lbnsBelow(2, 4, 0)).isEqualTo(LbnSet.NONE);
    assertThat(forest.lbnsBelow(0, 0, 1)).isEqualTo(LbnSet.NONE);
    assertThat(forest.lbnsBelow(new TreePlace(1, 0, 0, 187)).size()).isEqualTo(1);
    assertThat(forest.lbnsBelow(new TreePlace(1, 0, 0, 188))).isEqualTo(LbnSet.NONE);
    assertThat(new Forest(60, 0).lbnsBelow(0, 4, 0)).isEqualTo(LbnSet.NONE);
  }

  @Test
  void theSlotsOfARootPageBeyondTheLargestLogicalSizeHaveNothingBelow() {
    var forest = new Forest(60, Limits.LOGICAL_BLOCKS);

    for (int slot : List.of(1, 2, 811)) {
      var place = new TreePlace(59, Forest.ROOT_HEIGHT, 0, slot);
      assertThat(forest.lbnsBelow(place)).isEqualTo(LbnSet.NONE);
    }
    assertThat(forest.lbnsBelow(new TreePlace(59, 3, 0, 34)).isEmpty()).isFalse();
    assertThat(forest.lbnsBelow(new TreePlace(59, 3, 0, 35)).isEmpty()).isTrue();
    assertThat(forest.lbnsBelow(new TreePlace(59, 3, 811, 811)).isEmpty()).isTrue();
  }

  @Test
  void aForestWithoutTreesOrWithANegativeSizeIsRefused() {
    assertThatThrownBy(() -> new Forest(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Forest(60, -1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPlaceIsShownInWords() {
    assertThat(new TreePlace(7, 0, 12, 811)).hasToString("tree 7 height 0 page 12 slot 811");
  }
}
