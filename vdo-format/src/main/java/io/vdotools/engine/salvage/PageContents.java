package io.vdotools.engine.salvage;

import io.vdotools.engine.BlockMapPatches;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Finds what a damaged page held: in its own block, in blocks elsewhere that say that they are this
 * page, and in the recovery journal.
 */
final class PageContents {
  // So few entries may all be possible ones by chance, if nothing else speaks for them.
  private static final int FEWEST_ENTRIES = 4;

  private final Ground ground;
  private final PageTable table;
  private final PageImages images;
  private final Orphans orphans;
  private final CountEvidence counts;
  private final boolean countsAreUsable;
  private final Optional<PageShift> shift;

  PageContents(
      Ground ground,
      PageTable table,
      PageImages images,
      Orphans orphans,
      CountEvidence counts,
      boolean countsAreUsable,
      Optional<PageShift> shift) {
    this.ground = ground;
    this.table = table;
    this.images = images;
    this.orphans = orphans;
    this.counts = counts;
    this.countsAreUsable = countsAreUsable;
    this.shift = shift;
  }

  /** A page put together. */
  static final class Content {
    private final byte[] bytes = new byte[BlockSize.BLOCK];
    private final BlockMapPage page = new BlockMapPage(MemorySegment.ofArray(bytes));
    private final BitSet known = new BitSet(BlockMapPage.ENTRIES);
    private final List<Evidence> evidence = new ArrayList<>();
    private String fault;
    private boolean isBlank;

    private Content(long nonce, long pbn, String fault) {
      page.format(nonce, pbn);
      this.fault = fault;
    }

    byte[] bytes() {
      return bytes;
    }

    long entry(int slot) {
      return page.entry(slot);
    }

    void set(int slot, long packed) {
      page.setEntry(slot, packed);
      known.set(slot);
    }

    void forget(int slot) {
      page.setEntry(slot, 0);
      known.clear(slot);
    }

    /** {@return whether it is known what a slot held, be it nothing} */
    boolean isKnown(int slot) {
      return known.get(slot);
    }

    void believe(Evidence reason) {
      evidence.add(reason);
    }

    List<Evidence> evidence() {
      return evidence;
    }

    /** {@return what was wrong with the page, in words} */
    String fault() {
      return fault;
    }

    /** {@return whether there was nothing in the block, as in one that was never written} */
    boolean isBlank() {
      return isBlank;
    }

    int entries() {
      int entries = 0;
      for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
        entries += page.entry(slot) == 0 ? 0 : 1;
      }
      return entries;
    }

