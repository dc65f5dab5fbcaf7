package io.vdotools.check;

import static io.vdotools.engine.damage.Damage.edit;
import static io.vdotools.engine.damage.Damage.entry;
import static io.vdotools.engine.damage.Damage.mapping;
import static io.vdotools.engine.damage.Damage.pageField;
import static io.vdotools.engine.damage.Damage.slot;
import static io.vdotools.problem.ProblemCode.*;
import static io.vdotools.testing.VolumeImages.COMPRESSED;
import static io.vdotools.testing.VolumeImages.FULL_LEAF;
import static io.vdotools.testing.VolumeImages.LAST;
import static io.vdotools.testing.VolumeImages.SHARED;

import io.vdotools.device.BlockDevice;
import io.vdotools.engine.damage.Area;
import io.vdotools.engine.damage.Damage;
import io.vdotools.engine.damage.Position;
import io.vdotools.engine.damage.StructFields;
import io.vdotools.engine.damage.VolumeAreas;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.compress.CompressedBlock;
import io.vdotools.problem.ProblemCode;
import io.vdotools.testing.VolumeBuilder;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Consumer;
import net.jpountz.lz4.LZ4Factory;

/** Damages to the block map, and to the compressed blocks that it names. */
final class BlockMapCases {
  private static final VolumeImage CLEAN = VolumeImages.clean();
  private static final VolumeImage NEW = VolumeImages.fresh();

  /** An LBN of a leaf that was emptied again: nothing is lost with it. */
  private static final long EMPTY_LEAF = 2 * 812;

  private static final VolumeImage WITH_EMPTY_LEAF =
      VolumeImages.everyKind().plain(EMPTY_LEAF).discard(EMPTY_LEAF).build();

  /** A zero block of the volume with every kind: what it maps to can change without a count. */
  private static final long ZERO = 20;

  /** No place on the volume. */
  private static final long NOWHERE = 1L << 30;

  private BlockMapCases() {}

  private static long plain(long pbn) {
    return BlockMapEntry.pack(pbn, MappingState.UNCOMPRESSED);
  }

  private static long freeBlock(VolumeAreas areas) {
    return areas.slabs().slabStart(1) - 300;
  }

  static List<DamageCase> pages() {
    return List.of(
        DamageCase.of(
            "the root of an unused tree says that it lies elsewhere",
            CLEAN,
            edit(
                areas -> rootOf(areas, 2),
                block -> new BlockMapPage(block).format(CLEAN.areas().nonce(), 5)),
            ROOT_INVALID),
        DamageCase.of(
            "the root of an unused tree is another volume's",
            CLEAN,
            edit(
                areas -> rootOf(areas, 2),
                block -> new BlockMapPage(block).format(7, rootOf(CLEAN.areas(), 2))),
            ROOT_INVALID),
        onLeaf("unused_byte1", 1, PAGE_PRE_RELEASE),
        onEmptyLeaf("version.minor_version", 0, PAGE_PRE_RELEASE),
        onEmptyLeaf("initialized", 0, PAGE_UNINITIALIZED),
        DamageCase.of(
            "a leaf is zero",
            CLEAN,
            edit(areas -> areas.page(FULL_LEAF, 0), block -> block.fill((byte) 0)),
            PAGE_LOST,
            COUNT_TOO_HIGH,
            LOGICAL_BLOCKS_USED),
        onEmptyLeaf("pbn", 5, PAGE_MISPLACED),
        onLeaf("unused_byte2", 1, PAGE_STRAY_BYTES),
        onLeaf("unused_byte3", 1, PAGE_STRAY_BYTES),
        onLeaf("unused_long_word", 1, PAGE_STRAY_BYTES),
        DamageCase.unreadable(
            "an empty leaf is unreadable",
            WITH_EMPTY_LEAF,
            areas -> areas.page(EMPTY_LEAF, 0),
            PAGE_UNREADABLE),
        DamageCase.of(
            "new: a root page",
            NEW,
            edit(
                areas -> rootOf(areas, 2),
                block ->
                    new BlockMapPage(block).format(NEW.areas().nonce(), rootOf(NEW.areas(), 2))),
            NEW_WITH_PAGES),
        DamageCase.of(
            "the entry for an empty leaf is gone",
            WITH_EMPTY_LEAF,
            entry(EMPTY_LEAF, 1, _ -> 0),
            ORPHANED_PAGE,
            BLOCK_MAP_DATA_BLOCKS));
  }

