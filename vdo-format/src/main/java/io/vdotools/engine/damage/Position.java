package io.vdotools.engine.damage;

import java.util.List;

/** Which of several instances of a structure is meant. */
public enum Position implements Place {
  /** The one with the lowest PBN. */
  FIRST,
  /** The one in the middle. */
  MIDDLE,
  /** The one with the highest PBN. */
  LAST;

  /** {@return the element of a list that is not empty} */
  public <T> T of(List<T> instances) {
    return switch (this) {
      case FIRST -> instances.getFirst();
      case MIDDLE -> instances.get(instances.size() / 2);
      case LAST -> instances.getLast();
    };
  }
}
