package io.vdotools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.cli.Command;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
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
import io.vdotools.tool.check.CheckCommand;
import io.vdotools.tool.dump.DumpCommand;
import io.vdotools.tool.pack.PackCommand;
import io.vdotools.tool.repair.RepairCommand;
import io.vdotools.tool.restore.RestoreCommand;
import io.vdotools.tool.stats.StatsCommand;
import io.vdotools.xml.XmlWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Dumps of any length are restored, and volumes of any size dumped, packed, counted and repaired,
 * in 64 MiB of heap.
 */
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

  @Test
  void allCountsOfSomeMillionMappings() throws VdoException, IOException, InterruptedException {
    repaired(new Scattered(1_000_000));
  }

  @Tag("long")
  @Test
  void allCountsOfTwentyMillionMappings() throws VdoException, IOException, InterruptedException {
    repaired(new Scattered(20_000_000));
  }

  /** Without a single count of what is used, each slab is made anew. */
  private void repaired(Scattered volume) throws VdoException, IOException, InterruptedException {
    Path image = folder.resolve("volume.img");
    restored(volume, image);
    try (var device = FileDevice.open(image, Access.READ_WRITE)) {
      var slabs = Volume.open(device).slabs().orElseThrow();
      var zeros = MemorySegment.ofArray(new byte[BlockSize.BLOCK]);
      for (int slab = 0; slab < slabs.slabCount(); slab++) {
        for (int i = 0; i < slabs.usedReferenceBlocks(); i++) {
          device.write(slabs.referenceStart(slab) + i, zeros);
        }
      }
    }

    runTo(1, new RepairCommand(), "--apply", "--undo", folder.resolve("volume.vdoundo"), image);
    run(new CheckCommand(), "--memory", "32M", image);
  }

  @Tag("long")
  @Test
  void twentyMillionMappings() throws VdoException, IOException, InterruptedException {
    restoredAndDumped(new Scattered(20_000_000));
  }

  private void restoredAndDumped(Scattered volume)
      throws VdoException, IOException, InterruptedException {
    Path image = folder.resolve("volume.img");
    Path again = folder.resolve("again.xml");

    Path xml = restored(volume, image);
    run(new DumpCommand(), image, "-o", again);

    assertThat(Files.mismatch(again, xml)).isEqualTo(-1);
    counted(image);
  }

  /** What is counted of a volume and of its pack is the same. */
  private void counted(Path image) throws IOException, InterruptedException {
    Path pack = folder.resolve("volume.vdopack");
    run(new PackCommand(), "--quiet", image, "-o", pack);
    var ofVolume = run(new StatsCommand(), image);
    var ofPack = run(new StatsCommand(), pack);

    // The first line names the file.
    assertThat(ofPack.lines().skip(1)).hasSizeGreaterThan(10);
    assertThat(ofPack.lines().skip(1)).containsExactlyElementsOf(ofVolume.lines().skip(1).toList());
  }

  /** {@return the dump from which an image was made} */
  private Path restored(Scattered volume, Path image)
      throws VdoException, IOException, InterruptedException {
    Path xml = folder.resolve("volume.xml");
    try (var out = new BufferedOutputStream(Files.newOutputStream(xml))) {
      volume.tell(new VisitorRules(new XmlWriter(out, xml.toString())));
    }
    run(new RestoreCommand(), "-i", xml, "-o", image);
    return xml;
  }

  private String run(Command command, Object... words) throws IOException, InterruptedException {
    return runTo(0, command, words);
  }

  private String runTo(int status, Command command, Object... words)
      throws IOException, InterruptedException {
    var run =
        ToolProcess.run(
            "exec \"$@\"",
            folder,
            List.of("-Xmx64m"),
            command,
            List.of(words).stream().map(Object::toString).toList());
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).as(run.out()).isEqualTo(status);
    return run.out();
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
      return fields.cleanWith(new JournalState(fields.journal().journalStart(), mappings, pages));
    }
  }
}