  private static long rootOf(VolumeAreas areas, int tree) {
    return areas.volume().superBlock().blockMap().rootOrigin() + tree;
  }

  private static DamageCase onLeaf(String field, long value, ProblemCode... expected) {
    return DamageCase.of(
        "leaf " + field + " = " + value, CLEAN, pageField(FULL_LEAF, 0, field, value), expected);
  }

  private static DamageCase onEmptyLeaf(String field, long value, ProblemCode... expected) {
    return DamageCase.of(
        "empty leaf " + field + " = " + value,
        WITH_EMPTY_LEAF,
        pageField(EMPTY_LEAF, 0, field, value),
        expected);
  }

  static List<DamageCase> entries() {
    return List.of(
        DamageCase.of(
            "an unmapped entry with a PBN",
            CLEAN,
            mapping(700, BlockMapEntry.pack(freeBlock(CLEAN.areas()), 0)),
            ENTRY_INVALID),
        DamageCase.of("a fragment of the zero block", CLEAN, mapping(ZERO, 2), ENTRY_INVALID),
        DamageCase.of(
            "a compressed page",
            CLEAN,
            inParent(BlockMapEntry.pack(freeBlock(CLEAN.areas()), 2)),
            INTERIOR_STATE),
        DamageCase.of("a page at PBN 0", CLEAN, inParent(plain(0)), INTERIOR_STATE),
        DamageCase.of(
            "a page outside the volume", CLEAN, inParent(plain(NOWHERE)), CHILD_NOT_DATA_BLOCK),
        DamageCase.of(
            "a page in the super block",
            CLEAN,
            inParent(plain(CLEAN.areas().volume().superBlockPbn())),
            ENTRY_INTO_METADATA),
        DamageCase.of(
            "a page behind the logical size",
            CLEAN,
            slot(FULL_LEAF, 1, _ -> 800, areas -> plain(freeBlock(areas))),
            CHILD_BEYOND_FOREST),
        DamageCase.of(
            "a mapping outside the volume",
            CLEAN,
            mapping(ZERO, plain(NOWHERE)),
            MAPPING_NOT_DATA_BLOCK),
        DamageCase.of(
            "a mapping behind the logical size",
            CLEAN,
            slot(LAST, 0, areas -> areas.slot(LAST, 0) + 1, _ -> plain(0)),
            MAPPING_BEYOND_LOGICAL),
        DamageCase.of(
            "two entries for one leaf",
            CLEAN,
            inParent(plain(CLEAN.page(FULL_LEAF, 0))),
            PAGE_TWO_PARENTS),
        DamageCase.of(
            "a leaf that is its own grandparent",
            CLEAN,
            inParent(plain(CLEAN.page(FULL_LEAF, 2))),
            PAGE_TWO_PARENTS),
        DamageCase.of(
            "a mapping to a leaf",
            CLEAN,
            mapping(ZERO, plain(CLEAN.page(FULL_LEAF, 0))),
            MAPPING_TO_PAGE),
        DamageCase.of(
            "a fragment mapped as a whole block",
            CLEAN,
            entry(
                COMPRESSED, 0, areas -> plain(areas.block(Area.COMPRESSED_BLOCK, Position.FIRST))),
            MIXED_KINDS),
        DamageCase.made(
            "255 references", BlockMapCases::with255References, TOO_MANY_REFERENCES, COUNT_TOO_LOW),
        DamageCase.of(
            "a mapping to a reference block",
            CLEAN,
            mapping(ZERO, plain(CLEAN.areas().slabs().referenceStart(1))),
            ENTRY_INTO_METADATA),
        DamageCase.of(
            "a mapping to a slab journal block",
            CLEAN,
            mapping(ZERO, plain(CLEAN.areas().slabs().journalStart(0))),
            ENTRY_INTO_METADATA),
        DamageCase.of(
            "a mapping to a root",
            CLEAN,
            mapping(ZERO, plain(rootOf(CLEAN.areas(), 59))),
            ENTRY_INTO_METADATA),
        DamageCase.of(
            "a mapping to the recovery journal",
            CLEAN,
            mapping(ZERO, plain(CLEAN.areas().journal().firstPbn())),
            ENTRY_INTO_METADATA),
        DamageCase.of(
            "a mapping to the summary",
            CLEAN,
            mapping(ZERO, plain(CLEAN.areas().summaryStart() + 63)),
            ENTRY_INTO_METADATA));
  }

