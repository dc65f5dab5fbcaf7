package io.vdotools.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.LiveJournal.End;
import io.vdotools.engine.LiveJournal.Outcome;
import io.vdotools.format.journal.JournalFormat;
import java.util.ArrayList;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sequence numbers are what blocks say, and any 64 bits may be in there. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JournalNumbersTest {
  private static final JournalArea AREA = JournalArea.of(1, 8, 1, 0, 1).orElseThrow();

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "1, 2, 2",
    "2, 1, 0",
    "0, 7, 8",
    "0, 8, 8",
    "1, 9223372036854775807, 8",
    "9223372036854775807, -9223372036854775808, 2",
    "-9223372036854775808, 9223372036854775807, 0",
    "-2, -1, 2",
    "-1, 0, 0",
    "0, -1, 8"
  })
  void atMostALapLiesBetweenTwoNumbers(long first, long last, long expected) {
    assertThat(AREA.blocksBetween(first, last)).isEqualTo(expected);
  }

  /** Blank blocks: there is nothing to find, but the search has to end. */
  @ParameterizedTest
  @CsvSource({
    "-1, 5",
    "-9223372036854775808, 9223372036854775807",
    "9223372036854775800, 9223372036854775807",
    "-8, -1",
    "0, -1"
  })
  void theSearchForEntriesEnds(long head, long top) {
    var device = MemoryDevice.ofBlocks(16);
    var found = new ArrayList<Long>();

    new RebuildJournal(AREA, new JournalScan(true, top, head, head, 0))
        .forEachEntry(device, (sequence, _, _) -> found.add(sequence));
    var live =
        new LiveJournal(
            AREA, Outcome.ENTRIES, JournalFormat.CURRENT, head, head, top, top, 1, 1, End.COMPLETE);
    live.forEachEntry(device, head, (sequence, _, _) -> found.add(sequence));
    live.forEachEntryBackwards(device, (sequence, _, _) -> found.add(sequence));
    live.forEachBlock(device, head, (sequence, _) -> found.add(sequence));

    assertThat(found).isEmpty();
  }
}
