package io.vdotools.engine.salvage;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.device.ShiftedDevice;
import io.vdotools.engine.ForestObserver;
import io.vdotools.engine.ForestWalk;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.Usage;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * What a salvage works on: the volume as it is now, changes included, and as it was.
 *
 * @param volume the volume
 * @param overlay takes the changes
 * @param now the blocks as they are now, by PBN
 * @param before the blocks below the overlay, by PBN
 * @param forest the shape of the block map
 * @param slabs where its pages lie
 * @param options how to work
 * @param parallel the threads
 */
record Ground(
    Volume volume,
    OverlayDevice overlay,
    BlockDevice now,
    BlockDevice before,
    Forest forest,
    SlabGeometry slabs,
    SalvageOptions options,
    Parallel parallel) {
  static Ground of(
      Volume volume, OverlayDevice overlay, SalvageOptions options, Parallel parallel) {
    return new Ground(
        volume,
        overlay,
        ShiftedDevice.of(overlay, volume.blockOffset()),
        ShiftedDevice.of(overlay.base(), volume.blockOffset()),
        volume.forest().orElseThrow(),
        volume.slabs().orElseThrow(),
        options,
        parallel);
  }

  long nonce() {
    return volume.nonce();
  }

  long rootOrigin() {
    return volume.superBlock().blockMap().rootOrigin();
  }

  /**
   * {@return the volume as its super block was before the journal was applied: as the caller says,
   * who may have mended the super block before that, or else as it lies below the overlay}
   */
  Volume volumeBefore() {
    var mended = options.mended().filter(known -> known.nonce() == volume.nonce());
    if (mended.isPresent()) {
      return mended.get();
    }
    try {
      var found = Volume.open(overlay.base());
      if (found.hasSuperBlock() && found.nonce() == volume.nonce()) {
        return found;
      }
    } catch (NotAVolumeException _) {
      // There is less than that.
    }
    return volume;
  }

  /**
   * {@return the totals that the block map should come to, if there are any to rely on: those that
   * the caller knows, or those of a volume that was stopped in good order}
   */
  Optional<Usage> expected() {
    var before = volumeBefore();
    if (options.expected().isPresent() || before.superBlock().vdo().state() != VolumeState.CLEAN) {
      return options.expected();
    }
    var stored = before.superBlock().recoveryJournal();
    return Optional.of(new Usage(stored.logicalBlocksUsed(), stored.blockMapDataBlocks()));
  }

  /** {@return whether a block was changed before or by this salvage} */
  boolean isChanged(long pbn) {
    return overlay.isChanged(pbn - volume.blockOffset());
  }

  /** {@return a block as it is now, if it can be read} */
  Optional<byte[]> read(long pbn) {
    return read(now, pbn);
  }

  /** {@return a block as it was, if it could be read} */
  Optional<byte[]> readBefore(long pbn) {
    return read(before, pbn);
  }

  static Optional<byte[]> read(BlockDevice device, long pbn) {
    try (var arena = Arena.ofConfined()) {
      var block = BlockBuffers.allocate(arena, 1);
      return device.read(pbn, block).isEmpty()
          ? Optional.of(block.toArray(ValueLayout.JAVA_BYTE))
          : Optional.empty();
    }
  }

  /** Changes a block. */
  void write(long pbn, byte[] content) {
    if (content.length != BlockSize.BLOCK) {
      throw new IllegalArgumentException(content.length + " bytes are not a block");
    }
    overlay.write(pbn - volume.blockOffset(), MemorySegment.ofArray(content));
  }

  /** Walks the block map as it is now. */
  <S> void walk(
      ForestObserver observer, Parallel.States<S> states, ForestObserver.LeafTask<S> task) {
    new ForestWalk(
            now,
            forest,
            slabs,
            rootOrigin(),
            nonce(),
            ForestWalk.DEFAULT_WINDOW_PAGES,
            parallel,
            options.progress()::advance)
        .run(observer, states, task);
  }

  /** {@return whether a PBN is that of a root} */
  boolean isRoot(long pbn) {
    return pbn >= rootOrigin() && pbn < rootOrigin() + forest.rootCount();
  }
}
