package io.vdotools.engine.salvage;

import io.vdotools.engine.Parallel;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.depot.SlabJournalBlock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Searches the roots and all slabs for blocks that look like pages of the block map.
 *
 * <p>Blocks are read in the order in which they lie, many at once; of most of them two words are
 * looked at. Slab journals are looked for on the way: where they lie shows whether the slabs are in
 * their place.
 */
final class SignatureScan {
  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int JOURNAL_NONCE_AT = 24;
  // What one thread goes through before it takes more.
  private static final int SPAN_BLOCKS = 32 * Parallel.BUFFER_BLOCKS;

  private final Ground ground;
  private final PageTable table;
  private final PageImages images = new PageImages();
  private final long nonce;

  private SignatureScan(Ground ground, PageTable table) {
    this.ground = ground;
    this.table = table;
    this.nonce = ground.nonce();
  }

  /** {@return how many blocks a search reads} */
  static long blocks(Ground ground) {
    return Math.max(0, Math.min(end(ground), ground.now().blockCount()) - start(ground));
  }

  private static long start(Ground ground) {
    return Math.min(ground.rootOrigin(), ground.slabs().firstBlock());
  }

  private static long end(Ground ground) {
    return ground.slabs().endBlock();
  }

  /**
   * {@return the blocks that look like pages, but for those that are where one is named}
   *
   * @param ground the volume
   * @param table which page lies where
   */
  static PageImages run(Ground ground, PageTable table) {
    var scan = new SignatureScan(ground, table);
    long start = start(ground);
    long blocks = blocks(ground);
    ground.options().progress().phase("searching for pages", blocks);
    ground
        .parallel()
        .forEach(
            Math.ceilDiv(blocks, SPAN_BLOCKS),
            (span, buffer) -> {
              long first = start + span * SPAN_BLOCKS;
              scan.span(first, Math.min(first + SPAN_BLOCKS, start + blocks), buffer);
            });
    scan.images.seal();
    return scan.images;
  }

  private void span(long first, long end, MemorySegment buffer) {
    long done = first;
    while (done < end) {
      // Zeros are no page.
      long data = ground.now().nextData(done, end);
      ground.options().progress().advance(data - done);
      done = data == end ? end : ground.now().nextHole(data, end);
      for (long at = data; at < done; at += Parallel.BUFFER_BLOCKS) {
        chunk(at, (int) Math.min(Parallel.BUFFER_BLOCKS, done - at), buffer);
      }
    }
  }

  private void chunk(long first, int count, MemorySegment buffer) {
    var bytes = buffer.asSlice(0, (long) count * BlockSize.BLOCK);
    var pace = ground.parallel().pace();
    long begin = pace.begin();
    // A block that cannot be read comes as zeros, which are no page.
    var errors = ground.now().read(first, bytes);
    pace.ended(begin, count);
    for (int i = 0; i < count; i++) {
      long at = (long) i * BlockSize.BLOCK;
      long version = bytes.get(WORD, at);
      long itsNonce = bytes.get(WORD, at + PageExam.NONCE_AT);
      if (version == PageExam.VERSION_WORD || itsNonce == nonce) {
        look(first + i, version, itsNonce, bytes.asSlice(at, BlockSize.BLOCK));
      } else if (bytes.get(WORD, at + JOURNAL_NONCE_AT) == nonce) {
        lookForJournal(first + i, bytes.asSlice(at, BlockSize.BLOCK));
      }
    }
    ground.options().progress().advance(count - errors.list().size());
  }

  private void look(long location, long version, long itsNonce, MemorySegment bytes) {
    var page = new BlockMapPage(bytes);
    long claimed = page.pbn();
    boolean isClean = version == PageExam.VERSION_WORD && itsNonce == nonce && page.isInitialized();
    boolean isNamed = table.contains(location) || ground.isRoot(location);
    if (isClean && (isNamed || ground.slabs().isDataBlock(claimed) || ground.isRoot(claimed))) {
      if (claimed != location || !isNamed) {
        images.add(location, claimed);
      }
    } else if (claimed == location
        && ground.slabs().isDataBlock(location)
        && !table.contains(location)
        && isRepairable(location, bytes)) {
      images.add(location, location);
    }
  }

  private boolean isRepairable(long location, MemorySegment bytes) {
    // A leaf may hold all that a page above the leaves may, and more.
    return PageExam.of(bytes.toArray(ValueLayout.JAVA_BYTE), location, 0, ground).verdict()
        == PageExam.Verdict.REPAIRABLE;
  }

  private void lookForJournal(long location, MemorySegment bytes) {
    var block = new SlabJournalBlock(bytes);
    if (!block.belongsTo(nonce) || block.sequenceNumber() < 1) {
      return;
    }
    images.addJournal(
        location, block.sequenceNumber(), isJournalPlace(ground, location, block.sequenceNumber()));
  }

  /** {@return whether a slab journal block with a sequence number belongs at a PBN} */
  static boolean isJournalPlace(Ground ground, long pbn, long sequenceNumber) {
    var slabs = ground.slabs();
    return slabs.contains(pbn)
        && slabs.journalStart(slabs.slabOf(pbn)) + slabs.journalPosition(sequenceNumber) == pbn;
  }
}
