package io.vdotools.format.journal;

import io.vdotools.format.blockmap.BlockMapEntry;

/**
 * One entry of the recovery journal (format-spec, section 8).
 *
 * <p>In the current format an entry replaces {@code unmapping} by {@code mapping} in one slot of a
 * block map page. In V1 an entry is only one half of that: an increment carries {@code mapping}
 * (its {@code unmapping} is then "unmapped" and says nothing), a decrement carries {@code
 * unmapping}.
 *
 * @param format the format of the block that holds the entry
 * @param operationCode the two bits of the operation as stored, 0 to 3
 * @param pagePbn the PBN of the block map page, below 2^36
 * @param slot the slot in the page, 0 to 1023 as stored; below 812 if the entry is valid
 * @param mapping the new place of the logical block, or the new page
 * @param unmapping the old place of the logical block
 */
public record JournalEntry(
    JournalFormat format,
    int operationCode,
    long pagePbn,
    int slot,
    BlockMapEntry mapping,
    BlockMapEntry unmapping) {

  /** What an entry does. */
  public enum Operation {
    /** Current format, code 0: a logical block moves. */
    DATA_REMAPPING,
    /** Current format, code 1: a new page is hung into the block map. */
    BLOCK_MAP_REMAPPING,
    /** V1, code 0: a logical block leaves its old place. */
    DATA_DECREMENT,
    /** V1, code 1: a logical block gets a new place. */
    DATA_INCREMENT,
    /** V1, code 2: never written. */
    BLOCK_MAP_DECREMENT,
    /** V1, code 3: a new page is hung into the block map. */
    BLOCK_MAP_INCREMENT,
    /** A code that the format does not have. */
    INVALID
  }

  /** {@return the operation, as the block's format reads the code} */
  public Operation operation() {
    return switch (format) {
      case CURRENT ->
          switch (operationCode) {
            case 0 -> Operation.DATA_REMAPPING;
            case 1 -> Operation.BLOCK_MAP_REMAPPING;
            default -> Operation.INVALID;
          };
      case V1 ->
          switch (operationCode) {
            case 0 -> Operation.DATA_DECREMENT;
            case 1 -> Operation.DATA_INCREMENT;
            case 2 -> Operation.BLOCK_MAP_DECREMENT;
            case 3 -> Operation.BLOCK_MAP_INCREMENT;
            default -> Operation.INVALID;
          };
    };
  }

  /** {@return whether the entry hangs a new page into the block map} */
  public boolean isBlockMapEntry() {
    var operation = operation();
    return operation == Operation.BLOCK_MAP_REMAPPING || operation == Operation.BLOCK_MAP_INCREMENT;
  }

  /** {@return whether the entry stores a mapping in its slot} */
  public boolean storesMapping() {
    return format == JournalFormat.CURRENT
        || operation() == Operation.DATA_INCREMENT
        || operation() == Operation.BLOCK_MAP_INCREMENT;
  }

  /** {@return whether the entry takes the old place of a slot away} */
  public boolean releasesMapping() {
    return format == JournalFormat.CURRENT || !storesMapping();
  }

  /** {@return the entry's own location: in V1 the only one that it holds} */
  public BlockMapEntry location() {
    return storesMapping() ? mapping : unmapping;
  }
}
