package io.vdotools.tool.export;

import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Loss;
import java.util.List;

/**
 * What became of an export.
 *
 * @param options what was asked for
 * @param volume the volume
 * @param first the first LBN
 * @param end the LBN behind the last
 * @param dataBlocks logical blocks that were written with their content
 * @param holeBlocks logical blocks that read as zeros
 * @param lostBlocks logical blocks whose content could not be had
 * @param losses why, by LBN
 * @param unlisted how many losses are not listed, as there are too many
 * @param notes what else is worth knowing, a sentence each
 */
record ExportResult(
    ExportOptions options,
    LogicalVolume volume,
    long first,
    long end,
    long dataBlocks,
    long holeBlocks,
    long lostBlocks,
    List<Loss> losses,
    long unlisted,
    List<String> notes) {
  ExportResult {
    losses = List.copyOf(losses);
    notes = List.copyOf(notes);
  }

  /** {@return how many logical blocks were asked for} */
  long blocks() {
    return end - first;
  }

  /** {@return whether all content is there, and nothing casts a doubt on it} */
  boolean isWhole() {
    return lostBlocks == 0 && volume.doubts().isEmpty();
  }
}
