package io.vdotools.pack;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockError;
import io.vdotools.device.BlockErrors;
import io.vdotools.device.DeviceException;
import io.vdotools.pack.PackException.Kind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pack in place of the volume that it was made of: blocks that it holds read as they were, those
 * that could not be read then cannot be read now, and all others are an error that says so.
 *
 * <p>A few frames are kept as they were read last. Blocks of a damaged frame cannot be read, and
 * the error names the frame.
 *
 * <p>Blocks that are read in an order of their own would have each frame taken apart once for each
 * of its blocks. So they can be announced, and are then kept as well, each by itself.
 */
public final class PackDevice implements BlockDevice {
  /** What is said of a block that nobody packed. */
  public static final String ABSENT = "not in this pack";

  /** The least that frames which are kept may take, in bytes: those that a few threads look at. */
  static final long LEAST_CACHE_BYTES = 12L << 20;

  private static final long CACHED_RUNS = 1L << 18;

  // Announced blocks take at most as much again as frames: those of two announcements. A quarter is
  // for blocks between them.
  private static final long CACHE_PER_ANNOUNCED = 2;
  // Who reads blocks between which there are no more reads these as well.
  private static final int LARGEST_GAP = 3;

  private final PackFile file;
  private final @Nullable PackDevice base;
  private final FrameCache<byte[]> contents;
  private final FrameCache<PackFile.Frame> lists = new FrameCache<>(CACHED_RUNS);
  private final int roomForAnnounced;
  private volatile AnnouncedBlocks announced = AnnouncedBlocks.NONE;
  private volatile AnnouncedBlocks announcedBefore = AnnouncedBlocks.NONE;
  private final Object journalLock = new Object();
  private boolean isJournalKnown;
  private @Nullable JournalContext journal;
  private volatile boolean isClosed;

  /**
   * Puts a pack in place of a volume, and keeps few of its frames.
   *
   * @param file the pack, which closing the device closes
   * @param base the pack that it is the difference to, which closing the device closes; null if it
   *     is whole
   * @throws PackException if the base is missing, or not the one
   */
  public PackDevice(PackFile file, @Nullable PackDevice base) throws PackException {
    this(file, base, LEAST_CACHE_BYTES);
  }

  /**
   * Puts a pack in place of a volume.
   *
   * @param file the pack, which closing the device closes
   * @param base the pack that it is the difference to, which closing the device closes; null if it
   *     is whole
   * @param cacheBytes how much of the content of frames is kept
   * @throws PackException if the base is missing, or not the one
   */
  PackDevice(PackFile file, @Nullable PackDevice base, long cacheBytes) throws PackException {
    checkBase(file, base);
    this.contents = new FrameCache<>(cacheBytes);
    this.file = file;
    this.base = base;
    this.roomForAnnounced =
        contentBytes(file.directory()) <= cacheBytes
            ? 0
            : (int) (cacheBytes / CACHE_PER_ANNOUNCED / BLOCK_SIZE);
  }

  /** {@return how much all frames take that are taken apart} */
  private static long contentBytes(PackDirectory directory) {
    long blocks = 0;
    for (int frame = 0; frame < directory.size(); frame++) {
      blocks += directory.kind(frame).form().hasContent() ? directory.blocks(frame) : 0;
    }
    return blocks * BLOCK_SIZE;
  }

  /**
   * Insists on the right base, or none.
   *
   * @param file a pack
   * @param base what is to be its base, null for nothing
   * @throws PackException if it is missing, or not the one
   */
  public static void checkBase(PackFile file, @Nullable PackDevice base) throws PackException {
    checkBase(file.name(), file.header(), base);
  }

