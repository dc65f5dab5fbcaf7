package io.vdotools.xml;

import io.vdotools.format.PartitionId;
import java.util.Locale;

/** The names of elements and attributes, and how constants are spelt. */
final class Names {
  /** The version of the exchange format that is written, and the only one that is read. */
  static final int FORMAT = 1;

  static final String ROOT = "vdo-dump";
  static final String FORMAT_VERSION = "format";
  static final String WHOLE = "whole";
  static final String BEST_READING = "best-reading";

  static final String GEOMETRY = "geometry";
  static final String VERSION = "version";
  static final String RELEASE_VERSION = "release-version";
  static final String NONCE = "nonce";
  static final String UUID = "uuid";
  static final String BIO_OFFSET = "bio-offset";
  static final String INDEX_START = "index-start";
  static final String DATA_START = "data-start";
  static final String UNUSED_BYTES = "unused-bytes";
  static final String INDEX = "index";
  static final String MEMORY = "memory";
  static final String SPARSE = "sparse";
  static final String UNUSED = "unused";

  static final String SUPER_BLOCK = "super-block";
  static final String VOLUME_VERSION = "volume-version";
  static final String COMPONENT_VERSION = "component-version";
  static final String STATE = "state";
  static final String COMPLETE_RECOVERIES = "complete-recoveries";
  static final String READ_ONLY_RECOVERIES = "read-only-recoveries";
  static final String CONFIG = "config";
  static final String LOGICAL_BLOCKS = "logical-blocks";
  static final String PHYSICAL_BLOCKS = "physical-blocks";
  static final String SLAB_BLOCKS = "slab-blocks";
  static final String RECOVERY_JOURNAL_BLOCKS = "recovery-journal-blocks";
  static final String SLAB_JOURNAL_BLOCKS = "slab-journal-blocks";
  static final String LAYOUT = "layout";
  static final String FIRST_FREE = "first-free";
  static final String LAST_FREE = "last-free";
  static final String PARTITION = "partition";
  static final String ID = "id";
  static final String FIRST_PBN = "first-pbn";
  static final String BASE = "base";
  static final String JOURNAL_STATE = "journal-state";
  static final String JOURNAL_START = "journal-start";
  static final String LOGICAL_BLOCKS_USED = "logical-blocks-used";
  static final String BLOCK_MAP_DATA_BLOCKS = "block-map-data-blocks";
  static final String SLAB_DEPOT = "slab-depot";
  static final String END_PBN = "end-pbn";
  static final String ZONES = "zones";
  static final String DATA_BLOCKS = "data-blocks";
  static final String REFERENCE_COUNT_BLOCKS = "reference-count-blocks";
  static final String FLUSHING_THRESHOLD = "flushing-threshold";
  static final String BLOCKING_THRESHOLD = "blocking-threshold";
  static final String SCRUBBING_THRESHOLD = "scrubbing-threshold";
  static final String ROOTS = "block-map-roots";
  static final String TREES = "trees";
  static final String FLAT_PAGE_ORIGIN = "flat-page-origin";
  static final String FLAT_PAGES = "flat-pages";

  static final String DOUBT = "doubt";
  static final String TEXT = "text";

  static final String BLOCK_MAP = "block-map";
  static final String PAGE = "page";
  static final String HEIGHT = "height";
  static final String TREE = "tree";
  static final String LBN = "lbn";
  static final String PBN = "pbn";
  static final String BLOCKS = "blocks";
  static final String DATA = "data";
  static final String ZEROS = "zeros";
  static final String FRAGMENTS = "fragments";
  static final String FRAGMENT = "fragment";
  static final String UNREADABLE_PAGE = "unreadable-page";
  static final String UNREADABLE_MAPPING = "unreadable-mapping";
  static final String CAUSE = "cause";

  static final String SLABS = "slabs";
  static final String COUNTS = "counts";
  static final String DIFFERENT = "different";
  static final String ALL = "all";
  static final String SLAB = "slab";
  static final String NUMBER = "number";
  static final String USED = "used";
  static final String COUNT = "count";
  static final String VALUE = "value";
  static final String UNREADABLE_COUNTS = "unreadable-counts";

  static final String RECOVERY_JOURNAL = "recovery-journal";
  static final String SLAB_JOURNALS = "slab-journals";
  static final String BLOCK = "block";
  static final String SEQUENCE = "sequence";
  static final String BLOCK_MAP_HEAD = "block-map-head";
  static final String SLAB_JOURNAL_HEAD = "slab-journal-head";
  static final String ENTRIES = "entries";
  static final String ENTRY = "entry";
  static final String OPERATION = "operation";
  static final String PAGE_PBN = "page-pbn";
  static final String SLOT = "slot";
  static final String OLD_STATE = "old-state";
  static final String OLD_PBN = "old-pbn";
  static final String HEAD = "head";
  static final String RECOVERY_SEQUENCE = "recovery-sequence";
  static final String RECOVERY_ENTRY = "recovery-entry";
  static final String TYPE_BITS = "type-bits";

  static final String SUMMARY = "summary";
  static final String TAIL = "tail";
  static final String HINT = "hint";
  static final String LOAD = "load";
  static final String DIRTY = "dirty";

  private Names() {}

  /** {@return how a constant is written: {@code READ_ERROR} as {@code read-error}} */
  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** {@return how a partition is written: by name, by number where it has none} */
  static String ofPartition(int id) {
    for (var known : PartitionId.values()) {
      if (known.id() == id) {
        return of(known);
      }
    }
    return Integer.toString(id);
  }
}
