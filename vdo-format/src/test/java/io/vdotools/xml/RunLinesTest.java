package io.vdotools.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.VdoException;
import io.vdotools.testing.RandomModel;
import io.vdotools.testing.RecordedVisit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Read with and without its lines taken out, a document tells the same and has the same fault. */
class RunLinesTest {
  private static final String BEGIN =
      """
      <?xml version='1.0' encoding='UTF-8'?>
      <vdo-dump format="1" whole="false" best-reading="true">
        <block-map>
      """;
  private static final String END = "  </block-map>\n</vdo-dump>\n";

  /** What lines can be near to, and what they can be in. */
  private static final List<String> SNIPPETS =
      List.of(
          "    <data lbn=\"700\" pbn=\"1234567890\"/>\n",
          "    <data lbn=\"00701\" blocks=\"2\" pbn=\"000000000000001234\"/>\n",
          "    <data lbn=\"123456789012345678\" pbn=\"1\"/>\n",
          "    <data lbn=\"1234567890123456789\" pbn=\"1\"/>\n",
          "    <data lbn=\"12345678901234567890123456789\" pbn=\"1\"/>\n",
          "    <data lbn=\"\" pbn=\"1\"/>\n",
          "    <data pbn=\"1\" lbn=\"703\"/>\n",
          "    <data/>\n",
          "    <data lbn=\"705\" pbn=\"77\"></data>\n",
          "    <data lbn=\"706\" pbn=\"77\">\n",
          "    </data>\n",
          "    <data lbn=\"707\" pbn=\"77\"/> \n",
          "    <data lbn=\"708\" pbn=\"77\"/>",
          "    <zeros lbn=\"710\"/>\n",
          "    <zeros lbn=\"711\" blocks=\"9\"/>\n    <zeros lbn=\"720\" blocks=\"0\"/>\n",
          "    <zeros/>\n",
          "    <fragments lbn=\"730\" pbn=\"9\" fragment=\"3\"/>\n",
          "    <fragments lbn=\"731\" blocks=\"3\" pbn=\"9\" fragment=\"4294967296\"/>\n",
          "    <fragments lbn=\"732\" blocks=\"3\" pbn=\"9\" fragment=\"999999999\"/>\n",
          "    <page lbn=\"0\" height=\"0\" tree=\"0\" index=\"0\" pbn=\"7\"/>\n",
          "<!--\n",
          "-->\n",
          "<![CDATA[\n    <data lbn=\"740\" pbn=\"9\"/>\n]]>\n",
          "<?pi \n",
          "?>\n",
          "\r\n",
          "\r",
          "\u00e4\n",
          "text\n",
          "&amp;\n",
          END,
          BEGIN);

  /** What came of a document. */
  private record Outcome(List<Object> calls, String fault) {}

  /** A stream that gives what it has in parts. */
  private static final class InParts extends InputStream {
    private final InputStream whole;
    private final Random random;

    InParts(byte[] bytes, Random random) {
      this.whole = new ByteArrayInputStream(bytes);
      this.random = random;
    }

    @Override
    public int read() throws IOException {
      return whole.read();
    }

    @Override
    public int read(byte[] into, int start, int length) throws IOException {
      return whole.read(into, start, Math.min(length, 1 + random.nextInt(300)));
    }
  }

  private static Outcome read(InputStream in, boolean takesLines) throws VdoException {
    var visit = new RecordedVisit();
    String fault = "none";
    try {
      XmlReader.read(in, "some.xml", visit, takesLines);
    } catch (XmlException e) {
      fault = String.valueOf(e.getMessage());
    }
    if (fault.contains("not allowed in comment")) {
      // In what column that is, depends on how much the parser was given at once.
      fault = fault.replaceFirst("column \\d+", "");
    }
    return new Outcome(visit.calls(), fault);
  }

  private static Outcome readBothWays(byte[] bytes, Random random) throws VdoException {
    var plain = read(new ByteArrayInputStream(bytes), false);
    assertThat(read(new ByteArrayInputStream(bytes), true)).isEqualTo(plain);
    assertThat(read(new InParts(bytes, random), true)).isEqualTo(plain);
    return plain;
  }

