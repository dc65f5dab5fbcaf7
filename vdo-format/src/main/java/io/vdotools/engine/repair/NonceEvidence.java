package io.vdotools.engine.repair;

import io.vdotools.device.BlockBuffers;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.PartitionId;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.journal.RecoveryJournalBlock;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;

/** Which nonce the structures of a volume carry. */
final class NonceEvidence {
  private static final int JOURNAL_BLOCKS = 256;

  /** So many structures do not carry another nonce by chance, nor because of one damage. */
  private static final int ENOUGH = 3;

  private final Volume volume;
  private final Map<Long, Integer> pages = new HashMap<>();
  private final Map<Long, Integer> journalBlocks = new HashMap<>();

  NonceEvidence(Volume volume) {
    this.volume = volume;
    lookAtRoots();
    if (volume.hasSuperBlock()) {
      lookAtJournal();
    }
  }

  private void lookAtRoots() {
    try (var arena = Arena.ofConfined()) {
      var buffer = BlockBuffers.allocate(arena, Forest.DEFAULT_ROOT_COUNT);
      long first = volume.superBlockPbn() + 1;
      var errors = volume.device().read(first, buffer);
      for (int i = 0; i < Forest.DEFAULT_ROOT_COUNT; i++) {
        var page = new BlockMapPage(buffer.asSlice((long) i * BlockSize.BLOCK, BlockSize.BLOCK));
        boolean isPage =
            !errors.contains(first + i)
                && page.version().equals(BlockMapPage.VERSION)
                && page.pbn() == first + i
                && page.nonce() != 0;
        if (isPage) {
          pages.merge(page.nonce(), 1, Integer::sum);
        }
      }
    }
  }

  private void lookAtJournal() {
    var partition = volume.superBlock().layout().partition(PartitionId.RECOVERY_JOURNAL);
    if (partition.isEmpty()
        || partition.get().offset() <= 0
        || partition.get().offset() >= volume.device().blockCount()) {
      return;
    }
    long first = partition.get().offset();
    int blocks = (int) Math.min(JOURNAL_BLOCKS, volume.device().blockCount() - first);
    try (var arena = Arena.ofConfined()) {
      var buffer = BlockBuffers.allocate(arena, blocks);
      var errors = volume.device().read(first, buffer);
      for (int i = 0; i < blocks; i++) {
        var block =
            new RecoveryJournalBlock(buffer.asSlice((long) i * BlockSize.BLOCK, BlockSize.BLOCK));
        boolean isOne =
            !errors.contains(first + i)
                && block.format().isPresent()
                && block.sequenceNumber() % JOURNAL_BLOCKS == i % JOURNAL_BLOCKS;
        if (isOne && block.nonce() != 0) {
          journalBlocks.merge(block.nonce(), 1, Integer::sum);
        }
      }
    }
  }

  /** {@return how many structures carry a nonce} */
  int of(long nonce) {
    return pages.getOrDefault(nonce, 0) + journalBlocks.getOrDefault(nonce, 0);
  }

  /** {@return the volume's nonce: the one that most structures carry, or else that of a block} */
  long nonce() {
    boolean hasGeometry = volume.geometry().hasMagic() && volume.geometryFormat().isSupported();
    boolean isGeometryRight =
        hasGeometry
            && volume.geometry().checksum()
                == GeometryBlock.computeChecksum(volume.geometryBlock());
    boolean isSuperBlockRight =
        volume.isSuperBlockReadable() && SuperBlock.isPlausible(volume.superBlockBytes());
    long fromGeometry = volume.geometry().nonce();
    long fromSuperBlock = volume.nonce();
    boolean doAgree = hasGeometry && volume.hasSuperBlock() && fromGeometry == fromSuperBlock;
    long most = most();
    if (!doAgree
        && pages.containsKey(most)
        && of(most) >= ENOUGH
        && of(most) > (hasGeometry ? of(fromGeometry) : 0)
        && of(most) > (volume.hasSuperBlock() ? of(fromSuperBlock) : 0)) {
      // Of two blocks that contradict each other, or one alone, neither has to be right.
      return most;
    }
    if (hasGeometry && volume.hasSuperBlock() && fromGeometry != fromSuperBlock) {
      if (of(fromGeometry) != of(fromSuperBlock)) {
        return of(fromGeometry) > of(fromSuperBlock) ? fromGeometry : fromSuperBlock;
      }
      return isGeometryRight && !isSuperBlockRight ? fromGeometry : fromSuperBlock;
    }
    if (volume.hasSuperBlock() && (isSuperBlockRight || of(fromSuperBlock) > 0)) {
      return fromSuperBlock;
    }
    if (hasGeometry && (isGeometryRight || of(fromGeometry) > 0)) {
      return fromGeometry;
    }
    return most;
  }

  private long most() {
    var all = new HashMap<>(pages);
    journalBlocks.forEach((nonce, count) -> all.merge(nonce, count, Integer::sum));
    return all.entrySet().stream()
        .max(Map.Entry.<Long, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .orElse(volume.hasSuperBlock() ? volume.nonce() : volume.geometry().nonce());
  }
}
