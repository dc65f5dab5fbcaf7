package io.vdotools.engine.damage;

import static io.vdotools.engine.damage.DamageCatalogue.field;
import static io.vdotools.engine.damage.NamedDamage.Condition.ANY;
import static io.vdotools.engine.damage.NamedDamage.Condition.CLEAN;
import static io.vdotools.engine.damage.NamedDamage.Condition.NEW;
import static io.vdotools.problem.ProblemCode.*;

import io.vdotools.device.BlockDevice;
import io.vdotools.engine.damage.NamedDamage.Condition;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.compress.CompressedBlock;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.problem.ProblemCode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import net.jpountz.lz4.LZ4Factory;

/** Damages to the block map, and to the compressed blocks that it names. */
final class BlockMapDamages {
  /** No place on any volume of a test. */
  private static final long NOWHERE = 1L << 34;

  private BlockMapDamages() {}

  static List<NamedDamage> all() {
    var all = new ArrayList<NamedDamage>();
    all.addAll(pages());
    all.addAll(pageEntries());
    all.addAll(mappings());
    all.addAll(compressedBlocks());
    return all;
  }

  private static List<NamedDamage> pages() {
    return List.of(
        unusedRoot(CLEAN, "root.misplaced", "says that it lies elsewhere", 1, 0, ROOT_INVALID),
        unusedRoot(CLEAN, "root.foreign", "is another volume's", 0, 1, ROOT_INVALID),
        unusedRoot(NEW, "root.formatted", "is a page before the first start", 0, 0, NEW_WITH_PAGES),
        field(ANY, "leaf.unused_byte1=1", PAGE_PRE_RELEASE),
        field(ANY, "leaf.version.minor_version=0", PAGE_PRE_RELEASE),
        field(ANY, "leaf.initialized=0", PAGE_LOST),
        field(ANY, "leaf.pbn=5", PAGE_MISPLACED),
        field(ANY, "leaf.unused_byte2=1", PAGE_STRAY_BYTES),
        field(ANY, "leaf.unused_byte3=1", PAGE_STRAY_BYTES),
        field(ANY, "leaf.unused_long_word=1", PAGE_STRAY_BYTES),
        onParent(CLEAN, "leaf.orphaned", "nothing names it", false, _ -> 0, ORPHANED_PAGE));
  }

  private static NamedDamage unusedRoot(
      Condition condition, String name, String what, long toPbn, long toNonce, ProblemCode code) {
    return new NamedDamage(
        name,
        "the root of an unused tree " + what,
        condition,
        List.of(code),
        (_, _) ->
            (device, areas) -> {
              var used = areas.blocks(Area.ROOT);
              for (int tree = areas.forest().rootCount() - 1; tree >= 0; tree--) {
                long pbn = areas.rootPbn(tree);
                if (!used.contains(pbn)) {
                  Damage.edit(
                          _ -> pbn,
                          block ->
                              new BlockMapPage(block).format(areas.nonce() + toNonce, pbn + toPbn))
                      .inflict(device, areas);
                  return;
                }
              }
              throw new DamageException("every tree of the block map is in use");
            });
  }

  private static List<NamedDamage> pageEntries() {
    return List.of(
        page("compressed", "is a fragment", areas -> pack(freeBlock(areas), 2), INTERIOR_STATE),
        page("zero", "is the zero block", _ -> plain(0), INTERIOR_STATE),
        page("outside", "lies outside of the volume", _ -> plain(NOWHERE), CHILD_NOT_DATA_BLOCK),
        page(
            "in-super-block",
            "is the super block",
            areas -> plain(areas.volume().superBlockPbn()),
            ENTRY_INTO_METADATA),
        page(
            "twice",
            "is one that another entry names",
            areas -> plain(areas.block(Area.LEAF, Position.FIRST)),
            PAGE_TWO_PARENTS),
        page(
            "circle",
            "is one of those above it",
            areas -> plain(areas.page(areas.firstLbn(Position.FIRST), 2)),
            PAGE_TWO_PARENTS),
        new NamedDamage(
            "interior.beyond-logical",
            "names a page behind the logical size",
            CLEAN,
            List.of(CHILD_BEYOND_FOREST),
            (place, _) ->
                (device, areas) ->
                    Damage.slot(
                            areas.firstLbn(place),
                            1,
                            _ -> BlockMapPage.ENTRIES - 1,
                            found -> plain(freeBlock(found)))
                        .inflict(device, areas)));
  }

