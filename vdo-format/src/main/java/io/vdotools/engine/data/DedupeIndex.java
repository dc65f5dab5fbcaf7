package io.vdotools.engine.data;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Remembers where blocks were written, by name.
 *
 * <p>It may forget anything at any time, and what it says may be out of date. Called by several
 * threads at once.
 */
public interface DedupeIndex {
  /**
   * Looks a name up.
   *
   * @param name the name
   * @param answer takes what is known, null if nothing; called once, by any thread, perhaps before
   *     this returns
   */
  void query(BlockName name, Consumer<@Nullable Advice> answer);

  /** Remembers where a block of the name is now. */
  void update(BlockName name, Advice advice);
}
