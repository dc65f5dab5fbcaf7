package io.vdotools.model;

import io.vdotools.VdoException;
import java.util.Optional;

/**
 * Takes the metadata of a volume, one thing after the other, in a fixed order. Nothing has to be
 * kept by whoever calls or is called: the volume may be of any size.
 *
 * <pre>
 *   begin
 *   [geometry] [superBlock] doubt*
 *   [beginBlockMap        (page | mapping | unreadablePage | unreadableMapping)*   endBlockMap]
 *   [beginSlabs           (slab | counts | unreadableCounts)*                      endSlabs]
 *   [beginRecoveryJournal (journalBlock journalEntry*)*                            endRecoveryJournal]
 *   [beginSlabJournals    (slabJournalBlock slabJournalEntry*)*                    endSlabJournals]
 *   [beginSummary         summaryEntry*                                            endSummary]
 *   end
 * </pre>
 *
 * <p><b>Whole.</b> If {@link DumpScope#isWhole} then geometry, super block, block map and slabs are
 * all there and nothing was left out of them: a volume can be made of it. Everything from the
 * recovery journal on is for the reader's information; who makes a volume passes over it.
 *
 * <p><b>What a volume made of it has in common with the original.</b> The geometry, each field of
 * the super block (its checksum follows from them), each block map entry and each reference count.
 * Journals start anew: the recovery journal is empty and goes on with {@link
 * SuperBlockFields.JournalState#journalStart}, slab journals are blank, commit points are 0, and
 * the slab summary follows from the counts and from {@link SlabState}. So the volume that is
 * described has no journal to replay: of one that was not stopped cleanly, it is what the driver's
 * recovery and a clean stop leave.
 *
 * <p><b>Block map.</b> Ordered by LBN: a page of the trees by the first LBN below it, and among
 * those with the same one from the top down, so that the parent of a page was there before it; then
 * the mappings. Roots are not told, they lie where the super block says. A run of mappings lies
 * within one leaf page, which was told before it. LBNs without a mapping are left out. Producers
 * make runs as long as possible; consumers do not rely on that.
 *
 * <p><b>Pieces.</b> Pages and mappings may also come in pieces, if a visitor makes them ({@link
 * #newPiece}): whoever passes calls on decides whether it needs to see each of them.
 *
 * <p><b>Slabs.</b> In ascending order; the counts of a slab follow it, ascending, too. Slabs that
 * were never used are left out, unless something is to be told of their counts. Unless {@code
 * beginSlabs} says that counts are complete, only those are told that differ from what the block
 * map implies: the number of mappings to the block, 254 for a page of the trees.
 *
 * <p><b>Who checks.</b> {@link VisitorRules} is the order above and the bounds of every number,
 * written as a visitor. The readers of dump files put it in front of what they feed, so that a
 * consumer need not check again; producers within these libraries keep to it, which tests show by
 * putting it behind them. What takes memory to check, such as a PBN used twice, is for the
 * consumer.
 *
 * <p>A method that throws ends the visit: no other is called after it.
 */
public interface VolumeVisitor {
  /**
   * The first call.
   *
   * @param scope how much of a volume comes
   * @throws VdoException if the visitor cannot go on, as all methods here
   */
  void begin(DumpScope scope) throws VdoException;

  /** What the geometry block says. */
  void geometry(GeometryFields geometry) throws VdoException;

  /** What the super block says. */
  void superBlock(SuperBlockFields superBlock) throws VdoException;

  /**
   * Something that casts a doubt on the volume as a whole; only in the best reading of a damaged
   * one.
   *
   * @param sentence one line in words, lower case, without a full stop
   */
  void doubt(String sentence) throws VdoException;

  /** Pages and mappings follow. */
  void beginBlockMap() throws VdoException;

  /** A page of a tree outside its root, and where it lies. */
  void page(PagePlace page) throws VdoException;

  /** Consecutive LBNs and what they are mapped to. */
  void mapping(MappingRun run) throws VdoException;

  /**
   * Many runs of mappings at once, which is the same as {@link #mapping} for each in turn.
   *
   * @param runs what comes next, not to be kept; before a {@link ModelException} is thrown, {@link
   *     MappingBatch#telling} says which of them it is about, and those behind may be gone
   */
  default void mappings(MappingBatch runs) throws VdoException {
    for (int i = 0; i < runs.size(); i++) {
      runs.telling(i);
      mapping(runs.run(i));
    }
  }

  /** A page whose content is lost, with all that was below it. Comes where the page would. */
  void unreadablePage(UnreadablePage page) throws VdoException;

  /** A mapping that makes no sense. Comes where the mapping would. */
  void unreadableMapping(UnreadableMapping mapping) throws VdoException;

  /**
   * {@return a new, empty piece, if pages and mappings can be told to this visitor that way}
   *
   * <p>Several threads can fill a piece each, and what is in the pieces is then handed to {@link
   * #piece} in order: to the visitor that is as if it had been told one by one.
   */
  default Optional<BlockMapPiece> newPiece() {
    return Optional.empty();
  }

  /**
   * Pages and mappings that were put into a piece.
   *
   * @param piece one that {@link #newPiece} of this visitor returned
   * @param from the mark before them
   * @param to the mark behind them
   */
  default void piece(BlockMapPiece piece, int from, int to) throws VdoException {
    throw new IllegalArgumentException("no piece of this visitor");
  }

  /** The block map is complete. */
  void endBlockMap() throws VdoException;

  /**
   * Slabs and counts follow.
   *
   * @param areCountsComplete whether every count that is not 0 follows, not only those that differ
   *     from what the block map implies
   */
  void beginSlabs(boolean areCountsComplete) throws VdoException;

  /** A slab that was used. */
  void slab(SlabState slab) throws VdoException;

  /** Consecutive data blocks with the same count. */
  void counts(CountRun run) throws VdoException;

  /** Data blocks whose counts are lost; a copy gives them those that the block map implies. */
  void unreadableCounts(UnreadableCounts counts) throws VdoException;

  /** The slabs are complete. */
  void endSlabs() throws VdoException;

  /** Blocks of the recovery journal follow, as they are stored. For information. */
  default void beginRecoveryJournal() throws VdoException {}

  /** A block of the recovery journal that is valid and in its place. */
  default void journalBlock(JournalBlockFields block) throws VdoException {}

  /** An entry of the block told last. */
  default void journalEntry(JournalEntryFields entry) throws VdoException {}

  /** The recovery journal is complete. */
  default void endRecoveryJournal() throws VdoException {}

  /** Blocks of slab journals follow, as they are stored. For information. */
  default void beginSlabJournals() throws VdoException {}

  /** A live block of a slab journal. */
  default void slabJournalBlock(SlabJournalBlockFields block) throws VdoException {}

  /** An entry of the block told last. */
  default void slabJournalEntry(SlabJournalEntryFields entry) throws VdoException {}

  /** The slab journals are complete. */
  default void endSlabJournals() throws VdoException {}

  /** Entries of the slab summary follow, as they are stored. For information. */
  default void beginSummary() throws VdoException {}

  /** The entry that counts of one slab. */
  default void summaryEntry(SummaryFields entry) throws VdoException {}

  /** The slab summary is complete. */
  default void endSummary() throws VdoException {}

  /** The last call. */
  void end() throws VdoException;
}