  private static NamedDamage page(String what, String title, Damage.Spot packed, ProblemCode code) {
    return onParent(CLEAN, "interior.child-" + what, "a page of it " + title, true, packed, code);
  }

  /** Changes an entry of the page above a leaf: a free one, or the leaf's own. */
  private static NamedDamage onParent(
      Condition condition,
      String name,
      String title,
      boolean isFree,
      Damage.Spot packed,
      ProblemCode code) {
    return new NamedDamage(
        name,
        title,
        condition,
        List.of(code),
        (place, _) ->
            (device, areas) -> {
              long lbn = place instanceof Place.AtLbn(long at) ? at : areas.firstLbn(place);
              var parent = new BlockMapPage(areas.read(areas.page(lbn, 1)));
              int slot = areas.slot(lbn, 1);
              if (isFree) {
                slot = 0;
                while (slot < BlockMapPage.ENTRIES - 1 && parent.entry(slot) != 0) {
                  slot++;
                }
              }
              int chosen = slot;
              Damage.slot(lbn, 1, _ -> chosen, packed).inflict(device, areas);
            });
  }

  private static List<NamedDamage> mappings() {
    return List.of(
        mapping(
            "unmapped-pbn",
            "is unmapped and names a block",
            areas -> pack(freeBlock(areas), MappingState.UNMAPPED),
            ENTRY_INVALID),
        mapping("fragment-of-zero", "is a fragment of PBN 0", _ -> pack(0, 2), ENTRY_INVALID),
        mapping("outside", "is outside of it", _ -> plain(NOWHERE), MAPPING_NOT_DATA_BLOCK),
        mapping(
            "into-leaf",
            "is a block map page",
            areas -> plain(areas.block(Area.LEAF, Position.FIRST)),
            MAPPING_TO_PAGE),
        mapping(
            "into-reference-block",
            "is a reference block",
            areas -> plain(areas.slabs().referenceStart(0)),
            ENTRY_INTO_METADATA),
        mapping(
            "into-slab-journal",
            "is in a slab journal",
            areas -> plain(areas.slabs().journalStart(0)),
            ENTRY_INTO_METADATA),
        mapping("into-root", "is a root", areas -> plain(areas.rootPbn(59)), ENTRY_INTO_METADATA),
        mapping(
            "into-recovery-journal",
            "is in the recovery journal",
            areas -> plain(areas.journal().firstPbn()),
            ENTRY_INTO_METADATA),
        mapping(
            "into-summary",
            "is in the slab summary",
            areas -> plain(areas.summaryStart() + 63),
            ENTRY_INTO_METADATA),
        mapping(
            "fragment-as-block",
            "is a compressed block as a whole",
            areas -> plain(areas.block(Area.COMPRESSED_BLOCK, Position.FIRST)),
            MIXED_KINDS),
        new NamedDamage(
            "mapping.beyond-logical",
            "there is a mapping behind the logical size",
            CLEAN,
            List.of(MAPPING_BEYOND_LOGICAL),
            (_, _) ->
                (device, areas) -> {
                  long last = areas.forest().logicalBlocks() - 1;
                  int slot = areas.slot(last, 0) + 1;
                  if (slot == BlockMapPage.ENTRIES) {
                    throw new DamageException("the last leaf has no slot to spare");
                  }
                  Damage.slot(last, 0, _ -> slot, _ -> plain(0)).inflict(device, areas);
                }),
        new NamedDamage(
            "mapping.too-many",
            "more LBNs share a block than can be counted",
            CLEAN,
            List.of(TOO_MANY_REFERENCES),
            (place, _) -> tooMany(place)));
  }

  /** Makes an LBN that maps to no block map to something else, so that no count changes. */
  private static NamedDamage mapping(
      String what, String title, Damage.Spot packed, ProblemCode code) {
    return new NamedDamage(
        "mapping." + what,
        "what an LBN maps to " + title,
        CLEAN,
        List.of(code),
        (place, _) ->
            (device, areas) ->
                Damage.entry(emptyLbn(areas, place), 0, packed).inflict(device, areas));
  }

