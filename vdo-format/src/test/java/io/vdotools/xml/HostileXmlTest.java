package io.vdotools.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.VdoException;
import io.vdotools.testing.RandomModel;
import io.vdotools.testing.RecordedVisit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a file holds, its fault is named in one sentence, with the place. */
class HostileXmlTest {
  private static final String BEGIN =
      "<vdo-dump format=\"1\" whole=\"false\" best-reading=\"false\">\n<block-map>\n";
  private static final String END = "</block-map></vdo-dump>";

  private static void read(String document) throws VdoException {
    XmlReader.read(
        new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)),
        "some.xml",
        new RecordedVisit());
  }

  @Test
  void theFrameOfTheseTestsIsSound() throws VdoException {
    read(BEGIN + "<data lbn=\"5\" blocks=\"3\" pbn=\"7\"/><!-- why not -->" + END);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          <date lbn="5" pbn="7"/>                        | unknown element <date> in <block-map>
          <data lbn="5" pbn="7" colour="red"/>           | unknown attribute 'colour' of <data>
          <data lbn="5"/>                                | <data> lacks its attribute 'pbn'
          <data lbn="five" pbn="7"/>                     | attribute 'lbn' of <data> is 'five' where a number belongs
          <data lbn="-5" pbn="7"/>                       | attribute 'lbn' of <data> is '-5' where a number belongs
          <data lbn="" pbn="7"/>                         | attribute 'lbn' of <data> is '' where a number belongs
          <data lbn="99999999999999999999" pbn="7"/>     | where a number below 2^64 belongs
          <data lbn="1099511627776" pbn="7"/>            | do not lie within the logical size
          <data lbn="5" blocks="0" pbn="7"/>             | LBN 5: 0 blocks from there on do not lie within
          <data lbn="5" blocks="9223372036854775807" pbn="7"/> | do not lie within the logical size
          <data lbn="5" pbn="0"/>                        | LBN 5: no data can lie at PBN 0
          <data lbn="5" pbn="68719476736"/>              | no data can lie at PBN 68719476736
          <data lbn="5" pbn="7"/><data lbn="5" pbn="9"/> | LBN 5 is out of order: the LBNs before 6 were told
          <zeros lbn="5" blocks="9"/><zeros lbn="13"/>   | LBN 13 is out of order: the LBNs before 14 were told
          <fragments lbn="5" pbn="7" fragment="14"/>     | 1 fragments from 14 on, where a block has at most 14
          <fragments lbn="5" blocks="9" pbn="7" fragment="6"/> | 9 fragments from 6 on
          <page lbn="0" height="4" tree="0" index="0" pbn="7"/> | is none of a volume
          <page lbn="1" height="0" tree="0" index="0" pbn="7"/> | the first LBN below page 0 of height 0 in tree 0 is 0, not 1
          <page lbn="0" height="0" tree="60" index="0" pbn="7"/> | attribute 'tree' of <page> is '60' where a number up to 59 belongs
          <page lbn="0" height="0" tree="0" index="0" pbn="7"/><page lbn="0" height="1" tree="0" index="0" pbn="8"/> | is out of order
          <unreadable-mapping lbn="5" state="0" pbn="7" cause="read-error"/> | in a volume that is told to be sound
          <data lbn="5" pbn="7">text</data>              | text where only elements belong
          <data lbn="5" pbn="7"><data lbn="6" pbn="8"/></data> | unknown element <data> in <data>
          <data lbn="5" lbn="5" pbn="7"/>                | no XML: duplicate attribute
          <data lbn="&bomb;" pbn="7"/>                   | no XML: undeclared general entity
          <data lbn=5 pbn="7"/>                          | no XML:
          <x:data lbn="5" pbn="7"/>                      | unknown element <x:data> in <block-map>
          <data xmlns="urn:x" lbn="5" pbn="7"/>          | unknown attribute 'xmlns' of <data>
          """)
  void theFaultIsNamed(String content, String fault) {
    assertThatThrownBy(() -> read(BEGIN + content + END))
        .isInstanceOf(XmlException.class)
        .hasMessageStartingWith("some.xml: line 3, column ")
        .hasMessageContaining(fault)
        .message()
        .doesNotContain("\n")
        .hasSizeLessThan(300);
  }

  /** Mappings are told some hundred at a time: the fault has the place of the one that has it. */
  @ParameterizedTest
  @CsvSource({"0,1", "0,999", "1,300", "255,256", "256,257", "700,0"})
  void aFaultAmongManyMappingsHasItsOwnPlace(int before, int after) {
    var document = new StringBuilder(BEGIN);
    for (int i = 0; i < before; i++) {
      document.append("<data lbn=\"").append(i).append("\" pbn=\"7\"/>\n");
    }
    document.append(" <data lbn=\"").append(before).append("\" pbn=\"0\"/>\n");
    for (int i = 0; i < after; i++) {
      document.append("<data lbn=\"").append(before + 1 + i).append("\" pbn=\"7\"/>\n");
    }

    assertThatThrownBy(() -> read(document + "<no-such-element/>" + END))
        .isInstanceOf(XmlException.class)
        .hasMessage(
            "some.xml: line %d, column 2: LBN %d: no data can lie at PBN 0"
                .formatted(before + 3, before));
  }

  @Test
  void numbersMayHaveWhiteSpaceAroundThem() throws VdoException {
    read(BEGIN + "<data lbn=\" 5\" blocks=\"3\n\" pbn=\"\t00000000000000000007 \"/>" + END);
  }

  /** Who builds a volume relies on it from the first section on, not just at the end. */
  @ParameterizedTest
  @CsvSource({
    "<block-map/>, the geometry is missing",
    "<slabs counts=~all~/>, the geometry is missing",
  })
  void aSectionOfAWholeVolumeThatComesWithoutAnEarlierOne(String section, String fault) {
    assertThatThrownBy(() ->
            read(
                "<vdo-dump format=\"1\" whole=\"true\" best-reading=\"false\">"
                    + section.replace('~', '"')
                    + "</vdo-dump>"))
        .isInstanceOf(XmlException.class)
        .hasMessageContaining(fault);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "PK\u0003\u0004",
        "\u0000\u0000\u0000\u0000",
        "<html/>",
        "<vdo-dump/>",
        "<vdo-dump format=\"2\" whole=\"false\" best-reading=\"false\"/>",
        "<vdo-dump format=\"1\" whole=\"true\" best-reading=\"false\"/>",
        "<vdo-dump format=\"1\" whole=\"maybe\" best-reading=\"false\"/>",
        "<!DOCTYPE vdo-dump><vdo-dump format=\"1\" whole=\"false\" best-reading=\"false\"/>",
        "<!DOCTYPE a [<!ENTITY b \"c\"><!ENTITY d \"&b;&b;\">]>"
            + "<vdo-dump format=\"1\" whole=\"false\" best-reading=\"false\"/>",
        "<!DOCTYPE a SYSTEM \"file:///etc/passwd\">"
            + "<vdo-dump format=\"1\" whole=\"false\" best-reading=\"false\"/>",
        "<vdo-dump format=\"1\" whole=\"false\" best-reading=\"false\"/><more/>",
        "<vdo-dump format=\"1\" whole=\"false\" best-reading=\"false\"><slabs counts=\"all\"/>"
            + "<block-map/></vdo-dump>",
        "<vdo-dump format=\"1\" whole=\"false\" best-reading=\"false\"><block-map/><block-map/>"
            + "</vdo-dump>",
        "<vdo-dump format=\"1\" whole=\"false\" best-reading=\"false\"><block-map>"
      })
  void whatIsNoDumpIsRefused(String document) {
    assertThatThrownBy(() -> read(document))
        .isInstanceOf(XmlException.class)
        .message()
        .startsWith("some.xml: line 1, column ")
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"<", "<data lbn=\"", "<!--", "<data ", " ", "<data lbn=\"5\" pbn=\"7\"/> <?pi "})
  void nothingGiganticIsKeptInMemory(String start) throws IOException {
    String filler = start.endsWith(" ") && start.length() == 1 ? " " : "x";
    try (var gigantic =
        new SequenceInputStream(
            new ByteArrayInputStream((BEGIN + start).getBytes(StandardCharsets.UTF_8)),
            new EndlessInput(filler))) {
      assertThatThrownBy(() -> XmlReader.read(gigantic, "some.xml", new RecordedVisit()))
          .isInstanceOf(XmlException.class);
    }
  }

  @Property(tries = 60)
  void aDumpThatIsCutOffIsNoDump(@ForAll long seed) throws VdoException {
    byte[] whole = dump(seed);
    int end = new Random(seed).nextInt(whole.length - 12);
    assertThatThrownBy(() ->
            XmlReader.read(
                new ByteArrayInputStream(whole, 0, end), "some.xml", new RecordedVisit()))
        .isInstanceOf(XmlException.class);
  }

  @Property(tries = 150)
  void changedBytesAreReadOrRefused(@ForAll long seed) throws VdoException {
    byte[] bytes = dump(seed);
    var random = new Random(seed);
    for (int i = random.nextInt(3); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] =
          (byte) "0987654321<>\"/ad&\u0000".charAt(random.nextInt(18));
    }
    try {
      XmlReader.read(new ByteArrayInputStream(bytes), "some.xml", new RecordedVisit());
    } catch (XmlException e) {
      assertThat(e.line()).isPositive();
      assertThat(e.column()).isPositive();
      assertThat(e.getMessage()).doesNotContain("\n");
    }
  }

  @Test
  void anErrorInsideATextIsRefusedLikeAnyOther() throws VdoException {
    changedBytesAreReadOrRefused(-1269);
  }

  private static byte[] dump(long seed) throws VdoException {
    var bytes = new ByteArrayOutputStream();
    RandomModel.damaged(seed).replay(new XmlWriter(bytes, "memory"));
    return bytes.toByteArray();
  }
}
