package io.vdotools.engine.damage;

import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.PartitionId;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.format.depot.SlabSummaryEntry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
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
    STALE
  }

  /**
   * Does it.
   *
   * @param device the volume
   * @param areas where its structures lie, taken before any damage
   * @throws DeviceException if the device refuses
   */
  void inflict(WritableBlockDevice device, VolumeAreas areas) throws DeviceException;

  /** {@return this damage and then another} */
  default Damage and(Damage next) {
    return (device, areas) -> {
      inflict(device, areas);
      next.inflict(device, areas);
    };
  }

  /** {@return the damage of a kind to one instance of a structure} */
  static Damage of(Kind kind, Area area, Position position, long seed) {
    return switch (kind) {
      case ZEROED -> zeroed(area, position);
      case FLIPPED -> flipped(area, position, seed);
      case SWAPPED -> swapped(area, position);
      case DUPLICATED -> duplicated(area, position);
      case STALE -> stale(area, position);
    };
  }

  /** {@return changes to the bytes of the block at a PBN} */
  static Damage edit(ToLongFunction<VolumeAreas> pbn, Consumer<MemorySegment> change) {
    return (device, areas) -> {
      long at = pbn.applyAsLong(areas);
      var block = read(device, at);
      change.accept(block);
      device.write(at, block);
    };
  }

  /** {@return a block is overwritten with another one} */
  static Damage copy(ToLongFunction<VolumeAreas> from, ToLongFunction<VolumeAreas> to) {
    return (device, areas) ->
        device.write(to.applyAsLong(areas), read(device, from.applyAsLong(areas)));
  }

  private static MemorySegment read(BlockDevice device, long pbn) {
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    if (!device.read(pbn, block).isEmpty()) {
      throw new IllegalArgumentException("PBN " + pbn + " cannot be read");
    }
    return block;
  }

  /** {@return an instance of a structure becomes zeros} */
  static Damage zeroed(Area area, Position position) {
    return edit(areas -> areas.block(area, position), block -> block.fill((byte) 0));
  }

  /**
   * {@return one bit of an instance of a structure is turned over}
   *
   * @param seed decides which, among those that have a meaning
   */
  static Damage flipped(Area area, Position position, long seed) {
    return (device, areas) -> {
      long pbn = areas.block(area, position);
      var block = read(device, pbn);
      long bit = BitsInUse.pick(area, block, areas, pbn, new SplittableRandom(seed));
      byte old = block.get(ValueLayout.JAVA_BYTE, bit / Byte.SIZE);
      block.set(ValueLayout.JAVA_BYTE, bit / Byte.SIZE, (byte) (old ^ (1 << (bit % Byte.SIZE))));
      device.write(pbn, block);
    };
  }

  /** {@return an instance of a structure and its neighbour change places} */
  static Damage swapped(Area area, Position position) {
    return (device, areas) -> {
      long pbn = areas.block(area, position);
      long other = neighbour(area, pbn, areas);
      var block = read(device, pbn);
      device.write(pbn, read(device, other));
      device.write(other, block);
    };
  }

  /** {@return a neighbour lies in the place of an instance of a structure} */
  static Damage duplicated(Area area, Position position) {
    return (device, areas) -> {
      long pbn = areas.block(area, position);
      device.write(pbn, read(device, neighbour(area, pbn, areas)));
    };
  }

  /** The next instance; behind the last one, the one before it. */
  private static long neighbour(Area area, long pbn, VolumeAreas areas) {
    var instances = areas.blocks(area);
    int at = instances.indexOf(pbn);
    if (instances.size() < 2) {
      throw new IllegalArgumentException("there is only one " + area);
    }
    return instances.get(at + 1 < instances.size() ? at + 1 : at - 1);
  }

  /** {@return an instance of a structure holds what it held some time before} */
  static Damage stale(Area area, Position position) {
    return (device, areas) -> {
      long pbn = areas.block(area, position);
      var block = read(device, pbn);
      StaleBlocks.makeStale(area, block, pbn, areas);
      device.write(pbn, block);
    };
  }

  /** {@return a field of the geometry block holds another value; the checksum is right} */
  static Damage geometryField(String path, long value) {
    return edit(
        _ -> GeometryBlock.LOCATION,
        block -> {
          StructFields.set(GeometryBlock.STRUCT_5, block, path, value);
          long checksum = GeometryBlock.computeChecksum(block);
          StructFields.set(GeometryBlock.STRUCT_5, block, "checksum", checksum);
        });
  }

  /** {@return a field of the super block holds another value; the checksum is right} */
  static Damage superBlockField(String path, long value) {
    return edit(
        areas -> areas.volume().superBlockPbn(),
        block -> {
          StructFields.set(SuperBlock.STRUCT, block, path, value);
          SuperBlock.sealChecksum(block);
        });
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
  static Damage entry(long lbn, int height, ToLongFunction<VolumeAreas> packed) {
    return slot(lbn, height, areas -> areas.slot(lbn, height), packed);
  }

  /** {@return any entry of a page on the way to an LBN is changed} */
  static Damage slot(
      long lbn, int height, ToLongFunction<VolumeAreas> slot, ToLongFunction<VolumeAreas> packed) {
    return (device, areas) ->
        edit(
                a -> a.page(lbn, height),
                block ->
                    new BlockMapPage(block)
                        .setEntry((int) slot.applyAsLong(areas), packed.applyAsLong(areas)))
            .inflict(device, areas);
  }

  /** {@return a field in the header of a page on the way to an LBN is changed} */
  static Damage pageField(long lbn, int height, String field, long value) {
    return edit(
        areas -> areas.page(lbn, height),
        block -> StructFields.set(BlockMapPage.STRUCT, block, field, value));
  }

  /** {@return the stored reference count of a block is another} */
  static Damage count(ToLongFunction<VolumeAreas> pbn, int count) {
    return (device, areas) -> {
      var slabs = areas.slabs();
      long block = pbn.applyAsLong(areas);
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
