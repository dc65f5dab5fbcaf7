package io.vdotools.xml;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.model.DumpScope;
import io.vdotools.model.PagePlace;
import io.vdotools.model.UnreadableCause;
import io.vdotools.model.UnreadablePage;
import io.vdotools.model.VisitorRules;
import io.vdotools.testing.DumpSchema;
import io.vdotools.testing.RandomModel;
import io.vdotools.testing.RecordedVisit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What is written is valid, and is what is read. */
class XmlRoundTripTest {
  @Property(tries = 40)
  void aSoundVolumeComesBackAsItWas(@ForAll long seed) throws VdoException {
    comesBack(RandomModel.sound(seed));
  }

  @Property(tries = 40)
  void countsThatDifferComeBack(@ForAll long seed) throws VdoException {
    comesBack(RandomModel.withOtherCounts(seed));
  }

  @Property(tries = 40)
  void whatWasUnreadableComesBack(@ForAll long seed) throws VdoException {
    comesBack(RandomModel.damaged(seed));
  }

  /** As who writes a dump by hand may leave it to whoever makes the volume. */
  @Test
  void aPageWithoutAPlaceComesBack() throws VdoException {
    var told = new RecordedVisit();
    told.begin(new DumpScope(false, true));
    told.beginBlockMap();
    told.page(new PagePlace(3, 0, 0, 7));
    told.page(new PagePlace(2, 0, 0, PagePlace.UNPLACED));
    told.unreadablePage(
        new UnreadablePage(new PagePlace(1, 0, 0, 0), UnreadableCause.NOT_A_DATA_BLOCK));
    told.endBlockMap();
    told.end();

    comesBack(told);
    var bytes = new ByteArrayOutputStream();
    told.replay(new XmlWriter(bytes, "memory"));
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains("<page lbn=\"0\" height=\"2\" tree=\"0\" index=\"0\"/>");
  }

  private static void comesBack(RecordedVisit told) throws VdoException {
    var bytes = new ByteArrayOutputStream();
    told.replay(new VisitorRules(new XmlWriter(bytes, "memory")));
    assertThat(DumpSchema.fault(bytes.toByteArray())).isEmpty();
    var read = new RecordedVisit();
    XmlReader.read(new ByteArrayInputStream(bytes.toByteArray()), "memory", read);
    assertThat(read.calls()).isEqualTo(told.calls());
  }
}
