package io.vdotools.tool.export;

import io.vdotools.engine.Loss;
import io.vdotools.format.blockmap.Forest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Which pages of the block map that are none were lost, and which were never written.
 *
 * <p>A crash leaves pages behind that were allocated and not yet written; a root is zeros until its
 * tree is used. An overwritten page looks the same. But the volume counts its mappings: if none are
 * missing, no page is.
 *
 * @param lost suspects that have to be taken for lost
 * @param notes what there is to say of it, a sentence each
 */
record Suspicion(List<Loss> lost, List<String> notes) {
  /**
   * {@return the judgement}
   *
   * @param suspects the pages
   * @param losses what is certainly lost
   * @param usedBlocks how many LBNs have a mapping by the volume's own count, if it is known
   * @param mapped how many have one that was found
   */
  static Suspicion judge(
      List<Loss> suspects, List<Loss> losses, OptionalLong usedBlocks, long mapped) {
    var pages = suspects.stream().filter(loss -> loss.height() < Forest.ROOT_HEIGHT).toList();
    if (usedBlocks.isEmpty()) {
      // Nothing speaks for them.
      return new Suspicion(pages, List.of());
    }
    long missing = usedBlocks.getAsLong() - mapped;
    if (missing <= 0) {
      return new Suspicion(List.of(), List.of());
    }
    boolean isExplained = losses.stream().anyMatch(loss -> loss.height() != Loss.NO_PAGE);
    var lost = new ArrayList<>(pages);
    if (pages.isEmpty() && !isExplained) {
      suspects.stream().filter(loss -> loss.height() == Forest.ROOT_HEIGHT).forEach(lost::add);
    }
    return new Suspicion(
        lost,
        List.of(
            "by the volume's own count "
                + usedBlocks.getAsLong()
                + " logical blocks are mapped; "
                + mapped
                + " mappings were found"));
  }
}
