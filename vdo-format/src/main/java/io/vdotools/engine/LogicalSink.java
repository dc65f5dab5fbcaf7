package io.vdotools.engine;

import io.vdotools.VdoException;
import java.lang.foreign.MemorySegment;

/**
 * Takes the content of logical blocks from a {@link LogicalSweep}.
 *
 * <p>Of each LBN of the range exactly one of {@link #data}, {@link #hole} and {@link #lost} tells.
 * Unless the sweep is in order, calls come from several threads and in any order; those of {@link
 * #damage} and {@link #suspect} always do. What a method throws ends the sweep.
 */
public interface LogicalSink {
  /**
   * Blocks with content.
   *
   * @param lbn the first
   * @param blocks their content, a multiple of 4096 bytes, valid during the call
   * @throws VdoException if it cannot be taken
   */
  void data(long lbn, MemorySegment blocks) throws VdoException;

  /**
   * Blocks of zeros: never written, discarded, or written with zeros.
   *
   * @param lbn the first
   * @param count how many
   * @throws VdoException if they cannot be taken
   */
  void hole(long lbn, long count) throws VdoException;

  /**
   * Blocks whose content cannot be had; {@link #damage} tells why.
   *
   * @param lbn the first
   * @param count how many
   * @throws VdoException if they cannot be taken
   */
  void lost(long lbn, long count) throws VdoException;

  /**
   * Why blocks are lost. Told once for each fault, within the range of the sweep; two faults never
   * share an LBN.
   */
  void damage(Loss loss);

  /**
   * A page of the block map that is none, so that all below it read as holes. On a volume that
   * crashed there may be pages that were allocated and never written; only the number of mappings
   * tells whether any went with this one.
   *
   * @param loss what would be lost with it
   */
  void suspect(Loss loss);

  /**
   * Some LBNs have been dealt with.
   *
   * @param count how many
   * @param mapped how many of them have a mapping, be it to zeros or an invalid one
   */
  void advance(long count, long mapped);
}
