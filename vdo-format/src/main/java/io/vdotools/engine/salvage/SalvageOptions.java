package io.vdotools.engine.salvage;

import io.vdotools.engine.BlockMapPatches;
import io.vdotools.engine.Usage;
import io.vdotools.engine.Volume;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How to salvage a block map, and with how much.
 *
 * @param scan when to search the slabs for pages
 * @param hint an older image of the same volume; used if it has the same nonce
 * @param acceptWeak whether to act on weak evidence, too
 * @param unplaced what to do with pages that have no place
 * @param expected how many pages and mapped logical blocks there should be, if the caller knows:
 *     after a recovery its totals; those of a volume that was stopped in good order are known
 * @param mended the volume as it was when its head had been made anew and nothing else was changed:
 *     its journal is read by it where the device has no super block of its own
 * @param applied what a rebuild took from the journal and has stored in pages, in order: it holds,
 *     whatever else is known of these pages
 * @param cores threads that compute at the same time
 * @param readers most reads in flight, where they have to wait for a device
 * @param nanoClock a clock in nanoseconds, which tells whether reads wait for a device
 * @param kept most removed entries that are told one by one
 * @param progress learns how far the work has come
 */
public record SalvageOptions(
    Scan scan,
    Optional<Volume> hint,
    boolean acceptWeak,
    Unplaced unplaced,
    Optional<Usage> expected,
    Optional<Volume> mended,
    List<BlockMapPatches> applied,
    int cores,
    int readers,
    LongSupplier nanoClock,
    int kept,
    SalvageProgress progress) {
  /** Copies the list. */
  public SalvageOptions {
    applied = List.copyOf(applied);
  }

  /** Removed entries that are told one by one unless asked otherwise. */
  public static final int DEFAULT_KEPT = 100_000;

  /** When the slabs are searched for pages. */
  public enum Scan {
    /** When something is missing. */
    IF_NEEDED,
    /** In any case. */
    ALWAYS,
    /** Not at all. */
    NEVER
  }

  /** What is done with pages that have no place. */
  public enum Unplaced {
    /** They stay, for their blocks to be protected. */
    KEEP,
    /** They are overwritten with zeros. */
    FREE
  }

  /** {@return a careful salvage on one core; for tests and small images} */
  public static SalvageOptions standard() {
    return new SalvageOptions(
        Scan.IF_NEEDED,
        Optional.empty(),
        false,
        Unplaced.KEEP,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        1,
        1,
        () -> 0,
        DEFAULT_KEPT,
        SalvageProgress.NONE);
  }

  /** {@return these options with another way to search} */
  public SalvageOptions withScan(Scan newScan) {
    return new SalvageOptions(
        newScan,
        hint,
        acceptWeak,
        unplaced,
        expected,
        mended,
        applied,
        cores,
        readers,
        nanoClock,
        kept,
        progress);
  }

  /** {@return these options with an older image of the volume} */
  public SalvageOptions withHint(Volume newHint) {
    return new SalvageOptions(
        scan,
        Optional.of(newHint),
        acceptWeak,
        unplaced,
        expected,
        mended,
        applied,
        cores,
        readers,
        nanoClock,
        kept,
        progress);
  }

  /** {@return these options with weak evidence accepted or not} */
  public SalvageOptions withAcceptWeak(boolean accepts) {
    return new SalvageOptions(
        scan, hint, accepts, unplaced, expected, mended, applied, cores, readers, nanoClock, kept,
        progress);
  }

  /** {@return these options with something else done with pages that have no place} */
  public SalvageOptions withUnplaced(Unplaced newUnplaced) {
    return new SalvageOptions(
        scan,
        hint,
        acceptWeak,
        newUnplaced,
        expected,
        mended,
        applied,
        cores,
        readers,
        nanoClock,
        kept,
        progress);
  }

  /** {@return these options with totals that can be relied on} */
  public SalvageOptions withExpected(Usage totals) {
    return new SalvageOptions(
        scan,
        hint,
        acceptWeak,
        unplaced,
        Optional.of(totals),
        mended,
        applied,
        cores,
        readers,
        nanoClock,
        kept,
        progress);
  }

  /** {@return these options with other threads and a clock} */
  public SalvageOptions withThreads(int newCores, int newReaders, LongSupplier newNanoClock) {
    return new SalvageOptions(
        scan,
        hint,
        acceptWeak,
        unplaced,
        expected,
        mended,
        applied,
        newCores,
        newReaders,
        newNanoClock,
        kept,
        progress);
  }

  /** {@return these options with another number of removed entries that are told one by one} */
  public SalvageOptions withKept(int newKept) {
    return new SalvageOptions(
        scan,
        hint,
        acceptWeak,
        unplaced,
        expected,
        mended,
        applied,
        cores,
        readers,
        nanoClock,
        newKept,
        progress);
  }

  /** {@return these options with somebody who learns how far the work has come} */
  public SalvageOptions withProgress(SalvageProgress newProgress) {
    return new SalvageOptions(
        scan,
        hint,
        acceptWeak,
        unplaced,
        expected,
        mended,
        applied,
        cores,
        readers,
        nanoClock,
        kept,
        newProgress);
  }

  /** {@return these options with the volume as it was when only its head had been made anew} */
  public SalvageOptions withMended(Volume volume) {
    return new SalvageOptions(
        scan,
        hint,
        acceptWeak,
        unplaced,
        expected,
        Optional.of(volume),
        applied,
        cores,
        readers,
        nanoClock,
        kept,
        progress);
  }

  /** {@return these options with what a rebuild has stored in pages} */
  public SalvageOptions withApplied(List<BlockMapPatches> patches) {
    return new SalvageOptions(
        scan,
        hint,
        acceptWeak,
        unplaced,
        expected,
        mended,
        patches,
        cores,
        readers,
        nanoClock,
        kept,
        progress);
  }
}
