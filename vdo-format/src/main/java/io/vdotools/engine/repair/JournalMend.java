package io.vdotools.engine.repair;

import io.vdotools.device.BlockDevice;
import io.vdotools.engine.BlockMapPatches;
import io.vdotools.engine.ForestObserver;
import io.vdotools.engine.ForestWalk;
import io.vdotools.engine.JournalArea;
import io.vdotools.engine.JournalEntryRules;
import io.vdotools.engine.RebuildJournal;
import io.vdotools.engine.ReplayedDevice;
import io.vdotools.format.Limits;
import io.vdotools.format.RecoveryJournalComponent;
import io.vdotools.format.VdoComponent;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.TreePlace;
import io.vdotools.format.journal.JournalEntry;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Brings into the block map what can be used of the recovery journal, as a forced rebuild does it
 * (format-spec, section 14), and ends the journal: what it holds is never replayed again.
 *
 * <p>More careful than a driver in two points. A page is only made where the block map, with the
 * journal, has one: a damaged entry cannot turn a data block into a page. And mappings of logical
 * blocks go to leaves only, children to pages above them only.
 */
public final class JournalMend {
  private final MendContext context;
  private final ProblemCode reason;
  private final JournalEntryRules rules;
  private long invalid;
  private long misdirected;
  private long taken;
  private final List<BlockMapPatches> applied = new ArrayList<>();

  /**
   * Prepares.
   *
   * @param context the volume
   * @param reason the first problem because of which the journal is applied
   */
  public JournalMend(MendContext context, ProblemCode reason) {
    this.context = context;
    this.reason = reason;
    this.rules =
        new JournalEntryRules(
            context.volume().superBlock().vdo().config().physicalBlocks(), context.slabs());
  }

  /**
   * Applies the journal.
   *
   * @param hasNewerGeneration whether blocks of one more recovery than the super block knows of
   *     count, too
   */
  public void apply(boolean hasNewerGeneration) {
    var area = context.volume().journalArea().orElseThrow();
    var survey = JournalSurvey.of(context.blocks().device(), area);
    apply(area, survey);
    long top = survey.top();
    int generations = 1;
    if (hasNewerGeneration) {
      var newer = nextGeneration(area);
      var newerSurvey = JournalSurvey.of(context.blocks().device(), newer);
      apply(newer, newerSurvey);
      top = Math.max(top, newerSurvey.top());
      generations = 2;
    }
    finish(area, top, generations);
    context
        .log()
        .add(
            reason,
            Structure.RECOVERY_JOURNAL,
            -1,
            taken
                + " journal entries applied to the block map"
                + (invalid > 0 ? ", " + invalid + " invalid ones passed over" : "")
                + (misdirected > 0 ? ", " + misdirected + " that name no page passed over" : "")
                + "; the volume becomes clean",
            "every entry was checked as a rebuild checks it",
            Confidence.CERTAIN);
  }

  private static JournalArea nextGeneration(JournalArea area) {
    return new JournalArea(
        area.firstPbn(),
        area.blocks(),
        area.nonce(),
        (area.recoveryCountByte() + 1) & 0xff,
        area.journalStart());
  }

  private interface Taker {
    void take(JournalEntry entry);
  }

  private void forEach(RebuildJournal journal, boolean counts, Taker taker) {
    journal.forEachEntry(
        context.blocks().device(),
        (_, _, entry) -> {
          if (rules.fault(entry).isEmpty()) {
            taker.take(entry);
          } else if (counts) {
            invalid++;
          }
        });
  }

  private void apply(JournalArea area, JournalSurvey survey) {
    if (!survey.isFound()) {
      return;
    }
    var journal = new RebuildJournal(area, survey.scan());
    // First the pages above the leaves: they tell which blocks are pages at all.
    var tree = new BlockMapPatches(1024);
    forEach(
        journal,
        true,
        entry -> {
          if (entry.isBlockMapEntry()) {
            tree.store(entry);
          }
        });
    tree.seal();
    var heights = heights(new ReplayedDevice(context.blocks().device(), tree, context.nonce()));
    var all = new BlockMapPatches(1024);
    forEach(
        journal,
        false,
        entry -> {
          if (isForPageOfItsKind(entry, heights)) {
            taken++;
            all.store(entry);
          } else {
            misdirected++;
          }
        });
    all.seal();
    write(all);
    applied.add(all);
  }

  /** {@return what was stored in pages, one generation after the other} */
  public List<BlockMapPatches> applied() {
    return List.copyOf(applied);
  }

  private boolean isForPageOfItsKind(JournalEntry entry, Map<Long, Integer> heights) {
    var height = heights.get(entry.pagePbn());
    if (height == null) {
      // A page that the tree does not reach is harmless, and may be brought back.
      return context.holdsPage(entry.pagePbn());
    }
    return entry.isBlockMapEntry() == height > 0;
  }

