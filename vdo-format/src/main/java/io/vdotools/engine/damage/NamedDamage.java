package io.vdotools.engine.damage;

import io.vdotools.problem.ProblemCode;
import java.util.List;

/**
 * A damage that has a name.
 *
 * @param name what users type: the structure, a dot, and what befalls it
 * @param title what befalls it, in words; begins with a small letter
 * @param condition the volumes on which it shows
 * @param expected what a thorough check finds among others; empty if that depends on the place
 * @param recipe makes the damage
 */
public record NamedDamage(
    String name, String title, Condition condition, List<ProblemCode> expected, Recipe recipe) {
  /** Makes a damage. */
  @FunctionalInterface
  public interface Recipe {
    /**
     * {@return the damage}
     *
     * @param place which instance of the structure; ignored where there is only one
     * @param seed decides what the name leaves open
     */
    Damage at(Place place, long seed);
  }

  /** On which volumes a damage shows. */
  public enum Condition {
    /** On any volume that holds the structure. */
    ANY("any"),
    /** On one that was never started. */
    NEW("new"),
    /** On one that was stopped in good order. */
    CLEAN("clean"),
    /** On one that crashed. */
    CRASHED("crashed"),
    /** On one with a slab whose journal a load replays. */
    DIRTY_SLAB("dirty slab"),
    /** On one with an index. */
    INDEX("index");

    private final String title;

    Condition(String title) {
      this.title = title;
    }

    /** {@return the word for it} */
    public String title() {
      return title;
    }
  }

  /** Copies the list. */
  public NamedDamage {
    expected = List.copyOf(expected);
  }
}
