package io.vdotools.engine;

import io.vdotools.VdoException;
import org.jspecify.annotations.Nullable;

/**
 * Work in units that begin and end one after the other on one thread, and are done in between by
 * others, several at a time.
 *
 * @param <U> a unit; the same ones may come again once they have ended
 */
interface OrderedWork<U> {
  /** {@return the next unit, null if there is none} */
  @Nullable U begin() throws VdoException;

  /** Does the work, on any thread. Tells the {@link ReadPace} how long its reads take. */
  void work(U unit);

  /** Ends a unit, in the order in which they began. */
  void end(U unit) throws VdoException;
}
