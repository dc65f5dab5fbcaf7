package io.vdotools.format;

import io.vdotools.bytes.Bytes;
import io.vdotools.bytes.Crc32;
import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import java.lang.foreign.MemorySegment;

/**
 * The state of the volume and the places of its parts: {@code struct super_block_codec}, volume
 * version 67.0 (format-spec, section 3).
 *
 * <p>The components have fixed sizes, so each is read at its fixed place even if a header before it
 * is damaged.
 *
 * @param header id 0, version 12.0, size 418
 * @param releaseVersion that of the geometry block
 * @param volumeVersion 67.0
 * @param vdo state, counters and sizes
 * @param layout the partition table
 * @param recoveryJournal where the recovery journal stands
 * @param slabDepot where the slabs lie
 * @param blockMap where the block map's roots lie
 * @param checksum as stored
 * @param trailing the unused rest of the block
 */
public record SuperBlock(
    ComponentHeader header,
    long releaseVersion,
    VersionNumber volumeVersion,
    VdoComponent vdo,
    LayoutComponent layout,
    RecoveryJournalComponent recoveryJournal,
    SlabDepotComponent slabDepot,
    BlockMapComponent blockMap,
    long checksum,
    Bytes trailing) {
  /** The version of all public releases. */
  public static final VersionNumber VOLUME_VERSION = new VersionNumber(67, 0);

  /** The field table. */
  public static final Struct STRUCT = Struct.named("super_block");

  private static final Field.Nested HEADER = STRUCT.nested("header", ComponentHeader.STRUCT);
  private static final Field.U32 RELEASE_VERSION = STRUCT.u32("release_version");
  private static final Field.Nested VERSION = STRUCT.nested("version", VersionNumber.STRUCT);
  private static final Field.Nested VDO = STRUCT.nested("vdo", VdoComponent.STRUCT);
  private static final Field.Nested LAYOUT = STRUCT.nested("layout", LayoutComponent.STRUCT);
  private static final Field.Nested RECOVERY_JOURNAL =
      STRUCT.nested("recovery_journal", RecoveryJournalComponent.STRUCT);
  private static final Field.Nested SLAB_DEPOT =
      STRUCT.nested("slab_depot", SlabDepotComponent.STRUCT);
  private static final Field.Nested BLOCK_MAP =
      STRUCT.nested("block_map", BlockMapComponent.STRUCT);
  private static final Field.U32 CHECKSUM = STRUCT.u32("checksum");

  /** {@return the super block stored in a block of 4096 bytes} */
  public static SuperBlock decode(MemorySegment block) {
    return new SuperBlock(
        ComponentHeader.decode(HEADER.slice(block)),
        RELEASE_VERSION.get(block),
        VersionNumber.decode(VERSION.slice(block)),
        VdoComponent.decode(VDO.slice(block)),
        LayoutComponent.decode(LAYOUT.slice(block)),
        RecoveryJournalComponent.decode(RECOVERY_JOURNAL.slice(block)),
        SlabDepotComponent.decode(SLAB_DEPOT.slice(block)),
        BlockMapComponent.decode(BLOCK_MAP.slice(block)),
        CHECKSUM.get(block),
        Bytes.copyOf(block.asSlice(STRUCT.sizeBytes())));
  }

  /** Stores this super block in a block of 4096 bytes, the checksum as it is. */
  public void encode(MemorySegment block) {
    header.encode(HEADER.slice(block));
    RELEASE_VERSION.set(block, releaseVersion);
    volumeVersion.encode(VERSION.slice(block));
    vdo.encode(VDO.slice(block));
    layout.encode(LAYOUT.slice(block));
    recoveryJournal.encode(RECOVERY_JOURNAL.slice(block));
    slabDepot.encode(SLAB_DEPOT.slice(block));
    blockMap.encode(BLOCK_MAP.slice(block));
    CHECKSUM.set(block, checksum);
    trailing.copyTo(block.asSlice(STRUCT.sizeBytes()));
  }

  /** {@return the checksum that the given block should store} */
  public static long computeChecksum(MemorySegment block) {
    return Crc32.startingAtZero(block.asSlice(0, CHECKSUM.offsetBytes()));
  }

  /** Makes the checksum stored in the given block the right one. */
  public static void sealChecksum(MemorySegment block) {
    CHECKSUM.set(block, computeChecksum(block));
  }

  /**
   * {@return whether the block is a super block by its header and checksum}
   *
   * <p>What a search for a lost super block looks for.
   */
  public static boolean isPlausible(MemorySegment block) {
    return ComponentHeader.decode(HEADER.slice(block))
            .equals(ComponentHeader.of(ComponentId.SUPER_BLOCK))
        && CHECKSUM.get(block) == computeChecksum(block);
  }

  /** {@return this super block with another VDO component; the checksum is not adapted} */
  public SuperBlock withVdo(VdoComponent newVdo) {
    return new SuperBlock(
        header,
        releaseVersion,
        volumeVersion,
        newVdo,
        layout,
        recoveryJournal,
        slabDepot,
        blockMap,
        checksum,
        trailing);
  }
}
