package io.vdotools.engine;

import io.vdotools.bytes.Bytes;
import io.vdotools.format.BlockSize;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.GeometryFormat;
import io.vdotools.format.IndexConfig;
import io.vdotools.format.VolumeState;
import io.vdotools.format.index.IndexGeometry;
import io.vdotools.format.index.IndexMemory;
import io.vdotools.model.GeometryFields;
import io.vdotools.model.SuperBlockFields;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * What is told of the first blocks of a volume: as they are stored, but with nothing left to
 * recover.
 *
 * @param geometry what is told of the geometry block
 * @param superBlock what is told of the super block
 * @param doubts what is wrong with them, or with the volume as a whole, a sentence each
 */
record VolumeHeader(GeometryFields geometry, SuperBlockFields superBlock, List<String> doubts) {
  private static final int QUARTER_CODE = -256;
  private static final long INDEX_START = GeometryBlock.LOCATION + 1;

  /** {@return what is told of a volume} */
  static VolumeHeader of(LogicalVolume volume) {
    var doubts = new ArrayList<>(volume.doubts());
    var stored = volume.volume().geometry();
    boolean isKnown = stored.hasMagic() && volume.volume().geometryFormat().isSupported();
    var geometry = isKnown ? GeometryFields.of(stored) : lostGeometry(volume);
    if (isKnown) {
      if (!isSame(geometry.toBlock()::encode, stored::encode) && doubts.isEmpty()) {
        doubts.add("the geometry block holds what no sound one does");
      }
      geometry = ofThisVolume(geometry, volume);
    }
    var superBlock = SuperBlockFields.of(volume.volume().superBlock());
    if (!isSame(superBlock.toSuperBlock()::encode, volume.volume().superBlock()::encode)
        && doubts.isEmpty()) {
      doubts.add("the super block holds what no sound one does");
    }
    return new VolumeHeader(geometry, recovered(superBlock, volume), List.copyOf(doubts));
  }

  /**
   * Whether two blocks hold the same: as bytes, since putting together how records of records are
   * compared takes longer than all the rest of this.
   */
  private static boolean isSame(Consumer<MemorySegment> one, Consumer<MemorySegment> other) {
    byte[] bytes = new byte[BlockSize.BLOCK];
    byte[] others = new byte[BlockSize.BLOCK];
    one.accept(MemorySegment.ofArray(bytes));
    other.accept(MemorySegment.ofArray(others));
    return Arrays.equals(bytes, others);
  }

  /** A geometry block of another volume, or one that names another place, is not passed on. */
  private static GeometryFields ofThisVolume(GeometryFields geometry, LogicalVolume volume) {
    return new GeometryFields(
        geometry.format(),
        geometry.releaseVersion(),
        volume.nonce(),
        geometry.uuid(),
        geometry.bioOffset(),
        geometry.indexStart(),
        volume.volume().superBlockPbn(),
        geometry.index(),
        geometry.unused());
  }

  private static GeometryFields lostGeometry(LogicalVolume volume) {
    long superBlock = volume.volume().superBlockPbn();
    return new GeometryFields(
        GeometryFormat.V5,
        volume.volume().superBlock().releaseVersion(),
        volume.nonce(),
        new UUID(0, 0),
        volume.volume().blockOffset(),
        Math.min(INDEX_START, superBlock),
        superBlock,
        indexOf(superBlock - INDEX_START),
        Bytes.zeros(0));
  }

  /** The index that a formatter gives a region of a size; none where no index has that size. */
  private static IndexConfig indexOf(long blocks) {
    // Codes of parts of a gigabyte are multiples of -256, others the number of gigabytes.
    for (int code = 3 * QUARTER_CODE; code <= IndexMemory.MOST_GIGABYTES; code++) {
      for (boolean isSparse : new boolean[] {false, true}) {
        var index = IndexGeometry.of(code, isSparse);
        if (index.isPresent() && index.get().blocks() == blocks) {
          return new IndexConfig(code, 0, isSparse ? 1 : 0);
        }
      }
    }
    return new IndexConfig(0, 0, 0);
  }

  /** The super block as the driver's recovery and a clean stop leave it. */
  private static SuperBlockFields recovered(SuperBlockFields stored, LogicalVolume volume) {
    var state = stored.state();
    boolean isRecovered = volume.recovery().isPresent();
    if (!isRecovered && state != VolumeState.RECOVERING && !state.needsRecovery()) {
      return stored;
    }
    var journal =
        volume
            .recovery()
            .map(recovered ->
                new SuperBlockFields.JournalState(
                    recovered.nextSequence(),
                    recovered.usage().logicalBlocks(),
                    recovered.usage().blockMapPages()))
            .orElse(stored.journal());
    return new SuperBlockFields(
        stored.releaseVersion(),
        stored.volumeVersion(),
        stored.componentVersion(),
        VolumeState.CLEAN.code(),
        stored.completeRecoveries() + (isRecovered ? 1 : 0),
        stored.readOnlyRecoveries(),
        stored.config(),
        stored.nonce(),
        stored.layout(),
        journal,
        stored.depot(),
        stored.blockMap(),
        stored.unused());
  }
}
