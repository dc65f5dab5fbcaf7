package io.vdotools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.cli.ProgressDisplay.Pace;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ProgressDisplayTest {
  private static final String CLEAR = "\r\u001b[K";
  private static final Pace AT_ONCE = new Pace(Duration.ZERO, Duration.ofMillis(1));

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Console console = new Console(new PrintWriter(out), new PrintWriter(err));

  @AfterEach
  void nothingIsEverShownAmongTheResults() {
    assertThat(out).hasToString("");
  }

  @Test
  void aBarIsDrawnOverItselfAndClearedAtTheEnd() throws InterruptedException {
    try (var display = ProgressDisplay.bar(console, 60, AT_ONCE)) {
      display.begin("block map", 10);
      display.advance(4);
      await("block map 40% [");
      display.begin("slabs", 3);
      await("slabs 0% [");
    }

    assertThat(err.toString()).startsWith(CLEAR).endsWith("/3" + CLEAR).doesNotContain("\n");
    for (String drawn : err.toString().split(Pattern.quote(CLEAR), -1)) {
      assertThat(drawn).hasSizeLessThan(60);
    }
  }

  @Test
  void linesAreWholeLinesAndStay() throws InterruptedException {
    try (var display = ProgressDisplay.lines(console, AT_ONCE)) {
      display.begin("block map", 10);
      display.advance(4);
      await("block map: 4 of 10 (40%)");
    }

    assertThat(err.toString())
        .doesNotContain("\r", "\u001b")
        .endsWith("\n")
        .matches("(block map: \\d+ of 10 \\(\\d+%\\)(, [\\d.]+/s, [\\d:]+ left)?\n)+");
  }

  @Test
  void aCommandThatIsDoneSoonShowsNothing() {
    for (var pace : List.of(Pace.BAR, Pace.LINES)) {
      try (var display = ProgressDisplay.bar(console, 80, pace)) {
        display.begin("block map", 10);
        display.advance(10);
      }
    }

    assertThat(err).hasToString("");
    assertThat(Pace.BAR.silence()).isEqualTo(Duration.ofMillis(500));
    assertThat(Pace.LINES).isEqualTo(new Pace(Duration.ofSeconds(10), Duration.ofSeconds(10)));
  }

  @Test
  void nothingIsShownBeforeThereIsAPhase() throws InterruptedException {
    try (var display = ProgressDisplay.bar(console, 80, AT_ONCE)) {
      Thread.sleep(20);
      display.advance(1);
    }

    assertThat(err).hasToString("");
  }

  @Test
  void whereThereIsNoTerminalOnlyThoseWhoAskSeeProgress() {
    assertThat(System.getProperty("vdotools.terminal")).isNull();
    for (Boolean isForced : new Boolean[] {null, false, true}) {
      try (var display = ProgressDisplay.of(console, isForced)) {
        display.begin("block map", 10);
      }
    }

    assertThat(err).hasToString("");
    assertThat(ProgressDisplay.clearing()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        " 0 |   100 |    5000 | block map: 0 of 100 (0%)",
        "40 |   100 |    8000 | block map: 40 of 100 (40%), 5.0/s, 0:12 left",
        "40 |   100 |       0 | block map: 40 of 100 (40%)",
        " 1 |  1000 |   10000 | block map: 1 of 1000 (0%), 0.1/s, 2:46:30 left",
        "99 | 10000 |    1000 | block map: 99 of 10000 (0%), 99/s, 1:41 left",
        "10 |    10 |    1000 | block map: 10 of 10 (100%), 10/s, 0:00 left",
        "17 |    10 |    1000 | block map: 10 of 10 (100%), 10/s, 0:00 left",
        "1000000000000 | 4000000000000 | 3600000 | block map: 1000000000000 of 4000000000000"
            + " (25%), 277777777/s, 3:00:00 left",
      })
  void aLineTellsRateAndTimeLeft(long done, long total, long millis, String expected) {
    assertThat(new ProgressLine("block map", done, total, Duration.ofMillis(millis)).plain())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "70, block map 40% [===========                 ] 40/100; 5.0/s; 0:12 left",
    "50, block map 40% [===     ] 40/100; 5.0/s; 0:12 left",
    "49, block map 40% 40/100; 5.0/s; 0:12 left",
    "35, block map 40%",
    "8, block m",
    "1, ''",
    "0, ''",
  })
  void aBarFitsTheTerminal(int columns, String expected) {
    assertThat(
            new ProgressLine("block map", 40, 100, Duration.ofSeconds(8))
                .bar(columns)
                .replace(',', ';'))
        .isEqualTo(expected);
  }

  private void await(String text) throws InterruptedException {
    while (!err.toString().contains(text)) {
      Thread.sleep(1);
    }
  }
}