  /** A second entry of the page above the full leaf. */
  private static Damage inParent(long packed) {
    return slot(FULL_LEAF, 1, _ -> 1, _ -> packed);
  }

  private static VolumeImage with255References() {
    var builder = VolumeBuilder.small().plain(SHARED).zero(ZERO);
    for (long lbn = 100; lbn < 100 + 253; lbn++) {
      builder.shared(SHARED, lbn);
    }
    var image = builder.build();
    long leaf = image.page(SHARED, 0);
    return image.with(mapping(ZERO, plain(leaf + 1)));
  }

  static List<DamageCase> compressedBlocks() {
    return List.of(
        onCompressed(
            "version 2.0",
            block -> StructFields.set(CompressedBlock.STRUCT, block, "version.major_version", 2),
            COMPRESSED_VERSION),
        onCompressed("a fragment of no bytes", block -> setSize(block, 3, 0), FRAGMENT_BOUNDS),
        onCompressed(
            "a fragment larger than the block", block -> setSize(block, 3, 4000), FRAGMENT_BOUNDS),
        onCompressed(
            "a fragment of garbage",
            block ->
                block
                    .asSlice(CompressedBlock.STRUCT.sizeBytes(), new CompressedBlock(block).size(0))
                    .fill((byte) 0xff),
            FRAGMENT_INFLATION),
        DamageCase.made(
            "one fragment alone",
            () -> VolumeBuilder.small().compressed(5).build(),
            COMPRESSED_PACKING),
        onCompressed("fragments of zeros", BlockMapCases::compressZeros, FRAGMENT_OF_ZEROS),
        DamageCase.unreadable(
            "a compressed block is unreadable",
            CLEAN,
            areas -> areas.block(Area.COMPRESSED_BLOCK, Position.FIRST),
            COMPRESSED_UNREADABLE));
  }

  private static DamageCase onCompressed(
      String name, Consumer<MemorySegment> change, ProblemCode... expected) {
    return DamageCase.of(
        name,
        CLEAN,
        edit(areas -> areas.block(Area.COMPRESSED_BLOCK, Position.FIRST), change),
        expected);
  }

  private static void setSize(MemorySegment block, int slot, int size) {
    int at = CompressedBlock.STRUCT.sizeBytes() - CompressedBlock.SLOTS * Short.BYTES;
    block.set(ValueLayout.JAVA_BYTE, at + 2L * slot, (byte) size);
    block.set(ValueLayout.JAVA_BYTE, at + 2L * slot + 1, (byte) (size >>> 8));
  }

  private static void compressZeros(MemorySegment block) {
    var zeros =
        LZ4Factory.safeInstance().fastCompressor().compress(new byte[BlockDevice.BLOCK_SIZE]);
    new CompressedBlock(block).format(List.of(zeros, zeros, zeros, zeros));
  }
}
