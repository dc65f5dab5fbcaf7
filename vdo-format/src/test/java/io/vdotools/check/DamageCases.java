package io.vdotools.check;

import java.util.List;
import java.util.stream.Stream;

/** All rows of the damage matrix. */
public final class DamageCases {
  private DamageCases() {}

  /** {@return each way in which an invariant can be broken} */
  public static Stream<DamageCase> all() {
    return Stream.of(
            SuperBlockCases.geometry(),
            SuperBlockCases.superBlock(),
            SuperBlockCases.layout(),
            BlockMapCases.pages(),
            BlockMapCases.entries(),
            BlockMapCases.compressedBlocks(),
            DepotCases.counts(),
            DepotCases.summary(),
            DepotCases.slabJournals(),
            JournalCases.all())
        .flatMap(List::stream);
  }
}