  private static Outcome readBothWays(String document) throws VdoException {
    return readBothWays(document.getBytes(StandardCharsets.UTF_8), new Random(1));
  }

  private static String dump(Random random) throws VdoException {
    long seed = random.nextLong();
    var model =
        switch (random.nextInt(3)) {
          case 0 -> RandomModel.sound(seed);
          case 1 -> RandomModel.withOtherCounts(seed);
          default -> RandomModel.damaged(seed);
        };
    var bytes = new ByteArrayOutputStream();
    model.replay(new XmlWriter(bytes, "memory"));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Property(tries = 60)
  void dumps(@ForAll long seed) throws VdoException {
    var random = new Random(seed);
    byte[] dump = dump(random).getBytes(StandardCharsets.UTF_8);

    assertThat(readBothWays(dump, random).fault).isEqualTo("none");
  }

  @Property(tries = 400)
  void dumpsWithOtherLines(@ForAll long seed) throws VdoException {
    var random = new Random(seed);
    var lines = new ArrayList<>(dump(random).lines().map(line -> line + "\n").toList());
    for (int i = random.nextInt(4); i >= 0; i--) {
      int place = random.nextInt(lines.size());
      String snippet = SNIPPETS.get(random.nextInt(SNIPPETS.size()));
      switch (random.nextInt(6)) {
        case 0 -> lines.remove(place);
        case 1 -> lines.add(place, lines.get(random.nextInt(lines.size())));
        case 2 ->
            lines.set(place, lines.get(place).replaceFirst("\n", "\n".repeat(random.nextInt(3))));
        default -> lines.add(place, snippet);
      }
    }
    readBothWays(String.join("", lines).getBytes(StandardCharsets.UTF_8), random);
  }

  @Property(tries = 400)
  void dumpsWithOtherBytes(@ForAll long seed) throws VdoException {
    var random = new Random(seed);
    byte[] bytes = dump(random).getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(3); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] =
          (byte) "0987654321<>\"/ad&\u0000\n\r -?!".charAt(random.nextInt(24));
    }
    readBothWays(bytes, random);
  }

  @Property(tries = 200)
  void documentsOfSnippets(@ForAll long seed) throws VdoException {
    var random = new Random(seed);
    var document = new StringBuilder(random.nextInt(10) == 0 ? "" : BEGIN);
    long lbn = 0;
    for (int i = random.nextInt(40); i > 0; i--) {
      if (random.nextInt(12) == 0) {
        document.append(SNIPPETS.get(random.nextInt(SNIPPETS.size())));
      } else {
        document.append("    <data lbn=\"%d\" pbn=\"%d\"/>%n".formatted(lbn, 5 + lbn));
        lbn += 2;
      }
    }
    readBothWays(document.append(END).toString());
  }

  @Test
  void theLinesOfADumpAreTaken() throws IOException, VdoException {
    for (long seed = 0; seed < 20; seed++) {
      var random = new Random(seed);
      byte[] dump = dump(random).getBytes(StandardCharsets.UTF_8);
      var lines = new RunLines(new InParts(dump, random));
      var passed = new ByteArrayOutputStream();
      int ones = 0;
      var bytes = new byte[100];
      for (int count = lines.read(bytes); count > 0; count = lines.read(bytes)) {
        passed.write(bytes, 0, count);
        // As a parser that has come to the element.
        int line = (int) passed.toString(StandardCharsets.UTF_8).lines().count();
        ones += lines.at(line) == null ? 0 : 1;
      }

      assertThat(passed.toString(StandardCharsets.UTF_8))
          .doesNotContain("    <data lbn", "    <zeros lbn", "    <fragments lbn");
      assertThat(ones).isPositive();
    }
  }

  private static StringBuilder lines(int count) {
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append("    <data lbn=\"").append(2 * i).append("\" pbn=\"").append(99 + i);
      text.append("\"/>\n");
    }
    return text;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 512, 513, 9_999, 10_000})
  void theLineOfAFaultIsThatOfTheDocument(int before) throws VdoException {
    String document =
        BEGIN + lines(before) + "    <data lbn=\"0\" pbn=\"7\"/>\n" + lines(700) + END;

    assertThat(readBothWays(document).fault)
        .startsWith("some.xml: line " + (4 + before) + ", column 5: LBN 0 is out of order");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 512, 10_000})
  void theLineOfAFaultOfTheXmlIsThatOfTheDocument(int before) throws VdoException {
    String document = BEGIN + lines(before) + "   < data/>\n" + lines(700) + END;

    assertThat(readBothWays(document).fault)
        .startsWith("some.xml: line " + (4 + before) + ", column 5: no XML");
  }

  @ParameterizedTest
  @CsvSource({"<!--,-->", "<?pi,?>"})
  void linesThatAreNoElementsAreNone(String before, String behind) throws VdoException {
    String ignored = before + "\n" + lines(20_000) + behind + "\n";
    String document = BEGIN + ignored + lines(20_000) + "</x>" + END;

    var outcome = readBothWays(document);

    assertThat(outcome.fault).startsWith("some.xml: line 40006, column ");
    assertThat(outcome.calls.stream().filter(call -> !(call instanceof RecordedVisit.Mark)).skip(1))
        .hasSize(20_000);
  }

  @Test
  void anElementOfTheDocumentStandsForItself() throws VdoException {
    String document = BEGIN + "    <data/>\n" + lines(3) + END;

    assertThat(readBothWays(document).fault)
        .isEqualTo("some.xml: line 4, column 5: <data> lacks its attribute 'lbn'");
    assertThat(readBothWays(BEGIN + lines(3) + "    <data/>\n" + END).fault)
        .isEqualTo("some.xml: line 7, column 5: <data> lacks its attribute 'lbn'");
  }

  @Test
  void linesElsewhereAreFaultsInTheirFirst() throws VdoException {
    String document = BEGIN + END.replace("</vdo-dump>\n", "") + "<summary>\n" + lines(5) + END;

    assertThat(readBothWays(document).fault)
        .isEqualTo("some.xml: line 6, column 5: unknown element <data> in <summary>");
  }

  @Test
  void aCommentOfLinesWithoutAnEndIsRefused() throws IOException {
    byte[] begin = (BEGIN + "<!--").getBytes(StandardCharsets.UTF_8);
    try (var in =
        new SequenceInputStream(
            new ByteArrayInputStream(begin),
            new EndlessInput("\n    <data lbn=\"5\" pbn=\"7\"/>"))) {
      assertThatThrownBy(() -> XmlReader.read(in, "some.xml", new RecordedVisit()))
          .isInstanceOf(XmlException.class)
          .hasMessageContaining("longer than");
    }
  }

  @Property(tries = 60)
  void whatCameBeforeAFailureIsTold(@ForAll long seed) throws VdoException {
    var random = new Random(seed);
    byte[] bytes = (BEGIN + lines(6_000) + END).getBytes(StandardCharsets.UTF_8);
    int good = 200 + random.nextInt(bytes.length - 200);

    var outcome = read(failingAfter(bytes, good), true);

    String read = new String(bytes, 0, good, StandardCharsets.UTF_8);
    long whole = read.lines().filter(line -> line.endsWith("/>")).count();
    var recorded = outcome.calls.stream().filter(call -> !(call instanceof RecordedVisit.Mark));
    assertThat(recorded.skip(1).count()).isEqualTo(Math.min(whole, 6_000L));
    assertThat(outcome.fault).contains("cannot read on: the disk is gone");
  }

  private static InputStream failingAfter(byte[] bytes, int good) {
    var failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the disk is gone");
          }

          @Override
          public int read(byte[] into, int start, int length) throws IOException {
            return read();
          }
        };
    return new SequenceInputStream(new ByteArrayInputStream(bytes, 0, good), failing);
  }
}