  /**
   * Insists on the right base, or none.
   *
   * @param name what to call the pack
   * @param header of the pack
   * @param base what is to be its base, null for nothing
   * @throws PackException if it is missing, or not the one
   */
  public static void checkBase(String name, PackHeader header, @Nullable PackDevice base)
      throws PackException {
    if (header.isDelta() && base == null) {
      throw new PackException(
          Kind.NEEDS_BASE,
          name
              + ": holds only what differs from another pack (digest "
              + header.baseName()
              + "); join them first: vdo_unpack --base OLD");
    }
    if (base != null && !Arrays.equals(header.base().toArray(), base.file.digest())) {
      throw new PackException(
          Kind.WRONG_BASE,
          header.isDelta()
              ? "%s: is the difference to a pack with digest %s, and %s has %s"
                  .formatted(name, header.baseName(), base.name(), base.file.digestName())
              : name + ": is whole; it has no base");
    }
  }

  /** {@return the pack} */
  public PackFile file() {
    return file;
  }

  /** {@return whether data blocks were packed, too} */
  public boolean holdsData() {
    return file.header().holdsData();
  }

  /**
   * Insists on data blocks where a pack stands in place of a volume.
   *
   * @param device a volume, or a pack
   * @param advice what else can be done, for the user
   * @throws PackException if it is a pack of metadata only
   */
  public static void checkHoldsData(BlockDevice device, String advice) throws PackException {
    if (device instanceof PackDevice pack && !pack.holdsData()) {
      throw new PackException(
          Kind.NO_DATA,
          pack.name()
              + ": is a pack of metadata, without the data blocks; "
              + advice
              + ", or pack the volume again with vdo_pack --with-data");
    }
  }

  @Override
  public String name() {
    return file.name();
  }

  @Override
  public long sizeBytes() {
    return file.header().sourceBytes();
  }

  @Override
  public BlockErrors read(long firstBlock, MemorySegment into) {
    if (firstBlock < 0 || into.isReadOnly() || into.byteSize() % BLOCK_SIZE != 0) {
      throw new IllegalArgumentException(
          "cannot read " + into.byteSize() + " bytes at block " + firstBlock);
    }
    if (isClosed) {
      throw new IllegalStateException(name() + " is closed");
    }
    long count = into.byteSize() / BLOCK_SIZE;
    List<BlockError> errors = null;
    for (long i = 0; i < count && firstBlock + i >= 0; i++) {
      long block = firstBlock + i;
      var target = into.asSlice(i * BLOCK_SIZE, BLOCK_SIZE);
      var error = read(block, target, 0);
      if (error != null) {
        target.fill((byte) 0);
        errors = errors == null ? new ArrayList<>() : errors;
        errors.add(error);
      }
    }
    return errors == null ? BlockErrors.NONE : BlockErrors.of(errors);
  }

  @Override
  public int mostAnnounced() {
    return roomForAnnounced - roomForAnnounced / 4;
  }

  @Override
  public synchronized void announce(long[] blocks, int count) {
    long gaps = 0;
    for (int i = 1; i < count; i++) {
      gaps += gap(blocks, i);
    }
    boolean withGaps = count + gaps <= roomForAnnounced;
    var next = new AnnouncedBlocks((int) (withGaps ? count + gaps : count));
    for (int i = 0; i < count; i++) {
      for (int before = withGaps ? gap(blocks, i) : 0; before > 0; before--) {
        takeOut(blocks[i] - before, next);
      }
      if (i == 0 || blocks[i] != blocks[i - 1]) {
        takeOut(blocks[i], next);
      }
    }
    announcedBefore = announced;
    announced = next;
  }

  /** {@return how many blocks before an announced one are read with it and the one before it} */
  private static int gap(long[] blocks, int index) {
    long distance = index == 0 ? 0 : blocks[index] - blocks[index - 1];
    return distance > 0 && distance <= LARGEST_GAP + 1 ? (int) distance - 1 : 0;
  }

