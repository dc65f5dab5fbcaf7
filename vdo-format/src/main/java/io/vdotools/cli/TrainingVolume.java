package io.vdotools.cli;

import io.vdotools.VdoException;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.engine.build.BuildOptions;
import io.vdotools.engine.build.MetadataBuilder;
import io.vdotools.engine.format.FormatOptions;
import io.vdotools.engine.format.LayoutException;
import io.vdotools.engine.format.VolumeLayout;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.model.DumpScope;
import io.vdotools.model.GeometryFields;
import io.vdotools.model.MappingRun;
import io.vdotools.model.PagePlace;
import io.vdotools.model.SuperBlockFields;
import io.vdotools.model.SuperBlockFields.JournalState;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A volume with so many mappings that the Java machine finds out which code is worth compiling, and
 * how it is run: it keeps that with what it loaded, and compiles that code at once in later runs.
 *
 * <p>Mappings of all kinds are there. What was never met while code was watched would be left out
 * of it, and it would have to be compiled once more when that turns up.
 */
final class TrainingVolume {
  // A million of them, less what fills no leaf page. Of each tree one page of each height above the
  // leaves is enough for them.
  private static final int LEAVES = 1231;
  private static final int FANOUT = BlockMapPage.ENTRIES;
  private static final long LBNS = (long) LEAVES * FANOUT;
  private static final int TREES = Forest.DEFAULT_ROOT_COUNT;
  private static final long PAGES = LEAVES + (Forest.ROOT_HEIGHT - 1L) * TREES;

  private static final long PHYSICAL_BLOCKS = 4L << 20;
  private static final int SLAB_BITS = 17;

  // Prime, so that no two LBNs get the same block.
  private static final long STRIDE = 1_000_003;

  // In the damaged volume every so many leaf pages one is lost.
  private static final int LEAVES_TO_ONE_LOST = 100;

  private static final int FRAGMENTS = MappingState.fragment(MappingState.COMPRESSED_MAX) + 1;

  private final VolumeLayout layout;
  private final MetadataBuilder builder;
  private final List<Long> leaves = new ArrayList<>();
  private long nextBlock;

  private TrainingVolume(VolumeLayout layout, MetadataBuilder builder) {
    this.layout = layout;
    this.builder = builder;
  }

  /**
   * Makes it.
   *
   * @param image a file that is not there yet; becomes sparse
   * @throws VdoException if it cannot be written
   */
  static void make(Path image) throws VdoException {
    leavesOf(image);
  }

  /**
   * Makes one of which some leaf pages are lost: their blocks hold zeros.
   *
   * @param image a file that is not there yet; becomes sparse
   * @throws VdoException if it cannot be written
   */
  static void makeDamaged(Path image) throws VdoException {
    var leaves = leavesOf(image);
    var zeros = MemorySegment.ofArray(new byte[BlockSize.BLOCK]);
    try (var device = FileDevice.open(image, Access.READ_WRITE)) {
      for (int leaf = 0; leaf < LEAVES; leaf += LEAVES_TO_ONE_LOST) {
        device.write(leaves.get(leaf), zeros);
      }
    }
  }

  /** Makes it; {@return the PBNs of its leaf pages}. */
  private static List<Long> leavesOf(Path image) throws VdoException {
    var layout = layout();
    try (var device = FileDevice.create(image, PHYSICAL_BLOCKS, Caching.PAGE_CACHE);
        var builder =
            new MetadataBuilder(
                BuildOptions.DEFAULT,
                _ -> device,
                _ -> {
                  throw new IllegalStateException("a page has no place");
                })) {
      var volume = new TrainingVolume(layout, builder);
      volume.tell();
      return volume.leaves;
    }
  }

  private static VolumeLayout layout() throws LayoutException {
    return VolumeLayout.of(
        FormatOptions.defaults(PHYSICAL_BLOCKS, new UUID(1, 2), 3)
            .withSlabBits(SLAB_BITS)
            .withLogicalBlocks(LBNS));
  }

  private void tell() throws VdoException {
    builder.begin(DumpScope.WHOLE);
    builder.geometry(GeometryFields.of(layout.geometryBlock()));
    builder.superBlock(
        SuperBlockFields.of(layout.superBlock()).cleanWith(new JournalState(1, LBNS, PAGES)));
    builder.beginBlockMap();
    // Scattered mappings take the first blocks, one for each LBN there could be.
    nextBlock = LBNS;
    for (int leaf = 0; leaf < LEAVES; leaf++) {
      int tree = leaf % TREES;
      for (int height = leaf < TREES ? Forest.ROOT_HEIGHT - 1 : 0; height >= 0; height--) {
        builder.page(new PagePlace(height, tree, height == 0 ? leaf / TREES : 0, pbn(nextBlock++)));
      }
      leaves.add(pbn(nextBlock - 1));
      mappings(leaf);
    }
    builder.endBlockMap();
    builder.beginSlabs(false);
    builder.endSlabs();
    builder.end();
  }

  /** Of eight leaf pages five hold scattered mappings, and the others one other kind each. */
  private void mappings(int leaf) throws VdoException {
    long first = (long) leaf * FANOUT;
    long end = first + FANOUT;
    switch (leaf % 8) {
      case 5 -> {
        for (long lbn = first; lbn < end; lbn += FANOUT / 2) {
          data(lbn, FANOUT / 2);
        }
      }
      case 6 -> {
        for (long lbn = first; lbn < end; lbn += FRAGMENTS) {
          builder.mapping(
              new MappingRun.Fragments(lbn, Math.min(FRAGMENTS, end - lbn), pbn(nextBlock++), 0));
        }
      }
      case 7 -> {
        for (long lbn = first; lbn < end; lbn += 4) {
          builder.mapping(new MappingRun.Zeros(lbn, 1));
          data(lbn + 1, 3);
        }
      }
      default -> {
        for (long lbn = first; lbn < end; lbn++) {
          builder.mapping(new MappingRun.Data(lbn, 1, pbn(lbn * STRIDE % LBNS)));
        }
      }
    }
  }

  private void data(long lbn, int count) throws VdoException {
    int dataBlocks = layout.slabs().dataBlocks();
    // A run lies in one slab.
    if (nextBlock % dataBlocks + count > dataBlocks) {
      nextBlock += count;
    }
    builder.mapping(new MappingRun.Data(lbn, count, pbn(nextBlock)));
    nextBlock += count;
  }

  /** {@return the PBN of a data block, counted from the first one on} */
  private long pbn(long block) {
    var slabs = layout.slabs();
    return slabs.slabStart((int) (block / slabs.dataBlocks())) + block % slabs.dataBlocks();
  }
}
