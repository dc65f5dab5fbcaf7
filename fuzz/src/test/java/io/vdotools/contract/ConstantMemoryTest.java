package io.vdotools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.cli.Command;
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
import io.vdotools.tool.dump.DumpCommand;
import io.vdotools.tool.restore.RestoreCommand;
import io.vdotools.xml.XmlWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Dumps of any length are restored, and volumes of any size dumped, in 64 MiB of heap. */
@Timeout(value = 3600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConstantMemoryTest {
  private static final int SLAB_BITS = 19;
  private static final int TREES = Forest.DEFAULT_ROOT_COUNT;
  private static final int FANOUT = BlockMapPage.ENTRIES;

  @TempDir private Path folder;

  /** Kept in memory, with 32 bytes for each of them, they would need more than the heap. */
  @Test
  void someMillionMappings() throws VdoException, IOException, InterruptedException {
    restoredAndDumped(new Scattered(3_000_000));
  }

  @Tag("long")
  @Test
  void twentyMillionMappings() throws VdoException, IOException, InterruptedException {
    restoredAndDumped(new Scattered(20_000_000));
  }

  private void restoredAndDumped(Scattered volume)
      throws VdoException, IOException, InterruptedException {
    Path xml = folder.resolve("volume.xml");
    Path image = folder.resolve("volume.img");
    Path again = folder.resolve("again.xml");
    try (var out = new BufferedOutputStream(Files.newOutputStream(xml))) {
      volume.tell(new VisitorRules(new XmlWriter(out, xml.toString())));
    }

    run(new RestoreCommand(), "-i", xml, "-o", image);
    run(new DumpCommand(), image, "-o", again);

    assertThat(Files.mismatch(again, xml)).isEqualTo(-1);
  }

  private void run(Command command, Object... words) throws IOException, InterruptedException {
    var run =
        ToolProcess.run(
            "exec \"$@\"",
            folder,
            List.of("-Xmx64m"),
            command,
            List.of(words).stream().map(Object::toString).toList());
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).as(run.out()).isZero();
  }

  /** A volume whose LBNs, from 0 on, are mapped to blocks all over it, no two to neighbours. */
  private static final class Scattered {
    // Prime, and larger than any number of mappings.
    private static final long STRIDE = 1_000_000_007;

    private final int mappings;
    private final int leaves;
    private final long pages;
    private final RandomContent empty;

    Scattered(int mappings) {
      this.mappings = mappings;
      this.leaves = Math.ceilDiv(mappings, FANOUT);
      // Of each tree one page of each height above the leaves is enough for all of these.
      assertThat(leaves).isBetween(TREES, TREES * FANOUT);
      this.pages = leaves + (Forest.ROOT_HEIGHT - 1L) * TREES;
      int slabs = (int) Math.ceilDiv(mappings + pages, (1L << SLAB_BITS) * 99 / 100);
      this.empty = RandomContent.empty(slabs, SLAB_BITS, mappings);
    }

    void tell(VolumeVisitor visitor) throws VdoException {
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
      return new SuperBlockFields(
          fields.releaseVersion(),
          fields.volumeVersion(),
          fields.componentVersion(),
          fields.stateCode(),
          fields.completeRecoveries(),
          fields.readOnlyRecoveries(),
          fields.config(),
          fields.nonce(),
          fields.layout(),
          new JournalState(fields.journal().journalStart(), mappings, pages),
          fields.depot(),
          fields.blockMap(),
          fields.unused());
    }
  }
}