  private void takeOut(long block, AnnouncedBlocks into) {
    try {
      var place = block < 0 || block >= blockCount() ? null : find(block);
      if (place != null && place.frame().header().kind().form().hasContent()) {
        byte[] content = contents.get(place.frame().index(), contentLoader);
        into.add(block, content, (int) place.index() * BLOCK_SIZE);
      }
    } catch (VdoException _) {
      // Who reads the block is told.
    }
  }

  private @Nullable BlockError read(long block, MemorySegment into, long at) {
    if (announced.copy(block, into, at) || announcedBefore.copy(block, into, at)) {
      return null;
    }
    if (block >= blockCount()) {
      return new BlockError(
          block,
          BlockError.Reason.BEYOND_END,
          "beyond the end of the device, which has " + blockCount() + " blocks");
    }
    try {
      var place = find(block);
      if (place == null) {
        return unreadable(block, ABSENT);
      }
      return switch (place.frame().header().kind()) {
        case ZERO -> {
          into.asSlice(at, BLOCK_SIZE).fill((byte) 0);
          yield null;
        }
        case KEPT -> base == null ? unreadable(block, ABSENT) : base.read(block, into, at);
        case UNREADABLE -> unreadable(block, reason(place));
        default -> {
          byte[] content = contents.get(place.frame().index(), contentLoader);
          MemorySegment.copy(
              content,
              (int) place.index() * BLOCK_SIZE,
              into,
              ValueLayout.JAVA_BYTE,
              at,
              BLOCK_SIZE);
          yield null;
        }
      };
    } catch (VdoException e) {
      return unreadable(block, String.valueOf(e.getMessage()));
    }
  }

  private static BlockError unreadable(long block, String why) {
    return new BlockError(block, BlockError.Reason.READ_ERROR, why);
  }

  private String reason(Place place) throws PackException {
    String[] texts = file.texts(place.frame());
    var runs = place.frame().runs();
    long before = 0;
    int run = 0;
    while (before + runs.runLength(run) <= place.index()) {
      before += runs.runLength(run++);
    }
    return texts[run] + " when the pack was made";
  }

  /** Where a block is: the frame, and its place among the blocks of the frame. */
  private record Place(PackFile.Frame frame, long index) {}

  private @Nullable Place find(long block) throws VdoException {
    var directory = file.directory();
    for (int group = 0; group < directory.groups(); group++) {
      int index = directory.frameOf(group, block);
      if (index >= 0) {
        var frame = lists.get(index, listLoader);
        long place = frame.runs().indexOf(block);
        if (place >= 0) {
          return new Place(frame, place);
        }
      }
    }
    return null;
  }

  private final FrameCache.Loader<PackFile.Frame> listLoader =
      new FrameCache.Loader<>() {
        @Override
        public PackFile.Frame load(int index) throws VdoException {
          var frame = PackDevice.this.file.frame(index);
          // The payload is read again when it is wanted: most lists are looked at in vain.
          boolean isShort = !frame.header().kind().form().hasContent();
          return isShort ? frame : frame.withoutBytes();
        }

        @Override
        public long weigh(PackFile.Frame frame) {
          return 16L + frame.runs().runs() + frame.bytes().length / 32;
        }
      };

  private final FrameCache.Loader<byte[]> contentLoader =
      new FrameCache.Loader<>() {
        @Override
        public byte[] load(int index) throws VdoException {
          var frame = PackDevice.this.file.frame(index);
          boolean isPredicted = frame.header().method() == FrameHeader.PREDICTED;
          return PackDevice.this.file.content(frame, isPredicted ? journal() : null);
        }

        @Override
        public long weigh(byte[] content) {
          return content.length;
        }
      };

  private @Nullable JournalContext journal() throws VdoException {
    synchronized (journalLock) {
      if (!isJournalKnown) {
        journal = file.journal();
        isJournalKnown = true;
      }
      return journal;
    }
  }

  @Override
  public void close() throws DeviceException {
    isClosed = true;
    try {
      file.close();
    } finally {
      if (base != null) {
        base.close();
      }
    }
  }
}