  /** An LBN of a leaf that is mapped to zeros or, if there is none, to nothing. */
  private static long emptyLbn(VolumeAreas areas, Place place) throws DamageException {
    if (place instanceof Place.AtLbn(long lbn)) {
      return lbn;
    }
    long first = areas.firstLbn(place);
    long unmapped = -1;
    for (long lbn = first; lbn < endOfLeaf(areas, first); lbn++) {
      long packed = areas.mapping(lbn);
      if (packed == BlockMapEntry.ZERO.pack()) {
        return lbn;
      }
      unmapped = packed == 0 ? lbn : unmapped;
    }
    if (unmapped < 0) {
      throw new DamageException(
          "every LBN from " + first + " on is mapped to data; name one with lbn:N");
    }
    return unmapped;
  }

  private static long endOfLeaf(VolumeAreas areas, long first) {
    return Math.min(first + BlockMapPage.ENTRIES, areas.forest().logicalBlocks());
  }

  private static Damage tooMany(Place place) {
    return (device, areas) -> {
      long first = areas.firstLbn(place);
      long shared = 0;
      for (long lbn = first; lbn < endOfLeaf(areas, first); lbn++) {
        long packed = areas.mapping(lbn);
        if (BlockMapEntry.state(packed) == MappingState.UNCOMPRESSED && packed > 1) {
          shared = packed;
        }
      }
      if (shared <= 1) {
        throw new DamageException("no LBN from " + first + " on is mapped to a whole block");
      }
      long same = shared;
      Damage.edit(
              found -> found.page(first, 0),
              block -> {
                for (int slot = 0; slot <= ReferenceBlock.MAXIMUM; slot++) {
                  new BlockMapPage(block).setEntry(slot, same);
                }
              })
          .inflict(device, areas);
    };
  }

  private static List<NamedDamage> compressedBlocks() {
    return List.of(
        field(CLEAN, "compressed-block.version.major_version=2", COMPRESSED_VERSION),
        onCompressed(
            "empty-fragment",
            "its first fragment has no bytes",
            block -> setSize(block, 0),
            FRAGMENT_BOUNDS),
        onCompressed(
            "large-fragment",
            "its first fragment is larger than the block",
            block -> setSize(block, 5000),
            FRAGMENT_BOUNDS),
        onCompressed(
            "garbage",
            "its first fragment cannot be inflated",
            block -> {
              int size = Math.min(new CompressedBlock(block).size(0), CompressedBlock.DATA_BYTES);
              block.asSlice(CompressedBlock.STRUCT.sizeBytes(), size).fill((byte) 0xff);
            },
            FRAGMENT_INFLATION),
        onCompressed(
            "zeros",
            "its fragments are blocks of zeros",
            block -> {
              var zeros =
                  LZ4Factory.safeInstance()
                      .fastCompressor()
                      .compress(new byte[BlockDevice.BLOCK_SIZE]);
              new CompressedBlock(block).format(Collections.nCopies(CompressedBlock.SLOTS, zeros));
            },
            FRAGMENT_OF_ZEROS));
  }

  private static NamedDamage onCompressed(
      String what, String title, Consumer<MemorySegment> change, ProblemCode code) {
    return new NamedDamage(
        "compressed-block." + what,
        title,
        CLEAN,
        List.of(code),
        (place, _) -> Damage.edit(areas -> areas.block(Area.COMPRESSED_BLOCK, place), change));
  }

  private static void setSize(MemorySegment block, int size) {
    int at = CompressedBlock.STRUCT.sizeBytes() - CompressedBlock.SLOTS * Short.BYTES;
    block.set(ValueLayout.JAVA_BYTE, at, (byte) size);
    block.set(ValueLayout.JAVA_BYTE, at + 1, (byte) (size >>> 8));
  }

  private static long plain(long pbn) {
    return pack(pbn, MappingState.UNCOMPRESSED);
  }

  private static long pack(long pbn, int state) {
    return BlockMapEntry.pack(pbn, state);
  }

  /** A data block that nobody uses, from the end of the first slab that has one. */
  static long freeBlock(VolumeAreas areas) throws DamageException {
    var slabs = areas.slabs();
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      for (int offset = slabs.dataBlocks() - 1; offset >= 0; offset--) {
        long pbn = slabs.slabStart(slab) + offset;
        if (areas.storedCount(pbn) == ReferenceBlock.EMPTY) {
          return pbn;
        }
      }
    }
    throw new DamageException("the volume has no free block; discard something first");
  }
}
