package io.vdotools.problem;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.format.blockmap.TreePlace;
import java.util.List;

/**
 * One thing found wrong, with its evidence.
 *
 * <p>The shapes differ by what there is to tell; what is wrong is said by the {@link #code}. The
 * names of the components are the names of the attributes in machine-readable reports.
 */
public sealed interface Problem {
  /** {@return what is wrong} */
  ProblemCode code();

  /** {@return the structure that it lies in} */
  Structure structure();

  /** {@return the PBN of the block that it lies in, -1 if it lies in none} */
  long pbn();

  /** {@return what was found and what was expected, in words, without the place} */
  String evidence();

  /** {@return the logical blocks that it touches; empty if none or not known} */
  default List<LbnSet> lbns() {
    return List.of();
  }

  /** {@return a number that orders problems of one code in one block} */
  default long order() {
    return 0;
  }

  /**
   * A field holds another value than it must.
   *
   * @param code what is wrong
   * @param structure the structure
   * @param pbn its PBN
   * @param field the field, as format-spec names it
   * @param stored the value found
   * @param expected what belongs there, in words
   */
  record FieldProblem(
      ProblemCode code, Structure structure, long pbn, String field, String stored, String expected)
      implements Problem {
    @Override
    public String evidence() {
      return field + " is " + stored + ", expected " + expected;
    }
  }

  /**
   * Something about a structure as a whole.
   *
   * @param code what is wrong
   * @param structure the structure
   * @param pbn its PBN, -1 if it lies in no block
   * @param detail what was found
   * @param lbns the logical blocks that it touches
   */
  record StructureProblem(
      ProblemCode code, Structure structure, long pbn, String detail, List<LbnSet> lbns)
      implements Problem {
    /** Copies the list. */
    public StructureProblem {
      lbns = List.copyOf(lbns);
    }

    @Override
    public String evidence() {
      return detail;
    }
  }

  /**
   * A page of the block map cannot be used, or only with reservations.
   *
   * @param code what is wrong
   * @param structure root, interior or leaf
   * @param pbn the PBN of the page
   * @param place which page it is; where the parent is known, the slot is the one that names it
   *     there
   * @param parentPbn the PBN of the page with the entry that names it, -1 for a root or if unknown
   * @param detail what was found
   * @param lbns the logical blocks below the page
   */
  record PageProblem(
      ProblemCode code,
      Structure structure,
      long pbn,
      TreePlace place,
      long parentPbn,
      String detail,
      List<LbnSet> lbns)
      implements Problem {
    /** Copies the list. */
    public PageProblem {
      lbns = List.copyOf(lbns);
    }

    @Override
    public String evidence() {
      return parentPbn < 0
          ? detail
          : detail + " (named by slot " + place.slot() + " of the page at PBN " + parentPbn + ")";
    }
  }

  /**
   * Entries of one page of the block map are wrong in the same way.
   *
   * @param code what is wrong
   * @param structure root, interior or leaf
   * @param pbn the PBN of the page
   * @param place the first of the slots
   * @param entry what that slot holds
   * @param slots how many slots of the page are wrong in this way
   * @param detail what is wrong with the first
   * @param lbns the logical blocks below the slots
   */
  record EntryProblem(
      ProblemCode code,
      Structure structure,
      long pbn,
      TreePlace place,
      BlockMapEntry entry,
      int slots,
      String detail,
      List<LbnSet> lbns)
      implements Problem {
    /** Copies the list. */
    public EntryProblem {
      lbns = List.copyOf(lbns);
    }

    @Override
    public String evidence() {
      String others = slots > 1 ? " (and " + (slots - 1) + " more slots of the page)" : "";
      return "slot " + place.slot() + " holds " + entry + ": " + detail + others;
    }

    @Override
    public long order() {
      return place.slot();
    }
  }

  /**
   * Stored reference counts differ from what the block map implies, by the same for a run of
   * blocks.
   *
   * @param code what is wrong
   * @param pbn the first PBN counted
   * @param blocks the length of the run
   * @param slab the slab
   * @param stored the count stored
   * @param computed the references found; 254 for a page of the block map
   * @param cause a problem that explains it, in words; empty if there is none
   * @param lbns the logical blocks that refer to the blocks
   */
  record CountProblem(
      ProblemCode code,
      long pbn,
      long blocks,
      int slab,
      int stored,
      long computed,
      String cause,
      List<LbnSet> lbns)
      implements Problem {
    /** Copies the list. */
    public CountProblem {
      lbns = List.copyOf(lbns);
    }

    @Override
    public Structure structure() {
      return Structure.DATA;
    }

    @Override
    public String evidence() {
      String what =
          blocks == 1
              ? "reference count of PBN " + pbn
              : "reference counts of PBN " + pbn + ".." + (pbn + blocks - 1);
      return what
          + (blocks == 1 ? " is " : " are ")
          + stored
          + ", expected "
          + computed
          + (cause.isEmpty() ? "" : "; " + cause);
    }
  }

  /**
   * Something about a slab, its journal or its summary entry.
   *
   * @param code what is wrong
   * @param structure the structure
   * @param pbn the PBN of the block that it lies in
   * @param slab the slab
   * @param detail what was found and what was expected
   */
  record SlabProblem(ProblemCode code, Structure structure, long pbn, int slab, String detail)
      implements Problem {
    @Override
    public String evidence() {
      return "slab " + slab + ": " + detail;
    }

    @Override
    public long order() {
      return slab;
    }
  }

  /**
   * Something about the recovery journal.
   *
   * @param code what is wrong
   * @param pbn the PBN of the journal block
   * @param sequenceNumber the block's sequence number
   * @param entry the index of the entry in the block, -1 if the whole block is meant
   * @param detail what was found and what was expected
   * @param lbns the logical blocks that it touches
   */
  record JournalProblem(
      ProblemCode code, long pbn, long sequenceNumber, int entry, String detail, List<LbnSet> lbns)
      implements Problem {
    /** Copies the list. */
    public JournalProblem {
      lbns = List.copyOf(lbns);
    }

    @Override
    public Structure structure() {
      return Structure.RECOVERY_JOURNAL;
    }

    @Override
    public String evidence() {
      String which = "sequence " + sequenceNumber + (entry < 0 ? "" : " entry " + entry);
      return which + ": " + detail;
    }

    @Override
    public long order() {
      return entry;
    }
  }

  /**
   * A compressed block or one of its fragments is damaged.
   *
   * @param code what is wrong
   * @param pbn the compressed block
   * @param fragment the fragment, -1 if the whole block is meant
   * @param detail what was found
   * @param lbns the logical blocks mapped to it
   */
  record FragmentProblem(ProblemCode code, long pbn, int fragment, String detail, List<LbnSet> lbns)
      implements Problem {
    /** Copies the list. */
    public FragmentProblem {
      lbns = List.copyOf(lbns);
    }

    @Override
    public Structure structure() {
      return Structure.DATA;
    }

    @Override
    public String evidence() {
      return fragment < 0 ? detail : "fragment " + fragment + ": " + detail;
    }

    @Override
    public long order() {
      return fragment;
    }
  }
}
