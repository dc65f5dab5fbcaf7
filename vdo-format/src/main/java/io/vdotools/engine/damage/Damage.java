package io.vdotools.engine.damage;

import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.format.BlockSize;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.PartitionId;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.format.depot.SlabSummaryEntry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;

/** One thing done to a sound volume after which something is wrong with it. */
@FunctionalInterface
public interface Damage {
  /** What can befall a block of any structure. */
  enum Kind {
    /** All its bytes are zero. */
    ZEROED,
    /** One bit that has a meaning is the other way round. */
    FLIPPED,
    /** It and another instance of the structure lie in each other's places. */
    SWAPPED,
    /** Another instance of the structure lies in its place too. */
    DUPLICATED,
    /** It holds what it held some time before. */
    STALE,
    /** Its first sectors are as they should be, the others as they were before the last write. */
    TORN,
    /** It says that it belongs to another volume. */
    WRONG_NONCE;

    /** {@return the name that users type, such as {@code wrong-nonce}} */
    public String title() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@return whether a structure can be damaged so} */
    public boolean fits(Area area) {
      return switch (this) {
        case ZEROED, FLIPPED, STALE -> true;
        case SWAPPED, DUPLICATED -> area != Area.GEOMETRY && area != Area.SUPER_BLOCK;
        case TORN -> !area.isOfOneSector();
        case WRONG_NONCE -> area.nonceField().isPresent();
      };
    }
  }

  /** Finds a number, mostly a PBN, on a volume. */
  @FunctionalInterface
  interface Spot {
    /**
     * {@return the number}
     *
     * @throws DamageException if the volume has no such thing
     */
    long in(VolumeAreas areas) throws DamageException;
  }

  /**
   * Does it.
   *
   * @param device the volume
   * @param areas where its structures lie, taken before any damage
   * @throws DamageException if the volume has nothing that can be damaged so
   * @throws DeviceException if the device refuses
   */
  void inflict(WritableBlockDevice device, VolumeAreas areas)
      throws DamageException, DeviceException;

  /** {@return this damage and then another} */
  default Damage and(Damage next) {
    return (device, areas) -> {
      inflict(device, areas);
      next.inflict(device, areas);
    };
  }

  /** {@return the damage of a kind to one instance of a structure} */
  static Damage of(Kind kind, Area area, Place place, long seed) {
    return switch (kind) {
      case ZEROED -> zeroed(area, place);
      case FLIPPED -> flipped(area, place, seed);
      case SWAPPED -> swapped(area, place);
      case DUPLICATED -> duplicated(area, place);
      case STALE -> stale(area, place);
      case TORN -> torn(area, place, seed);
      case WRONG_NONCE -> wrongNonce(area, place);
    };
  }

  /** {@return changes to the bytes of the block at a PBN} */
  static Damage edit(Spot pbn, Consumer<MemorySegment> change) {
    return (device, areas) -> {
      long at = pbn.in(areas);
      var block = read(device, at);
      change.accept(block);
      device.write(at, block);
    };
  }

  /** {@return a block is overwritten with another one} */
  static Damage copy(Spot from, Spot to) {
    return (device, areas) -> device.write(to.in(areas), read(device, from.in(areas)));
  }

  private static MemorySegment read(BlockDevice device, long pbn) throws DamageException {
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    if (!device.read(pbn, block).isEmpty()) {
      throw new DamageException("PBN " + pbn + " cannot be read");
    }
    return block;
  }

  /** {@return an instance of a structure becomes zeros} */
  static Damage zeroed(Area area, Place place) {
    return edit(areas -> areas.block(area, place), block -> block.fill((byte) 0));
  }

  /**
   * {@return one bit of an instance of a structure is turned over}
   *
   * @param seed decides which, among those that have a meaning
   */
  static Damage flipped(Area area, Place place, long seed) {
    return (device, areas) -> {
      long pbn = areas.block(area, place);
      var block = read(device, pbn);
      long bit = BitsInUse.pick(area, block, areas, pbn, new SplittableRandom(seed));
      byte old = block.get(ValueLayout.JAVA_BYTE, bit / Byte.SIZE);
      block.set(ValueLayout.JAVA_BYTE, bit / Byte.SIZE, (byte) (old ^ (1 << (bit % Byte.SIZE))));
      device.write(pbn, block);
    };
  }

  /** {@return an instance of a structure and its neighbour change places} */
  static Damage swapped(Area area, Place place) {
    return (device, areas) -> {
      long pbn = areas.block(area, place);
      long other = neighbour(area, pbn, areas);
      var block = read(device, pbn);
      device.write(pbn, read(device, other));
      device.write(other, block);
    };
  }

  /** {@return a neighbour lies in the place of an instance of a structure} */
  static Damage duplicated(Area area, Place place) {
    return (device, areas) -> {
      long pbn = areas.block(area, place);
      device.write(pbn, read(device, neighbour(area, pbn, areas)));
    };
  }

  /** The next instance; behind the last one, the one before it. */
  private static long neighbour(Area area, long pbn, VolumeAreas areas) throws DamageException {
    var instances = areas.blocks(area);
    int at = instances.indexOf(pbn);
    if (instances.size() < 2) {
      throw new DamageException("the volume has only one " + area.title());
    }
    return instances.get(at + 1 < instances.size() ? at + 1 : at - 1);
  }

  /** {@return an instance of a structure holds what it held some time before} */
  static Damage stale(Area area, Place place) {
    return (device, areas) -> {
      long pbn = areas.block(area, place);
      var block = read(device, pbn);
      StaleBlocks.makeStale(area, block, pbn, areas);
      device.write(pbn, block);
    };
  }

  /**
   * {@return the first sectors of an instance of a structure are as they should be, the others not}
   *
   * <p>They hold what was there before the last write, or zeros where that does not differ.
   *
   * @param seed decides how many sectors
   */
  static Damage torn(Area area, Place place, long seed) {
    return (device, areas) -> {
      long pbn = areas.block(area, place);
      var block = read(device, pbn);
      var stale = MemorySegment.ofArray(block.toArray(ValueLayout.JAVA_BYTE));
      StaleBlocks.makeStale(area, stale, pbn, areas);
      var zeros = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
      int first = new SplittableRandom(seed).nextInt(1, BlockSize.SECTORS_PER_BLOCK);
      for (var old : List.of(stale, zeros)) {
        for (int i = 0; i < BlockSize.SECTORS_PER_BLOCK - 1; i++) {
          int whole = 1 + (first - 1 + i) % (BlockSize.SECTORS_PER_BLOCK - 1);
          var tail = block.asSlice((long) whole * BlockSize.SECTOR);
          if (tail.mismatch(old.asSlice((long) whole * BlockSize.SECTOR)) >= 0) {
            tail.copyFrom(old.asSlice((long) whole * BlockSize.SECTOR));
            device.write(pbn, block);
            return;
          }
        }
      }
      throw new DamageException(
          "the %s at PBN %d holds nothing behind its first sector; choose another place"
              .formatted(area.title(), pbn));
    };
  }

  /** {@return an instance of a structure says that it belongs to another volume} */
  static Damage wrongNonce(Area area, Place place) {
    return (device, areas) ->
        field(
                area,
                place,
                area.nonceField()
                    .orElseThrow(() -> new DamageException("a " + area.title() + " has no nonce")),
                old -> old ^ 1)
            .inflict(device, areas);
  }

  /**
   * {@return a field of an instance of a structure holds another value; a checksum over it is
   * right}
   *
   * @param area a structure with fields
   * @param path the field, as {@link StructFields} names it; a checksum may be it
   * @param change from the old value to the new one
   * @throws IllegalArgumentException when it is inflicted, if there is no such field
   */
  static Damage field(Area area, Place place, String path, LongUnaryOperator change) {
    var struct =
        area.struct()
            .orElseThrow(() -> new IllegalArgumentException(area.title() + " has no fields"));
    return edit(
        areas -> areas.block(area, place),
        block -> {
          long old = StructFields.get(struct, block, path);
          StructFields.set(struct, block, path, change.applyAsLong(old));
          if (!path.equals("checksum")) {
            seal(area, block);
          }
        });
  }

  private static void seal(Area area, MemorySegment block) {
    if (area == Area.GEOMETRY) {
      StructFields.set(
          GeometryBlock.STRUCT_5, block, "checksum", GeometryBlock.computeChecksum(block));
    } else if (area == Area.SUPER_BLOCK) {
      SuperBlock.sealChecksum(block);
    }
  }

  /** {@return a field of the geometry block holds another value; the checksum is right} */
  static Damage geometryField(String path, long value) {
    return field(Area.GEOMETRY, Position.FIRST, path, _ -> value);
  }

  /** {@return a field of the super block holds another value; the checksum is right} */
  static Damage superBlockField(String path, long value) {
    return field(Area.SUPER_BLOCK, Position.FIRST, path, _ -> value);
  }

  /** {@return a field of a partition record holds another value} */
  static Damage partitionField(PartitionId id, String field, long value) {
    return (device, areas) -> {
      var records = areas.volume().superBlock().layout().partitions();
      for (int i = 0; i < records.size(); i++) {
        if (records.get(i).id() == id.id()) {
          superBlockField("layout.partitions[" + i + "]." + field, value).inflict(device, areas);
        }
      }
    };
  }

  /** {@return the leaf entry of an LBN holds another mapping} */
  static Damage mapping(long lbn, long packed) {
    return entry(lbn, 0, _ -> packed);
  }

  /**
   * {@return an entry on the way to an LBN is changed}
   *
   * @param lbn the LBN
   * @param height the height of the page that holds the entry: 0 for the leaf to 4 for the root
   * @param packed the new entry
   */
  static Damage entry(long lbn, int height, Spot packed) {
    return slot(lbn, height, areas -> areas.slot(lbn, height), packed);
  }

  /** {@return any entry of a page on the way to an LBN is changed} */
  static Damage slot(long lbn, int height, Spot slot, Spot packed) {
    return (device, areas) -> {
      int at = (int) slot.in(areas);
      long entry = packed.in(areas);
      edit(a -> a.page(lbn, height), block -> new BlockMapPage(block).setEntry(at, entry))
          .inflict(device, areas);
    };
  }

  /** {@return a field in the header of a page on the way to an LBN is changed} */
  static Damage pageField(long lbn, int height, String field, long value) {
    return edit(
        areas -> areas.page(lbn, height),
        block -> StructFields.set(BlockMapPage.STRUCT, block, field, value));
  }

  /** {@return the stored reference count of a block is another} */
  static Damage count(Spot pbn, int count) {
    return (device, areas) -> {
      var slabs = areas.slabs();
      long block = pbn.in(areas);
      int offset = slabs.offsetInSlab(block);
      edit(
              _ ->
                  slabs.referenceStart(slabs.slabOf(block))
                      + offset / ReferenceBlock.COUNTS_PER_BLOCK,
              bytes ->
                  new ReferenceBlock(bytes)
                      .setCount(offset % ReferenceBlock.COUNTS_PER_BLOCK, count))
          .inflict(device, areas);
    };
  }

  /** {@return the summary entry of a slab is changed in one copy} */
  static Damage summaryEntry(int copy, int slab, UnaryOperator<SlabSummaryEntry> change) {
    return edit(
        areas -> areas.summaryStart() + SlabSummary.blockOf(copy, slab),
        block -> {
          int at = slab % SlabSummary.ENTRIES_PER_BLOCK * SlabSummaryEntry.SIZE_BYTES;
          var place = block.asSlice(at, SlabSummaryEntry.SIZE_BYTES);
          change.apply(SlabSummaryEntry.decode(place)).encode(place);
        });
  }

  /** {@return the summary entry of a slab is changed in all copies} */
  static Damage summaryEntry(int slab, UnaryOperator<SlabSummaryEntry> change) {
    Damage all = (_, _) -> {};
    for (int copy = 0; copy < SlabSummary.COPIES; copy++) {
      all = all.and(summaryEntry(copy, slab, change));
    }
    return all;
  }
}
