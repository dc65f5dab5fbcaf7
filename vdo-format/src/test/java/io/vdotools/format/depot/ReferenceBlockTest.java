package io.vdotools.format.depot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.BlockSize;
import io.vdotools.format.JournalPoint;
import io.vdotools.testing.FieldTable;
import io.vdotools.testing.Segments;
import java.lang.foreign.ValueLayout;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Blocks of reference counts (format-spec, sections 6.3 and 15.4). */
class ReferenceBlockTest {
  @Example
  void aSectorHasACommitPointAndCounts() {
    assertThat(FieldTable.of(ReferenceBlock.SECTOR_STRUCT))
        .isEqualTo(
            """
            0 8 commit_point
            8 504 counts
            512
            """);
    assertThat(ReferenceBlock.COUNTS_PER_SECTOR).isEqualTo(504);
    assertThat(ReferenceBlock.COUNTS_PER_BLOCK).isEqualTo(4032);
  }

  @Example
  void countsAndCommitPointsShareOutEveryByteOfTheBlock() {
    var isTaken = new boolean[BlockSize.BLOCK];
    for (int index = 0; index < ReferenceBlock.COUNTS_PER_BLOCK; index++) {
      int at = ReferenceBlock.offsetOf(index);
      assertThat(isTaken[at]).as("count %d", index).isFalse();
      isTaken[at] = true;
    }
    for (int at = 0; at < BlockSize.BLOCK; at++) {
      assertThat(isTaken[at]).as("byte %d", at).isEqualTo(at % BlockSize.SECTOR >= 8);
    }
    assertThat(ReferenceBlock.offsetOf(0)).isEqualTo(8);
    assertThat(ReferenceBlock.offsetOf(503)).isEqualTo(511);
    assertThat(ReferenceBlock.offsetOf(504)).isEqualTo(520);
    assertThat(ReferenceBlock.offsetOf(4031)).isEqualTo(4095);
  }

  @Property(tries = 50)
  void aBlockIsWhatItsCountsAndCommitPointsSay(@ForAll long seed) {
    var block = new ReferenceBlock(Segments.randomBlock(seed));
    var copy = new ReferenceBlock(Segments.zeroBlock());
    for (int sector = 0; sector < BlockSize.SECTORS_PER_BLOCK; sector++) {
      copy.setCommitPoint(sector, block.commitPoint(sector));
    }
    for (int index = 0; index < ReferenceBlock.COUNTS_PER_BLOCK; index++) {
      int stored = block.bytes().get(ValueLayout.JAVA_BYTE, ReferenceBlock.offsetOf(index)) & 0xff;
      assertThat(block.count(index)).isEqualTo(stored);
      copy.setCount(index, block.count(index));
    }

    assertThat(Segments.array(copy.bytes())).isEqualTo(Segments.array(block.bytes()));
  }

  @Example
  void theWorkedExampleIsRead() {
    var start = "32 00 01 00 00 00 00 00 fe fe fe fe 01 01 01";
    var block = new ReferenceBlock(Segments.blockOfHex(start));

    assertThat(block.commitPoint(0)).isEqualTo(JournalPoint.pack(1, 50));
    assertThat(block.commitPoint(1)).isEqualTo(JournalPoint.NONE);
    assertThat(block.count(3)).isEqualTo(ReferenceBlock.MAXIMUM);
    assertThat(block.count(4)).isEqualTo(1);
    assertThat(block.count(7)).isEqualTo(ReferenceBlock.EMPTY);
  }

  @Example
  void countsAreUnsigned() {
    var block = new ReferenceBlock(Segments.zeroBlock());
    block.setCount(4031, ReferenceBlock.PROVISIONAL);

    assertThat(block.count(4031)).isEqualTo(255);
  }
}