  /** The heights of all pages that the journal may change. */
  private Map<Long, Integer> heights(BlockDevice replayed) {
    var heights = new ConcurrentHashMap<Long, Integer>();
    for (int tree = 0; tree < context.forest().rootCount(); tree++) {
      heights.put(context.rootOrigin() + tree, Forest.ROOT_HEIGHT);
    }
    var observer =
        new ForestObserver() {
          @Override
          public void unusable(long pbn, TreePlace place, PageFault fault, BlockMapPage page) {
            heights.put(pbn, place.height());
          }

          @Override
          public void interior(long pbn, TreePlace place, BlockMapPage page) {
            heights.put(pbn, place.height());
          }

          @Override
          public void refused(long pbn, TreePlace place, long packed, ChildFault fault) {}

          @Override
          public void duplicate(long pbn, TreePlace kept, TreePlace other) {}
        };
    new ForestWalk(
            replayed,
            context.forest(),
            context.slabs(),
            context.rootOrigin(),
            context.nonce(),
            context.resources().windowPages(),
            context.resources().parallel(),
            _ -> {})
        .run(
            observer,
            context.resources().parallel().states(() -> Boolean.TRUE),
            new ForestObserver.LeafTask<Boolean>() {
              @Override
              public void allocated(Boolean state, long pbn) {
                heights.put(pbn, 0);
              }

              @Override
              public void leaf(
                  Boolean state, long pbn, long pageNumber, MemorySegment buffer, long offset) {}
            });
    return heights;
  }

  private void write(BlockMapPatches patches) {
    var device = new ReplayedDevice(context.blocks().device(), patches, context.nonce());
    for (long pbn : patches.pages()) {
      var before = context.blocks().block(pbn);
      if (new BlockMapPage(before).validity(context.nonce(), pbn) == BlockMapPage.Validity.BAD) {
        mendHeader(pbn, before);
      } else if (PageEvidence.isNonceOffByOneBit(before, context.nonce(), pbn)) {
        mendHeader(pbn, before);
      }
      var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
      if (!device.read(pbn, block).isEmpty()) {
        // Its old mappings are lost; those of the journal are not.
        context.blocks().edit(pbn, bytes -> new BlockMapPage(bytes).format(context.nonce(), pbn));
        if (!device.read(pbn, block).isEmpty()) {
          throw new IllegalStateException("an overlay cannot be read at PBN " + pbn);
        }
      }
      context.blocks().write(pbn, block);
    }
  }

  /** A page of this volume under another's number: whether its entries belong here is decided. */
  private void mendHeader(long pbn, MemorySegment before) {
    boolean keeps = !PageEvidence.isMisdirected(context, before);
    context
        .blocks()
        .edit(
            pbn,
            bytes -> {
              if (keeps) {
                new BlockMapPage(bytes).setHeader(context.nonce(), pbn);
              } else {
                new BlockMapPage(bytes).format(context.nonce(), pbn);
              }
            });
    context
        .log()
        .add(
            ProblemCode.PAGE_MISPLACED,
            Structure.BLOCK_MAP_LEAF,
            pbn,
            keeps ? "header of a page made right" : "made an empty page",
            keeps
                ? "no other page can have the number that it had"
                : "it holds another page, which is also at its own place",
            Confidence.LIKELY);
  }

  private void finish(JournalArea area, long top, int generations) {
    var old = context.volume().superBlock();
    var vdo = old.vdo();
    boolean isUpgrade = vdo.state() == VolumeState.REBUILD_FOR_UPGRADE;
    boolean wasReadOnly =
        vdo.state() == VolumeState.READ_ONLY_MODE || vdo.state() == VolumeState.FORCE_REBUILD;
    var next =
        new VdoComponent(
            vdo.version(),
            VolumeState.CLEAN.code(),
            vdo.completeRecoveries() + (isUpgrade ? generations - 1 : generations),
            vdo.readOnlyRecoveries() + (wasReadOnly ? 1 : 0),
            vdo.config(),
            vdo.nonce());
    long start = Math.max(area.journalStart(), top + 1);
    var nextArea =
        new JournalArea(
            area.firstPbn(), area.blocks(), area.nonce(), next.recoveryCountByte(), start);
    start = endBehind(nextArea);
    HeadBlocks.writeSuperBlock(
        context.blocks(),
        context.volume().superBlockPbn(),
        HeadBlocks.with(
            HeadBlocks.zoned(old),
            next,
            new RecoveryJournalComponent(
                old.recoveryJournal().header(),
                start,
                old.recoveryJournal().logicalBlocksUsed(),
                old.recoveryJournal().blockMapDataBlocks())));
  }

  /** {@return a start behind every block that would count; those with impossible numbers go} */
  private long endBehind(JournalArea area) {
    var survey = JournalSurvey.of(context.blocks().device(), area);
    for (long position : survey.strays()) {
      context
          .blocks()
          .write(
              area.firstPbn() + position, MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]));
    }
    for (long position : survey.unreadable()) {
      context
          .blocks()
          .write(
              area.firstPbn() + position, MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]));
    }
    return Math.min(Math.max(area.journalStart(), survey.top() + 1), Limits.SEQUENCE_NUMBERS - 2);
  }
}
