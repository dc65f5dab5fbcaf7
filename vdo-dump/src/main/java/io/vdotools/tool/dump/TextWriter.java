package io.vdotools.tool.dump;

import io.vdotools.format.JournalPoint;
import io.vdotools.format.PartitionId;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.model.CountRun;
import io.vdotools.model.DumpScope;
import io.vdotools.model.EmitterException;
import io.vdotools.model.GeometryFields;
import io.vdotools.model.JournalBlockFields;
import io.vdotools.model.JournalEntryFields;
import io.vdotools.model.MappingRun;
import io.vdotools.model.PagePlace;
import io.vdotools.model.SlabJournalBlockFields;
import io.vdotools.model.SlabJournalEntryFields;
import io.vdotools.model.SlabState;
import io.vdotools.model.SummaryFields;
import io.vdotools.model.SuperBlockFields;
import io.vdotools.model.UnreadableCounts;
import io.vdotools.model.UnreadableMapping;
import io.vdotools.model.UnreadablePage;
import io.vdotools.model.VolumeVisitor;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes what it is told for people: a line for each thing, headings for sections. */
final class TextWriter implements VolumeVisitor {
  private static final int TREES = Forest.DEFAULT_ROOT_COUNT;

  private final String name;
  private final Writer out;

  TextWriter(OutputStream out, String name) {
    this.name = name;
    this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
  }

