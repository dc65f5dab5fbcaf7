package io.vdotools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.model.DumpScope;
import io.vdotools.model.MappingRun;
import io.vdotools.model.PagePlace;
import io.vdotools.model.SlabState;
import io.vdotools.model.SuperBlockFields;
import io.vdotools.model.SuperBlockFields.JournalState;
import io.vdotools.model.VisitorRules;
import io.vdotools.model.VolumeVisitor;
import io.vdotools.testing.RandomContent;
import io.vdotools.xml.XmlWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A volume whose LBNs, from 0 on, are mapped to blocks all over it, no two to neighbours. */
final class ScatteredVolume {
  private static final int SLAB_BITS = 19;
  private static final int TREES = Forest.DEFAULT_ROOT_COUNT;
  private static final int FANOUT = BlockMapPage.ENTRIES;
  // Prime, and larger than any number of mappings.
  private static final long STRIDE = 1_000_000_007;

  private final int mappings;
  private final int leaves;
  private final long pages;
  private final RandomContent empty;

  ScatteredVolume(int mappings) {
    this.mappings = mappings;
    this.leaves = Math.ceilDiv(mappings, FANOUT);
    // Of each tree one page of each height above the leaves is enough for all of these.
    assertThat(leaves).isBetween(TREES, TREES * FANOUT);
    this.pages = leaves + (Forest.ROOT_HEIGHT - 1L) * TREES;
    int slabs = (int) Math.ceilDiv(mappings + pages, (1L << SLAB_BITS) * 99 / 100);
    this.empty = RandomContent.empty(slabs, SLAB_BITS, mappings);
  }

  /** Writes its dump. */
  void dump(Path xml) throws VdoException, IOException {
    try (var out = new BufferedOutputStream(Files.newOutputStream(xml))) {
      tell(new VisitorRules(new XmlWriter(out, xml.toString())));
    }
  }

  private void tell(VolumeVisitor visitor) throws VdoException {
    visitor.begin(DumpScope.WHOLE);
    visitor.geometry(empty.geometry());
    visitor.superBlock(superBlock());
    visitor.beginBlockMap();
    long page = mappings;
    for (int leaf = 0; leaf < leaves; leaf++) {
      int tree = leaf % TREES;
      for (int height = leaf < TREES ? Forest.ROOT_HEIGHT - 1 : 0; height >= 0; height--) {
        visitor.page(new PagePlace(height, tree, height == 0 ? leaf / TREES : 0, pbn(page++)));
      }
      for (long lbn = (long) leaf * FANOUT; lbn < endOf(leaf); lbn++) {
        visitor.mapping(new MappingRun.Data(lbn, 1, pbn(lbn * STRIDE % mappings)));
      }
    }
    visitor.endBlockMap();
    visitor.beginSlabs(false);
    for (int slab = 0; slab <= empty.slabs().slabOf(pbn(page - 1)); slab++) {
      visitor.slab(new SlabState(slab, true));
    }
    visitor.endSlabs();
    visitor.end();
  }

  private long endOf(int leaf) {
    return Math.min(mappings, (leaf + 1L) * FANOUT);
  }

  /** {@return the PBN of one of the data blocks, counted from the first one on} */
  private long pbn(long block) {
    var slabs = empty.slabs();
    return slabs.slabStart((int) (block / slabs.dataBlocks())) + block % slabs.dataBlocks();
  }

  private SuperBlockFields superBlock() {
    var fields = empty.superBlock();
    return fields.cleanWith(new JournalState(fields.journal().journalStart(), mappings, pages));
  }
}
