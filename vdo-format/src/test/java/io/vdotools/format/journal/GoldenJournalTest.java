package io.vdotools.format.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.PartitionId;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.Segments;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Recovery journals that VDO wrote. */
class GoldenJournalTest {
  /** {@return the blocks of the journal that carry the volume's nonce} */
  private static List<RecoveryJournalBlock> blocksOf(GoldenVolume volume) {
    var layout = volume.superBlock().layout();
    var partition = layout.partition(PartitionId.RECOVERY_JOURNAL).orElseThrow();
    var blocks = new ArrayList<RecoveryJournalBlock>();
    long nonce = volume.geometry().nonce();
    for (long pbn : volume.storedBlocks().subSet(partition.offset(), partition.end())) {
      var block = new RecoveryJournalBlock(volume.block(pbn));
      if (block.nonce() == nonce) {
        assertThat(block.sequenceNumber() % partition.count()).isEqualTo(pbn - partition.offset());
        blocks.add(block);
      }
    }
    return blocks;
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void aJournalHoldsTheBlocksThatVdosToolsSay(GoldenVolume volume) {
    var facts = volume.facts().get("recoveryJournal");
    var types = new TreeSet<Integer>();
    var recoveryCounts = new TreeSet<Integer>();
    long highest = 0;
    long blockMapHead = 0;
    long slabJournalHead = 0;
    var blocks = blocksOf(volume);
    for (var block : blocks) {
      types.add(block.metadataType());
      recoveryCounts.add(block.recoveryCount());
      highest = Math.max(highest, block.sequenceNumber());
      blockMapHead = Math.max(blockMapHead, block.blockMapHead());
      slabJournalHead = Math.max(slabJournalHead, block.slabJournalHead());
    }

    assertThat(blocks).hasSize(facts.get("blocksWithNonce").asInt());
    assertThat(types).hasToString(numbers(facts.get("metadataTypes")));
    assertThat(recoveryCounts).hasToString(numbers(facts.get("recoveryCounts")));
    assertThat(highest).isEqualTo(facts.get("highestSequence").asLong());
    assertThat(blockMapHead).isEqualTo(facts.get("highestBlockMapHead").asLong());
    assertThat(slabJournalHead).isEqualTo(facts.get("highestSlabJournalHead").asLong());
  }

  private static String numbers(Iterable<JsonNode> array) {
    var numbers = new ArrayList<Integer>();
    array.forEach(number -> numbers.add(number.asInt()));
    return numbers.toString();
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void aBlockMadeOfItsEntriesHasTheBytesThatVdoWrote(GoldenVolume volume) {
    long journalBlocks = volume.superBlock().vdo().config().recoveryJournalBlocks();
    for (var block : blocksOf(volume)) {
      assertThat(block.isValid(block.nonce(), block.recoveryCount())).isTrue();
      assertThat(Segments.array(remade(block, journalBlocks).bytes()))
          .as("block %d", block.sequenceNumber())
          .isEqualTo(Segments.array(block.bytes()));
    }
  }

  private static RecoveryJournalBlock remade(RecoveryJournalBlock block, long journalBlocks) {
    var format = block.format().orElseThrow();
    var made = new RecoveryJournalBlock(Segments.zeroBlock());
    made.format(
        new RecoveryJournalBlock.Header(
            block.blockMapHead(),
            block.slabJournalHead(),
            block.sequenceNumber(),
            block.nonce(),
            format,
            block.logicalBlocksUsed(),
            block.blockMapDataBlocks(),
            block.recoveryCount()),
        journalBlocks);
    for (int sector = 1; sector <= JournalFormat.ENTRY_SECTORS; sector++) {
      if (!block.isSectorValid(format, sector)) {
        break;
      }
      for (int index = 0; index < block.sectorEntryCount(sector); index++) {
        var entry = block.entry(format, sector, index);
        assertThat(entry.operation()).isNotEqualTo(JournalEntry.Operation.INVALID);
        assertThat(made.append(entry)).isTrue();
      }
    }
    return made;
  }
}