  private void line(String line) throws EmitterException {
    try {
      out.write(line);
      out.write('\n');
    } catch (IOException e) {
      throw new EmitterException("cannot write to " + name + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void begin(DumpScope scope) throws EmitterException {
    if (scope.isBestReading()) {
      line("best reading of a volume that may be damaged");
    }
  }

  @Override
  public void geometry(GeometryFields geometry) throws EmitterException {
    line("geometry");
    line("  version      " + geometry.format().version());
    line("  uuid         " + geometry.uuid());
    line("  nonce        " + Long.toHexString(geometry.nonce()));
    line("  bio offset   " + Long.toUnsignedString(geometry.bioOffset()));
    line(
        "  index        PBN %s, memory code %d, %s"
            .formatted(
                range(geometry.indexStart(), geometry.dataStart() - geometry.indexStart()),
                geometry.index().memoryCode(),
                geometry.index().isSparse() ? "sparse" : "dense"));
    line("  super block  PBN " + Long.toUnsignedString(geometry.dataStart()));
  }

  @Override
  public void superBlock(SuperBlockFields block) throws EmitterException {
    var config = block.config();
    line("super block");
    line(
        "  state        %s, volume version %s"
            .formatted(
                block.state().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                block.volumeVersion()));
    line(
        "  recoveries   %s complete, %s forced rebuilds"
            .formatted(
                Long.toUnsignedString(block.completeRecoveries()),
                Long.toUnsignedString(block.readOnlyRecoveries())));
    line(
        "  size         %s logical blocks, %s physical blocks"
            .formatted(
                Long.toUnsignedString(config.logicalBlocks()),
                Long.toUnsignedString(config.physicalBlocks())));
    line(
        "  in use       %s logical blocks, %s block map pages"
            .formatted(
                Long.toUnsignedString(block.journal().logicalBlocksUsed()),
                Long.toUnsignedString(block.journal().blockMapDataBlocks())));
    line("  journal      goes on with " + Long.toUnsignedString(block.journal().journalStart()));
    var slab = block.depot().slabConfig();
    line(
        "  slabs        PBN %s; each has %d blocks: %d data, %d reference counts, %d journal"
            .formatted(
                range(
                    block.depot().firstBlock(),
                    block.depot().lastBlock() - block.depot().firstBlock()),
                slab.slabBlocks(),
                slab.dataBlocks(),
                slab.referenceCountBlocks(),
                slab.slabJournalBlocks()));
    line("  zones        " + block.depot().zoneCount());
    for (var partition : block.layout().partitions()) {
      line(
          "  partition    %s: PBN %s"
              .formatted(title(partition.id()), range(partition.offset(), partition.count())));
    }
  }

  private static String title(int partition) {
    for (var known : PartitionId.values()) {
      if (known.id() == partition) {
        return known.title();
      }
    }
    return "number " + partition;
  }

  private static String range(long first, long count) {
    return count <= 1
        ? Long.toUnsignedString(first)
        : Long.toUnsignedString(first) + ".." + Long.toUnsignedString(first + count - 1);
  }

  @Override
  public void doubt(String sentence) throws EmitterException {
    line("doubt: " + sentence);
  }

  @Override
  public void beginBlockMap() throws EmitterException {
    line("block map");
  }

  @Override
  public void page(PagePlace page) throws EmitterException {
    line("  page " + place(page) + ": PBN " + page.pbn());
  }

  private static String place(PagePlace page) {
    return "from LBN %d on, tree %d height %d page %d"
        .formatted(page.firstLbn(TREES), page.tree(), page.height(), page.index());
  }

  @Override
  public void mapping(MappingRun run) throws EmitterException {
    String lbns = "  LBN " + range(run.firstLbn(), run.count()) + ": ";
    line(
        lbns
            + switch (run) {
              case MappingRun.Data data -> "PBN " + range(data.firstPbn(), data.count());
              case MappingRun.Zeros _ -> "zeros";
              case MappingRun.Fragments fragments ->
                  "PBN "
                      + fragments.pbn()
                      + " fragment "
                      + range(fragments.firstFragment(), fragments.count());
            });
  }

  @Override
  public void unreadablePage(UnreadablePage page) throws EmitterException {
    line(
        "  unreadable page %s: PBN %d: %s"
            .formatted(place(page.place()), page.place().pbn(), page.cause().title()));
  }

  @Override
  public void unreadableMapping(UnreadableMapping mapping) throws EmitterException {
    line(
        "  LBN %d: impossible: %s: %s"
            .formatted(mapping.lbn(), mapping.entry(), mapping.cause().title()));
  }

  @Override
  public void endBlockMap() {}

  @Override
  public void beginSlabs(boolean areCountsComplete) throws EmitterException {
    line(
        areCountsComplete
            ? "slabs in use, with their reference counts"
            : "slabs in use, with reference counts that differ from what the block map implies");
  }

  @Override
  public void slab(SlabState slab) throws EmitterException {
    line("  slab " + slab.number() + (slab.isUsed() ? "" : ": never used"));
  }

  @Override
  public void counts(CountRun run) throws EmitterException {
    line("  PBN " + range(run.firstPbn(), run.blocks()) + ": count " + run.value());
  }

  @Override
  public void unreadableCounts(UnreadableCounts counts) throws EmitterException {
    line(
        "  PBN %s: count lost: %s"
            .formatted(range(counts.firstPbn(), counts.count()), counts.cause().title()));
  }

  @Override
  public void endSlabs() {}

  @Override
  public void beginRecoveryJournal() throws EmitterException {
    line("recovery journal, as it is stored");
  }

  @Override
  public void journalBlock(JournalBlockFields block) throws EmitterException {
    line(
        "  block %d: %d entries, block map head %s, slab journal head %s"
            .formatted(
                block.sequenceNumber(),
                block.entryCount(),
                Long.toUnsignedString(block.blockMapHead()),
                Long.toUnsignedString(block.slabJournalHead())));
  }

  @Override
  public void journalEntry(JournalEntryFields fields) throws EmitterException {
    var entry = fields.entry();
    line(
        "    %d: %s page PBN %d slot %d: %s, before: %s"
            .formatted(
                fields.index(),
                entry.operation().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                entry.pagePbn(),
                entry.slot(),
                entry.mapping(),
                entry.unmapping()));
  }

  @Override
  public void beginSlabJournals() throws EmitterException {
    line("slab journals, as they are stored");
  }

  @Override
  public void slabJournalBlock(SlabJournalBlockFields block) throws EmitterException {
    line(
        "  slab %d block %s: %d entries, head %s, recovery point %s"
            .formatted(
                block.slab(),
                Long.toUnsignedString(block.sequenceNumber()),
                block.entryCount(),
                Long.toUnsignedString(block.head()),
                JournalPoint.toString(block.recoveryPoint())));
  }

  @Override
  public void slabJournalEntry(SlabJournalEntryFields entry) throws EmitterException {
    line(
        "    %d: %s PBN %d"
            .formatted(
                entry.index(),
                entry.operation().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                entry.pbn()));
  }

  @Override
  public void beginSummary() throws EmitterException {
    line("slab summary, as it is stored");
  }

  @Override
  public void summaryEntry(SummaryFields fields) throws EmitterException {
    line("  slab " + fields.slab() + ": " + fields.entry());
  }

  @Override
  public void end() throws EmitterException {
    try {
      out.flush();
    } catch (IOException e) {
      throw new EmitterException("cannot write to " + name + ": " + e.getMessage(), e);
    }
  }
}
