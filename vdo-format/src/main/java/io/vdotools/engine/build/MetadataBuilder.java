package io.vdotools.engine.build;

import static java.util.Objects.requireNonNull;

import io.vdotools.VdoException;
import io.vdotools.device.BlockBuffers;
import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.device.WritableShiftedDevice;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VolumeState;
import io.vdotools.model.CountRun;
import io.vdotools.model.DumpScope;
import io.vdotools.model.GeometryFields;
import io.vdotools.model.MappingBatch;
import io.vdotools.model.MappingRun;
import io.vdotools.model.ModelException;
import io.vdotools.model.PagePlace;
import io.vdotools.model.SlabState;
import io.vdotools.model.SuperBlockFields;
import io.vdotools.model.UnreadableCounts;
import io.vdotools.model.UnreadableMapping;
import io.vdotools.model.UnreadablePage;
import io.vdotools.model.VolumeVisitor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the metadata of a volume as its content is told: block map pages as they come, counts slab
 * by slab, the super block and then the geometry block last.
 *
 * <p>What {@link io.vdotools.model.VisitorRules} checks is relied upon; what contradicts itself
 * beyond that, or has no place on the volume that is to be built, is a {@link ModelException},
 * after which the device is of no use. Data blocks are neither read nor written, and neither is the
 * deduplication index, which knows by itself whether it belongs to a volume.
 */
public final class MetadataBuilder implements VolumeVisitor, AutoCloseable {
  /** Doubts that are kept: each is a line to be shown. */
  private static final int MOST_DOUBTS = 20;

  private final BuildOptions options;
  private final BuildSite site;
  private final Scratch scratch;
  private final Arena arena = Arena.ofConfined();
  private final List<String> doubts = new ArrayList<>();
  private @Nullable GeometryFields geometry;
  private @Nullable SuperBlockFields given;
  private @Nullable WritableBlockDevice device;
  private @Nullable ContentBuilder content;
  private @Nullable BuiltVolume built;
  private long lostLbns;
  private long lostPages;

  /**
   * Prepares to build one volume.
   *
   * @param options how
   * @param site gives the device
   * @param scratch gives room for pages without a place
   */
  public MetadataBuilder(BuildOptions options, BuildSite site, Scratch scratch) {
    this.options = options;
    this.site = site;
    this.scratch = scratch;
  }

  /**
   * {@return what was built}
   *
   * @throws IllegalStateException if it is not complete
   */
  public BuiltVolume built() {
    if (built == null) {
      throw new IllegalStateException("the volume is not complete");
    }
    return built;
  }

  @Override
  public void begin(DumpScope scope) throws VdoException {
    if (!scope.isWhole()) {
      throw new ModelException(
          "only a part of a volume was dumped, and a volume is made of a whole dump only");
    }
  }

  @Override
  public void geometry(GeometryFields fields) {
    geometry = fields;
  }

  @Override
  public void superBlock(SuperBlockFields fields) throws VdoException {
    given = fields;
    var layout = TargetLayout.of(requireNonNull(geometry), fields, options.size());
    var opened = site.open(layout);
    if (opened.blockCount() < layout.deviceBlocks()) {
      throw new IllegalStateException("a device of " + opened.blockCount() + " blocks");
    }
    device = opened;
    content =
        new ContentBuilder(
            WritableShiftedDevice.of(opened, layout.blockOffset()),
            layout,
            options,
            layout.slabs().slabShift() == Long.numberOfTrailingZeros(fields.config().slabBlocks()),
            site.isBlank(),
            scratch,
            arena);
  }

  private ContentBuilder content() {
    return requireNonNull(content);
  }

  @Override
  public void doubt(String sentence) {
    if (doubts.size() < MOST_DOUBTS) {
      doubts.add(sentence);
    }
  }

  @Override
  public void beginBlockMap() {}

  @Override
  public void page(PagePlace page) throws VdoException {
    content().page(page);
  }

  @Override
  public void mapping(MappingRun run) throws VdoException {
    content().mapping(run);
  }

  @Override
  public void mappings(MappingBatch runs) throws VdoException {
    content().mappings(runs);
  }

  @Override
  public void unreadablePage(UnreadablePage page) throws VdoException {
    var place = page.place();
    refuseLoss(
        "page %d of height %d in tree %d".formatted(place.index(), place.height(), place.tree()));
    lostPages++;
  }

  @Override
  public void unreadableMapping(UnreadableMapping mapping) throws VdoException {
    refuseLoss("the mapping of LBN " + mapping.lbn());
    lostLbns++;
  }

  private void refuseLoss(String what) throws ModelException {
    if (!options.acceptsLosses()) {
      throw new ModelException(
          what
              + " was lost when this was dumped; with --force the volume is made without it, and"
              + " what was there reads as zeros");
    }
  }

  @Override
  public void endBlockMap() throws VdoException {
    content().endBlockMap();
  }

  @Override
  public void beginSlabs(boolean areCountsComplete) {
    content().beginSlabs(areCountsComplete);
  }

  @Override
  public void slab(SlabState slab) throws VdoException {
    content().slab(slab);
  }

  @Override
  public void counts(CountRun run) throws VdoException {
    content().counts(run);
  }

  /** The counts are those that the block map implies. */
  @Override
  public void unreadableCounts(UnreadableCounts counts) {}

  @Override
  public void endSlabs() throws VdoException {
    content().endSlabs();
  }

  @Override
  public void end() throws VdoException {
    var told = requireNonNull(given).journal();
    var done = content();
    boolean isLossy = lostLbns > 0 || lostPages > 0;
    if (requireNonNull(given).state() == VolumeState.CLEAN && !isLossy) {
      checkTotal("logical blocks used", told.logicalBlocksUsed(), done.logicalBlocksUsed());
      checkTotal("block map pages", told.blockMapDataBlocks(), done.blockMapPages());
    }
    writeFirstBlocks(done);
    requireNonNull(device).flush();
    built =
        new BuiltVolume(
            done.layout(),
            done.logicalBlocksUsed(),
            done.blockMapPages(),
            done.placedPages(),
            done.usedSlabs(),
            lostLbns,
            lostPages,
            doubts);
  }

  private static void checkTotal(String what, long told, long counted) throws ModelException {
    if (told != counted) {
      throw new ModelException(
          "the super block says that there are %s %s, and %d were told"
              .formatted(Long.toUnsignedString(told), what, counted));
    }
  }

  private void writeFirstBlocks(ContentBuilder done) throws DeviceException {
    var target = requireNonNull(device);
    var layout = done.layout();
    var block = BlockBuffers.allocate(arena, 1);
    // In other states than this one totals are out of date, as drivers leave them.
    boolean isExact = layout.superBlock().vdo().state() == VolumeState.CLEAN;
    var superBlock =
        isExact
            ? layout.superBlockWith(done.logicalBlocksUsed(), done.blockMapPages())
            : layout.superBlock();
    superBlock.encode(block);
    SuperBlock.sealChecksum(block);
    target.write(layout.superBlockPbn() - layout.blockOffset(), block);
    block.fill((byte) 0);
    layout.geometry().encode(block);
    GeometryBlock.sealChecksum(block);
    target.write(GeometryBlock.LOCATION, block);
  }

  /** Gives memory back; the device belongs to whoever gave it. */
  @Override
  public void close() {
    if (content != null) {
      content.close();
    }
    arena.close();
  }
}
