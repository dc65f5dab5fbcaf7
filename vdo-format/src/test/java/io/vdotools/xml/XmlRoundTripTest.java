package io.vdotools.xml;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.model.VisitorRules;
import io.vdotools.testing.DumpSchema;
import io.vdotools.testing.RandomModel;
import io.vdotools.testing.RecordedVisit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

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

  private static void comesBack(RecordedVisit told) throws VdoException {
    var bytes = new ByteArrayOutputStream();
    told.replay(new VisitorRules(new XmlWriter(bytes, "memory")));
    assertThat(DumpSchema.fault(bytes.toByteArray())).isEmpty();
    var read = new RecordedVisit();
    XmlReader.read(new ByteArrayInputStream(bytes.toByteArray()), "memory", read);
    assertThat(read.calls()).isEqualTo(told.calls());
  }
}