    /** {@return the least confidence of all that it was put together from} */
    Confidence confidence() {
      return evidence.stream()
          .map(Evidence::confidence)
          .min(Confidence::compareTo)
          .orElse(Confidence.WEAK);
    }
  }

  /**
   * {@return what can be found of a page outside the journal}
   *
   * @param bad the page
   * @param patches what the journal stored in its slots, to compare copies with
   */
  Content find(Survey.BadPage bad, BlockMapPatches patches) {
    long pbn = bad.pbn();
    int height = PageId.height(bad.id());
    var now = ground.read(pbn);
    var replayed =
        ground.isChanged(pbn)
            ? now.filter(bytes -> exam(bytes, pbn, height).verdict() == PageExam.Verdict.SOUND)
            : Optional.<byte[]>empty();
    var own =
        replayed
            .flatMap(_ -> ground.readBefore(pbn))
            .or(() -> replayed.isPresent() ? Optional.empty() : now)
            .map(bytes -> exam(bytes, pbn, height));
    var content =
        new Content(
            ground.nonce(), pbn, own.map(PageExam::fault).orElse("its block cannot be read"));
    content.isBlank = own.isPresent() && own.get().verdict() == PageExam.Verdict.BLANK;
    own.ifPresent(exam -> takeOwn(exam, bad, content));
    if (content.evidence.isEmpty()) {
      takeCopy(pbn, height, patches, content);
    }
    replayed.ifPresent(bytes -> takeReplayed(bytes, height, content));
    return content;
  }

  private PageExam exam(byte[] bytes, long pbn, int height) {
    return PageExam.of(bytes, pbn, height, ground);
  }

  private void takeOwn(PageExam exam, Survey.BadPage bad, Content content) {
    int height = PageId.height(bad.id());
    switch (exam.verdict()) {
      case SOUND ->
          take(
              exam,
              height,
              content,
              Evidence.Source.OWN_REMAINS,
              Confidence.CERTAIN,
              "its other sectors are in order");
      case REPAIRABLE ->
          take(
              exam,
              height,
              content,
              Evidence.Source.OWN_REMAINS,
              Confidence.STRONG,
              "the rest of its header and all its entries are those of this page");
      case ELSEWHERE -> takeRenamed(exam, height, content);
      case GARBAGE -> takeSectors(exam, bad.id(), content);
      case BLANK, FOREIGN -> {}
    }
  }

  private void take(
      PageExam exam,
      int height,
      Content content,
      Evidence.Source source,
      Confidence confidence,
      String detail) {
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      if ((PageExam.sectorsOf(slot) & exam.destroyed()) == 0) {
        content.set(slot, exam.entry(slot, height, ground.slabs()));
      }
    }
    content.believe(new Evidence(source, confidence, detail));
  }

  /** The page says that it lies elsewhere: it is another page's content, or its header is wrong. */
  private void takeRenamed(PageExam exam, int height, Content content) {
    long claimed = exam.claimed();
    if (isDisplacedHeader(claimed - exam.pbn())) {
      take(
          exam,
          height,
          content,
          Evidence.Source.SHIFT,
          Confidence.STRONG,
          "the PBNs of " + shift.orElseThrow().pages() + " pages are off by the same number");
      return;
    }
    if (!isOtherPage(claimed)
        && isFlipped(claimed, exam.pbn())
        && exam.possible() == exam.entries()) {
      take(
          exam,
          height,
          content,
          Evidence.Source.OWN_REMAINS,
          Confidence.STRONG,
          "the PBN in its header is off by a bit or two, and no page lies there");
    }
  }

  /** Whether a page lies at a PBN, so that what claims to be that page is its content. */
  private boolean isOtherPage(long claimed) {
    return table.contains(claimed)
        || (ground.isRoot(claimed) && !isBlank(claimed))
        || orphans.at(claimed) != null
        || (countsAreUsable && counts.of(claimed) == CountEvidence.Use.PAGE);
  }

  private static boolean isFlipped(long claimed, long pbn) {
    return Long.bitCount(claimed ^ pbn) <= 2;
  }

  private boolean isBlank(long pbn) {
    return ground
        .read(pbn)
        .filter(bytes -> exam(bytes, pbn, Forest.ROOT_HEIGHT).verdict() == PageExam.Verdict.BLANK)
        .isPresent();
  }

  private boolean isDisplacedHeader(long blocks) {
    return shift
        .filter(s -> s.kind() == PageShift.Kind.HEADERS_CORRECTED && s.blocks() == blocks)
        .isPresent();
  }

  /** Takes those sectors of a page without a header that can be nothing else. */
  private void takeSectors(PageExam exam, long id, Content content) {
    int height = PageId.height(id);
    int sound = 0;
    for (int sector = 0; sector < BlockSize.SECTORS_PER_BLOCK; sector++) {
      sound |= isSectorOfEntries(exam, height, sector) ? 1 << sector : 0;
    }
    if (sound == 0 || isOfAnother(exam, id, sound)) {
      return;
    }
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      if ((PageExam.sectorsOf(slot) & ~sound) == 0) {
        content.set(slot, exam.entry(slot, height, ground.slabs()));
      }
    }
    content.believe(
        new Evidence(
            Evidence.Source.OWN_REMAINS,
            Confidence.STRONG,
            "%d of its sectors hold entries, and all that they name is in use"
                .formatted(Integer.bitCount(sound))));
  }

  /**
   * Whether sectors are those of another page: what is left of its header names that, or there are
   * entries where the page of this place can have none.
   */
  private boolean isOfAnother(PageExam exam, long id, int sectors) {
    boolean isBehindEnd = false;
    for (int slot = PageId.slots(id, ground.forest()); slot < BlockMapPage.ENTRIES; slot++) {
      isBehindEnd |=
          (PageExam.sectorsOf(slot) & ~sectors) == 0 && BlockMapPage.entry(exam.bytes(), slot) != 0;
    }
    return isBehindEnd
        || (exam.claimed() != exam.pbn() && isOtherPage(exam.claimed()))
        || isContradicted(exam, PageId.height(id), sectors);
  }

  /**
   * Whether a page that says that it belongs here lies in the place of another one, and shares no
   * entry with these sectors: then the two were exchanged. Even an old copy of the same page would
   * have some of its entries.
   */
  private boolean isContradicted(PageExam exam, int height, int sectors) {
    for (long location : images.claiming(exam.pbn())) {
      if (location == exam.pbn() || !(table.contains(location) || ground.isRoot(location))) {
        continue;
      }
      var copy = copy(location, exam.pbn(), height);
      if (copy.isPresent() && !sharesEntries(exam.bytes(), copy.get().bytes(), sectors)) {
        return true;
      }
    }
    return false;
  }

  /** Whether two pages have an entry in common; also if one of them has none there. */
  private static boolean sharesEntries(byte[] one, byte[] other, int sectors) {
    boolean isComparable = false;
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      long packed = BlockMapPage.entry(one, slot);
      long there = BlockMapPage.entry(other, slot);
      if (packed == 0 || there == 0 || (PageExam.sectorsOf(slot) & ~sectors) != 0) {
        continue;
      }
      if (packed == there) {
        return true;
      }
      isComparable = true;
    }
    return !isComparable;
  }

  private boolean isSectorOfEntries(PageExam exam, int height, int sector) {
    var named = new ArrayList<Long>();
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      long packed = BlockMapPage.entry(exam.bytes(), slot);
      if (packed == 0 || PageExam.sectorsOf(slot) != 1 << sector) {
        continue;
      }
      if (exam.entry(slot, height, ground.slabs()) != packed) {
        return false;
      }
      named.add(BlockMapEntry.pbn(packed));
    }
    // In ascending order, in which counts are read fastest.
    return named.size() >= (height > 0 ? 1 : FEWEST_ENTRIES)
        && named.stream().sorted().allMatch(pbn -> isInUse(pbn, height));
  }

  private boolean isInUse(long pbn, int height) {
    if (height > 0) {
      return orphans.at(pbn) != null;
    }
    return pbn == 0 || (countsAreUsable && counts.of(pbn) == CountEvidence.Use.DATA);
  }

  /** Takes a block elsewhere that says that it is this page. */
  private void takeCopy(long pbn, int height, BlockMapPatches patches, Content content) {
    Copy best = null;
    for (long location : images.claiming(pbn)) {
      // A page whose own header is off is no copy of what it pretends to be.
      if (isDisplacedHeader(pbn - location)
          || (content.isBlank && ground.isRoot(pbn) && isFlipped(pbn, location))) {
        continue;
      }
      var exam =
          copy(location, pbn, height)
              .filter(e -> e.verdict() == PageExam.Verdict.SOUND && e.possible() == e.entries());
      if (exam.isEmpty()) {
        continue;
      }
      var found = new Copy(exam.get(), reasonFor(location, exam.get(), patches));
      if (found.confidence() == Confidence.WEAK && !ground.options().acceptWeak()) {
        continue;
      }
      if (best != null && best.confidence() == found.confidence() && !best.isSameAs(found)) {
        // Two of them, with different contents: there is no telling which is the newer one.
        return;
      }
      if (best == null || found.confidence().compareTo(best.confidence()) > 0) {
        best = found;
      }
    }
    if (best != null) {
      var reason = best.reason();
      take(best.exam(), height, content, reason.source(), reason.confidence(), reason.detail());
    }
  }

  /** A copy of a page that may be used, and why. */
  private record Copy(PageExam exam, Evidence reason) {
    Confidence confidence() {
      return reason.confidence();
    }

    boolean isSameAs(Copy other) {
      return Arrays.equals(exam.bytes(), other.exam.bytes());
    }
  }

  /** A copy as it was found, whatever was put in its place since. */
  private Optional<PageExam> copy(long location, long pbn, int height) {
    return ground
        .readBefore(location)
        .map(bytes -> exam(bytes, pbn, height))
        .filter(exam -> exam.verdict() == PageExam.Verdict.SOUND)
        .or(() -> ground.read(location).map(bytes -> exam(bytes, pbn, height)));
  }

  private Evidence reasonFor(long location, PageExam copy, BlockMapPatches patches) {
    long pbn = copy.pbn();
    if (shift
        .filter(s -> s.kind() == PageShift.Kind.CONTENTS_MOVED && s.blocks() == pbn - location)
        .isPresent()) {
      return new Evidence(
          Evidence.Source.SHIFT,
          Confidence.STRONG,
          "it lies at PBN %d, and %d other pages are off by the same number"
              .formatted(location, shift.get().pages() - 1));
    }
    if (table.contains(location) || ground.isRoot(location)) {
      return new Evidence(
          Evidence.Source.OWN_PBN,
          Confidence.STRONG,
          "it was written over the page at PBN " + location);
    }
    var agreement = new int[2];
    patches.forEachSlot(
        pbn,
        (slot, packed) -> agreement[BlockMapPage.entry(copy.bytes(), slot) == packed ? 0 : 1]++);
    if (agreement[0] > 0 && agreement[1] == 0) {
      return new Evidence(
          Evidence.Source.OWN_PBN,
          Confidence.STRONG,
          "a copy of it lies at PBN %d that agrees with %d entries of the recovery journal"
              .formatted(location, agreement[0]));
    }
    return new Evidence(
        Evidence.Source.OWN_PBN,
        Confidence.WEAK,
        "a copy of it of unknown age lies at PBN " + location);
  }

  /** What a replay stored since in what it took for an empty page. */
  private void takeReplayed(byte[] bytes, int height, Content content) {
    var exam = exam(bytes, content.page.pbn(), height);
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      long packed = exam.entry(slot, height, ground.slabs());
      if (packed != 0) {
        content.set(slot, packed);
      }
    }
    content.believe(
        new Evidence(
            Evidence.Source.RECOVERY_JOURNAL,
            Confidence.CERTAIN,
            "the journal was replayed into it"));
  }
}
