package io.vdotools.pack;

import org.jspecify.annotations.Nullable;

/**
 * What the blocks of a frame are. Frames of one kind hold blocks in ascending order, and no block
 * is in two of them.
 */
public enum FrameKind {
  /** Blocks of the recovery journal; the first frames, because others are predicted from them. */
  RECOVERY_JOURNAL(1, Form.RECOVERY_JOURNAL),
  /** The first blocks of the device, the super block, and what may have been either. */
  START(2, Form.OPAQUE),
  /** Pages of the block map above the leaves, roots included. */
  INTERIOR(3, Form.PAGES),
  /** Leaf pages of the block map, and blocks that were allocated for them. */
  LEAF(4, Form.PAGES),
  /** Blocks of reference counts. */
  REFERENCE(5, Form.REFERENCES),
  /** Blocks of slab journals. */
  SLAB_JOURNAL(6, Form.SLAB_JOURNAL),
  /** The slab summary. */
  SUMMARY(7, Form.OPAQUE),
  /** The index region. */
  INDEX(8, Form.OPAQUE),
  /** Blocks that look like metadata and that nothing leads to. */
  FOUND(9, Form.PAGES),
  /** Data blocks that something is mapped to. */
  DATA(10, Form.OPAQUE),
  /** Blocks that belong to the above and hold nothing but zeros. */
  ZERO(11, Form.LIST),
  /** Blocks that belong to the above and could not be read, and why. */
  UNREADABLE(12, Form.TEXTS),
  /** Blocks that are as they are in the base. */
  KEPT(13, Form.LIST),
  /** The directory of all frames: the last one. */
  DIRECTORY(14, Form.DIRECTORY);

  /** What the payload of a frame consists of. */
  enum Form {
    OPAQUE,
    PAGES,
    REFERENCES,
    SLAB_JOURNAL,
    RECOVERY_JOURNAL,
    LIST,
    TEXTS,
    DIRECTORY;

    /** {@return whether frames hold the content of blocks} */
    boolean hasContent() {
      return switch (this) {
        case OPAQUE, PAGES, REFERENCES, SLAB_JOURNAL, RECOVERY_JOURNAL -> true;
        case LIST, TEXTS, DIRECTORY -> false;
      };
    }
  }

  /** The number of kinds, with a kind 0 that is none. */
  static final int COUNT = values().length + 1;

  private final int id;
  private final Form form;

  FrameKind(int id, Form form) {
    this.id = id;
    this.form = form;
  }

  int id() {
    return id;
  }

  Form form() {
    return form;
  }

  /** {@return the kind with an id, null if there is none} */
  static @Nullable FrameKind of(int id) {
    return id >= 1 && id < COUNT ? values()[id - 1] : null;
  }
}
